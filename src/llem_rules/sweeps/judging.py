"""A whole study judged as columns: how many configs are refused, dormant, or the same as another, and which are clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from llem_rules.check.corpus import Corpus
from llem_rules.check.grids import Study
from llem_rules.rules.effects import SEVERITY
from llem_rules.sweeps.columns import ERROR, PASS, GridColumns


@dataclass
class Summary:
    """``effects``: configs by their worst effect; ``rules``: configs on which each rule is told.

    ``unknown``: configs that are refused for a name that does not exist, by that name.
    """

    configs: int = 0
    effects: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    undecided: int = 0
    grids: list[tuple[GridColumns, Any]] = field(default_factory=list)

    def clean(self) -> Iterator[dict[str, dict[str, Any]]]:
        """The configs that nothing is said of, one of each kind, in order."""
        for columns, wanted in self.grids:
            yield from columns.rows(wanted)


def judge_study(study: Study, shelf: Callable[[str], Corpus]) -> Summary:
    """Judge every config of a study, each for the place that its corpus is for.

    Configs are compared within an entry of the study: a grid is one entry.

    Raises:
        Failure: no corpus knows a native type.
    """
    summary = Summary()
    known: dict[str, Corpus] = {}
    for grid in study.grids:
        for name in [*grid.base, *(section for section, _, _ in grid.axes)]:
            known.setdefault(name, shelf(name))
        columns = GridColumns(grid, known)
        effects = columns.effects.reshape(-1)
        summary.configs += grid.count
        for severity, count in enumerate(np.bincount(effects, minlength=len(SEVERITY)).tolist()):
            if count:
                summary.effects[SEVERITY[severity]] += count
        summary.rules.update(columns.counted())
        summary.unknown.update(columns.unknown())
        summary.undecided += columns.undecided
        accepted = effects != ERROR
        resolved = columns.resolved()
        _, first = np.unique(resolved[accepted], return_index=True)
        summary.duplicates += int(accepted.sum()) - len(first)
        clean = effects == PASS
        once = np.zeros(grid.count, dtype=bool)
        _, firsts = np.unique(resolved[clean], return_index=True)
        once[np.flatnonzero(clean)[firsts]] = True
        summary.grids.append((columns, once))
    return summary
