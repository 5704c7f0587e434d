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
    for name, command, short in (
        ("plan", ci_cells.plan, "What a pull request has to run, as matrices."),
        ("cell", ci_cells.cell, "Run one concern of one engine."),
        ("comment", ci_pull.comment, "Say what a cell found, in one comment."),
        ("label", ci_pull.label, "Put on the labels that a cell earned."),
        ("writeback", ci_pull.writeback, "One commit with what all cells made."),
        ("rollup", ci_pull.rollup, "The labels that all cells earned together."),
        ("approve-reuse", ci_bots.approve_reuse, "Carry out the command in a comment."),
        ("report", ci_bots.report, "Speak for the pull request of a fork."),
        ("publish", ci_images.publish, "Production tags for the validated image."),
        ("sweep", ci_bots.sweep, "Probe a range of versions, propose the results."),
        ("sync-dockerfile", ci_images.sync_dockerfile, "Make Dockerfiles say what the versions files do."),
    ):
        group.command(name, short_help=short, epilog=epilog(f"ci-{name}"))(command)
    app.add_typer(group, name="ci")
