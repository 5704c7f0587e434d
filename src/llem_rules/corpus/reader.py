"""YAML with the line and column of every key and value, at C speed: libyaml's events, and one loop without recursion.

Values follow YAML 1.2's core schema. What other readers would take differently is reported, not swallowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from llem_rules.corpus.files import read_text
from llem_rules.corpus.findings import Location, Span
from llem_rules.corpus.scalars import resolve, trap
from llem_rules.corpus.yaml_document import YamlDocument
from llem_rules.corpus.yaml_problems import report_tabs, syntax_finding

__all__ = ["YamlDocument", "parse_yaml", "read_yaml"]

DEEPEST = 60
_TOO_DEEP = "nesting depth"  # what libyaml says of a depth that is not ours
# Lists of names, where a field may well be called `n`.
_NAME_LISTS = frozenset({"dormant", "at_most_one_of", "required_key"})


class _UntrustedError(Exception):
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
        document.data = _Builder(document).build(CParser(text))
    except _UntrustedError:
        document.data = None
    except yaml.YAMLError as error:
        document.data = None
        if _TOO_DEEP in str(error):
            error = _other_error(document) or error
        if document.findings and document.findings[-1].code == "L006":
            return document
        document.findings = [finding for finding in document.findings if finding.code != "L004"]
        document.findings.append(syntax_finding(file, text, error))
    else:
        report_tabs(document)
    if any(finding.code == "L005" for finding in document.findings):
        document.data = None  # an anchor or a tag says that the values are not what they look like
    return document


class _Unlimited(Reader, Scanner, Parser):
    """The slow parser, which gets to any depth."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def _other_error(document: YamlDocument) -> yaml.YAMLError | None:
    """Find where our own limit is passed: libyaml reads ahead, and (from 0.2.6) its limit may come first."""
    document.findings.clear()
    document.keys.clear()
    document.values.clear()
    try:
        _Builder(document).build(_Unlimited(document.text))
    except _UntrustedError:
        return None
    except yaml.YAMLError as error:
        return error
    return None


class _Builder:
    """Turns events into values; the stack is a list, so depth costs no recursion."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.root: Any = None

    def build(self, parser: Any) -> Any:
        """The document of a parser's events. What the parser raises passes through."""
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
        raise _UntrustedError

    def _decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self.document.report(
                "L005", _span(event), f"an anchor (&{event.anchor}): rules are written out in full", "repeat the value"
            )
        if event.tag is not None and event.tag != "!":
            message = f"a tag ({event.tag}): values are plain here"
            self.document.report("L005", _span(event), message, 'for other values see {"$tuple": …} and its like')

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
            self._refuse(event, "L005", "a list or mapping as a key", 'write {"$dict": [[key, value], …]}')
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
