"""One engine's verification from the command line: corpus, environment, session, report."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from llem_rules.check import Corpus, load_corpus
from llem_rules.corpus.files import write_atomically
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.environments import Facts, Library, Limits, RememberingSession
from llem_rules.environments.choose import open_library, require_version
from llem_rules.environments.gears import Gears, reference_of
from llem_rules.reporting import accepted_report, verify_report, verify_text
from llem_rules.reporting.console import console, note, progress_bar, status
from llem_rules.reporting.verify_report import VerifyResult
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure
from llem_rules.verification import accepted
from llem_rules.verification.cases import lines_of, read_cases
from llem_rules.verification.oracle import Progress
from llem_rules.verification.run import Steps, replay_cases, verify


@dataclass(frozen=True)
class Work:
    """What is asked of which library, and how."""

    engine: str
    native_types: tuple[str, ...]
    seed: int
    env: str
    limits: Limits
    fresh: bool
    fast: bool = True


def verify_engine(
    work: Work, samples: int, output: str, *, metamorphic: bool, save: Path | None, replay: Path | None
) -> int:
    """Verify sampled configs, or saved ones. Returns the exit code.

    Raises:
        Failure: (2) an unknown native type, a file that cannot be read or written; (3) no environment, nothing validated.
    """
    corpus = _corpus(work)
    began = time.monotonic()
    with _opened(work) as session:
        known = _native_types(session, work)
        with ExitStack() as bars:
            steps = Steps(_bar(bars, "verifying    "), _bar(bars, "shrinking    "))
            if replay is None:
                seen = verify(session, corpus, known, samples, work.seed, steps, metamorphic=metamorphic)
            else:
                seen = replay_cases(session, corpus, read_cases(_text(replay), str(replay), known), steps)
        library = reference_of(session)
        remembered = library.remembered if isinstance(library, RememberingSession) else 0
        checks = session.checks if isinstance(session, Gears) else None
    if not seen.scores:
        return NOTHING
    # In the fast gear a config is asked more than once.
    remembered = min(remembered, sum(one.samples for one in seen.scores.values()))
    seed = work.seed if replay is None else None
    result = VerifyResult(seen, _library(corpus, seen.facts), seed, time.monotonic() - began, remembered, checks)
    if save is not None:
        _save(save, "".join(lines_of(seen.causes)))
    _render(result, output, _command(work, samples, metamorphic=metamorphic))
    if result.whole.samples == result.whole.unchecked:
        return NOT_CHECKED
    return int(not all(result.bars.values()))


def verify_accepted(work: Work, wanted: int, output: str, save: Path | None) -> int:
    """Look for mined rules that fire on configs which the library accepts. Returns the exit code.

    Raises:
        Failure: (2) an unknown native type; (3) no environment, nothing validated.
    """
    corpus = _corpus(work)
    with _opened(work) as session:
        known = _native_types(session, work)
        with progress_bar("accepting    ") as bar:
            result = accepted.verify_accepted(session, corpus, known, wanted, work.seed, bar)
        checks = session.checks if isinstance(session, Gears) else None
    library = _library(corpus, result.facts)
    if save is not None:
        _save(save, "".join(lines_of(result.causes)))
    if output == "json":
        typer.echo(
            json.dumps(
                verify_report.accepted_document(result, library, checks, work.seed, wanted), indent=1, default=repr
            )
        )
    elif output == "markdown":
        types = "".join(f" --type {name}" for name in work.native_types)
        command = f"llem-rules verify {work.engine} --accepted {wanted} --seed {work.seed}{types} --format markdown"
        typer.echo(accepted_report.markdown(result, library, wanted, command), nl=False)
    else:
        verify_text.print_accepted(result, library, checks, console())
    return int(bool(result.causes))


def _corpus(work: Work) -> Corpus:
    return load_corpus(work.engine, load_engine_versions(work.engine).library.current_version)


def _bar(bars: ExitStack, label: str) -> Progress:
    """A progress bar that takes the place of the one before when its own work begins: a terminal has room for one."""
    begun: list[Progress] = []

    def tell(done: int, total: int) -> None:
        if not begun:
            bars.close()
            begun.append(bars.enter_context(progress_bar(label)))
        begun[0](done, total)

    return tell


@contextmanager
def _opened(work: Work) -> Iterator[Library]:
    version = load_engine_versions(work.engine).library.current_version
    with ExitStack() as stack:
        with status(f"environment  {work.engine} {version}") as tell:
            session = open_library(work.engine, work.env, fresh=work.fresh, limits=work.limits, report=tell)
            stack.enter_context(session)
        require_version(session, version)
        for reason in session.facts.fork_unclean:
            note(f"the worker must not fork ({reason}): a new process for each case")
        try:
            yield Gears(session) if work.fast else session
        except KeyboardInterrupt:
            if isinstance(session, RememberingSession):
                sys.stderr.write("what was seen is remembered: the same command goes on where it was\n")
            raise


def _native_types(session: Library, work: Work) -> list[str]:
    known = sorted(session.engine.native_types.keys() - session.facts.missing_types.keys())
    unknown = [name for name in work.native_types if name not in known]
    if unknown:
        raise Failure(f"{work.engine} has no native type {unknown[0]} here", hint=f"known: {', '.join(known)}")
    return sorted(set(work.native_types)) or known


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path} cannot be read: {error}") from error


def _save(path: Path, text: str) -> None:
    try:
        write_atomically(path, text)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror or error}") from error


def _library(corpus: Corpus, facts: Facts) -> str:
    torch = f", torch {facts.packages['torch']}" if "torch" in facts.packages else ""
    return f"{corpus.engine} {facts.library_version}{torch} ({facts.device}), Python {facts.python}"


def _command(work: Work, samples: int, *, metamorphic: bool) -> str:
    types = "".join(f" --type {name}" for name in work.native_types)
    relations = " --metamorphic" if metamorphic else ""
    return f"llem-rules verify {work.engine} --samples {samples} --seed {work.seed}{types}{relations} --format markdown"


def _render(result: VerifyResult, output: str, command: str) -> None:
    match output:
        case "json":
            typer.echo(json.dumps(verify_report.document(result), indent=1, default=repr))
        case "markdown":
            typer.echo(verify_text.markdown(result, command), nl=False)
        case _:
            verify_text.print_result(result, console())
