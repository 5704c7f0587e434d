"""A comparison as a pull-request comment: a line of counts, then a folded block for each kind of change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llem_rules.graph.comparison import Comparison, Judged
from llem_rules.graph.labels import labels_of
from llem_rules.reporting.diff_report import by_kind, counted, headline, notes, seen, severest, title, ways

LIMIT = 65_536  # characters of one comment on GitHub
_ROOM = 400  # kept for the pointer at the end
_MARKS = {"breaking": "🔴", "notable": "🟡", "safe": "🟢"}


def marker(engine: str) -> str:
    """The invisible line by which a later run finds its own comment."""
    return f"<!-- llem-rules diff {engine} -->"


def markdown(comparison: Comparison, limit: int = LIMIT) -> str:
    """The comment; never longer than the limit, and it says so where something was left out."""
    lines = [marker(comparison.engine), f"### {escaped(headline(comparison))}", "", f"**{counted(comparison)}**"]
    found = labels_of(comparison)
    if found:
        lines.append(f"Labels: {', '.join(code(label) for label in found)}")
    # A dozen notes are read; hundreds are not, and the JSON form has them all.
    told = notes(comparison)
    lines += ["", *(f"- {escaped(note)}" for note in told[:12])] if told else []
    if len(told) > 12:
        lines.append(f"- and {len(told) - 12} more notes")
    text = "\n".join(lines) + "\n"
    left = 0
    for items in by_kind(comparison.items).values():
        block, dropped = _block(items, limit - _ROOM - len(text))
        text += block
        left += dropped
    if left:
        command = f"llem-rules diff {comparison.engine} --base {comparison.old.name}"
        text += f"\n{left} more changes did not fit: see the artefact of this step, or run {code(command)}\n"
    return text


def _block(items: Sequence[Judged], room: int) -> tuple[str, int]:
    """The folded block of one kind, and how many of its changes did not fit."""
    mark, name = _MARKS[severest(items)], title(items[0].change)
    head = f"\n<details><summary>{mark} {name}: {len(items)}</summary>\n\n"
    tail = "\n</details>\n"
    taken: list[str] = []
    used = len(head) + len(tail)
    for judged in items:
        line = _line(judged)
        if used + len(line) > room:
            break
        taken.append(line)
        used += len(line)
    return (head + "".join(taken) + tail if taken else ""), len(items) - len(taken)


def _line(judged: Judged) -> str:
    verdicts, change = judged.verdicts, judged.change
    told = f"- {code(change.subject)}: {escaped(change.explain())}  \n"
    told += f"  authors **{verdicts.authors}**, coverage **{verdicts.coverage}** · {code(change.fingerprint)}\n"
    for one in seen(judged.tried) if judged.tried is not None else ():
        told += f"  - {escaped(one)}\n"
    for way in ways(judged):
        told += f"  - reaches {escaped(way)}\n"
    if judged.approval is not None:
        told += f"  - approved by {escaped(judged.approval.author)}: {escaped(judged.approval.reason)}\n"
    return told


def code(text: str) -> str:
    """A code span, whatever back-ticks stand in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def escaped(text: str) -> str:
    """Text that neither formats, links nor calls anybody."""
    bare = re.sub(r"([\\`*_\[\]#|~])", r"\\\1", " ".join(text.split()))
    return bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
