"""What one rule says over a grid, as a table over the axes that it reads. The evaluator answers; most cells it never sees.

A rule is asked with some axes known and the others unknown. An answer that does not depend on the unknown holds for every cell
below, so whole slices are filled or passed over at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llem_rules.check.judgement import AnyRule
from llem_rules.check.partly import PartlyKnown
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evaluate import Truth
from llem_rules.rules.expressions import is_reference, parse_expression

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Section:
    """The part of a grid that belongs to one native type, decoded. ``axes``: the grid's axis for each field that has one."""

    base: Mapping[str, Any]
    defaults: Mapping[str, Any]
    axes: Mapping[str, int]
    values: Mapping[str, Sequence[Any]]
    surroundings: Surroundings

    def config(self, chosen: Mapping[str, Any]) -> Config:
        """The config with some axes at given values; fields of other axes are not in it."""
        return Config({**self.base, **chosen}, self.defaults, surroundings=self.surroundings)

    def sorted_fields(self, names: Sequence[str]) -> tuple[str, ...]:
        """Of some fields those that have an axis, in the order of the axes."""
        return tuple(sorted({name for name in names if name in self.axes}, key=self.axes.__getitem__))


@dataclass(frozen=True)
class RuleTable:
    """Where a rule fires, and where the surroundings leave it undecided, over the axes of some fields."""

    rule: AnyRule
    fields: tuple[str, ...]
    fires: Bools
    undecided: Bools


def table_of(rule: Any, reads: Sequence[str], section: Section) -> RuleTable:
    """The table of one rule."""
    fields = section.sorted_fields(reads)
    shape = tuple(len(section.values[name]) for name in fields)
    fires, undecided = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for cell, truth in _answers(rule, fields, section, (), {}):
        (fires if truth else undecided)[cell] = True
    return RuleTable(rule, fields, fires, undecided)


def _answers(
    rule: Any, fields: tuple[str, ...], section: Section, cell: tuple[int, ...], chosen: Mapping[str, Any]
) -> Iterator[tuple[tuple[int, ...], Truth]]:
    """The cells, or whole slices, where the rule is not false."""
    left = fields[len(cell) :]
    config: Any = section.config(chosen)
    if left:
        config = PartlyKnown(config, frozenset(left), section.surroundings)
    truth = rule.compiled(config)
    if truth is False:
        return
    if truth or not left:
        yield cell, truth
        return
    for at, value in enumerate(section.values[left[0]]):
        yield from _answers(rule, fields, section, (*cell, at), {**chosen, left[0]: value})


def spoken_of(rule: Any) -> tuple[str, ...]:
    """The fields on which depends what becomes of a rule's dormant fields."""
    names = list(rule.dormant_fields)
    for one in rule.dormant_fields.values():
        names += _references(one.effective)
    return tuple(dict.fromkeys(name.partition(".")[0] for name in names))


def _references(value: Any) -> Iterator[str]:
    if is_reference(value):
        yield from parse_expression(value).fields
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
