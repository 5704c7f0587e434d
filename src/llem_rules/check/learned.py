"""What the index keeps: of configs that set the same fields, and of each of these fields."""

from __future__ import annotations

from typing import Any

from llem_rules.check.cuts import Cuts
from llem_rules.check.settled import Pair, Settled


class Column:
    """What was learned of one field among configs that set the same fields: by cell a mask, and the cell's number.

    ``numbers``: by class, and by where one lies among the cuts. ``others``: for truths, None, and strings that rules compare
    with; all other strings are one, under None. ``single``: for values by themselves, of rules that no neighbour speaks for.
    """

    __slots__ = ("cells", "cuts", "name", "numbers", "others", "rules", "single")

    def __init__(self, name: str, cuts: Cuts, rules: int) -> None:
        self.name = name
        self.cuts = cuts
        self.rules = rules
        self.numbers: dict[type, dict[int, tuple[int, int]]] = {int: {}, float: {}}
        self.others: dict[tuple[type, Any], tuple[int, int]] = {}
        self.cells = 0
        self.single: dict[tuple[type, Any], int | None] = {}


class Shape:
    """Configs that set the same fields. ``mask``: the rules that are not false whatever these fields hold.

    ``compared``: by the place of a rule, which of them it compares with each other; None where it compares more than that.
    ``pairs``: all of those.
    """

    __slots__ = ("columns", "compared", "fields", "mask", "pairs", "settled")

    def __init__(self, names: tuple[str, ...], mask: int) -> None:
        self.fields = frozenset(names)
        self.mask = mask
        self.columns: list[Column] = []
        self.compared: dict[int, frozenset[Pair] | None] = {}
        self.pairs: tuple[Pair, ...] = ()
        self.settled: dict[int, Settled] = {}
