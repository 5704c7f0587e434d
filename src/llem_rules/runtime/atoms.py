"""Conditions that a study suggests, with their answers on every one of its cases.

A study was not made to ask questions, so few of its configs differ in one field only. Beside the miner's atoms, which are read
off such lines, each field by itself gives some: a value stands on the side of the effect if the effect showed beside it at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from llem_rules.mining.dynamic.atoms import Atom, atoms_for
from llem_rules.mining.dynamic.axes import Labelled, type_name
from llem_rules.mining.dynamic.oracle import key_of
from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.observation import Observation
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.values import items_of, keys_of, size_of

_OPERATORS = {"<": 2.4, "<=": 2.5, ">": 2.4, ">=": 2.5, "==": 2.7, "!=": 2.8}
_LENGTH = 0.4  # more for the length of the other field
_FOREIGN = 0.9  # more for a field of which the message says nothing
_SAID = 1.2  # a condition that the message itself words
_LISTED = 0.9  # a set of values that it lists: more to the point than that the field was given
_UNLIKELY = {"multiple_of": 1.6, "not_multiple_of": 1.6}
_PER_NUMBER = 0.5  # more for each number in a set: numbers have bounds, seldom lists
_UNASKED = 0.3  # more for a condition that holds where nothing is given
_INSIDE = 0.7  # more for what is asked of an item
_NOTHING = Observation()
_LONGEST_LINES = 400  # cases from which the miner's own atoms are read
_DEEPEST = 2
_BROKEN = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


@dataclass(frozen=True)
class Weighed:
    """An atom with its answers: bit i is set where it is true of case i."""

    atom: Atom
    mask: int


@dataclass(frozen=True)
class Hints:
    """What is known of an effect beside its runs.

    ``named``: fields that the message names. ``constants``: likely values, by field. ``asked``: conditions that it words.
    """

    named: tuple[str, ...] = ()
    constants: Mapping[str, Sequence[Any]] | None = None
    asked: tuple[Mapping[str, Any], ...] = ()


class Answers:
    """Answers of atoms on a list of cases, each asked once however many effects it is asked for."""

    def __init__(self, cases: Sequence[Seen]) -> None:
        self._cases = cases
        self._known: dict[str, int] = {}
        self._of_nothing: dict[str, bool] = {}

    def of(self, plain: Mapping[str, Any]) -> int:
        """The mask of a condition as it is written."""
        key = key_of(plain)
        if key not in self._known:
            fires = compile_predicate(parse_predicate(plain))
            found = 0
            for index, seen in enumerate(self._cases):
                if fires(seen.config) is True:
                    found |= 1 << index
            self._known[key] = found
        return self._known[key]

    def of_nothing(self, plain: Mapping[str, Any]) -> bool:
        """Whether a condition holds of the config in which nothing is given."""
        key = key_of(plain)
        if key not in self._of_nothing:
            defaults = self._cases[0].config.defaults if self._cases else {}
            self._of_nothing[key] = compile_predicate(parse_predicate(plain))(Config({}, defaults)) is True
        return self._of_nothing[key]


def weighed_atoms(data: Sequence[Labelled], fields: Sequence[str], hints: Hints, answers: Answers) -> list[Weighed]:
    """All atoms that may take part, with what they cost."""
    close = set(hints.named)
    found: dict[str, Atom] = {}
    for atom in _suggested(data, fields, hints):
        cost = atom.cost + sum(_unlikely(atom.plain)) + _UNASKED * answers.of_nothing(atom.plain)
        if close:
            cost += _FOREIGN * len(set(fields_in(atom.plain)) - close)
        key = key_of(atom.plain)
        if key not in found or found[key].cost > cost:
            found[key] = Atom(atom.plain, cost)
    return [Weighed(atom, answers.of(atom.plain)) for atom in found.values()]


def _suggested(data: Sequence[Labelled], fields: Sequence[str], hints: Hints) -> Iterator[Atom]:
    constants = hints.constants or {}
    for name in fields:
        values = _values(data, name)
        yield from atoms_for(_cases(name, values), [name], constants)
        for path, cost, inner in _inside(values):
            for atom in atoms_for(_cases(name, inner), [name], constants):
                if (wrapped := _wrapped(atom.plain, name, path)) is not None:
                    yield Atom(wrapped, atom.cost + cost)
    given = [name for name in fields if any(label and name in seen.point for seen, label in data)]
    for name in given:
        if name in hints.named or not hints.named:
            for asked in hints.asked:
                yield from _asked(name, asked)
    yield from atoms_for(data[:: max(1, len(data) // _LONGEST_LINES)], given, constants)
    yield from _compared(data, given)


def _values(data: Sequence[Labelled], name: str) -> list[tuple[Any, bool, bool]]:
    """Each value of a field once: the value, whether it was given, and the best label that any case with it has."""
    best: dict[str, tuple[Any, bool, bool]] = {}
    for seen, label in data:
        value, given = seen.config.value(name), seen.config.present(name) is True
        key = f"{type_name(value)} {value!r} {given}"
        best[key] = (value, given, label or (key in best and best[key][2]))
    return list(best.values())


def _cases(name: str, values: Iterable[tuple[Any, bool, bool]]) -> list[Labelled]:
    made = []
    for value, given, label in values:
        config = Config({name: value} if given else {}, {} if given else {name: value})
        made.append((Seen({name: value}, config, _NOTHING, {}), label))
    return made


def _inside(values: Sequence[tuple[Any, bool, bool]], depth: int = 0) -> Iterator[tuple[tuple[str, ...], float, Any]]:
    """Items of lists, and keys of mappings: one that stands in a value without the effect is not to blame for it."""
    for read, path in ((items_of, ("any_item",)), (keys_of, ("keys", "any_item"))):
        parts = [(read(value), label) for value, given, label in values if given]
        innocent = {repr(item) for items, label in parts if items is not None and not label for item in items}
        known = {repr(item): item for items, _ in parts if items is not None for item in items}
        if not known or len(innocent) == len(known):
            continue
        inner = [(item, True, key not in innocent) for key, item in known.items()]
        yield path, _INSIDE, inner
        if depth + 1 < _DEEPEST:
            for further, cost, deeper in _inside(inner, depth + 1):
                yield (*path, *further), cost + _INSIDE, deeper


def _wrapped(plain: Mapping[str, Any], name: str, path: Sequence[str]) -> dict[str, Any] | None:
    condition = plain.get(name)
    if not isinstance(condition, Mapping) or {"present", "absent", "given"} & condition.keys():
        return None
    made: Any = dict(condition)
    for step in reversed(path):
        made = {step: made}
    return {name: made}


def _asked(name: str, asked: Mapping[str, Any]) -> Iterator[Atom]:
    """The violation of a requirement, of the field or of its items."""
    if "in" in asked:
        yield from _asked_set(name, asked["in"])
        return
    if "length" in asked:
        for operator, size in asked["length"].items():
            yield Atom({name: {"length": {_BROKEN[operator]: size}}}, _SAID)
        return
    yield Atom({"not": {name: dict(asked)}}, _SAID + 0.1 * len(asked))
    yield Atom({"not": {name: dict(asked)}, name: {"present": True}}, _SAID + 0.15 + 0.1 * len(asked))
    bounds = {key: value for key, value in asked.items() if key != "type_is"}
    for operator, value in bounds.items():
        yield Atom({name: {_BROKEN[operator]: value}}, _SAID + 0.05 * len(asked))
    if len(bounds) == len(asked):
        yield Atom({name: {"type_is": ["int", "float"]}, "not": {name: bounds}}, _SAID + 0.05 + 0.1 * len(asked))
    if set(asked) == {"type_is"}:
        yield Atom({name: {"type_is_not": [asked["type_is"], "none"]}}, _SAID + 0.2)
        yield Atom({name: {"any_item": {"type_is_not": asked["type_is"]}}}, _SAID + 0.3)


def _asked_set(name: str, values: Sequence[Any]) -> Iterator[Atom]:
    """Values outside a set. Numbers that a message lists are no odd list."""
    cost = _LISTED - _PER_NUMBER * sum(map(_is_number, values))
    yield Atom({name: {"not_in": values}}, cost)
    yield Atom({name: {"not_in": values, "present": True}}, cost + 0.15)
    yield Atom({name: {"any_item": {"not_in": values}}}, cost + 0.2)


def _compared(data: Sequence[Labelled], given: Sequence[str]) -> Iterator[Atom]:
    """Two fields that were given together."""
    numbers = [name for name in given if _mostly(data, name, _is_number)]
    sized = [name for name in given if _mostly(data, name, lambda value: size_of(value) is not None)]
    for one, other in permutations(numbers, 2):
        for operator, cost in _OPERATORS.items():
            yield Atom({one: {operator: f"@{other}"}}, cost)
    for one in numbers:
        for other in sized:
            for operator, cost in _OPERATORS.items():
                yield Atom({one: {operator: f"@len(@{other})"}}, cost + _LENGTH)
    for one in given:
        for other in sized:
            if one != other:
                yield Atom({one: {"in": f"@{other}"}}, 2.6)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mostly(data: Sequence[Labelled], name: str, kind: Any) -> bool:
    values = [seen.config.value(name) for seen, label in data if label]
    return bool(values) and sum(map(kind, values)) * 2 >= len(values)


def _unlikely(plain: Any) -> Iterator[float]:
    """What makes a condition an odd one."""
    for key, value in plain.items():
        if key in _UNLIKELY:
            yield _UNLIKELY[key]
        if key in ("in", "not_in") and isinstance(value, list):
            yield _PER_NUMBER * sum(_is_number(one) for one in value)
        elif isinstance(value, Mapping):
            yield from _unlikely(value)


def fields_in(plain: Any) -> Iterator[str]:
    """Fields that an atom speaks of, references included."""
    for key, value in plain.items():
        if key == "not":
            yield from fields_in(value)
            continue
        yield key
        for operand in value.values() if isinstance(value, Mapping) else ():
            if isinstance(operand, str) and operand.startswith("@"):
                yield operand.removeprefix("@len(").strip("@()").split()[0]
