"""Mining a live library and replaying what was mined, at any version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from llem_rules.cli.probework import probe_engine
from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.versions import EngineVersions, load_engine_versions
from llem_rules.engines import Producer
from llem_rules.environments import Library
from llem_rules.environments.choose import open_library, require_version
from llem_rules.environments.gears import Gears
from llem_rules.mining.carry import CARRIED
from llem_rules.mining.report import MergeReport, after_replay
from llem_rules.mining.run import Mined, mine
from llem_rules.probing import probe
from llem_rules.replay.restating import restated, with_plain_negative
from llem_rules.replay.run import Progress, live_defaults, replay_rules
from llem_rules.replay.verdict import Verdict
from llem_rules.reporting.console import progress_bar, status
from llem_rules.rules.failure import NOT_CHECKED, Failure
from llem_rules.rules.kinds import RuleBase


@contextmanager
def open_probed(
    engine: str, kind: str, versions: EngineVersions, producer: Producer
) -> Iterator[tuple[Library, ProbeResult]]:
    """An entered session of one version that remembers, in the fast gear, and what it has of a producer's landmarks.

    Raises:
        Failure: (1) it cannot be opened for want of a landmark; (3) no environment, or another version than wanted.
    """
    pinned, version = load_engine_versions(engine), versions.library.current_version
    with status(f"environment  {engine} {version}") as tell:
        session = open_library(engine, kind, version=version, report=tell)
    try:
        session.__enter__()
        require_version(session, version)
    except Failure as failure:
        raise _explained(engine, kind, version, producer, failure) from failure
    try:
        yield Gears(session), probe(session, session.engine, versions, producer, older=versions.is_before(pinned))
    finally:
        session.__exit__(None, None, None)


def _explained(engine: str, kind: str, version: str, producer: Producer, failure: Failure) -> Failure:
    """The failure to open a library, or the landmarks for want of which it failed."""
    if failure.code != NOT_CHECKED:
        return failure
    [result] = probe_engine(engine, kind, version, [producer], write=False).items
    if not result.missing:
        return failure
    lines = [f"{lost.landmark}: {lost.why}; nearest: {', '.join(lost.near) or 'nothing'}" for lost in result.missing]
    hint = f"{failure.message}\n  llem-rules probe {engine} --version {version} says more"
    return Failure("landmarks are missing:\n  " + "\n  ".join(lines), hint=hint, code=1)


@dataclass(frozen=True)
class Proved:
    """What was mined, and what replay said of it. ``rules``: what stays; ``verdicts``: of all that was replayed."""

    mined: Mined
    rules: tuple[RuleBase, ...]
    report: MergeReport
    verdicts: tuple[Verdict, ...]


def mine_and_prove(
    session: Library,
    native_types: Sequence[str],
    authored: Sequence[RuleBase],
    versions: EngineVersions,
    pinned: EngineVersions,
) -> Proved:
    """Mine native types of an entered session, merge with what people wrote of them, and replay it all.

    What people wrote speaks of the pinned version. On another one it takes part only as far as it holds there, be it with that
    version's exceptions and sites: what does not must not stand in the way of what was mined.
    """
    label = f"{session.engine.name} {versions.library.current_version}"
    authored = [rule for rule in authored if rule.native_type in native_types]
    if versions is not pinned:
        authored = _held(session, authored)
    with status(f"mining       {label}") as tell:
        defaults = live_defaults(session, native_types)

        def progress(name: str, done: int, total: int) -> None:
            tell(f"{name} {done + 1}/{total}")

        mined = mine(session, native_types, authored, defaults, progress)
    with progress_bar("replaying    ") as bar:
        # Both gears see each rule's own pair when the corpus is replayed; here two sights of the fast one must agree.
        verdicts = list(replay_rules(session, mined.merged.rules, bar, twice=False).verdicts)
        verdicts = _as_shown(session, verdicts, bar)
    kept, rejected = after_replay([one.rule for one in verdicts], [_told(one) for one in verdicts])
    return Proved(mined, kept, mined.merged.report.with_rejected(rejected), tuple(verdicts))


def _as_shown(session: Library, verdicts: Sequence[Verdict], tell: Progress) -> list[Verdict]:
    """The verdicts, with refusals that were carried from another type as this one shows them: other code may make it.

    What is restated is judged beside all else that holds of its native type; that was seen already.
    """
    others = {
        one.rule.id: rule
        for one in verdicts
        if one.outcome == "divergent"
        and CARRIED in one.rule.tags
        and (rule := with_plain_negative(one, restated(one) or one.rule)) is not one.rule
    }
    types = {rule.native_type for rule in others.values()}
    beside = [one.rule for one in verdicts if one.outcome == "confirmed" and one.rule.native_type in types]
    rules = [*beside, *others.values()]
    again = replay_rules(session, rules, tell, twice=False, judged=others).verdicts if others else ()
    shown = {one.rule.id: one for one in again if one.outcome == "confirmed" and _seen_first(one)}
    return [shown.get(one.rule.id, one) for one in verdicts]


def _seen_first(verdict: Verdict) -> bool:
    """Whether what the positive shows first is the rule's own: of several errors at once the evidence names one."""
    source, site = verdict.rule.source, verdict.positive.site
    return source is not None and site is not None and site["file"] == source.file


def _held(session: Library, rules: Sequence[RuleBase]) -> list[RuleBase]:
    """The rules that hold in this version, as they stand or as it shows them."""
    with progress_bar("replaying    ") as bar:
        verdicts = replay_rules(session, rules, bar).verdicts
        held = [one.rule for one in verdicts if one.outcome == "confirmed"]
        others = [rule for one in verdicts if one.outcome == "divergent" and (rule := restated(one)) is not None]
        again = replay_rules(session, others, bar).verdicts if others else ()
    return [*held, *(one.rule for one in again if one.outcome == "confirmed")]


def _told(verdict: Verdict) -> tuple[str, str, str]:
    detail = "; ".join(f"{one.kind} on {dict(one.kwargs)}: {one.detail}" for one in verdict.divergences)
    outcome = "confirmed" if verdict.outcome == "confirmed" else "divergent"
    return verdict.rule.id, outcome, detail or f"unchecked, {verdict.unchecked}"
