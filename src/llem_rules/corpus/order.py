"""A rule file cut into blocks, each rule's keys in order. On the text itself: comments stay with their keys."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from llem_rules.corpus.reader import YamlDocument

KEY_ORDER = (
    "id",
    "kind",
    "native_type",
    "applies_to",
    "removed",
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


@dataclass(frozen=True)
class Block:
    """Lines that stay together. ``mapping``: the rule below the comments, without its dash; none for loose comments."""

    comments: tuple[str, ...]
    mapping: tuple[str, ...] = ()
    raw: bool = False


def blocks_of(document: YamlDocument) -> list[Block]:
    """The blocks of a rule file in order. A rule that is not written in block style comes as ``raw`` lines."""
    lines = [line.rstrip() for line in document.text.replace("\r\n", "\n").split("\n")]
    starts = [document.values[index,].line - 1 for index in range(len(document.data))]
    edges = [_above(lines, start, 0) for start in starts] + [len(lines)]
    blocks = _loose(lines[: edges[0]])
    for index, (start, end) in enumerate(pairwise(edges)):
        stop = end
        while stop > start and (not lines[stop - 1] or lines[stop - 1].startswith("#")):
            stop -= 1
        blocks.append(_rule(document, index, lines, (start, starts[index], stop)))
        blocks += _loose(lines[stop:end])
    return blocks


def _above(lines: list[str], line: int, indent: int) -> int:
    """The first of the comment lines that stand directly above a line and are indented no deeper than it."""
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        above = lines[line - 1]
        if len(above) - len(above.lstrip()) > indent or above.startswith("# yaml-language-server:"):
            break
        line -= 1
    return line


def _loose(lines: list[str]) -> list[Block]:
    """Paragraphs of comments that belong to no rule."""
    text = "\n".join(lines).strip("\n")
    paragraphs = [part.strip("\n").split("\n") for part in text.split("\n\n") if part.strip()]
    return [Block(tuple(paragraph)) for paragraph in paragraphs]


def _rule(document: YamlDocument, index: int, lines: list[str], edges: tuple[int, int, int]) -> Block:
    above, start, stop = edges
    comments = tuple(line.lstrip() for line in lines[above:start])
    keys = list(document.data[index])
    spans = [document.keys[index, key] for key in keys]
    indent = spans[0].column - 1
    dashed = lines[start][:indent].strip() == "-" and spans[0].line - 1 == start
    if not dashed or len({span.line for span in spans}) != len(spans) or len({span.column for span in spans}) != 1:
        return Block(comments, tuple(lines[start:stop]), raw=True)
    body = {at: lines[at] for at in range(start, stop)}
    body[start] = " " * indent + lines[start][indent:]
    bounds = [start, *(_above(lines, span.line - 1, indent) for span in spans[1:]), stop]
    chunks = [[body[at] for at in range(low, high)] for low, high in pairwise(bounds)]
    order = sorted(range(len(keys)), key=lambda at: (_RANK.get(keys[at], len(_RANK)), at))
    mapping = [_dedented(line, indent) for at in order for line in _trimmed(chunks[at])]
    return Block(comments, tuple(mapping))


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end > 0 and not lines[end - 1]:
        end -= 1
    return lines[:end]


def _dedented(line: str, indent: int) -> str:
    return line[indent:] if not line[:indent].strip() else line.lstrip()
