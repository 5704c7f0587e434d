"""Whether it is proved that one condition holds wherever another does, with what is known of presence and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, islice
from typing import Any

from llem_rules.graph.declared import declared_lemmas
from llem_rules.graph.lemmas import lemmas
from llem_rules.mining.presence import presences
from llem_rules.mining.tidy import implies
from llem_rules.rules.predicates import (
    AllOf,
    AnyOf,
    AtMostOneOf,
    Not,
    Predicate,
    RequiredKey,
)

_MOST_LEMMAS = 6


def surely_within(one: Predicate, other: Predicate, defaults: Mapping[str, Any]) -> bool:
    """Whether the other is proved to be true wherever the one is, of configs with these (decoded) defaults."""
    left, right = _in_pairs(one), _in_pairs(other)
    if implies(left, right):
        return True
    known = (
        *islice(lemmas(left, right), _MOST_LEMMAS),
        *presences((left, right), defaults),
        *islice(declared_lemmas((left, right), defaults), _MOST_LEMMAS),
    )
    return bool(known) and implies(AllOf((left, *known)), right)


def _in_pairs(predicate: Predicate) -> Predicate:
    """``at_most_one_of`` as what it says of every pair: that can be compared."""
    match predicate:
        case AllOf(parts=parts):
            return AllOf(tuple(map(_in_pairs, parts)))
        case AnyOf(parts=parts):
            return AnyOf(tuple(map(_in_pairs, parts)))
        case Not(part=part):
            return Not(_in_pairs(part))
        case AtMostOneOf(paths=paths):
            return AllOf(tuple(Not(RequiredKey(None, pair)) for pair in combinations(dict.fromkeys(paths), 2)))
    return predicate
