"""Where no predicate is without exception: the best conjunction that has few."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from llem_rules.mining.dynamic.learner import Hypothesis
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import fields_of
from llem_rules.runtime.atoms import Weighed

_LEAST_SHARE = 0.9  # of the hits that it is true of, and of what it is true of that is a hit
_LEAST_HITS = 5
_WIDTH = 40
_MOST_ATOMS = 3


def tolerant(atoms: Sequence[Weighed], hits: int, misses: int) -> Hypothesis | None:
    """A conjunction of up to three conditions that is true of nine hits in ten, and of one miss for nine hits at most."""
    if hits.bit_count() < _LEAST_HITS:
        return None
    beam: list[tuple[tuple[Weighed, ...], int]] = [((), hits | misses)]
    best: tuple[float, Hypothesis] | None = None
    for _ in range(_MOST_ATOMS):
        wider = [((*chosen, one), mask & one.mask) for chosen, mask in beam for one in atoms if one not in chosen]
        ranked = sorted(wider, key=lambda one: -_score(one[1], hits, misses) + 0.01 * _cost(one[0]))
        beam = list(islice(ranked, _WIDTH))
        for chosen, mask in beam[:3]:
            if _good(mask, hits, misses):
                made = Hypothesis((tuple(one.atom for one in chosen),), _cost(chosen))
                value = _score(mask, hits, misses) - 0.01 * made.cost
                if len(fields_of(parse_predicate(made.plain))) <= _MOST_ATOMS and (best is None or value > best[0]):
                    best = (value, made)
    return best[1] if best else None


def _cost(chosen: Sequence[Weighed]) -> float:
    return sum(one.atom.cost for one in chosen)


def _score(mask: int, hits: int, misses: int) -> float:
    """The harmonic mean of both shares."""
    right, wrong = (mask & hits).bit_count(), (mask & misses).bit_count()
    return 2 * right / (right + wrong + hits.bit_count()) if right else 0.0


def _good(mask: int, hits: int, misses: int) -> bool:
    right, wrong = (mask & hits).bit_count(), (mask & misses).bit_count()
    return right >= _LEAST_SHARE * hits.bit_count() and right >= _LEAST_SHARE * (right + wrong)
