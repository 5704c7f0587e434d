"""Effects of a section as candidates of the type that builds it: what feeds a field is refused, or ignored, as the field is.

A native type that builds sections (``engines/base.py``, ``sections`` and ``places``) hands most of its own fields on. Whether a
refusal really comes through is for replay to say, as of any candidate.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.mining.model import Candidate
from llem_rules.mining.static.asking import FALSY
from llem_rules.mining.tidy import tidied
from llem_rules.rules.expressions import Expression, split_section
from llem_rules.rules.kinds import RuleBase, to_document
from llem_rules.rules.parse import PredicateError, parse_operand, parse_predicate
from llem_rules.rules.plain import to_plain
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
    expressions,
    fields_of,
)

CARRIED = "carried"
_PARTS = ("match", "given", "require")


@dataclass(frozen=True)
class Feeding:
    """How a native type feeds the sections that it builds.

    ``fed``: a field, with the section's native type and its field there. ``defaults``: of every native type, decoded.
    ``switches``: the sections' native types that are built only where a field of the feeding type is true, and that field.
    """

    native_type: str
    fed: Mapping[str, tuple[str, str]]
    defaults: Mapping[str, Mapping[str, Any]]
    switches: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def unset(self, name: str) -> bool:
        """Whether a field that was not given is left to the section, which has a value of its own."""
        owner, end = self.fed[name]
        theirs = self.defaults.get(owner, {})
        return self.defaults[self.native_type].get(name) is None and (end not in theirs or theirs[end] is not None)


def carry(found: Iterable[Candidate], feeding: Feeding, stage: str) -> list[Candidate]:
    """The candidates whose fields are all fed by one type's fields, said of that type. What it leaves to the section when it
    is not given has to be given.
    """
    backwards: dict[str, dict[str, str]] = {}
    for name, (owner, end) in feeding.fed.items():
        backwards.setdefault(owner, {}).setdefault(end, name)
    made = (
        _carried(one, feeding, backwards[one.native_type], stage)
        for one in found
        if one.native_type in backwards and one.plain["expected"]["effect"] != "pass"
    )
    return [one for one in made if one is not None]


def candidate_of(rule: RuleBase) -> Candidate:
    """A rule that people wrote, as a candidate: what is carried of it, nobody wrote."""
    plain = {key: value for key, value in to_document(rule).items() if key not in _OWN}
    return Candidate(rule.native_type, rule.id.rpartition(".")[2], plain, "static_miner")


_OWN = ("id", "kwargs_positive", "kwargs_negative", "added_by", "cross_validated_by", "references", "summary", "tags")


def _carried(one: Candidate, feeding: Feeding, names: Mapping[str, str], stage: str) -> Candidate | None:
    parts = parts_of(one)
    read = [name for part in parts.values() for name in fields_of(part)]
    if not read or any(name not in names for name in read):
        return None
    if any(elsewhere(part) for part in parts.values()):
        return None
    plain = dict(one.plain) | {key: to_plain(_renamed(part, names)) for key, part in parts.items()}
    if "dormant" in plain:
        if any(name not in names for name in plain["dormant"]):
            return None
        plain["dormant"] = _dormant(plain["dormant"], names)
    given = [Field(names[name], (Test("!=", None),)) for name in dict.fromkeys(read) if feeding.unset(names[name])]
    if one.native_type in feeding.switches:
        given.append(Field(feeding.switches[one.native_type], (Test("not_in", FALSY),)))
    if given:
        guard = "match" if "match" in parts else "given"
        old = (_renamed(parts[guard], names),) if guard in parts else ()
        plain[guard] = to_plain(tidied(AllOf((*old, *given))))
    plain |= {"native_type": feeding.native_type, "reach": stage, "tags": [CARRIED]}
    if "source" in plain and (there := _called_there(read, names)) is not None:
        plain["source"] = {**plain["source"], "field": there}
    return replace(one, native_type=feeding.native_type, name=_name(one.name, names), plain=plain, sites=())


def _dormant(dormant: Any, names: Mapping[str, str]) -> Any:
    """What becomes of the fields that feed the dormant ones."""
    if not isinstance(dormant, Mapping):
        return [names[name] for name in dormant]
    return {
        names[name]: {key: _reference(value, names) for key, value in (about or {}).items()}
        for name, about in dormant.items()
    }


def _reference(value: Any, names: Mapping[str, str]) -> Any:
    return _spelled(value, names) if isinstance(value, str) and value.startswith("@") and value[1:2] != "@" else value


def _called_there(read: Sequence[str], names: Mapping[str, str]) -> str | None:
    """What the section calls the one field that it refuses, where the type that builds it has another name for it."""
    own = dict.fromkeys(read)
    [name, *others] = own
    return name if not others and names[name] != name else None


def parts_of(one: Candidate) -> dict[str, Predicate]:
    """The predicates of a candidate by the key that holds them; none where one cannot be read."""
    try:
        return {key: parse_predicate(one.plain[key]) for key in _PARTS if key in one.plain}
    except PredicateError:
        return {}


def elsewhere(predicate: Predicate) -> bool:
    """Whether a predicate speaks of another section."""
    return any(split_section(name) is not None for name in _references(predicate))


def _references(predicate: Predicate) -> Iterator[str]:
    for one in expressions(predicate):
        yield from one.names


def _name(name: str, names: Mapping[str, str]) -> str:
    """The candidate's name, with the field that feeds it in the place of the field."""
    first = max((field for field in names if name.startswith(field)), key=len, default="")
    return f"{names[first]}{name.removeprefix(first)}" if first else name


def _renamed(predicate: Predicate, names: Mapping[str, str]) -> Predicate:
    match predicate:
        case AllOf(parts=parts):
            return AllOf(tuple(_renamed(part, names) for part in parts))
        case AnyOf(parts=parts):
            return AnyOf(tuple(_renamed(part, names) for part in parts))
        case Not(part=part):
            return Not(_renamed(part, names))
        case Field(path=path, tests=tests):
            return Field(_path(path, names), tuple(_test(test, names) for test in tests))
        case AtMostOneOf(paths=paths):
            return AtMostOneOf(tuple(_path(path, names) for path in paths))
        case RequiredKey(path=None, keys=keys):
            return RequiredKey(None, tuple(_path(key, names) for key in keys))
        case RequiredKey(path=str() as path, keys=keys):
            return RequiredKey(_path(path, names), keys)
        case Surrounding():
            return predicate
    raise TypeError(f"not a predicate: {predicate!r}")


def _path(path: str, names: Mapping[str, str]) -> str:
    name, dot, rest = path.partition(".")
    return f"{names[name]}{dot}{rest}"


def _test(test: Test, names: Mapping[str, str]) -> Test:
    return Test(test.operator, _operand(test.operand, names))


def _operand(operand: Any, names: Mapping[str, str]) -> Any:
    match operand:
        case Expression(text=text):
            return parse_operand(_spelled(text, names))
        case Test():
            return _test(operand, names)
        case tuple():
            return tuple(_operand(one, names) for one in operand)
    return operand


def _spelled(text: str, names: Mapping[str, str]) -> str:
    """An expression with the fields that feed in the place of those that are fed."""
    return re.sub(r"@([A-Za-z_]\w*)(?!\s*\()", lambda m: f"@{names.get(m[1], m[1])}", text)
