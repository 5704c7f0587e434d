"""Which rules can fire on a config at all: a bit for each rule, a mask for each set of given fields, one for each value.

A rule is passed over where its predicate is false whatever the rest of the config holds. That is asked of the evaluator itself,
with everything else unknown: an answer that does not depend on the unknown stays when it becomes known. So no rule is passed
over that the evaluator would let fire, or would leave undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.evaluate import Fires
from llem_rules.rules.expressions import UNKNOWN
from llem_rules.rules.values import SCALARS

_MOST = 4096  # remembered values of one field, and remembered sets of fields


class Indexed(Protocol):
    """What the index needs of a rule."""

    @property
    def compiled(self) -> Fires:
        """The predicate, compiled."""
        ...


class PartlyKnown:
    """A config of which some fields are unknown. The others are given, or hold their defaults."""

    __slots__ = ("_inner", "_unknown", "sections", "surroundings")

    def __init__(self, known: Config, unknown: frozenset[str], surroundings: Surroundings = NOWHERE) -> None:
        self._inner = known
        self._unknown = unknown
        self.surroundings = surroundings
        self.sections = None

    def value(self, path: str) -> Any:
        """The value of a path, UNKNOWN of one into an unknown field."""
        return UNKNOWN if path.partition(".")[0] in self._unknown else self._inner.value(path)

    def present(self, path: str) -> bool | None:
        """Whether a path is given; None of one into an unknown field."""
        return None if path.partition(".")[0] in self._unknown else self._inner.present(path)

    def section(self, _native_type: str, _path: str) -> Any:
        """Other sections are unknown."""
        return UNKNOWN


class Shape:
    """Configs that set the same fields. ``values``: what was learned of single values, by field and by class and value."""

    __slots__ = ("fields", "mask", "values")

    def __init__(self, names: tuple[str, ...], mask: int) -> None:
        self.fields = frozenset(names)
        self.mask = mask
        self.values: dict[str, dict[tuple[type, Any], int | None]] = {name: {} for name in names}


class TypeIndex:
    """The rules of one native type, with the top-level fields that each reads. Bit ``i`` of a mask stands for ``rules[i]``.

    What is seen once is judged as it is; what is seen again is learned, so that a sweep pays for each value once.
    """

    def __init__(self, rules: Sequence[Indexed], reads: Sequence[tuple[str, ...]], defaults: Mapping[str, Any]) -> None:
        self.rules = rules
        self.reads = reads
        self.defaults = defaults
        self._touching: dict[str, int] = {}
        self._always = 0
        for index, names in enumerate(reads):
            for name in names:
                self._touching[name] = self._touching.get(name, 0) | 1 << index
            if not names:
                self._always |= 1 << index
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    def candidates(self, given: Mapping[str, Any]) -> int:
        """The rules that may fire on a config, or be undecided: of all others the predicate is false."""
        names = tuple(given)
        shape = self._shapes.get(names)
        if shape is None:
            if names not in self._shapes:
                return self._first_sight(names)
            shape = self._learn_shape(names)
        mask = shape.mask
        for name, known in shape.values.items():
            if not mask:
                return 0
            value = given[name]
            kind = value.__class__
            if kind in SCALARS:
                allowed = known.get((kind, value), 0)
                if allowed:
                    mask &= allowed
                else:
                    mask &= self._learn_value(shape, name, value, known)
        return mask

    def touching(self, names: Iterable[str]) -> int:
        """The rules that read one of some fields."""
        mask = self._always
        for name in names:
            mask |= self._touching.get(name, 0)
        return mask

    def _first_sight(self, names: tuple[str, ...]) -> int:
        if len(self._shapes) >= _MOST:
            self._shapes.clear()
        self._shapes[names] = None
        return self.touching(names)

    def _learn_shape(self, names: tuple[str, ...]) -> Shape:
        """The rules that read a given field, less those that are false where all other fields hold their defaults."""
        touched = self.touching(names)
        shape = self._shapes[names] = Shape(names, self._possible(touched, {}, frozenset(names)))
        shape.values = {name: {} for name in names if self._touching.get(name, 0) & shape.mask}
        return shape

    def _learn_value(self, shape: Shape, name: str, value: Any, known: dict[tuple[type, Any], int | None]) -> int:
        """The rules that a value leaves open; none is left out when it is seen for the first time."""
        key = (value.__class__, value)
        if key not in known:
            if len(known) >= _MOST:
                known.clear()
            known[key] = None
            return -1
        touched = self._touching[name] & shape.mask
        # The highest bit is never a rule's, so that no mask is 0, which stands for "not learned".
        mask = (shape.mask & ~touched) | self._possible(touched, {name: value}, shape.fields - {name}) | self._spare
        known[key] = mask
        return mask

    @property
    def _spare(self) -> int:
        return 1 << len(self.rules)

    def _possible(self, mask: int, given: Mapping[str, Any], unknown: frozenset[str]) -> int:
        """The rules of a mask that are not false whatever the unknown fields hold."""
        config: Any = PartlyKnown(Config(given, self.defaults), unknown)
        for index in bits(mask):
            if self.rules[index].compiled(config) is False:
                mask &= ~(1 << index)
        return mask


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
