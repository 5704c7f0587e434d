"""Documents of either side as plain values and rules. What is not what it should be stops here, and is never "safe".

Most rules of two sides are the same bytes, and these are built once. Evidence is parsed, but not built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from llem_rules.corpus.discovered import Discovered
from llem_rules.graph.sides import Entry
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.parse import PredicateError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ITEM = re.compile(r"^- id: ", re.MULTILINE)
_KEY = re.compile(r"^(?=  [A-Za-z_])", re.MULTILINE)
_COMPARED = ("  rule:\n", "  verdict: ", "  holds_on:")
_OUTCOMES = ("confirmed", "divergent", "unchecked")


class RuleReader:
    """Reads corpora of one engine. What it has read once it does not read again, in whichever document it stands."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._entries: dict[
            tuple[int, tuple[str, ...]], tuple[Any, Entry]
        ] = {}  # the plain value is kept, so that its identity stays its own

    def read(self, text: str, name: str, engine: str) -> tuple[tuple[Entry, ...], str | None]:
        """The entries of a validated or proposed corpus, or of a rule file, and the library's version where it says one.

        Raises:
            Failure: (2) it is none of these, it is of another engine, or a rule in it cannot be read.
        """
        document = self._document(text, name)
        if isinstance(document, list):
            return self._all(document, name), None
        if not isinstance(document, Mapping) or not isinstance(document.get("rules"), list):
            raise Failure(
                f"{name} is not a corpus of rules", hint="it has to be what replay or mine wrote, or a rule file"
            )
        if document.get("schema_version") != 1:
            raise Failure(f"{name} has schema_version {document.get('schema_version')!r}; 1 can be read here")
        if document.get("engine") != engine:
            raise Failure(f"{name} is about {document.get('engine')!r}, not about {engine}")
        where = document.get("environment")
        version = where.get("library_version") if isinstance(where, Mapping) else document.get("library_version")
        if not isinstance(version, str):
            raise Failure(f"{name} does not say of which version of the library it is")
        return self._all(document["rules"], name, _platforms(document)), version

    def _all(self, plain: Sequence[Any], name: str, platforms: tuple[str, ...] = ()) -> tuple[Entry, ...]:
        entries = tuple(self._entry(one, name, platforms) for one in plain)
        seen: set[str] = set()
        for entry in entries:
            if entry.rule.id in seen:
                raise Failure(f"{name}: the id {entry.rule.id} stands there twice")
            seen.add(entry.rule.id)
        return entries

    def _entry(self, plain: Any, name: str, platforms: tuple[str, ...]) -> Entry:
        key = id(plain), platforms
        known = self._entries.get(key)
        if known is None:
            known = self._entries[key] = (plain, _entry(plain, name, platforms))
        return known[1]

    def _document(self, text: str, name: str) -> Any:
        parts = _parts(text)
        if parts is not None:
            header, items = parts
            if (missed := _not_yaml(text)) is not None:
                raise Failure(f"{name} is not YAML: {missed}")
            new = [item for item in items if item not in self._known]
            read = _load(header + "".join(new), name)
            rules = (read.get("rules") if isinstance(read, dict) else read) or []
            if isinstance(rules, list) and len(rules) == len(new) and all(map(_starts_with_its_id, rules, new)):
                self._known.update(zip(new, rules, strict=True))
                whole = [self._known[item] for item in items]
                return {**read, "rules": whole} if isinstance(read, dict) else whole
        return _load(text, name)


def _parts(text: str) -> tuple[str, list[str]] | None:
    """The text before the first rule, and each rule's own text, less its evidence; None where rules could lean on others."""
    if "&" in text and re.search(r"(?:^|\s)&\w", text):
        return None
    starts = [match.start() for match in _ITEM.finditer(text)]
    if not starts:
        return None
    ends = [*starts[1:], len(text)]
    return text[: starts[0]], [_compared(text[start:end]) for start, end in zip(starts, ends, strict=True)]


def _compared(item: str) -> str:
    """The text of a validated rule without its evidence: that is not compared, and is another with every version."""
    blocks = _KEY.split(item)
    if not any(block.startswith("  rule:\n") for block in blocks):
        return item
    return blocks[0] + "".join(block for block in blocks[1:] if block.startswith(_COMPARED))


def _not_yaml(text: str) -> str | None:
    """What is wrong with a text as YAML, whatever is read of it. libyaml says so without making an object of every event."""
    try:
        loader = _LOADER(text)
        if hasattr(loader, "raw_parse"):
            loader.raw_parse()
            return None
        while loader.check_event():
            loader.get_event()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return str(error).splitlines()[0]
    return None


def _starts_with_its_id(rule: Any, item: str) -> bool:
    return isinstance(rule, dict) and isinstance(rule.get("id"), str) and item.startswith(f"- id: {rule['id']}\n")


def _load(text: str, name: str) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Failure(f"{name} is not YAML: {str(error).splitlines()[0]}") from error


def _platforms(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The platforms that were asked, where it was more than one."""
    others, where = document.get("platforms"), document.get("environment")
    if not isinstance(others, Mapping) or not isinstance(where, Mapping):
        return ()
    return tuple(sorted({str(where.get("device")), *map(str, others)}))


def _entry(plain: Any, name: str, platforms: tuple[str, ...]) -> Entry:
    if not isinstance(plain, dict):
        raise Failure(f"{name}: a rule is a mapping that starts with id:")
    validated = "rule" in plain
    verdict = plain.get("verdict") if validated else None
    if validated and verdict not in _OUTCOMES:
        raise Failure(f"{name}: {plain.get('id')}: the verdict is one of {', '.join(_OUTCOMES)}, not {verdict!r}")
    try:
        rule = rule_from(plain["rule"] if validated else plain)
        rule.compiled  # noqa: B018 - an unreadable predicate has to be seen now
    except (ValidationError, PredicateError) as error:
        first = str(error).splitlines()
        raise Failure(f"{name}: {plain.get('id')}: {' '.join(first[1:3]) or first[0]}") from error
    held = plain.get("holds_on") if validated else None
    return Entry(rule, verdict, {one: one in held for one in platforms} if isinstance(held, list) else {})


def read_schema(text: str, name: str, engine: str) -> Discovered:
    """A discovered schema.

    Raises:
        Failure: (2) it is not what ``discover`` writes, or it is of another engine.
    """
    try:
        document = json.loads(text)
        definitions = document["$defs"]
        found = Discovered(
            str(document["engine"]),
            str(document["library_version"]),
            {str(key): one for key, one in definitions.items()},
            tuple(document.get("discovery_limitations", ())),
        )
        fields = [one["properties"] for one in definitions.values()]
        good = all(isinstance(about, dict) for one in fields for about in one.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Failure(f"{name} is not a discovered schema: {error}", hint="discover makes it again") from error
    if not good:
        raise Failure(f"{name} is not a discovered schema: a field in it is not a mapping")
    if found.engine != engine:
        raise Failure(f"{name} is about {found.engine!r}, not about {engine}")
    return found
