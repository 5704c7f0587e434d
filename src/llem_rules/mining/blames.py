"""What else a config is refused or changed for: how many other rules fire on it, refusals counting three times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from llem_rules.mining.search import Ground
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import fields_of

_REFUSAL, _OTHER = 3, 1


class Blames:
    """Counts. A rule is asked only where one of its fields is given: elsewhere it says what it says of the empty config."""

    def __init__(self, rules: Iterable[RuleBase], ground: Ground) -> None:
        self._rules = [(rule, _REFUSAL if rule.expected.effect == "error" else _OTHER) for rule in rules]
        self._by_field: dict[str, list[int]] = defaultdict(list)
        for place, (rule, _) in enumerate(self._rules):
            for name in fields_of(rule.predicate):
                self._by_field[name].append(place)
        empty = ground.config({})
        self._usual = {place: weight for place, (rule, weight) in enumerate(self._rules) if rule.fires(empty)}

    def __call__(self, config: Config) -> int:
        """The sum of the weights of those that fire."""
        asked = {place for name in config.given for place in self._by_field.get(name, ())}
        elsewhere = sum(weight for place, weight in self._usual.items() if place not in asked)
        return elsewhere + sum(self._rules[place][1] for place in asked if self._rules[place][0].fires(config))
