"""A corpus compiled for judging: rules by native type, found by the fields that a config sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from llem_rules.check.index import TypeIndex
from llem_rules.check.judgement import AnyRule, Finding, Judgement, worst_first
from llem_rules.check.light import LightRule
from llem_rules.check.settled import bits
from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.evaluate import operand_reader
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.reading import Declared
from llem_rules.rules.values import ABSENT, SCALARS, decode

if TYPE_CHECKING:
    from llem_rules.rules.kinds import RuleBase


class Corpus:
    """The confirmed rules of one engine and version.

    ``defaults`` maps native types to the library's default values (decoded); a type that is a key there is known, with
    or without rules. ``around``: what is known of the place that configs are judged for, where nothing else is said.
    """

    around: Surroundings = NOWHERE

    def __init__(
        self, engine: str, version: str, rules: Iterable[AnyRule], defaults: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.engine = engine
        self.version = version
        self._defaults = defaults
        self._by_type: dict[str, list[AnyRule]] = defaultdict(list)
        for rule in rules:
            self._by_type[rule.native_type].append(rule)
        self._indexes: dict[str, TypeIndex] = {}
        self._decoded: dict[str, Mapping[str, Any]] = {}
        self._nothing: dict[str, Judgement] = {}  # one for all configs of a type that nothing is said of
        self._readers: dict[tuple[str, str], Callable[[Config], Any]] = {}

    @cached_property
    def rules(self) -> tuple[RuleBase, ...]:
        """All rules, by native type."""
        return tuple(cast("RuleBase", rule) for held in self._by_type.values() for rule in held)

    def rules_of(self, native_type: str) -> Sequence[AnyRule]:
        """The rules of a native type."""
        return self._by_type.get(native_type, [])

    @property
    def native_types(self) -> tuple[str, ...]:
        """Every type that the corpus knows."""
        return tuple(sorted({*self._defaults, *self._by_type}))

    def defaults(self, native_type: str) -> Mapping[str, Any]:
        """The library's default values of a type, decoded; empty where they are not known."""
        return self.index(native_type).defaults

    def looked_at(self, native_type: str) -> int:
        """How many rules there are for a type."""
        return len(self.rules_of(native_type))

    def refused_names(self, _native_type: str, _names: Iterable[str]) -> list[str]:
        """Names that are refused because there is no such field; none where the fields of a type are not known here."""
        return []

    def index(self, native_type: str) -> TypeIndex:
        """The rules of a type, ready to be found."""
        found = self._indexes.get(native_type)
        if found is None:
            rules = self.rules_of(native_type)
            defaults = self._defaults.get(native_type, {})
            decoded: Mapping[str, Any] = {name: decode(value) for name, value in defaults.items()}
            if isinstance(defaults, Declared):
                decoded = Declared(decoded, defaults.readings)
            self._decoded[native_type] = decoded
            self._nothing[native_type] = Judgement(native_type, ())
            found = self._indexes[native_type] = TypeIndex(
                rules, [_reads(rule) for rule in rules], decoded, _unasked(rules)
            )
        return found

    def judge(self, native_type: str, kwargs: Mapping[str, Any], surroundings: Surroundings = NOWHERE) -> Judgement:
        """Judge one config. Only rules are asked that the index cannot answer for."""
        index = self._indexes.get(native_type) or self.index(native_type)
        mask, settled = index.find(kwargs)
        if not mask:
            return self._nothing[native_type]
        undecided = 0
        if settled is not None:
            mask &= ~settled.false
            if settled.undecided and settled.stays(kwargs, index.defaults, surroundings):
                undecided = settled.undecided
                mask &= ~undecided
            if not mask:
                return Judgement(native_type, (), settled.rules)
        given = kwargs
        if not all(value.__class__ in SCALARS for value in kwargs.values()):
            given = {name: decode(value) for name, value in kwargs.items()}
        config = Config(given, self._decoded[native_type], surroundings=surroundings)
        findings: list[Finding] = []
        for place in bits(mask) if settled is None else settled.places_of(mask):
            rule: Any = index.rules[place]
            truth = rule.compiled(config)
            if truth is None:
                undecided |= 1 << place
            elif truth and not _says_nothing(rule, config):
                findings.append(self._finding(rule, index.reads[place], config))
        left: Any = (
            settled.rules
            if settled is not None and undecided == settled.undecided
            else [index.rules[place] for place in bits(undecided)]
        )
        return Judgement(native_type, worst_first(findings), tuple(left))

    def _finding(self, rule: AnyRule, fields: tuple[str, ...], config: Config) -> Finding:
        dormant = rule.dormant_fields
        about = tuple(name for name in dormant if config.present(name))
        if not dormant:
            about = tuple([name for name in fields if name in config.given])
        effective = {}
        for name in about:
            one = dormant.get(name)
            if one is not None and one.replaced:
                reader = self._readers.get((rule.id, name))
                if reader is None:
                    reader = self._readers[rule.id, name] = operand_reader(one.effective)
                value = reader(config)
                if value is not UNDEFINED and value is not UNKNOWN:
                    effective[name] = {"$absent": True} if value is ABSENT else _plain(one.effective, value)
        return Finding(cast("RuleBase", rule), rule.expected.effect, about, effective)


def _reads(rule: AnyRule) -> tuple[str, ...]:
    return rule.reads if isinstance(rule, LightRule) else fields_of(rule.predicate)


def _unasked(rules: Sequence[AnyRule]) -> int | None:
    """The rules that may hold where nothing is given, as a mask; None where that has to be asked."""
    mask = 0
    for place, rule in enumerate(rules):
        if not isinstance(rule, LightRule):
            return None
        mask |= rule.unasked << place
    return mask


def _says_nothing(rule: AnyRule, config: Config) -> bool:
    """Whether a silent dormancy is about fields only that were not given: then nothing was declared that is not kept."""
    return rule.expected.effect == "dormant_silent" and not any(map(config.present, rule.dormant_fields))


def _plain(written: Any, value: Any) -> Any:
    """The value as JSON has it: what was written, unless that was a reference or held one."""
    return written if decode(written) is value or decode(written) == value else value
