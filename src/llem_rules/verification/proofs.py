"""Whether a rule and a mutant of it are proved to differ nowhere, or only where other rules refuse or claim the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from llem_rules.replay.crossing import family
from llem_rules.rules.config import CONFIG_JSON, Config, Surroundings
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import REACHES, RuleBase
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    Field,
    Not,
    Predicate,
    RequiredKey,
    Surrounding,
    Test,
    fields_of,
    paths_of,
    walk,
)
from llem_rules.rules.values import NativeValue
from llem_rules.verification.differing import inner_sides, sides

Within = Callable[[Predicate, Predicate, Mapping[str, Any]], bool]  # whether the one is proved to imply the other
# Whether a config on which the rule alone fires is possible, and one on which the mutant alone does.
Open = tuple[bool, bool]
_ALWAYS, _NEVER = AllOf(()), AnyOf(())
_BESIDE = 12  # other rules that a difference is held against together
_FACTS = 4  # facts about one difference: each doubles the cases of a proof
_NOTHING = Test("type_is", ("none",))
_A_DICT = Test("type_is", ("dict",))


class Proofs:
    """About the rules of one native type. ``rules``: the confirmed ones; ``defaults``: decoded."""

    def __init__(
        self, rules: Sequence[RuleBase], defaults: Mapping[str, Any], surroundings: Surroundings, within: Within
    ) -> None:
        self._rules = rules
        self._defaults = defaults
        self._place = Config({}, {}, None, surroundings)
        self._within = within
        self.objects = objects_of(rules, defaults)

    def open(self, rule: RuleBase, mutant: Predicate) -> Open:
        """The sides on which the two may differ, as far as is proved."""
        own, other = self._here(rule.predicate), self._here(mutant)
        inner = inner_sides(own, other) or (None, None)
        first, second = (not self._never(side, item) for side, item in zip(sides(own, other), inner, strict=True))
        return first, second

    def masked(self, rule: RuleBase, mutant: Predicate, still_open: Open) -> bool:
        """Whether other rules refuse, or claim the same, wherever the two may differ."""
        beside = AnyOf(tuple(self._here(one) for one in self._beside(rule)))
        both = sides(self._here(rule.predicate), self._here(mutant))
        left = (side for side, open_here in zip(both, still_open, strict=True) if open_here)
        return all(self._within(side, beside, self._defaults) for side in left)

    def _here(self, predicate: Predicate) -> Predicate:
        """What is left to ask in these surroundings: conditions on them have one answer."""
        match predicate:
            case AllOf(parts=parts):
                return AllOf(tuple(map(self._here, parts)))
            case AnyOf(parts=parts):
                return AnyOf(tuple(map(self._here, parts)))
            case Not(part=part):
                return Not(self._here(part))
            case Surrounding():
                answer = compile_predicate(predicate)(self._place)
                return predicate if answer is None else _ALWAYS if answer else _NEVER
        return predicate

    def _never(self, side: Predicate, item: Predicate | None) -> bool:
        if self._within(side, _NEVER, self._defaults) or (item is not None and self._within(item, _NEVER, {})):
            return True
        facts = tuple(islice(self._facts(side), _FACTS))
        return bool(facts) and self._within(AllOf((side, *facts)), _NEVER, self._defaults)

    def _facts(self, predicate: Predicate) -> Iterator[Predicate]:
        """Where no object is known to stand, what has keys is a mapping."""
        found: dict[Predicate, None] = {}
        for part in walk(predicate):
            match part:
                case RequiredKey(path=str() as path) if path not in self.objects:
                    found[_so_a_dict(part, path)] = None
                case Field(path=path, tests=tests) if path not in self.objects:
                    asked = (Field(path, (test,)) for test in tests if test.operator in {"keys", "values"})
                    found |= dict.fromkeys(_so_a_dict(one, path) for one in asked)
        for path in paths_of(predicate):
            holder, _, last = path.rpartition(".")
            inside_a_file = last == CONFIG_JSON or holder.endswith(CONFIG_JSON)
            if holder and holder not in self.objects and not inside_a_file:
                found[AnyOf((Field(path, (_NOTHING,)), Field(holder, (_A_DICT,))))] = None
        yield from found

    def _beside(self, rule: RuleBase) -> Iterator[Predicate]:
        """When other rules that speak of its fields refuse configs, at this rule's stage or before, or claim the same."""
        own = set(fields_of(rule.predicate))
        near = [
            (len(read - own), other.id, other)
            for other in self._rules
            if other is not rule
            and (_refuses_before(other, rule) or _claims_as(other, rule))
            and (read := set(fields_of(other.predicate))) & own
        ]
        yield from (other.predicate for strange, _, other in sorted(near)[:_BESIDE] if strange <= 1)


def objects_of(rules: Sequence[RuleBase], defaults: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Which classes of object stand in which field: by default, in the rules' pairs, and where a rule asks for the type."""
    found: dict[str, dict[str, None]] = {}
    for name, default in defaults.items():
        if isinstance(default, NativeValue):
            found.setdefault(name, {})[default.name] = None
    for rule in sorted(rules, key=lambda one: one.id):
        for kwargs in (rule.kwargs_negative, rule.kwargs_positive):
            for name, value in kwargs.items():
                if isinstance(value, dict) and isinstance(value.get("$native"), str):
                    found.setdefault(name, {})[value["$native"]] = None
        for part in walk(rule.predicate):
            for test in part.tests if isinstance(part, Field) else ():
                named = (
                    [one for one in test.operand if "." in one] if test.operator in {"type_is", "type_is_not"} else []
                )
                if named and isinstance(part, Field):
                    found.setdefault(part.path, {}).update(dict.fromkeys(named))
    return {name: tuple(classes) for name, classes in sorted(found.items())}


def _so_a_dict(asked: Predicate, path: str) -> Predicate:
    return AnyOf((Not(asked), Field(path, (_A_DICT,))))


def _refuses_before(other: RuleBase, rule: RuleBase) -> bool:
    return other.expected.effect == "error" and REACHES.index(other.reach) <= REACHES.index(rule.reach)


def _claims_as(other: RuleBase, rule: RuleBase) -> bool:
    """Whether what another rule claims where it fires leaves nothing for this one to say (as ``claimed_by_another`` has it)."""
    named = other.dormant_fields or fields_of(other.predicate, references=False)
    return family(other) == family(rule) and other.reach == rule.reach and set(rule.dormant_fields) <= set(named)
