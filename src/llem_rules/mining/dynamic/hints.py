"""What the source tells before anything is tried: constants near each field, and which fields occur together."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.mining.model import Finding
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import Field, Literal, Predicate, Test, fields_of, walk

_WIDEST = 6  # fields of one condition that are tried together
_SCALARS = (bool, int, float, str)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hints:
    """What the source tells.

    ``constants``: values to try, a field. ``together``: groups of fields that one condition reads. ``near``: by the key of a
    site, the fields that its ways, its message or its rewrite name. ``starts``: kwargs that go some way to a site. ``usual``:
    values that are known to be taken somewhere, a field.
    """

    constants: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    near: Mapping[tuple[Any, ...], tuple[str, ...]] = field(default_factory=dict)
    starts: tuple[Mapping[str, Any], ...] = ()
    usual: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def beside(self, name: str) -> tuple[str, ...]:
        """The fields that occur together with a field."""
        return tuple(dict.fromkeys(one for group in self.together if name in group for one in group if one != name))


def hints_from(findings: Iterable[Finding], fields: Collection[str], starts: Iterable[Mapping[str, Any]] = ()) -> Hints:
    """Hints of the static miner's findings: of their conditions, and of the parts that it could not express."""
    constants: dict[str, dict[str, Any]] = {}
    together: dict[tuple[str, ...], None] = {}
    near: dict[tuple[Any, ...], dict[str, None]] = {}

    def note(name: str, value: Any) -> None:
        if name in fields:
            constants.setdefault(name, {}).setdefault(f"{type(value).__name__} {value!r}", value)

    for finding in findings:
        group = [name for name in fields_of(finding.condition) if name in fields]
        for name, value in _of_predicate(finding.condition):
            note(name, value)
        for part in finding.opaque:
            named, values = _of_text(part.text, fields)
            group += named
            for name in named:
                for value in values:
                    note(name, value)
        if finding.site.field in fields:
            group.append(str(finding.site.field))
        said = [name for name in _WORD.findall(finding.site.message or "") if name in fields]
        near.setdefault(finding.site.key, {}).update(dict.fromkeys([*group, *said]))
        distinct = tuple(sorted(set(group)))
        if 1 < len(distinct) <= _WIDEST:
            together[distinct] = None
    return Hints(
        {name: tuple(found.values()) for name, found in sorted(constants.items())},
        tuple(together),
        {key: tuple(names) for key, names in near.items()},
        tuple(starts),
    )


def _of_predicate(predicate: Predicate) -> Iterator[tuple[str, Any]]:
    for part in walk(predicate):
        if isinstance(part, Field) and "." not in part.path:
            for test in part.tests:
                for value in _of_operand(test.operand):
                    yield part.path, value


def _of_operand(operand: Any) -> Iterator[Any]:
    match operand:
        case Expression() | None:
            return
        case Test(operand=inner):
            yield from _of_operand(inner)
        case Literal(value=value):
            yield value
        case tuple():
            for item in operand:
                yield from _of_operand(item)
        case str() if operand.startswith("@"):
            yield operand[1:]
        case _ if isinstance(operand, _SCALARS):
            yield operand


def _of_text(text: str, fields: Collection[str]) -> tuple[list[str], list[Any]]:
    """Fields and constants in a piece of Python source; nothing where it cannot be parsed."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return [], []
    names: dict[str, None] = {}
    values: list[Any] = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in fields:
                names[name] = None
            case ast.Constant(value=value) if isinstance(value, _SCALARS):
                values.append(value)
    return list(names), [value for value in values if not (isinstance(value, str) and value in fields)]
