"""Recording a command from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llem_rules.corpus.reader import read_yaml
from llem_rules.engines import engine_for_type
from llem_rules.reporting.console import note
from llem_rules.rules.failure import Failure
from llem_rules.runtime.recording.launching import run_observed
from llem_rules.runtime.recording.observing import Run, sections_of


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
    read = read_yaml(config)
    if not isinstance(read.data, dict):
        raise Failure(
            f"{config} is not a mapping", hint="a config maps native types to their arguments, or give --type"
        )
    try:
        sections = sections_of(read.data, native_type)
    except ValueError as error:
        raise Failure(f"{config}: {error}", hint="give --type if the file holds just the arguments of one") from error
    run = Run(study, engine or _engine_of(sections), sections, cycle)
    try:
        code, record = run_observed(to, run, command)
    except FileNotFoundError as error:
        raise Failure(f"{command[0]}: no such command") from error
    except OSError as error:
        raise Failure(f"{error.filename or command[0]}: {error.strerror}") from error
    note(f"{record['outcome']} · {len(record['messages'])} messages · {to}")
    return code


def _engine_of(sections: dict[str, dict[str, object]]) -> str:
    found = next((one.name for name in sections if (one := engine_for_type(name)) is not None), None)
    if found is None:
        raise Failure(
            f"no engine has a package for {', '.join(sections) or 'an empty config'}", hint="say which with --engine"
        )
    return found
