"""Whether two rules say the same: by their form, by proof, or (at one site, with one message) on sampled configs."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from llem_rules.mining.fingerprint import fingerprint_of
from llem_rules.mining.samples import tests_by_path, values_for
from llem_rules.mining.solve import Ground
from llem_rules.mining.tidy import implies
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.placing import GONE, Kwargs, placed
from llem_rules.rules.predicates import AnyOf, Predicate, Test, fields_of

_SAID = ("warn", "dormant_announced")
_MOST_POINTS = 1500
_WORD = re.compile(r"[^\W_]")
_SEVERAL = 4  # points on one side of a border that count as evidence


def same_claim(one: RuleBase, two: RuleBase) -> bool:
    """Whether the rules speak of one effect on the same fields."""
    return one.native_type == two.native_type and claim_of(one) == claim_of(two)


def claim_of(rule: RuleBase) -> Hashable:
    """What a rule claims, its condition apart: the type, the effect, and the fields that it makes dormant."""
    return rule.native_type, rule.expected.effect, frozenset(rule.dormant_fields)


def place_of(rule: RuleBase) -> Hashable:
    """Equal for all rules that ``same_site`` can be true of; None where it is true of none."""
    if rule.source is None:
        return None
    return rule.native_type, rule.source.file, rule.source.function.rpartition(".")[2]


def same_meaning(one: RuleBase, two: RuleBase) -> bool:
    """Whether it is proved that the rules say the same."""
    if not same_claim(one, two):
        return False
    if fingerprint_of(one) == fingerprint_of(two):
        return True
    return (
        set(one.fields) == set(two.fields)
        and implies(one.predicate, two.predicate)
        and implies(two.predicate, one.predicate)
    )


def same_site(one: RuleBase, two: RuleBase) -> bool:
    """Whether both effects show at one place of the library, with one message, as far as the rules say."""
    place = place_of(one)
    if place is None or place != place_of(two):
        return False
    effects = {one.expected.effect, two.expected.effect}
    if len(effects) > 1 and not effects <= set(_SAID):
        return False
    if one.expected.effect == "dormant_silent":
        return set(one.dormant_fields) == set(two.dormant_fields)
    return _same_words(one.message_template, two.message_template)


def _same_words(one: str | None, two: str | None) -> bool:
    """Whether two templates can be of one message: the longest text of the shorter one stands in the other.

    One without a word of its own (that of a ``KeyError`` is the key) is as good as none.
    """
    one, two = (text if text is not None and any(map(_WORD.search, _pieces(text))) else None for text in (one, two))
    if one is None or two is None:
        return one is two
    shorter, longer = sorted((_pieces(one), _pieces(two)), key=lambda pieces: sum(map(len, pieces)))
    longest = max(shorter, key=len, default="")
    return bool(longest) and longest in "\0".join(longer)


def _pieces(template: str) -> list[str]:
    parts = re.split(r"\{[^{}]*\}", template.replace("{{", "\1").replace("}}", "\2"))
    return [" ".join(part.split()) for part in parts]


def covered(rule: RuleBase, others: Sequence[RuleBase], ground: Ground, refusals: Sequence[RuleBase]) -> str | None:
    """How it is known that the others fire wherever the rule does: ``proved`` or ``sampled``; None where it is not known.

    Points at which the library refuses for another reason say nothing.
    """
    if implies(rule.predicate, AnyOf(tuple(other.predicate for other in others))):
        return "proved"
    seen = 0
    around = Around([rule, *others], ground, refusals)
    for config in around.points():
        if not rule.fires(config):
            continue
        held = any(other.fires(config) for other in others)
        if (not held or seen < _SEVERAL) and around.is_clear(config):
            if not held:
                return None
            seen += 1
    return "sampled" if seen >= _SEVERAL else None


def agree(one: RuleBase, two: RuleBase, ground: Ground, refusals: Sequence[RuleBase]) -> bool:
    """Whether two rules of one site say the same of every sampled config: several on which both fire, several on which not."""
    said = {True: 0, False: 0, None: _SEVERAL}
    around = Around([one, two], ground, refusals)
    for config in around.points():
        left, right = one.fires(config), two.fires(config)
        # Whether others refuse a config is asked last, and only where it matters: there are many of them.
        if (left is not right or said[left] < _SEVERAL) and around.is_clear(config):
            if left is not right:
                return False
            said[left] += 1
    return said[True] >= _SEVERAL and said[False] >= _SEVERAL


class Around:
    """Configs around the examples of rules: one or two fields changed. ``refusals``: others that may refuse them."""

    def __init__(self, rules: Sequence[RuleBase], ground: Ground, refusals: Iterable[RuleBase]) -> None:
        self._rules, self._ground = rules, ground
        own = set(map(id, rules))
        self._others = [rule for rule in refusals if rule.expected.effect == "error" and id(rule) not in own]

    def points(self) -> Iterator[Config]:
        """The configs."""
        tests = _tests([rule.predicate for rule in self._rules])
        examples = [kwargs for rule in self._rules for kwargs in (rule.kwargs_positive, rule.kwargs_negative)]
        made: dict[str, Kwargs] = {repr(kwargs): kwargs for kwargs in ({}, *examples)}
        for base in list(made.values()):
            for path, own in tests.items():
                for new in _changed(base, path, own, self._ground):
                    made.setdefault(repr(new), new)
        for kwargs in list(made.values())[:_MOST_POINTS]:
            yield self._ground.config(kwargs)

    def is_clear(self, config: Config) -> bool:
        """Whether no other rule sees a refusal."""
        return not any(other.fires(config) for other in self._others)


def _changed(base: Kwargs, path: str, tests: Sequence[Test], ground: Ground) -> Iterator[Kwargs]:
    config = ground.config(base)
    default = ground.defaults.get(path.partition(".")[0])
    values: list[Any] = [GONE, *values_for(tests, config.value(path), config)]
    for value in values:
        yield from placed(base, path, value, ground.holders, default)


def _tests(predicates: Iterable[Predicate]) -> dict[str, list[Test]]:
    found: dict[str, list[Test]] = {}
    for predicate in predicates:
        for name in fields_of(predicate):
            found.setdefault(name, [])
        for path, tests in tests_by_path(predicate):
            found.setdefault(path, []).extend(tests)
    return found
