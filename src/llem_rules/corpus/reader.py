"""YAML with the line and column of every key and value, at C speed: libyaml's events, and one loop without recursion.

Values follow YAML 1.2's core schema. What other readers would take differently is reported, not swallowed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.cyaml import CParser

from llem_rules.corpus.files import read_text
from llem_rules.corpus.findings import START, Finding, Location, Span
from llem_rules.corpus.scalars import resolve, trap

DEEPEST = 60
# Lists of names, where a field may well be called `n`.
_NAME_LISTS = frozenset({"dormant", "at_most_one_of", "required_key"})


@dataclass
class YamlDocument:
    """A YAML file as plain values, with where everything is and what is wrong with it as YAML."""

    file: str
    text: str
    data: Any = None
    keys: dict[Location, Span] = field(default_factory=dict)
    values: dict[Location, Span] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def span(self, location: Location, *, on_key: bool = False) -> Span:
        """Where a location is; the nearest enclosing one for what does not exist."""
        for end in range(len(location), -1, -1):
            found = self.keys.get(location[:end]) if on_key else None
            found = found or self.values.get(location[:end])
            if found is not None:
                return found
        return START

    def report(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """Add a finding."""
        self.findings.append(Finding(self.file, span, code, message, hint=hint))


class _Stop(Exception):
    """The rest of the document cannot be trusted."""


@dataclass
class _Frame:
    """A list or mapping being filled."""

    container: Any
    location: Location
    span: Span
    mapping: bool
    key: Any = None
    has_key: bool = False


def read_yaml(path: Path, shown: str | None = None) -> YamlDocument:
    """Read a YAML file. Problems of YAML itself are in ``findings``; ``data`` is None where there is nothing to trust.

    Raises:
        Unreadable: the file could not be read as text.
    """
    return parse_yaml(read_text(path, shown), shown or str(path))


def parse_yaml(text: str, file: str) -> YamlDocument:
    """The same for text that is already in hand. Never raises, whatever the text is."""
    document = YamlDocument(file, text)
    if text.startswith("\ufeff"):
        document.report("L007", Span(1, 1, 1, 2), "a byte order mark: other tools stumble over it", "save without one")
        document.text = text = text[1:]
    try:
        document.data = _Builder(document).build()
    except _Stop:
        document.data = None
    except yaml.YAMLError as error:
        document.data = None
        document.findings.append(_syntax(file, text, error))
    else:
        _tabs(document)
    return document


class _Builder:
    """Turns events into values; the stack is a list, so depth costs no recursion."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.root: Any = None

    def build(self) -> Any:
        parser = CParser(self.document.text)
        documents = 0
        try:
            while (event := parser.get_event()) is not None:
                match event:
                    case yaml.ScalarEvent():
                        self._scalar(event)
                    case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                        self._open(event)
                    case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                        self._close(event)
                    case yaml.AliasEvent():
                        self._refuse(event, "L005", f"an alias (*{event.anchor}): rules are written out in full")
                    case yaml.DocumentStartEvent():
                        documents += 1
                        if documents > 1:
                            self._refuse(event, "L005", "a second document in one file", "one file holds one list")
        finally:
            parser.dispose()
        return self.root

    def _refuse(self, event: yaml.Event, code: str, message: str, hint: str | None = None) -> None:
        self.document.report(code, _span(event), message, hint)
        raise _Stop

    def _decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self.document.report(
                "L005", _span(event), f"an anchor (&{event.anchor}): rules are written out in full", "repeat the value"
            )
        if event.tag is not None and event.tag != "!":
            self.document.report(
                "L005", _span(event), f"a tag ({event.tag}): values are plain here", 'see "Values in kwargs": {"$tuple": …}'
            )

    def _scalar(self, event: Any) -> None:
        plain = not event.style and event.tag is None
        if event.anchor is not None or event.tag is not None:
            self._decorations(event)
        text = event.value
        value = resolve(text) if plain else text
        top = self.stack[-1] if self.stack else None
        is_key = top is not None and top.mapping and not top.has_key
        if plain and top is not None and (found := trap(text)) and not _named(text, top, is_key):
            self.document.report("L004", _span(event), *found)
        if is_key and plain and text == "<<":
            self.document.report("L005", _span(event), "a merge key (<<): rules are written out in full")
        self._place(value, _span(event))

    def _open(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorations(event)
        span = _span(event)
        if len(self.stack) >= DEEPEST:
            self._refuse(event, "L006", f"nested more than {DEEPEST} deep")
        if self.stack and self.stack[-1].mapping and not self.stack[-1].has_key:
            self._refuse(event, "L005", "a list or mapping as a key", 'a mapping with such keys is {"$dict": [[key, value], …]}')
        mapping = isinstance(event, yaml.MappingStartEvent)
        container: Any = {} if mapping else []
        self.stack.append(_Frame(container, self._place(container, span), span, mapping))

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        end = event.end_mark
        # A block ends where the next token starts, which may be far below; its own extent is what it holds.
        if event.start_mark.index == end.index:
            line, column = self._last_end
        else:
            line, column = end.line + 1, end.column + 1
            self._last_end = (line, column)
        self.document.values[frame.location] = Span(frame.span.line, frame.span.column, line, column)

    _last_end: tuple[int, int] = (1, 1)

    def _place(self, value: Any, span: Span) -> Location:
        """Put a value where it belongs, and say where that is. A scalar key is kept for the value to come."""
        self._last_end = (span.end_line, span.end_column)
        if not self.stack:
            self.root = value
            self.document.values[()] = span
            return ()
        top = self.stack[-1]
        if not top.mapping:
            location = (*top.location, len(top.container))
            top.container.append(value)
        elif not top.has_key:
            top.key, top.has_key = value, True
            location = (*top.location, value)
            if value in top.container:
                first = self.document.keys[location]
                message = f"the key {value!r} stands here twice; the first is on line {first.line}"
                self.document.report("L003", span, message, "YAML readers disagree on which of the two counts")
            else:
                self.document.keys[location] = span
            return location
        else:
            location = (*top.location, top.key)
            top.container[top.key] = value
            top.has_key = False
        self.document.values[location] = span
        return location


def _named(text: str, top: _Frame, is_key: bool) -> bool:
    """Whether a `n` or `y` stands where names stand: a key, or a list of field names."""
    return len(text) == 1 and text in "nNyY" and (is_key or bool(_NAME_LISTS.intersection(map(str, top.location[-1:]))))


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Finding:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark) is not None:
        line, column = mark.line + 1, mark.column + 1
        said = " ".join(part for part in (error.context, error.problem) if part)
    else:
        index = getattr(error, "position", 0) or 0
        before = text.encode()[:index].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        said = str(getattr(error, "reason", None) or error)
    lines = text.split("\n")
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t" or "'\\t'" in said:
        return Finding(file, Span(line, column, line, column + 1), "L007", "a tab: YAML is indented with blanks only")
    return Finding(file, Span(line, column, line, column + 1), "L002", f"not YAML: {said}", hint=_way_out(said))


def _way_out(said: str) -> str | None:
    if "mapping values are not allowed" in said:
        return 'a text with ": " in it needs quotes'
    if "cannot start any token" in said:
        return "a text that starts with @, `, % or } needs quotes"
    return None


def _tabs(document: YamlDocument) -> None:
    """Tabs that libyaml lets pass: outside of quoted text and comments nobody can see them."""
    if "\t" not in document.text:
        return
    inside = [span for location, span in document.values.items() if not _container(document.data, location)]
    inside += document.keys.values()
    for number, line in enumerate(document.text.split("\n"), start=1):
        column = line.find("\t") + 1
        in_text = any((s.line, s.column) <= (number, column) < (s.end_line, s.end_column) for s in inside)
        if column and not in_text and "#" not in line[:column]:
            document.report("L007", Span(number, column, number, column + 1), "a tab: YAML is indented with blanks only")


def _container(data: Any, location: Location) -> bool:
    for part in location:
        data = data[part]
    return isinstance(data, dict | list) and bool(data)
