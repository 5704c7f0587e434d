"""What the commands of ``ci`` say: a few lines for a person, and the document of ``schemas/ci-report.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from llem_rules.rules.kinds import Model


class CiSummary(Model):
    """What became of it."""

    state: str = Field(description="One word; `llem-rules ci COMMAND --help` says which there are.")
    dry_run: bool = False
    commit: str | None = Field(None, description="The commit that was made, or found.")
    labels: tuple[str, ...] = Field((), description="Labels that were put on.")
    removed: tuple[str, ...] = Field((), description="Labels that were taken off.")
    said: str | None = Field(None, description="What a person is told.")


class CiReport(Model):
    """``ci … --format json``."""

    schema_version: Literal[1] = 1
    command: str = Field(pattern=r"^ci [a-z-]+$")
    summary: CiSummary
    items: tuple[dict[str, Any], ...] = ()


def ci_report(command: str, state: str, items: Sequence[Mapping[str, Any]] = (), **more: Any) -> CiReport:
    """The report of one command."""
    return CiReport(
        command=f"ci {command}", summary=CiSummary(state=state, **more), items=tuple(dict(one) for one in items)
    )


def rendered(report: CiReport, *, as_json: bool) -> str:
    """For a program, or for a person."""
    if as_json:
        return json.dumps(report.model_dump(mode="json"), indent=1)
    summary = report.summary
    lines = [f"{report.command:<19} {summary.state}{' (dry run: nothing was written)' if summary.dry_run else ''}"]
    told = {"commit": summary.commit, "labels": ", ".join(summary.labels), "removed": ", ".join(summary.removed)}
    lines += [f"  {name:<17} {value}" for name, value in told.items() if value]
    lines += ["  " + " · ".join(f"{name} {value}" for name, value in item.items()) for item in report.items]
    return "\n".join([*lines, *([summary.said] if summary.said else [])])
