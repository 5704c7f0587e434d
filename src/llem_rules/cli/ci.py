"""``llem-rules ci``: the steps of a pull request. The workflow files call these, and decide nothing themselves."""

from __future__ import annotations

import typer

from llem_rules.cli import ci_bots, ci_cells, ci_images, ci_pull
from llem_rules.cli.helping import epilog


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Steps of a pull request; each may be run by hand with --dry-run.",
    )
    for name, command in (
        ("plan", ci_cells.plan),
        ("cell", ci_cells.cell),
        ("comment", ci_pull.comment),
        ("label", ci_pull.label),
        ("report", ci_bots.report),
        ("writeback", ci_pull.writeback),
        ("rollup", ci_pull.rollup),
        ("approve-reuse", ci_bots.approve_reuse),
        ("publish", ci_images.publish),
        ("sweep", ci_bots.sweep),
        ("sync-dockerfile", ci_images.sync_dockerfile),
    ):
        group.command(name, epilog=epilog(f"ci-{name}"))(command)
    app.add_typer(group, name="ci")
