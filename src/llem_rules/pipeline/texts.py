"""What is said on a pull request, made from the artefact of a cell and from nothing else."""

from __future__ import annotations

from llem_rules.corpus.compat import ProbeResult
from llem_rules.graph.step import Step, StepChange
from llem_rules.pipeline.cells import Cell
from llem_rules.reporting.diff_markdown import LIMIT, code, escaped

_MARKS = {"breaking": "🔴", "notable": "🟡", "safe": "🟢"}
_ROOM = 600  # characters kept for what stands below the changes


def key(cell: Cell) -> str:
    """The invisible line by which a later run finds the comment of its pipeline."""
    return f"<!-- llem-rules ci {cell} -->"


def comment(step: Step, probe: ProbeResult | None = None, report: str = "", limit: int = LIMIT) -> str | None:
    """The comment of one cell; None where there is nothing to say. ``report``: the changes as ``diff`` tells them."""
    cell = Cell(step.engine, step.concern)
    top = f"{key(cell)}\n"
    if step.blocked:
        return top + blocked(step, probe)
    if not step.changes and not step.first_version and not step.unchecked and not step.divergent:
        return None
    below = _foot(step)
    head = f"{top}### {escaped(step.engine)} {escaped(_versions(step))}: {step.concern}\n\n"
    room = limit - len(head) - len(below)
    return head + (_fitting(_body(report), room) if report else changes(step, room)) + below


def nothing(cell: Cell, head: str) -> str:
    """What a comment says from now on, once its reason is gone."""
    return f"{key(cell)}\n{cell.engine}, {cell.concern}: nothing changed any more, as of {head[:12]}.\n"


def blocked(step: Step, probe: ProbeResult | None) -> str:
    """A failed probe, and the three ways on."""
    reasons = step.blocked or ""
    lines = [
        f"### {escaped(step.engine)} {escaped(_versions(step))}: the {step.concern} probe failed",
        "",
        f"**{escaped(reasons)}** · label {code('probe-blocked')}. Nothing was made for this version.",
        *([""] if probe and probe.missing else []),
    ]
    for lost in (probe.missing if probe else ())[:20]:
        near = f"; nearest: {', '.join(code(one) for one in lost.near)}" if lost.near else ""
        lines.append(f"- {code(lost.landmark)}: {escaped(lost.why)}{near}")
    outside = "landmark-missing" not in reasons
    approve = f"/approve-reuse {step.engine} {step.concern}"
    approved = (
        "the producer understands this version, and only its pin is in the way"
        if outside
        else "this one will be refused here: a landmark is missing, and no pin mends that"
    )
    lines += [
        "",
        "Three ways on:",
        "",
        f"1. **Patch the producer**: follow upstream in {code(f'engines/{step.engine}.py')}, and push: all runs again.",
        f"2. **Approve reuse**: comment {code(approve)} ({approved}).",
        f"3. **Escalate**: leave {code('probe-blocked')} on. The bump waits until somebody takes the label off, "
        f"or accepts it: {code('accept-probe-fail')}, and where the check is red, run it again.",
        "",
    ]
    return "\n".join(lines)


def changes(step: Step, limit: int) -> str:
    """The changes of an artefact: the worst first, as many as fit."""
    every = sorted(step.changes, key=lambda one: (-_badness(one), one.kind, one.subject))
    counts = {name: sum(_worst(one) == name for one in every) for name in ("breaking", "notable", "safe")}
    labels = f"\nLabels: {', '.join(code(one) for one in step.labels)}" if step.labels else ""
    text = f"**{', '.join(f'{count} {name}' for name, count in counts.items())}**{labels}\n\n"
    for index, one in enumerate(every):
        approved = ", approved" if one.approved else ""
        line = (
            f"- {_MARKS[_worst(one)]} {escaped(one.kind.replace('_', ' '))} {code(one.subject)}: authors {one.authors}, "
            f"coverage {one.coverage}{approved} · {code(one.fingerprint)}\n"
        )
        if len(text) + len(line) > limit - _ROOM:
            return text + f"\n{len(every) - index} more changes did not fit: the artefact of this run has them all.\n"
        text += line
    return text


def _body(report: str) -> str:
    """A report of ``diff`` without its own key and headline: the comment has both."""
    lines = report.splitlines(keepends=True)
    own = ("<!-- llem-rules", "### ")
    return "".join(line for n, line in enumerate(lines) if n > 1 or not line.startswith(own)).strip("\n") + "\n"


def _fitting(report: str, room: int) -> str:
    """Somebody else's report, cut at a line where it is too long; a block that was open is closed."""
    if len(report) <= room:
        return report
    kept = report[: room - _ROOM].rsplit("\n", 1)[0]
    closing = "\n</details>\n" * (kept.count("<details>") - kept.count("</details>"))
    return f"{kept}\n{closing}\nThe rest did not fit: the artefact of this run has it all.\n"


def _foot(step: Step) -> str:
    told = [
        f"{count} rules {what}"
        for count, what in ((step.unchecked, "are unchecked"), (step.divergent, "diverge from the library"))
        if count
    ]
    if step.first_version:
        told.append("a first version, compared with nothing")
    return "".join(f"\n- {one}" for one in told) + f"\nfrom {code(step.head[:12])}\n"


def _versions(step: Step) -> str:
    if step.base_version and step.base_version != step.head_version:
        return f"{step.base_version} → {step.head_version}"
    return step.head_version or ""


def _worst(one: StepChange) -> str:
    return max((one.authors, one.coverage), key=list(reversed(_MARKS)).index)


def _badness(one: StepChange) -> int:
    return list(reversed(_MARKS)).index(_worst(one))
