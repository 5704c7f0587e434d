"""A grid judged as columns: tables of rules over a few axes, broadcast over all. Rows are those of ``Grid.members()``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llem_rules.check.corpus import Corpus
from llem_rules.check.grids import Grid
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.reading import Declared
from llem_rules.rules.values import ABSENT, decode, equal
from llem_rules.runtime.recording import hash_of
from llem_rules.runtime.resolved import becomes
from llem_rules.sweeps.held import Told, told_of
from llem_rules.sweeps.tables import Bools, RuleTable, Section, spoken_of, table_of

PASS = len(SEVERITY) - 1
ERROR = SEVERITY.index("error")


class GridColumns:
    """One grid, judged."""

    def __init__(self, grid: Grid, corpora: Mapping[str, Corpus]) -> None:
        self.grid = grid
        self.shape = tuple(len(values) for _, _, values in grid.axes)
        self.undecided = 0
        self._tables: list[tuple[Section, str, RuleTable, Bools]] = []
        self._sections: dict[str, Section] = {}
        self._held: list[tuple[Told, Bools]] = []
        for name in dict.fromkeys([*grid.base, *(section for section, _, _ in grid.axes)]):
            self._judge(name, corpora[name])
        self.effects: NDArray[np.uint8] = self._effects()
        self.accepted: Bools = self.effects != ERROR

    def _judge(self, name: str, corpus: Corpus) -> None:
        index = corpus.index(name)
        own = {field: axis for axis, (section, field, _) in enumerate(self.grid.axes) if section == name}
        section = self._sections[name] = Section(
            {field: decode(value) for field, value in self.grid.base.get(name, {}).items() if field not in own},
            Declared(index.defaults, getattr(index.defaults, "readings", {})),
            own,
            {field: [decode(value) for value in self.grid.axes[axis][2]] for field, axis in own.items()},
            corpus.around,
        )
        touching = index.touching([*section.base, *own])
        for place, reads in enumerate(index.reads):
            if touching >> place & 1:
                table = table_of(index.rules[place], reads, section)
                self.undecided += int(table.undecided.any())
                if table.fires.any():
                    self._tables.append((section, name, table, self._spread(table.fires, table.fields, section)))
        raw = {field: [value] for field, value in self.grid.base.get(name, {}).items() if field not in own}
        raw |= {field: self.grid.axes[axis][2] for field, axis in own.items()}
        for told in told_of(corpus, name, section, raw):
            fields = (told.field,) if told.field in own else ()
            self._held.append((told, self._spread(told.where, fields, section)))

    def _spread(self, held: Any, fields: tuple[str, ...], section: Section) -> Any:
        """A table over some axes, shaped so that it broadcasts over the whole grid."""
        own = {section.axes[field] for field in fields}
        return held.reshape([size if axis in own else 1 for axis, size in enumerate(self.shape)])

    def _says(self, section: Section, table: RuleTable) -> Any:
        """Where a silent dormancy speaks of a field that was given."""
        if table.rule.expected.effect != "dormant_silent":
            return np.ones([1] * len(self.shape), dtype=bool)
        spoken: Any = np.zeros([1] * len(self.shape), dtype=bool)
        for name in table.rule.dormant_fields:
            field, _, _rest = name.partition(".")
            if field in section.axes:
                there = [bool(section.config({field: value}).present(name)) for value in section.values[field]]
                spoken = spoken | self._spread(np.array(there, dtype=bool), (field,), section)
            elif section.config({}).present(name):
                spoken = spoken | True
        return spoken

    def _effects(self) -> NDArray[np.uint8]:
        effect = np.full(self.shape, PASS, dtype=np.uint8)
        by_effect: dict[int, list[Any]] = {}
        for section, _, table, fires in self._tables:
            by_effect.setdefault(SEVERITY.index(table.rule.expected.effect), []).append(
                fires & self._says(section, table)
            )
        for one, where in self._held:
            by_effect.setdefault(SEVERITY.index(one.effect), []).append(where)
        for severity, told in by_effect.items():
            for some in _joined(told):
                np.minimum(effect, np.where(some, np.uint8(severity), np.uint8(PASS)), out=effect)
        return effect

    def counted(self) -> Counter[str]:
        """For each rule, the configs on which it is told: where a config is refused, only its refusals are."""
        found: Counter[str] = Counter()
        for section, _, table, fires in self._tables:
            told = fires & self._says(section, table)
            found[table.rule.id] += self._count(told, refused=table.rule.expected.effect == "error")
        for one, where in self._held:
            if not one.about:
                found[one.rule] += self._count(where, refused=one.effect == "error")
        return +found

    def unknown(self) -> Counter[str]:
        """For each name that does not exist, the configs that are refused for it."""
        return Counter({one.about: self._count(where, refused=True) for one, where in self._held if one.about})

    def _count(self, told: Any, *, refused: bool) -> int:
        if refused:
            return int(told.sum()) * (self.grid.count // max(1, int(told.size)))
        idle = tuple(axis for axis, size in enumerate(told.shape) if size == 1 and self.shape[axis] > 1)
        kept = self.accepted.sum(axis=idle, keepdims=True) if idle else self.accepted
        return int((kept * told).sum())

    def resolved(self) -> NDArray[np.int64]:
        """A number for each row: the same for two configs that come to the same in the end."""
        columns = [self._column(name, field) for name in self._sections for field in self._fields(name)]
        key = np.zeros(self.shape, dtype=np.int64)
        size = 1
        for codes, count in columns:
            if size * count >= 1 << 62:
                flat, key = np.unique(key, return_inverse=True)
                key, size = key.reshape(self.shape).astype(np.int64), len(flat)
            key = key * count + codes
            size *= count
        return key.reshape(-1)

    def _fields(self, name: str) -> list[str]:
        section = self._sections[name]
        named = [
            field
            for of, _, table, _ in self._tables
            if of is section and table.rule.expected.effect != "pass"
            for field in table.rule.dormant_fields
        ]
        return list(dict.fromkeys([*section.axes, *named]))

    def _column(self, name: str, field: str) -> tuple[Any, int]:
        """Codes of what a field comes to, and how many there are: 0 is its default, or nothing at all."""
        section = self._sections[name]
        codes: dict[str, int] = {"": 0}
        raw = self.grid.base.get(name, {}).get(field)
        column: Any
        if field in section.axes:
            values = self.grid.axes[section.axes[field]][2]
            own = [_code(codes, value, field, section) for value in values]
            column = self._spread(np.array(own, dtype=np.int64), (field,), section)
        else:
            column = np.full([1] * len(self.shape), _code(codes, raw, field, section), dtype=np.int64)
        order = sorted(
            (one for one in self._tables if one[0] is section and field in one[2].rule.dormant_fields),
            key=lambda one: (SEVERITY.index(one[2].rule.expected.effect), one[2].rule.id),
        )
        for _, _, table, fires in order:
            changed, where = self._becoming(section, table, field, codes)
            column = np.where(fires & self._says(section, table) & where, changed, column)
        return column, len(codes)

    def _becoming(self, section: Section, table: RuleTable, field: str, codes: dict[str, int]) -> tuple[Any, Any]:
        """What a field comes to where a rule fires, by code, and where the rule says so."""
        fields = section.sorted_fields(spoken_of(table.rule))
        shape = tuple(len(section.values[one]) for one in fields)
        changed, where = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        for cell in product(*map(range, shape)):
            chosen = {one: section.values[one][at] for one, at in zip(fields, cell, strict=True)}
            found: dict[str, Any] = becomes(table.rule, section.config(chosen))  # type: ignore[arg-type]
            if field in found:
                where[cell] = True
                value = found[field]
                changed[cell] = 0 if value is ABSENT else _code(codes, value, field, section)
        return self._spread(changed, fields, section), self._spread(where, fields, section)

    def rows(self, wanted: Bools) -> Iterator[dict[str, dict[str, Any]]]:
        """The configs of some rows."""
        for row in np.flatnonzero(wanted):
            cell = np.unravel_index(int(row), self.shape) if self.shape else ()
            made = {name: dict(kwargs) for name, kwargs in self.grid.base.items()}
            for (section, name, values), at in zip(self.grid.axes, cell, strict=True):
                made.setdefault(section, {})[name] = values[int(at)]
            yield made


def _joined(told: list[Any]) -> list[Any]:
    """Tables of one effect: those whose axes lie within another's go into it, so that the grid is passed over less often."""
    kept: list[Any] = []
    for one in sorted(told, key=lambda table: -table.size):
        home = next((i for i, own in enumerate(kept) if np.broadcast_shapes(own.shape, one.shape) == own.shape), None)
        if home is None:
            kept.append(one.copy())
        else:
            kept[home] |= one
    return kept


def _code(codes: dict[str, int], value: Any, field: str, section: Section) -> int:
    if value is None or (field in section.defaults and equal(decode(value), section.defaults[field])):
        return 0
    return codes.setdefault(hash_of({"value": value}), len(codes))
