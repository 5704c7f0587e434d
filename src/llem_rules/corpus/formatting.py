"""``fmt``: one look for all rule files.

ruamel writes the values, comments stay, and the meaning is compared before and after.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from llem_rules.corpus.documents import rules_in
from llem_rules.corpus.findings import Location, Span
from llem_rules.corpus.order import Block, blocks_of
from llem_rules.corpus.reader import YamlDocument, parse_yaml
from llem_rules.rules.failure import Failure

WIDTH = 120
_ROUNDS = 8


def formatted(document: YamlDocument, path: Path) -> str:
    """The text of a rule file as it should look. Formatting it again changes nothing.

    Raises:
        Failure: the file has problems (which only a person can mend), or a comment or a value would not survive.
    """
    problems = sorted(rules_in(document, path).findings)
    if problems:
        hint = f"mend it first: llem-rules lint {document.file}"
        raise Failure(f"{problems[0].place}: {problems[0].sentence}", hint=hint)
    before = document
    for _ in range(4):
        text = _once(before)
        after = parse_yaml(text, document.file)
        _must_agree(document, after)
        if text == before.text:
            return text
        before = after
    raise Failure(f"{document.file}: formatting does not settle", hint="please report this file")


def _once(document: YamlDocument) -> str:
    return "\n\n".join("\n".join(_lines(block)) for block in blocks_of(document)) + "\n"


def _lines(block: Block) -> list[str]:
    if block.raw or not block.mapping:
        return [*block.comments, *block.mapping]
    written = _written("\n".join(block.mapping) + "\n")
    body = [("- " if number == 0 else "  ") + line if line else "" for number, line in enumerate(written)]
    return [*block.comments, *body]


def _written(text: str) -> list[str]:
    """A rule's mapping through ruamel, with what is too wide put in block style, and long lists of scalars filled."""
    yaml = _yaml()
    try:
        data = yaml.load(text)
        for _ in range(_ROUNDS):
            stream = io.StringIO()
            yaml.dump(data, stream)
            dumped = parse_yaml(stream.getvalue(), "")
            wide = _too_wide(dumped)
            if not wide:
                break
            for location in wide:
                _at(data, location).fa.set_block_style()
    except (YAMLError, AttributeError, ValueError) as error:
        raise Failure(f"cannot be formatted: {error}") from error
    lines = [line.rstrip() for line in dumped.text.rstrip("\n").split("\n")]
    return [piece for number, line in enumerate(lines, start=1) for piece in _filled(dumped, number, line)]


@cache
def _yaml() -> Any:
    yaml: Any = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1 << 20  # a message is never broken, so that it can be searched for; collections are broken below
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(
        type(None), lambda representer, _value: representer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _at(data: Any, location: Location) -> Any:
    for part in location:
        data = data[part]
    return data


def _too_wide(document: YamlDocument) -> list[Location]:
    """The outermost bracketed collection of every line that is too wide, save lists of scalars, which are filled."""
    lines = document.text.split("\n")
    wide = {number for number, line in enumerate(lines, start=1) if len(line) > WIDTH - 2}
    found: dict[int, Location] = {}
    for location, span in sorted(document.values.items(), key=lambda item: len(item[0])):
        value = _at(document.data, location)
        if span.line in wide and span.line not in found and _bracketed(lines, span) and value != "":
            found[span.line] = location
    return [location for location in found.values() if not _scalars(_at(document.data, location))]


def _bracketed(lines: list[str], span: Span) -> bool:
    return lines[span.line - 1][span.column - 1 : span.column] in {"{", "["}


def _scalars(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)


def _filled(document: YamlDocument, number: int, line: str) -> list[str]:
    """A line whose value is a long list of scalars, broken where it is full."""
    if len(line) <= WIDTH - 2:
        return [line]
    for location, span in document.values.items():
        value = _at(document.data, location)
        if span.line == span.end_line == number and _scalars(value) and value and line[span.column - 1] == "[":
            items = [document.values[*location, index] for index in range(len(value))]
            texts = [line[item.column - 1 : item.end_column - 1] for item in items]
            return _fill(line[: span.column], texts, line[span.end_column - 2 :])
    return [line]


def _fill(start: str, items: list[str], end: str) -> list[str]:
    stripped = start.lstrip()
    indent = " " * (len(start) - len(stripped) + (4 if stripped.startswith("- ") else 2))
    lines, current = [start], indent
    for number, item in enumerate(items):
        piece = item + ("," if number + 1 < len(items) else "")
        if len(current) > len(indent) and len(current) + len(piece) + 1 > WIDTH - 2:
            lines.append(current.rstrip())
            current = indent
        current += piece + " "
    return [*lines, current.rstrip(), indent[:-2] + end.lstrip()]


def _must_agree(before: YamlDocument, after: YamlDocument) -> None:
    if after.findings or repr(_sorted(before.data)) != repr(_sorted(after.data)):
        raise Failure(f"{before.file}: formatting would change what the file means, so it is left alone")
    lost = [comment for comment in comments_of(before) if comment not in comments_of(after)]
    if lost or len(comments_of(before)) != len(comments_of(after)):
        what = f"the comment {lost[0]!r}" if lost else "a comment"
        hint = "move the comment to a line of its own, above the key"
        raise Failure(f"{before.file}: formatting would lose {what}, so the file is left alone", hint=hint)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=str)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def comments_of(document: YamlDocument) -> list[str]:
    """All comments of a document, in order."""
    texts = [
        span for location, span in document.values.items() if not isinstance(_at(document.data, location), dict | list)
    ]
    texts += document.keys.values()
    inside: dict[int, list[tuple[int, int]]] = {}
    for span in texts:
        for number in range(span.line, span.end_line + 1):
            first = span.column if number == span.line else 1
            last = span.end_column if number == span.end_line else 1 << 30
            inside.setdefault(number, []).append((first, last))
    found = []
    for number, line in enumerate(document.text.split("\n"), start=1):
        for at, char in enumerate(line, start=1):
            covered = any(first <= at < last for first, last in inside.get(number, ()))
            if char == "#" and not covered and (at == 1 or line[at - 2] in " \t"):
                found.append(line[at - 1 :].strip())
                break
    return found
