"""Recording a command from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llem_rules.corpus.reader import read_yaml
from llem_rules.engines import engine_for_type
from llem_rules.formats import read_file
from llem_rules.reporting.console import note
from llem_rules.rules.failure import Failure
from llem_rules.runtime.recording.launching import run_observed
from llem_rules.runtime.recording.observing import Run, Sections, sections_of


def observe_command(
    command: Sequence[str],
    *,
    study: str,
    config: Path,
    native_type: str | None,
    engine: str | None,
    cycle: int,
    to: Path,
) -> int:
    """Run it and record it. Returns its exit code; 128 and the signal's number where one ended it.

    Raises:
        Failure: (2) the config or the command cannot be read or run, or the line could not be written.
    """
    sections = _declared(config, native_type)
    run = Run(study, engine or _engine_of(sections), sections, cycle)
    try:
        code, record = run_observed(to, run, command)
    except FileNotFoundError as error:
        raise Failure(f"{command[0]}: no such command") from error
    except OSError as error:
        raise Failure(f"{error.filename or command[0]}: {error.strerror}") from error
    note(f"{record['outcome']} · {len(record['messages'])} messages · {to}")
    return code


def _declared(path: Path, native_type: str | None) -> Sections:
    """The one config that a file holds, in whatever format. Sections of a library that no engine knows are taken as such."""
    read = read_yaml(path)
    by_type = isinstance(read.data, dict) and all(isinstance(key, str) and "." in key for key in read.data)
    if native_type is not None or by_type:
        try:
            return sections_of(read.data, native_type)
        except ValueError as error:
            raise Failure(f"{path}: {error}", hint="a config maps native types to their arguments") from error
    found = read_file(path)
    names = [part.native_type for part in found.parts]
    if found.study is not None or len(set(names)) < len(names):
        what = "a study" if found.study is not None else f"{len(names)} configs"
        raise Failure(f"{path} holds {what}, and a run has one config", hint="write each member to a file of its own")
    for part in found.parts:
        for problem in part.problems:
            note(f"not recorded: {problem.message}")
    return sections_of({part.native_type: part.kwargs for part in found.parts}, None)


def _engine_of(sections: Sections) -> str:
    found = next((one.name for name in sections if (one := engine_for_type(name)) is not None), None)
    if found is None:
        raise Failure(
            f"no engine has a package for {', '.join(sections) or 'an empty config'}", hint="say which with --engine"
        )
    return found
