"""One engine's mutation score from the command line: rules, evidence, mutants, report."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from llem_rules.check import load_corpus
from llem_rules.cli.replaying import How, opened, subject_of
from llem_rules.environments import Limits, RememberingSession
from llem_rules.environments.gears import SHARE, reference_of
from llem_rules.graph.within import surely_within
from llem_rules.replay.plan import Point
from llem_rules.replay.run import make_work
from llem_rules.reporting import mutation_report
from llem_rules.reporting.console import console, progress_bar
from llem_rules.reporting.mutation_report import MutationResult
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import RuleBase
from llem_rules.verification.mutation import Mutation


def mutate_engine(engine: str, native_types: Sequence[str], env: str, limits: Limits, output: str) -> int:
    """Count the mutants of one engine's confirmed rules. Returns the exit code.

    Raises:
        Failure: (2) an unknown native type; (3) no environment, nothing validated.
    """
    confirmed = load_corpus(engine).rules
    subject = subject_of(engine, ())
    rules = _chosen(subject.rules, native_types, engine)
    known = {rule.id for rule in confirmed} & {rule.id for rule in rules}
    if not known:
        return NOTHING
    with opened(engine, subject, How(env, limits, share=SHARE)) as session:
        work = make_work(session, rules, wide=True)
        with progress_bar("observing    ") as bar:
            first = dict(work.see(session, range(len(work.plan.points)), bar).first)
        about = [rule for rule in rules if rule.id in known]
        wide, before = len(work.plan.points), work.crossing(first)
        with progress_bar("hunting      ") as bar:
            hunted = Mutation(about, work.plan, before, work.defaults, surely_within).hunted(bar)
        for rule in about:
            for kwargs in hunted[rule.id].found:
                work.plan.add(Point(rule.native_type, kwargs, rule.reach))
        with progress_bar("asking       ") as bar:
            first |= work.see(session, range(wide, len(work.plan.points)), bar).first
        library = reference_of(session)
        remembered = library.remembered if isinstance(library, RememberingSession) else 0
        facts = session.facts
    mutation = Mutation(about, work.plan, work.crossing(first), work.defaults, surely_within)
    with progress_bar("mutating     ") as bar:
        ended = mutation.judge(bar, hunted)
    torch = f", torch {facts.packages['torch']}" if "torch" in facts.packages else ""
    named = f"{engine} {facts.library_version}{torch} ({facts.device}), Python {facts.python}"
    points = len(work.plan.points)
    result = MutationResult(engine, named, points, min(remembered, points), ended)
    _render(result, output, "".join(f" --type {name}" for name in native_types))
    return int(not all(result.bars.values()))


def _chosen(rules: Sequence[RuleBase], native_types: Sequence[str], engine: str) -> list[RuleBase]:
    types = sorted({rule.native_type for rule in rules})
    unknown = [name for name in native_types if name not in types]
    if unknown:
        raise Failure(f"{engine} has no rules of {unknown[0]}", hint=f"there are some of: {', '.join(types)}")
    return [rule for rule in rules if not native_types or rule.native_type in native_types]


def _render(result: MutationResult, output: str, types: str) -> None:
    match output:
        case "json":
            typer.echo(json.dumps(mutation_report.document(result), indent=1))
        case "markdown":
            command = f"llem-rules mutation {result.engine}{types} --format markdown"
            typer.echo(mutation_report.markdown(result, command), nl=False)
        case _:
            mutation_report.print_result(result, console())
