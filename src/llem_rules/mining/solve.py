"""A rule's pair from its predicate: kwargs of which it is true, and one small step further, kwargs of which it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from llem_rules.mining.assume import assumptions
from llem_rules.mining.ground import Ground
from llem_rules.mining.search import Pair, Search
from llem_rules.rules.branches import Branch, branches
from llem_rules.rules.contradictions import contradiction
from llem_rules.rules.expressions import split_section
from llem_rules.rules.placing import Kwargs
from llem_rules.rules.predicates import Predicate, expressions

__all__ = ["Ground", "Pair", "Patience", "Unsolved", "solve"]
_BRANCHES = 24
_CHECKS = 400


@dataclass(frozen=True)
class Unsolved:
    """Why there is no pair."""

    why: str


def solve(predicate: Predicate, ground: Ground | None = None) -> Pair | Unsolved:
    """The smallest pair on top of the library's defaults, or why there is none."""
    about = ground or Ground()
    elsewhere = [name for one in expressions(predicate) for name in one.names if split_section(name) is not None]
    ways = list(islice(branches(predicate, True, Patience()), _BRANCHES))
    if not ways:
        return Unsolved("the condition can never be true")
    seen = 0
    for surroundings in assumptions(ways, about.surroundings):
        search = Search(predicate, about, surroundings)
        positives = search.examples(ways, True)
        seen += len(positives)
        if (pair := search.best(positives) or _far(search, predicate, positives)) is not None:
            return pair
    if elsewhere:
        return Unsolved(f"it refers to another section: @{elsewhere[0]}")
    if seen:
        return Unsolved("no change of one field makes the condition false")
    return Unsolved("no kwargs were found that make the condition true")


def _far(search: Search, predicate: Predicate, positives: Sequence[Kwargs]) -> Pair | None:
    """A pair on the way from a positive to kwargs of which the predicate is false, where no neighbour is."""
    ways = list(islice(branches(predicate, False, Patience()), _BRANCHES))
    far = search.examples(ways, False) if positives else []
    found = (search.between(one, two) for one in positives for two in far)
    return next((pair for pair in found if pair is not None), None)


class Patience:
    """Looks for contradictions only so often: then every branch counts as possible."""

    def __init__(self, checks: int = _CHECKS) -> None:
        self._left = checks

    def __call__(self, branch: Branch) -> Branch | None:
        self._left -= 1
        return contradiction(branch) if self._left > 0 else None
