"""The meaning of a predicate in one form, so that two that are written differently are seen to be one.

The form is an ``or`` of ``and``s over regions of values (exact) and single tests that regions cannot hold. Equal forms mean
equal truth on every config, unknowns included; the opposite is not promised, and is left to ``rules.reason``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations

from llem_rules.mining.atoms import GIVEN, Atom, literals_of
from llem_rules.mining.regions import ANYTHING, NONE, NOTHING, Region
from llem_rules.rules.branches import Signed
from llem_rules.rules.kinds import RuleBase
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
)

_MOST = 200
Name = tuple[str, str]  # domain and name


class _TooManyError(Exception):
    """More conjunctions than are worth writing out."""


@dataclass(frozen=True)
class Conjunction:
    """All of: the value of each name lies in its region, and every atom holds."""

    regions: frozenset[tuple[Name, Region]] = frozenset()
    atoms: frozenset[Atom] = frozenset()
    words: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        told = [f"{name}:{region.words}" for name, region in self.regions] + [atom.words for atom in self.atoms]
        object.__setattr__(self, "words", "\n ".join(sorted(told)))

    def within(self, other: Conjunction) -> bool:
        """Whether this one is seen to imply the other."""
        own = dict(self.regions)
        narrow = (own.get(name, ANYTHING) & region == own.get(name, ANYTHING) for name, region in other.regions)
        known = {name for name, _ in self.regions} >= {name for name, _ in other.regions}
        return known and all(narrow) and other.atoms <= self.atoms


@lru_cache(maxsize=8192)
def normal_form(predicate: Predicate) -> tuple[Conjunction, ...] | None:
    """The form of a predicate, or None where it would be too long."""
    try:
        return tuple(_shortened(_spread(predicate, True)))
    except _TooManyError:
        return None


def form_text(predicate: Predicate) -> str:
    """The normal form as text; the predicate as it stands where it has none of bearable length."""
    form = normal_form(predicate)
    return repr(predicate) if form is None else "\nor ".join(one.words for one in form)


def fingerprint(native_type: str, effect: str, dormant: Iterable[str], predicate: Predicate) -> str:
    """A short name of a rule's meaning: equal fingerprints mean that the rules say the same of every config."""
    return _fingerprint(native_type, effect, tuple(dormant), predicate)


@lru_cache(maxsize=8192)
def _fingerprint(native_type: str, effect: str, dormant: tuple[str, ...], predicate: Predicate) -> str:
    text = "\n".join([native_type, effect, *sorted(dormant), "when", form_text(predicate)])
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def fingerprint_of(rule: RuleBase) -> str:
    """The fingerprint of a rule."""
    return fingerprint(rule.native_type, rule.expected.effect, rule.dormant_fields, rule.predicate)


def _spread(predicate: Predicate, wanted: bool) -> list[Conjunction]:
    match predicate:
        case Not(part=part):
            return _spread(part, not wanted)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            inner = [_spread(part, wanted) for part in parts]
            return (
                _crossed(inner) if isinstance(predicate, AllOf) == wanted else [one for some in inner for one in some]
            )
        case AtMostOneOf(paths=paths):
            pairs = combinations(dict.fromkeys(paths), 2)
            fewer = AllOf(tuple(Not(RequiredKey(None, pair)) for pair in pairs))
            return _spread(fewer, wanted)
        case Field(path=path, tests=tests):
            signed = [Signed("field", path, test, wanted) for test in tests]
        case Surrounding(domain=domain, name=name, tests=tests):
            signed = [Signed(domain, name, test, wanted) for test in tests]
        case RequiredKey(path=None, keys=keys):
            signed = [Signed("field", key, Test("present", True), wanted) for key in keys]
        case RequiredKey(path=str() as path, keys=keys):
            signed = [Signed("field", path, Test("required_key", key), wanted) for key in keys]
    spread = [[_conjunction(one) for one in literals_of(single)] for single in signed]
    return _crossed(spread) if wanted else [one for some in spread for one in some]


def _conjunction(literals: Iterable[tuple[Name, Region] | Atom]) -> Conjunction:
    made: list[Conjunction] = []
    for one in literals:
        single = Conjunction(atoms=frozenset({one})) if isinstance(one, Atom) else Conjunction(frozenset({one}))
        made.append(single)
    found = Conjunction()
    for single in made:
        found = _both(found, single) or Conjunction(frozenset({(("field", ""), NOTHING)}))
    return found


def _crossed(alternatives: list[list[Conjunction]]) -> list[Conjunction]:
    found = [Conjunction()]
    for several in alternatives:
        pairs = (_both(one, two) for one in found for two in several)
        found = _shortened(one for one in pairs if one is not None)
    return found


def _both(one: Conjunction, two: Conjunction) -> Conjunction | None:
    """Both at once; None where they are seen to contradict each other."""
    regions = dict(one.regions)
    for name, region in two.regions:
        regions[name] = regions[name] & region if name in regions else region
    atoms = one.atoms | two.atoms
    if any(atom.decided and replace(atom, wanted=not atom.wanted) in atoms for atom in atoms):
        return None
    for atom in atoms:
        if atom.operator == GIVEN and atom.wanted and atom.name in regions:  # what was given is not None
            regions[atom.name] &= ~NONE
            if regions[atom.name] == ~NONE:
                del regions[atom.name]
    if any(region == NOTHING and name[0] == "field" for name, region in regions.items()):
        return None
    kept = {name: region for name, region in regions.items() if region != ANYTHING or name[0] != "field"}
    return Conjunction(frozenset(kept.items()), atoms)


def _shortened(conjunctions: Iterable[Conjunction]) -> list[Conjunction]:
    """Without what others imply, and with neighbours joined, until nothing changes."""
    found = sorted(set(conjunctions), key=lambda one: one.words)
    if len(found) > _MOST:
        raise _TooManyError
    while True:
        found = [
            one
            for place, one in enumerate(found)
            if not any(
                one.within(two) and (at < place or not two.within(one)) for at, two in enumerate(found) if at != place
            )
        ]
        pair = next(((one, two, new) for one, two in combinations(found, 2) if (new := _joined(one, two))), None)
        if pair is None:
            return found
        one, two, new = pair
        found = sorted({*(rest for rest in found if rest not in (one, two)), new}, key=lambda conj: conj.words)


def _joined(one: Conjunction, two: Conjunction) -> Conjunction | None:
    """One conjunction for two that differ in a single region, or in the sign of a single atom."""
    if one.atoms == two.atoms:
        own, other = dict(one.regions), dict(two.regions)
        changed = [name for name in own if own[name] != other.get(name)]
        if own.keys() == other.keys() and len(changed) == 1:
            both = own[changed[0]] | other[changed[0]]
            return _both(Conjunction(frozenset({**own, changed[0]: both}.items()), one.atoms), Conjunction())
    elif one.regions == two.regions:
        left, right = one.atoms - two.atoms, two.atoms - one.atoms
        if len(left) == len(right) == 1:
            [here], [there] = left, right
            if here.decided and replace(here, wanted=not here.wanted) == there:
                return Conjunction(one.regions, one.atoms & two.atoms)
    return None
