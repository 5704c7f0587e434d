"""What the page knows of one engine, as plain values that JSON carries.

Values of configs travel as text: JavaScript has one kind of number, and whether ``1`` or ``1.0`` was given is what some
rules are about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.corpus.discovered import Discovered
from llem_rules.corpus.matrix import Matrix, RuleOverVersions, Sight
from llem_rules.reporting.condition import clause
from llem_rules.reporting.elsewhere import about_platform, elsewhere
from llem_rules.reporting.page.titles import title
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import fields_of

Plain = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """All documents of one engine. ``places``: ``file:line`` of the rules that a person wrote, by id."""

    engine: str
    validated: Mapping[str, Any]
    schema: Discovered | None = None
    matrix: Matrix | None = None
    coverage: Mapping[str, Any] | None = None
    places: Mapping[str, str] = field(default_factory=dict)


def engine_payload(known: Known) -> Plain:
    """One engine."""
    environment = known.validated["environment"]
    entries = sorted(known.validated["rules"], key=lambda entry: (entry["rule"]["native_type"], entry["id"]))
    cells = _Cells(known.matrix)
    return {
        "name": known.engine,
        "library": environment["library"],
        "version": environment["library_version"],
        "environment": environment,
        "isolation": known.validated.get("isolation"),
        "platforms": {
            name: about_platform(header) for name, header in (known.validated.get("platforms") or {}).items()
        },
        "types": _types(entries, known.schema),
        "versions": _versions(known.matrix),
        "order": cells.order,
        "rules": [_rule(entry, known, cells) for entry in entries],
        "cells": cells.kept,
        "coverage": None if known.coverage is None else _coverage(known.coverage),
    }


def _rule(entry: Mapping[str, Any], known: Known, cells: _Cells) -> Plain:
    rule = rule_from(entry["rule"])
    row = known.matrix.rules.get(rule.id) if known.matrix is not None else None
    told: Plain = {
        "id": rule.id,
        "type": rule.native_type,
        "title": title(rule),
        "summary": rule.summary,
        "kind": entry["rule"]["kind"],
        "effect": rule.expected.effect,
        "channel": rule.expected.channel,
        "exception": rule.expected.exception,
        "says": rule.message_template,
        "reach": rule.reach,
        "verdict": entry["verdict"],
        "unchecked": entry.get("unchecked"),
        "proof": entry.get("proof"),
        "by": rule.added_by,
        "agreed": list(rule.cross_validated_by),
        "place": known.places.get(rule.id),
        "source": [rule.source.file, rule.source.function] if rule.source else None,
        "reads": list(fields_of(rule.predicate)),
        "dormant": _dormant(rule),
        "parts": {
            part: clause(parse_predicate(entry["rule"][part]))
            for part in rule.predicate_parts
            if entry["rule"].get(part) is not None
        },
        "positive": _case(entry, "positive"),
        "negative": _case(entry, "negative"),
        "table": entry["table"],
        "divergences": [
            {"kind": one["kind"], "where": one["where"], "kwargs": _kwargs(one["kwargs"]), "detail": one["detail"]}
            for one in entry.get("divergences", ())
        ],
        "holds": list(entry.get("applies_to", ())),
        "elsewhere": [[one.device, one.verdict, one.words] for one in elsewhere(entry, {})],
        "over": None if row is None else cells.row(row),
    }
    return {key: value for key, value in told.items() if value not in (None, [], {})}


def _dormant(rule: RuleBase) -> list[list[str]]:
    """Field, and the effective value where it is replaced."""
    return [
        [name, text(one.effective)] if one.replaced else [name] for name, one in sorted(rule.dormant_fields.items())
    ]


def _case(entry: Mapping[str, Any], side: str) -> Plain:
    seen = dict(entry[side])
    if "effective" in seen:
        seen["effective"] = _kwargs(seen["effective"])
    return {"kwargs": _kwargs(entry["rule"][f"kwargs_{side}"]), **seen}


def _kwargs(kwargs: Mapping[str, Any]) -> list[list[str]]:
    return [[name, text(value)] for name, value in kwargs.items()]


def text(value: Any) -> str:
    """A value of a config as ``try --kwargs`` takes it."""
    return json.dumps(value, ensure_ascii=False, default=repr)


def _types(entries: Iterable[Mapping[str, Any]], schema: Discovered | None) -> list[Plain]:
    names = {entry["rule"]["native_type"] for entry in entries} | set(schema.native_types if schema else ())
    return [{"name": name, "fields": _fields(name, schema)} for name in sorted(names)]


def _fields(native_type: str, schema: Discovered | None) -> list[list[str]]:
    """Name, declared type, default and description of each field."""
    if schema is None or schema.resolve(native_type) is None:
        return []
    properties = schema.definitions[schema.resolve(native_type) or native_type].get("properties", {})
    return [
        [name, _declared(about), text(about["default"]) if "default" in about else "", about.get("description", "")]
        for name, about in sorted(properties.items())
    ]


def _declared(about: Mapping[str, Any]) -> str:
    if "anyOf" in about:
        return " or ".join(dict.fromkeys(_declared(part) for part in about["anyOf"]))
    if "enum" in about:
        return " or ".join(text(value) for value in about["enum"])
    if "const" in about:
        return text(about["const"])
    if about.get("type") == "array" and isinstance(about.get("items"), dict) and _declared(about["items"]):
        return f"array of {_declared(about['items'])}"
    kind = about.get("type", about.get("$ref", about.get("x-python-type", "")))
    return " or ".join(kind) if isinstance(kind, list) else str(kind).removeprefix("#/$defs/")


def _versions(matrix: Matrix | None) -> list[Plain]:
    return [
        {"name": name, "unchecked": one.unchecked} if one.unchecked else {"name": name}
        for name, one in (matrix.versions.items() if matrix is not None else ())
    ]


class _Cells:
    """What was seen on versions, each different sight once."""

    def __init__(self, matrix: Matrix | None) -> None:
        self.order = matrix.order if matrix is not None else []
        self.kept: list[Plain] = []
        self._known: dict[str, int] = {}

    def row(self, row: RuleOverVersions) -> Plain:
        """Spans as ``[first, last, cell]``, and between which versions the rule came or went."""
        place = {name: number for number, name in enumerate(self.order)}
        told: Plain = {"spans": [[place[one.first], place[one.last], self._number(one.cell)] for one in row.spans]}
        for word, between in (("introduced", row.introduced), ("removed", row.removed)):
            if between is not None:
                told[word] = list(between)
        return told

    def _number(self, cell: Any) -> int:
        plain: Plain = {"state": cell.state}
        if cell.why is not None:
            plain["why"] = cell.why
        if cell.state != "fires":
            for word, sight in (("positive", cell.positive), ("negative", cell.negative)):
                if sight is not None:
                    plain[word] = _sight(sight)
        key = json.dumps(plain, sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.kept)
            self.kept.append(plain)
        return self._known[key]


def _sight(sight: Sight) -> Plain:
    plain = sight.model_dump(mode="json", exclude_none=True)
    if "effective" in plain:
        plain["effective"] = _kwargs(plain["effective"])
    return plain


_SITE = ("native_type", "kind", "file", "line", "function", "field", "rules", "apart", "reachable", "why")


def _coverage(document: Mapping[str, Any]) -> Plain:
    return {
        "summary": {
            word: document["summary"][word] for word in ("sites", "apart", "unreachable", "reachable", "covered")
        },
        "items": [{word: item[word] for word in _SITE if item[word] not in (None, [])} for item in document["items"]],
    }
