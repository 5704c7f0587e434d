"""What else a config is refused or changed for: how many other rules fire on it, refusals counting three times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from llem_rules.mining.ground import Blame, Ground
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase

_REFUSAL, _OTHER = 3, 1


class Blames:
    """Counts. A rule is asked only where one of its fields is given: elsewhere it says what it says of the empty config."""

    def __init__(self, rules: Iterable[RuleBase], ground: Ground) -> None:
        self._rules = [(rule, _REFUSAL if rule.expected.effect == "error" else _OTHER) for rule in rules]
        self._by_field: dict[str, list[int]] = defaultdict(list)
        for place, (rule, _) in enumerate(self._rules):
            for name in rule.fields:
                self._by_field[name].append(place)
        empty = ground.config({})
        self._usual = {place: weight for place, (rule, weight) in enumerate(self._rules) if rule.fires(empty)}

    def without(self, left_out: Collection[int]) -> Blame:
        """Of a config, the sum of the weights of the rules that fire, some (by their place) left out."""
        return lambda config: self._count(config, left_out)

    def _count(self, config: Config, left_out: Collection[int]) -> int:
        asked = {place for name in config.given for place in self._by_field.get(name, ())}
        usual = self._usual.keys() - asked
        usual.difference_update(left_out)
        elsewhere = sum(map(self._usual.__getitem__, usual))
        asked.difference_update(left_out)
        return elsewhere + sum(weight for rule, weight in map(self._rules.__getitem__, asked) if rule.fires(config))
