"""Disagreements by cause, each cause with minimal configs that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.verification.comparing import Disagreement
from llem_rules.verification.oracle import Answered, Kwargs, Oracle, Progress
from llem_rules.verification.pools import key_of
from llem_rules.verification.shrinking import Trial, shrink, total_weight

_SHRUNK = 3  # minimal configs of one cause that are looked for
_ORDER = ("false_alarm", "inexact", "missed", "other_site", "relation")
_Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Minimal:
    """A config from which nothing can be taken without the disagreement going away."""

    kwargs: Kwargs
    detail: str


@dataclass(frozen=True)
class Cause:
    """All disagreements of one native type that come of one rule or one site. ``count``: configs that show it."""

    native_type: str
    disagreement: Disagreement
    count: int
    minimal: tuple[Minimal, ...]


def causes_of(answers: Iterable[Answered], oracle: Oracle, progress: Progress) -> list[Cause]:
    """Group, shrink through the library, and sort: what was claimed wrongly first, then by how often."""
    groups: dict[_Key, list[tuple[Answered, Disagreement]]] = defaultdict(list)
    for answer in answers:
        for one in answer.comparison.disagreements if answer.comparison else ():
            groups[(answer.native_type, *one.key)].append((answer, one))
    found: dict[_Key, list[Minimal]] = defaultdict(list)
    for _ in range(_SHRUNK):
        chosen = [
            (key, new) for key, group in sorted(groups.items()) if (new := _unlike(group, found[key])) is not None
        ]
        for key, minimal in _shrunk(chosen, oracle, progress):
            found[key].append(minimal)
    causes = [
        Cause(key[0], group[0][1], len({key_of(one.kwargs) for one, _ in group}), _sorted(found[key]))
        for key, group in sorted(groups.items())
    ]
    return sorted(causes, key=lambda one: (_ORDER.index(one.disagreement.kind), one.native_type, -one.count))


def _unlike(group: Sequence[tuple[Answered, Disagreement]], found: Sequence[Minimal]) -> Kwargs | None:
    """The smallest config of a group in which no minimal config that was found already is contained by its fields."""
    left = [one.kwargs for one, _ in group if not any(minimal.kwargs.keys() <= one.kwargs.keys() for minimal in found)]
    return min(left, key=total_weight, default=None)


def _sorted(found: Iterable[Minimal]) -> tuple[Minimal, ...]:
    return tuple(sorted(found, key=lambda one: total_weight(one.kwargs)))


def _shrunk(
    chosen: Sequence[tuple[_Key, Kwargs]], oracle: Oracle, progress: Progress
) -> Iterator[tuple[_Key, Minimal]]:
    asked = [0]

    def ask(trials: Sequence[Trial]) -> list[bool]:
        base, asked[0] = asked[0], asked[0] + len(trials)
        answers = oracle.ask(
            [(chosen[index][0][0], kwargs) for index, kwargs in trials], lambda done, _: progress(base + done, asked[0])
        )
        return [_shown(one, chosen[index][0]) is not None for (index, _), one in zip(trials, answers, strict=True)]

    defaults: list[Any] = [oracle.defaults.get(key[0], {}) for key, _ in chosen]
    made = shrink([kwargs for _, kwargs in chosen], defaults, ask)
    answers = oracle.ask([(key[0], kwargs) for (key, _), kwargs in zip(chosen, made, strict=True)])
    for (key, _), answer in zip(chosen, answers, strict=True):
        shown = _shown(answer, key)
        if shown is not None:
            yield key, Minimal(answer.kwargs, shown.detail)


def _shown(answer: Answered, key: _Key) -> Disagreement | None:
    found = answer.comparison.disagreements if answer.comparison else ()
    return next((one for one in found if one.key == key[1:]), None)
