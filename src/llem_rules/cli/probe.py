"""``llem-rules probe``: whether a version of the library still has what the producers rely on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption, VersionOption


class OnFail(StrEnum):
    """What a failed probe means to the exit code."""

    REPORT = "report"
    BLOCK = "block"


class ProducerName(StrEnum):
    """What is to be re-run when a library is bumped."""

    INVARIANTS = "invariants"
    SCHEMAS = "schemas"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog=epilog("probe"))(probe)


def probe(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    producer: Annotated[
        list[ProducerName] | None, typer.Option("--producer", help="Only this producer. Default: every one.")
    ] = None,
    version: VersionOption = None,
    on_fail: Annotated[
        OnFail, typer.Option(help="block: a failed probe makes the exit code 1. report: it does not.")
    ] = OnFail.BLOCK,
    label: Annotated[
        list[str] | None,
        typer.Option("--label", help="Labels of the pull request: accept-probe-fail lifts the block."),
    ] = None,
    env: EnvOption = EnvironmentKind.VENV,
    output: FormatOption = Format.TEXT,
    write: Annotated[bool, typer.Option(help="Whether to keep the results in engine_versions/.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look again, whatever was kept.")] = False,
) -> int:
    """Look for the landmarks of each producer in the live library, and for the nearest to those that are gone.

    A missing landmark fails, and so does a version outside the producer's pin.
    """
    from llem_rules.cli.probework import probe_engine, show
    from llem_rules.corpus.versions import PRODUCERS

    wanted = [one for one in PRODUCERS if not producer or one in producer]
    report = probe_engine(engine, env, version, wanted, write=write, fresh=fresh)
    show(report, as_json=output is Format.JSON)
    blocks = on_fail is OnFail.BLOCK and "accept-probe-fail" not in (label or [])
    return int(blocks and report.summary.verdict == "fail")
