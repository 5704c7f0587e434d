"""``llem-rules approve-reuse``: a person says that a producer still understands a version outside its pin."""

from __future__ import annotations

from typing import Annotated

import typer

from llem_rules.cli.helping import epilog
from llem_rules.cli.options import EnvironmentKind, EnvOption, Format, FormatOption, VersionOption
from llem_rules.cli.probe import ProducerName


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("approve-reuse", epilog=epilog("approve-reuse"))(approve_reuse)


def approve_reuse(
    engine: Annotated[str, typer.Argument(help="The engine.")],
    producer: Annotated[ProducerName, typer.Argument(help="Whose pin is widened.")],
    version: VersionOption = None,
    env: EnvOption = EnvironmentKind.VENV,
    output: FormatOption = Format.TEXT,
) -> int:
    """Widen a producer's pin in engine_versions/ENGINE.yaml just enough to cover a version.

    Where a landmark is missing nothing is changed: no pin mends that, only a change of the code.
    """
    from llem_rules.cli.approving import approve, show

    report = approve(engine, producer.value, env, version)
    show(report, as_json=output is Format.JSON)
    return int(report.summary.verdict == "fail")
