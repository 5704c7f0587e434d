"""Which rules can fire on a config: a bit for each rule, a mask for each set of given fields, one for each sort of value.

A rule is passed over where its predicate is false whatever the rest of the config holds. That is asked of the evaluator itself,
with everything else unknown: an answer that does not depend on the unknown stays when it becomes known. So no rule is passed
over that the evaluator would let fire, or would leave undecided.

What it said of one value holds for all that lie between the same two cuts (see ``cuts``), so that a value never seen costs what
a known one does. Where all values of a config lie in known cells, most rules that are left are settled by the cells alone (see
``settled``): they are asked once, and not again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import Any, Protocol

from llem_rules.check.cuts import Cuts, among, cuts_of
from llem_rules.check.learned import Column, Shape
from llem_rules.check.partly import PartlyKnown
from llem_rules.check.settled import Pair, Settled, bits, compared, settled_by
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import Fires
from llem_rules.rules.predicates import Predicate
from llem_rules.rules.values import SCALARS

_WIDTH = 32  # bits for the number of a cell: more than memory has room for
_NUMBERS: frozenset[Any] = frozenset({int, float})
_MOST = 4096  # remembered values of one field, and remembered sets of fields


class Indexed(Protocol):
    """What the index needs of a rule."""

    @property
    def predicate(self) -> Predicate:
        """When it fires."""
        ...

    @property
    def compiled(self) -> Fires:
        """The predicate, compiled."""
        ...


class TypeIndex:
    """The rules of one native type, with the top-level fields that each reads. Bit ``i`` of a mask stands for ``rules[i]``.

    A set of fields that is seen once is judged as it is; when it is seen again it is learned. ``unasked``: the rules that may
    hold where nothing is given, a mask; found out where it is None.
    """

    def __init__(
        self,
        rules: Sequence[Indexed],
        reads: Sequence[tuple[str, ...]],
        defaults: Mapping[str, Any],
        unasked: int | None = None,
    ) -> None:
        self.rules = rules
        self.reads = reads
        self.defaults = defaults
        self._touching: dict[str, int] = {}
        for index, names in enumerate(reads):
            for name in names:
                self._touching[name] = self._touching.get(name, 0) | 1 << index
        self._every = (1 << len(rules) + 1) - 1  # one bit more than there are rules, so that no learned mask is 0
        self._unasked = unasked
        self._cuts: dict[str, Cuts] = {}
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    def find(self, given: Mapping[str, Any]) -> tuple[int, Settled | None]:
        """The rules that may fire on a config, or be undecided: of all others the predicate is false.

        With them comes what is known of some of them by now; None where nothing is. Values may be as they are written: one
        that is not a plain scalar leaves all rules of its field open.
        """
        names = tuple(given)
        shape = self._shapes.get(names)
        if shape is None:
            if names not in self._shapes:
                return self._first_sight(names), None
            shape = self._learn_shape(names)
        return self._find(shape, given)

    def _find(self, shape: Shape, given: Mapping[str, Any]) -> tuple[int, Settled | None]:
        mask = shape.mask
        cells = 0  # their numbers behind each other; 0 of a value that lies in none
        varying = 0  # rules that values in one cell may answer differently
        for column in shape.columns:
            if not mask:
                return 0, None
            value = given[column.name]
            kind = value.__class__
            cuts = column.cuts
            cells <<= _WIDTH
            if kind is float or kind is int:
                if kind is float and isnan(value):
                    varying |= column.rules  # it lies between no two cuts
                    continue
                alone, places = cuts.open_to_numbers, column.numbers[kind]
                place = among(value, kind, cuts)
                found = places.get(place)
                if found is None:
                    found = places[place] = self._learn_cell(shape, column, value, column.rules & ~alone)
            elif kind in SCALARS:
                alone = cuts.open_to_texts if kind is str else 0
                key = (kind, None if kind is str and value not in cuts.texts else value)
                found = column.others.get(key)
                if found is None:
                    found = column.others[key] = self._learn_cell(shape, column, value, column.rules & ~alone)
            else:
                varying |= column.rules
                continue
            mask &= found[0]
            cells |= found[1]
            if alone:
                varying |= alone
                if alone & mask:
                    mask &= column.single.get((kind, value)) or self._learn_single(shape, column, value, alone)
        if not mask:
            return 0, None
        if shape.pairs:
            cells = _with_orders(cells, shape.pairs, given)
        return mask, shape.settled.get(cells) or self._settle(shape, cells, given, mask & ~varying)

    def touching(self, names: Iterable[str]) -> int:
        """The rules that read one of some fields, and those that hold where nothing is given at all."""
        if self._unasked is None:
            self._unasked = self._possible(self._every >> 1, {}, frozenset())
        mask = self._unasked
        for name in names:
            mask |= self._touching.get(name, 0)
        return mask

    def _first_sight(self, names: tuple[str, ...]) -> int:
        if len(self._shapes) >= _MOST:
            self._shapes.clear()
        self._shapes[names] = None
        return self.touching(names)

    def _learn_shape(self, names: tuple[str, ...]) -> Shape:
        """The rules that may speak of these fields, less those that are false where all other fields hold their defaults."""
        shape = self._shapes[names] = Shape(names, self._possible(self.touching(names), {}, frozenset(names)))
        for name in names:
            rules = self._touching.get(name, 0) & shape.mask
            if rules:
                shape.columns.append(Column(name, self._cuts_of(name), rules))
        shape.compared = {place: compared(self.rules[place].predicate, shape.fields) for place in bits(shape.mask)}
        shape.pairs = tuple(sorted({pair for pairs in shape.compared.values() for pair in pairs or ()}))
        return shape

    def _cuts_of(self, name: str) -> Cuts:
        found = self._cuts.get(name)
        if found is None:
            rules = [(place, self.rules[place].predicate) for place in bits(self._touching[name])]
            found = self._cuts[name] = cuts_of(name, rules, self.defaults)
        return found

    def _learn_cell(self, shape: Shape, column: Column, value: Any, rules: int) -> tuple[int, int]:
        column.cells += 1
        return self._learn(shape, column, value, rules), column.cells

    def _learn(self, shape: Shape, column: Column, value: Any, rules: int) -> int:
        """All rules but those of some that a value makes false."""
        left = self._possible(rules, {column.name: value}, shape.fields - {column.name})
        return self._every ^ rules ^ left

    def _learn_single(self, shape: Shape, column: Column, value: Any, alone: int) -> int:
        """The same of rules that have to be asked of each value: nothing when it is seen for the first time."""
        key = (value.__class__, value)
        if key not in column.single:
            if len(column.single) >= _MOST:
                column.single.clear()
            column.single[key] = None
            return self._every
        mask = column.single[key] = self._learn(shape, column, value, column.rules & alone)
        return mask

    def _settle(self, shape: Shape, cells: int, given: Mapping[str, Any], rules: int) -> Settled:
        if len(shape.settled) >= _MOST:
            shape.settled.clear()
        held = {name: value for name, value in given.items() if value.__class__ in SCALARS}
        config: Any = PartlyKnown(Config(held, self.defaults), shape.fields - held.keys())
        ordered = {pair for pair in shape.pairs if all(held.get(name).__class__ in _NUMBERS for name in pair)}
        # What compares more than such pairs depends on more than the cells.
        alike = (place for place in bits(rules) if (pairs := shape.compared[place]) is not None and pairs <= ordered)
        found = shape.settled[cells] = settled_by(((place, self.rules[place]) for place in alike), config)
        return found

    def _possible(self, mask: int, given: Mapping[str, Any], unknown: frozenset[str]) -> int:
        """The rules of a mask that are not false whatever the unknown fields hold."""
        config: Any = PartlyKnown(Config(given, self.defaults), unknown)
        for index in bits(mask):
            if self.rules[index].compiled(config) is False:
                mask &= ~(1 << index)
        return mask


def _with_orders(cells: int, pairs: Iterable[Pair], given: Mapping[str, Any]) -> int:
    """The number of the cells with, behind it, which of each two numbers is the greater."""
    for one, other in pairs:
        left: Any = given[one]
        right: Any = given[other]
        cells <<= 2
        if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
            cells |= 1 if left < right else 2 if left == right else 3  # NaN is in no cell
    return cells
