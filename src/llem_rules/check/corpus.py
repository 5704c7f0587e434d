"""A corpus compiled for judging: rules by native type, found by the fields that a config sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from llem_rules.check.judgement import Finding, Judgement, worst_first
from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.expressions import UNDEFINED
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.showing import effective_value
from llem_rules.rules.values import ABSENT, decode


class Corpus:
    """The confirmed rules of one engine and version.

    ``defaults`` maps native types to the library's default values (decoded); a type that is a key there is known, with
    or without rules.
    """

    def __init__(
        self, engine: str, version: str, rules: Iterable[RuleBase], defaults: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.engine = engine
        self.version = version
        self.rules = tuple(rules)
        self._defaults = defaults
        self._by_field: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._always: dict[str, list[int]] = defaultdict(list)
        self._fields: list[tuple[str, ...]] = []
        for index, rule in enumerate(self.rules):
            fields = fields_of(rule.predicate)
            self._fields.append(fields)
            for name in fields:
                self._by_field[rule.native_type][name].append(index)
            if not fields:
                self._always[rule.native_type].append(index)

    @property
    def native_types(self) -> tuple[str, ...]:
        """Every type that the corpus knows."""
        return tuple(sorted({*self._defaults, *(rule.native_type for rule in self.rules)}))

    def defaults(self, native_type: str) -> Mapping[str, Any]:
        """The library's default values of a type, decoded; empty where they are not known."""
        return self._defaults.get(native_type, {})

    def looked_at(self, native_type: str) -> int:
        """How many rules there are for a type."""
        return sum(rule.native_type == native_type for rule in self.rules)

    def judge(self, native_type: str, kwargs: Mapping[str, Any], surroundings: Surroundings = NOWHERE) -> Judgement:
        """Judge one config. No rule fires on a type's defaults, so only rules that read a given field are asked."""
        by_field = self._by_field.get(native_type, {})
        asked = {index for name in kwargs for index in by_field.get(name, ())}
        asked.update(self._always.get(native_type, ()))
        config = Config.of(kwargs, self._defaults.get(native_type), surroundings=surroundings)
        findings: list[Finding] = []
        undecided: list[RuleBase] = []
        for index in sorted(asked):
            rule = self.rules[index]
            truth = rule.fires(config)
            if truth is None:
                undecided.append(rule)
            elif truth and not _says_nothing(rule, config):
                findings.append(self._finding(rule, self._fields[index], config))
        return Judgement(native_type, worst_first(findings), tuple(undecided))

    @staticmethod
    def _finding(rule: RuleBase, fields: tuple[str, ...], config: Config) -> Finding:
        dormant = rule.dormant_fields
        about = tuple(name for name in dormant if config.present(name))
        if not dormant:
            about = tuple(name for name in fields if name in config.given)
        effective = {}
        for name in about:
            one = dormant.get(name)
            if one is not None and one.replaced:
                value = effective_value(one, config)
                if value is not UNDEFINED:
                    effective[name] = {"$absent": True} if value is ABSENT else _plain(one.effective, value)
        return Finding(rule, rule.expected.effect, about, effective)


def _says_nothing(rule: RuleBase, config: Config) -> bool:
    """Whether a silent dormancy is about fields only that were not given: then nothing was declared that is not kept."""
    return rule.expected.effect == "dormant_silent" and not any(map(config.present, rule.dormant_fields))


def _plain(written: Any, value: Any) -> Any:
    """The value as JSON has it: what was written, unless that was a reference or held one."""
    return written if decode(written) is value or decode(written) == value else value
