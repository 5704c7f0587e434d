"""Which rule of one corpus is which of another: by what they mean, and only then by what they are called.

The answer is the same from either side: swapping the corpora swaps the pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from llem_rules.graph.sides import Entry
from llem_rules.mining.fingerprint import form_text
from llem_rules.mining.tidy import implies
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import Predicate, fields_of

_ALIKE = 3.0
_SAME_WORDS = 0.8
_MOST_PAIRS = 20_000
Pair = tuple[Entry, Entry]


@dataclass(frozen=True)
class Matching:
    """Pairs of one rule before and after, and what has no partner."""

    pairs: tuple[Pair, ...]
    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]


def match(old: Iterable[Entry], new: Iterable[Entry]) -> Matching:
    """Pair the rules of two corpora: first those in force on both sides, then the rest.

    A rule that a version contradicted is no partner for as long as one that it confirmed can be: what people wrote of the
    new version stands in both corpora, and what changed is told by the rule that held before.
    """
    before, after = list(old), list(new)
    sound = _paired([one for one in before if one.in_force], [one for one in after if one.in_force])
    taken = {id(one) for pair in sound.pairs for one in pair}
    rest = _paired([one for one in before if id(one) not in taken], [one for one in after if id(one) not in taken])
    pairs = sorted((*sound.pairs, *rest.pairs), key=lambda pair: pair[0].rule.id)
    return Matching(tuple(pairs), _gone(rest.removed, after), _gone(rest.added, before))


def _gone(left: Iterable[Entry], other: Iterable[Entry]) -> tuple[Entry, ...]:
    """What is left over; but nothing that was contradicted here, and stands on the other side with another partner."""
    there = {entry.rule.id for entry in other}
    return tuple(entry for entry in left if entry.in_force or entry.rule.id not in there)


def _paired(old: list[Entry], new: list[Entry]) -> Matching:
    work = _Matching(old, new)
    work.unchanged()
    work.by(lambda rule: (rule.native_type, rule.expected.effect, _dormant(rule), _form(rule.predicate)))
    work.by(lambda rule: (rule.native_type, _dormant(rule), _form(rule.predicate)))
    work.by(lambda rule: (_last(rule.native_type), rule.expected.effect, _dormant(rule), _form(rule.predicate)))
    work.by(lambda rule: rule.id, kin)
    work.alike()
    return Matching(tuple(work.pairs), tuple(work.old), tuple(work.new))


def kin(one: RuleBase, two: RuleBase) -> bool:
    """Whether two rules of one name can be one rule: they share a field, the effect site or the words."""
    shared = set(fields_of(one.predicate)) & set(fields_of(two.predicate))
    dormant = set(one.dormant_fields) & set(two.dormant_fields)
    said = one.message_template is not None and one.message_template == two.message_template
    return bool(shared or dormant or said or (one.source is not None and one.source == two.source))


class _Matching:
    def __init__(self, old: list[Entry], new: list[Entry]) -> None:
        self.old = old
        self.new = new
        self.pairs: list[Pair] = []

    def unchanged(self) -> None:
        """Rules that are the same objects, or say the same under the same id."""
        by_id = {entry.rule.id: entry for entry in self.new}
        found = []
        for entry in self.old:
            other = by_id.get(entry.rule.id)
            if other is not None and (other is entry or other.rule == entry.rule):
                found.append((entry, other))
        self._take(found)

    def by(self, key: Callable[[RuleBase], Hashable], fits: Callable[[RuleBase, RuleBase], bool] | None = None) -> None:
        """Rules of one key. Where several have it, first those of one id, then those that are most alike."""
        groups: dict[Hashable, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
        for place, entries in enumerate((self.old, self.new)):
            for entry in entries:
                groups[key(entry.rule)][place].append(entry)
        found: list[Pair] = []
        for old, new in groups.values():
            if old and new:
                found += [pair for pair in _best(old, new, 0.0) if fits is None or fits(pair[0].rule, pair[1].rule)]
        self._take(found)

    def alike(self) -> None:
        """What is left, where two rules of one native type are more alike than chance."""
        groups: dict[str, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
        for place, entries in enumerate((self.old, self.new)):
            for entry in entries:
                groups[_last(entry.rule.native_type)][place].append(entry)
        self._take([pair for old, new in groups.values() if old and new for pair in _best(old, new, _ALIKE)])

    def _take(self, pairs: Sequence[Pair]) -> None:
        self.pairs += pairs
        gone, come = {id(old) for old, _ in pairs}, {id(new) for _, new in pairs}
        self.old = [entry for entry in self.old if id(entry) not in gone]
        self.new = [entry for entry in self.new if id(entry) not in come]


def _best(old: Sequence[Entry], new: Sequence[Entry], least: float) -> list[Pair]:
    """The most alike first, each rule once, as long as they are alike enough."""
    if len(old) == len(new) == 1 and least == 0.0:
        return [(old[0], new[0])]
    scored = [
        (score, one.rule.id, two.rule.id, one, two)
        for one, two in _candidates(old, new)
        if (score := likeness(one.rule, two.rule)) >= least
    ]
    found: list[Pair] = []
    taken: set[int] = set()
    for _, _, _, one, two in sorted(scored, key=lambda item: (-item[0], *sorted(item[1:3]))):
        if id(one) not in taken and id(two) not in taken:
            taken |= {id(one), id(two)}
            found.append((one, two))
    return found


def _candidates(old: Sequence[Entry], new: Sequence[Entry]) -> list[Pair]:
    """All pairs; where these are too many to look at, those that share a field."""
    if len(old) * len(new) <= _MOST_PAIRS:
        return [(one, two) for one in old for two in new]
    by_field: dict[str, list[Entry]] = defaultdict(list)
    for two in new:
        for name in _about(two.rule):
            by_field[name].append(two)
    pairs = {
        (id(one), id(two)): (one, two) for one in old for name in _about(one.rule) for two in by_field.get(name, ())
    }
    return list(pairs.values())


def likeness(one: RuleBase, two: RuleBase) -> float:
    """How alike two rules are; 3 or more is more than chance. The words that the library says count most."""
    left, right = _about(one), _about(two)
    shared = len(left & right) / len(left | right) if left | right else 0.0
    if not shared:
        return 0.0
    said = _words(one.message_template, two.message_template)
    named = 1.0 if _name(one) == _name(two) else 0.5 * _ratio(_name(one), _name(two))
    site = one.source is not None and two.source is not None and one.source.function == two.source.function
    effect = one.expected.effect == two.expected.effect and _dormant(one) == _dormant(two)
    return 1.0 * shared + 2.0 * said + 1.0 * named + 0.25 * site + 0.25 * effect + _overlap(one, two)


def _overlap(one: RuleBase, two: RuleBase) -> float:
    """One fires wherever the other does; or they meet, on an example at least."""
    left, right = one.predicate, two.predicate
    if set(fields_of(left)) == set(fields_of(right)) and (implies(left, right) or implies(right, left)):
        return 1.75
    pairs = ((one, two.kwargs_positive), (two, one.kwargs_positive))
    return float(any(rule.fires(Config.of(kwargs)) is True for rule, kwargs in pairs))


def _words(one: str | None, two: str | None) -> float:
    if one is None or two is None:
        return 0.0
    ratio = _ratio(one, two)
    return ratio if ratio >= _SAME_WORDS else 0.0


@lru_cache(maxsize=65536)
def _ratio(one: str, two: str) -> float:
    first, second = sorted((one, two))  # the ratio depends on the order otherwise
    return 1.0 if one == two else SequenceMatcher(None, first, second, autojunk=False).ratio()


def _about(rule: RuleBase) -> set[str]:
    return {*fields_of(rule.predicate), *rule.dormant_fields}


def _dormant(rule: RuleBase) -> tuple[str, ...]:
    return tuple(sorted(rule.dormant_fields))


def _last(native_type: str) -> str:
    return native_type.rpartition(".")[2]


def _name(rule: RuleBase) -> str:
    return rule.id.rpartition(".")[2]


@lru_cache(maxsize=16384)
def _form(predicate: Predicate) -> str:
    return form_text(predicate)
