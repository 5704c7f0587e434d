"""What stands in the fields of a grid: arguments of other types, and names that do not exist. Each depends on one field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from llem_rules.check.corpus import Corpus
from llem_rules.check.within import held_within
from llem_rules.sweeps.tables import Bools, Section

UNKNOWN_FIELD = "unknown-field"


class Told(NamedTuple):
    """One rule, or ``UNKNOWN_FIELD``, over the values of a field. ``about``: the name that does not exist, with the path."""

    rule: str
    effect: str
    field: str
    where: Bools
    about: str = ""


def told_of(corpus: Corpus, native_type: str, section: Section, raw: Mapping[str, list[Any]]) -> Iterator[Told]:
    """All that is said of the fields one by one. ``raw``: their values as they were written, one where there is no axis."""
    for name in corpus.refused_names(native_type, raw):
        yield Told(UNKNOWN_FIELD, "error", name, np.ones(_shape(section, name), dtype=bool), f"{native_type}.{name}")
    for name, values in raw.items():
        found: dict[tuple[str, str, str, int], list[int]] = {}
        for at, value in enumerate(values):
            for path, inner, held in held_within(corpus, native_type, {name: value}):
                place = ".".join((native_type, *path))
                judged = corpus.judge(inner, held, section.surroundings)
                for number, one in enumerate(judged.findings):
                    found.setdefault((one.rule.id, one.effect, "", number), []).append(at)
                for unknown in corpus.refused_names(inner, held):
                    found.setdefault((UNKNOWN_FIELD, "error", f"{place}.{unknown}", 0), []).append(at)
        for (rule, effect, about, _), rows in found.items():
            where = np.zeros(_shape(section, name), dtype=bool)
            where[rows] = True
            yield Told(rule, effect, name, where, about)


def _shape(section: Section, name: str) -> tuple[int, ...]:
    return (len(section.values[name]),) if name in section.axes else (1,)
