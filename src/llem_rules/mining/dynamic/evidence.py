"""The cases seen so far as one aim labels them, and which of them a predicate is learned from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from llem_rules.mining.dynamic.aims import Aim
from llem_rules.mining.dynamic.axes import Labelled, type_name
from llem_rules.mining.dynamic.oracle import Oracle, key_of
from llem_rules.mining.dynamic.signatures import Seen

_LEARNED = 160  # hits, and twice as many misses; the rest is what the result is checked against


@dataclass
class Evidence:
    """``types``: a field's types that the library takes when nothing else is given."""

    oracle: Oracle
    aim: Aim
    types: Mapping[str, frozenset[str]]
    _telling: dict[str, Labelled] = field(default_factory=dict)

    def label(self, seen: Seen) -> bool | None:
        """The aim's label; None also where two fields at once hold what the library takes in neither.

        Python compares a list with a list and a string with a string; no rule speaks of such configs.
        """
        odd = 0
        for name in seen.point:
            types = self.types.get(name)
            odd += bool(types) and type_name(seen.config.given[name]) not in (types or ())
        return None if odd > 1 else self.aim.label(seen)

    def labelled(self) -> list[Labelled]:
        """Every case with a label."""
        known = ((seen, self.label(seen)) for seen in self.oracle.memory.values())
        return [(seen, label) for seen, label in known if label is not None]

    def about(self, fields: Sequence[str]) -> list[Labelled]:
        """The labelled cases that give one of the fields, or nothing; the plainest first."""
        own = set(fields)
        found = [one for one in self.labelled() if own & one[0].point.keys() or not one[0].point]
        return sorted(found, key=lambda one: len(one[0].point.keys() - own))

    def learned_from(self, about: Sequence[Labelled]) -> list[Labelled]:
        """Some of the cases, spread evenly, and all that refuted something."""
        hits = [one for one in about if one[1]]
        misses = [one for one in about if not one[1]]
        chosen = (*_spread(hits, _LEARNED), *_spread(misses, 2 * _LEARNED), *self._telling.values())
        return list({key_of(one[0].point): one for one in chosen}.values())

    def note(self, cases: Iterable[Seen]) -> None:
        """Cases that refuted a predicate: they are always learned from."""
        for seen in cases:
            label = self.label(seen)
            if label is not None:
                self._telling[key_of(seen.point)] = (seen, label)


def _spread(cases: Sequence[Labelled], most: int) -> Sequence[Labelled]:
    return cases[:: max(1, -(-len(cases) // most))]
