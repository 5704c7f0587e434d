"""In which order dormancies apply to a config, and what they make moot.

A dormancy that changes a field comes before one that asks for that field (``corpus.lint.circles`` says which do). Where this
goes round in a circle there is no order, and lint reports it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from llem_rules.corpus.lint.circles import precedences
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import AllOf, fields_of
from llem_rules.rules.reason import never
from llem_rules.rules.showing import effective_value


class CircleError(Exception):
    """Dormancies that have no order. ``circle``: their ids, the first one again at the end."""

    def __init__(self, circle: Sequence[str]) -> None:
        super().__init__(" → ".join(circle))
        self.circle = tuple(circle)


@dataclass(frozen=True)
class Application:
    """One dormancy as it applies to a config. ``moot_by``: an earlier one that took away what it asks for."""

    rule: RuleBase
    fields: tuple[str, ...]
    effective: Mapping[str, Any]
    moot_by: str | None = None


def ordered(dormancies: Sequence[RuleBase]) -> list[RuleBase]:
    """Dormancies of one native type, each after those that change what it asks for; otherwise by id.

    Raises:
        CircleError: there is no such order.
    """
    by_id = {rule.id: rule for rule in sorted(dormancies, key=lambda rule: rule.id)}
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(by_id, ()))
    for first, later in precedences(list(by_id.values())).items():
        for name in later:
            sorter.add(name, first)
    try:
        sorter.prepare()
    except CycleError as error:
        raise CircleError(list(reversed(error.args[1]))) from error
    found: list[RuleBase] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found += [by_id[name] for name in ready]
        sorter.done(*ready)
    return found


def applications(rules: Sequence[RuleBase], config: Config) -> list[Application]:
    """The dormancies that fire on a config, in the order in which they apply.

    Conditions are asked of what was given, as the language has it; a dormancy that would no longer fire on what the earlier
    ones left is moot.

    Raises:
        CircleError: those that fire have no order.
    """
    firing = [rule for rule in rules if rule.dormant_fields and rule.fires(config) is True]
    left = dict(config.given)
    changed: dict[str, str] = {}
    found: list[Application] = []
    for rule in ordered(firing):
        asked = [name for name in fields_of(rule.predicate) if name in changed and name not in rule.dormant_fields]
        now = Config(left, config.defaults, config.sections, config.surroundings)
        stopped = bool(asked) and rule.fires(now) is not True
        moot_by = changed[asked[0]] if stopped else None
        effective = {name: effective_value(one, config) for name, one in rule.dormant_fields.items() if one.replaced}
        found.append(Application(rule, tuple(rule.dormant_fields), effective, moot_by))
        if moot_by is None:
            for name in rule.dormant_fields:
                changed.setdefault(name, rule.id)
                if name in effective:
                    left[name] = effective[name]
                else:
                    left.pop(name, None)
    return found


def moot(rules: Sequence[RuleBase]) -> dict[str, list[str]]:
    """For each dormancy the rules of its native type of which nothing comes wherever it fires.

    That are warnings and dormancies about nothing but fields that it makes dormant; a refusal stays a refusal.
    """
    found: dict[str, list[str]] = {}
    for one in rules:
        gone = set(one.dormant_fields)
        if not gone:
            continue
        idle = [
            other.id
            for other in rules
            if other is not one
            and other.native_type == one.native_type
            and _about(other) <= gone
            and never(AllOf((one.predicate, other.predicate))) is None
        ]
        if idle:
            found[one.id] = idle
    return found


def _about(rule: RuleBase) -> set[str]:
    """The fields whose having an effect the rule is about; for a refusal something that nothing can take away."""
    if rule.expected.effect == "error":
        return {""}
    return set(rule.dormant_fields or fields_of(rule.predicate))
