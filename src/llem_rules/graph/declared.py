"""What the declared defaults of a native type, and how its fields read strings, make sure of tests on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.mining.presence import presence_asked
from llem_rules.rules import numerals
from llem_rules.rules.config import CONFIG_JSON, Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.predicates import AnyOf, Field, Not, Predicate, RequiredKey, Test, walk
from llem_rules.rules.reading import Kind, read_as, readings_in

_GIVEN = Test("present", True)
# Patterns of which no text is left as it is, by what the field reads.
_READ: Mapping[Kind, tuple[str, ...]] = {
    "bool": (numerals.BOOLEAN,),
    "int": (numerals.INTEGER,),
    "float": (numerals.NUMBER, numerals.INTEGER),
}


def declared_lemmas(predicates: Sequence[Predicate], defaults: Mapping[str, Any]) -> Iterator[Predicate]:
    """Predicates that are true of every config with these (decoded) defaults, about tests that stand in the given ones."""
    readings = readings_in(defaults)
    given = {name for part in _parts(predicates) for name in presence_asked(part)}
    seen: dict[Predicate, None] = {}
    for part in _parts(predicates):
        match part:
            case RequiredKey(path=str() as path) if path in given:
                seen |= dict.fromkeys(_keys_by_default(part, path, defaults))
            case Field(path=path, tests=tests):
                if "." in path and path.partition(".")[0] in given:
                    seen |= dict.fromkeys(_value_by_default(path, defaults))
                kind = readings.get(path)
                for test in tests:
                    if kind is not None and _never_left(kind, test):
                        seen[Not(Field(path, (test,)))] = None
    yield from seen


def _parts(predicates: Sequence[Predicate]) -> Iterator[Predicate]:
    for predicate in predicates:
        yield from walk(predicate)


def _keys_by_default(part: RequiredKey, path: str, defaults: Mapping[str, Any]) -> Iterator[Predicate]:
    """Keys of a field that is not given are keys of the default; where None was given there are none."""
    if compile_predicate(part)(Config({}, defaults)) is False:
        yield AnyOf((Field(path, (_GIVEN,)), Not(part)))


def _value_by_default(path: str, defaults: Mapping[str, Any]) -> Iterator[Predicate]:
    """What stands inside a field that is not given stands inside the default."""
    name, *inner = path.split(".")
    if CONFIG_JSON in inner:
        return
    value = Config({}, defaults).value(path)
    if value is None:
        yield AnyOf((Field(name, (_GIVEN,)), Field(path, (Test("type_is", ("none",)),))))
    elif isinstance(value, bool | int | float) or (isinstance(value, str) and not value.startswith("@")):
        yield AnyOf((Field(name, (_GIVEN,)), Field(path, (Test("in", (None, value)),))))


def _never_left(kind: Kind, test: Test) -> bool:
    """Whether the test is true of no string that the field leaves a string, and of nothing else."""
    match test:
        case Test(operator="matches", operand=pattern):
            return pattern in _READ[kind]
        case Test(operator="lower", operand=(Test(operator="in", operand=tuple() as words),)):
            return all(isinstance(word, str) and read_as(kind, word) != word for word in words)
        case Test(operator="lower", operand=(Test(operator="==", operand=str() as word),)):
            return read_as(kind, word) != word
    return False
