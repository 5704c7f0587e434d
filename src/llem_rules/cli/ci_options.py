"""Options of the pull-request commands. What GitHub's runner knows comes from its environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llem_rules.cli.options import Format

if TYPE_CHECKING:
    from llem_rules.pipeline.cells import Cycle

PullOption = Annotated[int, typer.Option("--pr", envvar="LLEM_PR", min=1, metavar="N", help="The pull request.")]
HeadOption = Annotated[
    str, typer.Option("--head", envvar="LLEM_HEAD", metavar="SHA", help="The commit that was looked at.")
]
BranchOption = Annotated[
    str, typer.Option("--branch", envvar="LLEM_BRANCH", metavar="NAME", help="The pull request's branch.")
]
CellsOption = Annotated[
    str,
    typer.Option(
        "--cells", envvar="LLEM_CELLS", metavar="A,B", help="Every cell of this cycle, as `ci plan` lists them."
    ),
]
StepOption = Annotated[
    Path,
    typer.Option("--step", exists=True, dir_okay=False, metavar="FILE", help="engine-step-diff-ENGINE-CONCERN.yaml"),
]
RepositoryOption = Annotated[
    str | None, typer.Option("--repository", metavar="OWNER/NAME", help="Default: GITHUB_REPOSITORY.")
]
RemoteOption = Annotated[str, typer.Option("--remote", metavar="NAME", help="The remote that is written to.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Look at everything, and write nothing anywhere.")]


def cycle_of(pull: int, branch: str, head: str, cells: str) -> Cycle:
    """The cycle that the options name."""
    from llem_rules.pipeline.cells import Cycle, cell_named

    names = [one.strip() for one in cells.split(",") if one.strip()]
    return Cycle(pull, branch, head, tuple(sorted({cell_named(one) for one in names})))


def show(command: str, state: str, items: Any, output: Format, **more: Any) -> None:
    """Print the report of one command."""
    from llem_rules.reporting.ci_report import ci_report, rendered

    typer.echo(rendered(ci_report(command, state, items, **more), as_json=output is Format.JSON))
