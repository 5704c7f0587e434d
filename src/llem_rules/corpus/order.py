"""The canonical order of a rule's keys, brought about on the text itself, so that every comment stays with its key."""

from __future__ import annotations

from llem_rules.corpus.findings import Location
from llem_rules.corpus.reader import YamlDocument

KEY_ORDER = (
    "id",
    "kind",
    "native_type",
    "applies_to",
    "given",
    "match",
    "require",
    "dormant",
    "expected",
    "message_template",
    "reach",
    "source",
    "kwargs_positive",
    "kwargs_negative",
    "summary",
    "references",
    "tags",
    "added_by",
    "cross_validated_by",
)
_RANK = {key: rank for rank, key in enumerate(KEY_ORDER)}


def ordered_text(document: YamlDocument) -> str:
    """The text of a rule file with one blank line between rules and each rule's keys in order.

    Full-line comments directly above a key or a rule move with it. Rules in flow style are left as they are.
    """
    lines = document.text.split("\n")
    starts = [document.values[index,].line - 1 for index in range(len(document.data))]
    edges = [_above(lines, start) for start in starts] + [len(lines)]
    head = _trimmed(lines[: edges[0]])
    blocks = [head] if head else []
    for index, (start, end) in enumerate(zip(edges, edges[1:], strict=False)):
        body, tail = _split_tail(lines[start:end])
        blocks.append(_rule(document, index, body, start))
        if tail:
            blocks.append(tail)
    first = len(blocks[0]) and blocks[0][-1].startswith("# yaml-language-server") and "" not in document.text.split("\n")[:2]
    text = "\n\n".join("\n".join(block) for block in blocks)
    return (text.replace("\n\n", "\n", 1) if first and head and len(head) == 1 else text) + "\n"


def _above(lines: list[str], line: int) -> int:
    """The first of the comment lines that stand directly above a line."""
    while line > 0 and lines[line - 1].lstrip().startswith("#") and not lines[line - 1].startswith("# yaml-language-"):
        line -= 1
    return line


def _split_tail(lines: list[str]) -> tuple[list[str], list[str]]:
    """A rule's own lines, and a paragraph of comments that stands by itself after it."""
    lines = _trimmed(lines)
    end = len(lines)
    while end > 0 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return lines[:end], _trimmed(lines[end:])


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines


def _rule(document: YamlDocument, index: int, lines: list[str], offset: int) -> list[str]:
    keys = list(document.data[index])
    spans = [document.keys[index, key] for key in keys]
    own_line = [span.line for span in spans]
    if len(set(own_line)) != len(own_line) or len({span.column for span in spans}) != 1:
        return lines
    first = own_line[0] - 1 - offset
    dash = lines[first][: spans[0].column - 1]
    if dash.strip() != "-":
        return lines
    indent = " " * len(dash)
    body = list(lines)
    body[first] = indent + body[first][len(dash) :]
    edges = [first, *(_above(body, line - 1 - offset) for line in own_line[1:]), len(body)]
    chunks = [_trimmed(body[start:end]) for start, end in zip(edges, edges[1:], strict=False)]
    chosen = sorted(range(len(keys)), key=lambda at: (_RANK.get(keys[at], len(_RANK)), at))
    if chosen[0] != 0 and lines[:first]:  # comments above the rule stay above it
        chunks[0] = chunks[0]
    joined = [line for at in chosen for line in chunks[at]]
    return [*lines[:first], *_with_dash(joined, dash)]


def _with_dash(lines: list[str], dash: str) -> list[str]:
    """Put the dash of the list back before the first key; comments that came before it go above the dash."""
    at = next(at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    return [*(line.lstrip() for line in lines[:at]), dash + lines[at][len(dash) :], *lines[at + 1 :]]


def flow_collections(document: YamlDocument) -> list[Location]:
    """Locations of the lists and mappings that are written in one line with brackets, outermost first."""
    lines = document.text.split("\n")
    return [
        location
        for location, span in sorted(document.values.items(), key=lambda item: (item[1].line, len(item[0])))
        if lines[span.line - 1][span.column - 1 : span.column] in ("{", "[")
    ]
