"""Delta debugging through the live library: fewer fields, then simpler values, while the same disagreement stays.

Many configs are shrunk side by side: each says what it wants to try, and one run puts all of it to the library.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from llem_rules.verification.simpler import simpler, weight

Kwargs = Mapping[str, Any]
Trial = tuple[int, Kwargs]  # which config it came from, and what to try
Ask = Callable[[Sequence[Trial]], list[bool]]  # whether the disagreement of that config is still there
Steps = Generator[list[Kwargs], list[bool], Kwargs]
_ROUNDS = 60


def shrink(configs: Sequence[Kwargs], defaults: Sequence[Mapping[str, Any]], ask: Ask) -> list[Kwargs]:
    """The smallest form of each config, in their order. ``defaults``: those of each config's native type."""
    steps = [_steps(dict(kwargs), own) for kwargs, own in zip(configs, defaults, strict=True)]
    smallest: list[Kwargs] = list(configs)
    wanted: dict[int, list[Kwargs]] = {}
    for index, one in enumerate(steps):
        _advance(index, one, None, wanted, smallest)
    while wanted:
        trials = [(index, kwargs) for index, several in wanted.items() for kwargs in several]
        held = iter(ask(trials))
        for index, several in list(wanted.items()):
            del wanted[index]
            _advance(index, steps[index], [next(held) for _ in several], wanted, smallest)
    return smallest


def _advance(
    index: int, steps: Steps, held: list[bool] | None, wanted: dict[int, list[Kwargs]], smallest: list[Kwargs]
) -> None:
    try:
        wanted[index] = next(steps) if held is None else steps.send(held)
    except StopIteration as end:
        smallest[index] = end.value


def _steps(kwargs: dict[str, Any], defaults: Mapping[str, Any]) -> Steps:
    for _ in range(_ROUNDS):
        found = yield from _first(_fewer(kwargs))
        if found is None:
            break
        kwargs = dict(found)
    for _ in range(_ROUNDS):
        changed = False
        for name in list(kwargs):
            found = yield from _first([{**kwargs, name: one} for one in simpler(kwargs[name], defaults.get(name))])
            if found is not None:
                kwargs, changed = dict(found), True
        if not changed:
            break
    return kwargs


def _fewer(kwargs: Mapping[str, Any]) -> list[Kwargs]:
    """Halves first where there is much to leave out, then one field less."""
    names = list(kwargs)
    halves = [names[: len(names) // 2], names[len(names) // 2 :]] if len(names) > 3 else []
    parts = [*halves, *([one for one in names if one != name] for name in names)]
    return [{name: kwargs[name] for name in part} for part in parts]


def _first(candidates: list[Kwargs]) -> Generator[list[Kwargs], list[bool], Kwargs | None]:
    """The first candidate, the simplest, that still disagrees."""
    if not candidates:
        return None
    held = yield candidates
    return next((one for one, still in zip(candidates, held, strict=True) if still), None)


def total_weight(kwargs: Kwargs) -> tuple[int, int, str]:
    """By what configs are compared: fields, then the length of the values, then the text."""
    weights = [weight(value) for value in kwargs.values()]
    return (len(kwargs), sum(one[0] for one in weights), repr(sorted(kwargs.items(), key=lambda item: item[0])))
