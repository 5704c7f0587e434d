"""Inference over many cases: learned from some of them, held against all, and learned again from those that refute it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llem_rules.mining.dynamic.aims import Aim
from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.runtime.atoms import Hints
from llem_rules.runtime.inferring import Contrast, Told

MANY = 3_000  # cases; fewer are all learned from
_HITS, _MISSES, _HIDDEN, _WRONG = 150, 250, 100, 60
_ROUNDS = 4


def infer_from_many(
    seen: Sequence[Seen], labels: Sequence[bool | None], fields: Sequence[str], aim: Aim, hints: Hints
) -> Told:
    """The predicate and its support over all cases.

    Raises:
        CannotTell: with the reason.
    """
    places = {wanted: [at for at, label in enumerate(labels) if label is wanted] for wanted in (True, False, None)}
    chosen = {*_spread(places[True], _HITS), *_spread(places[False], _MISSES), *_spread(places[None], _HIDDEN)}
    told, wrong = _round(seen, labels, fields, aim, hints, chosen)
    for _ in range(_ROUNDS - 1):
        if not wrong:
            break
        chosen |= set(_spread(wrong, _WRONG))
        told, wrong = _round(seen, labels, fields, aim, hints, chosen)
    return replace(
        told,
        hits=tuple(seen[at] for at in places[True]),
        misses=tuple(seen[at] for at in places[False]),
        counter=tuple(seen[at] for at in wrong if labels[at] is False),
        missed=tuple(seen[at] for at in wrong if labels[at]),
    )


def _round(
    seen: Sequence[Seen],
    labels: Sequence[bool | None],
    fields: Sequence[str],
    aim: Aim,
    hints: Hints,
    chosen: set[int],
) -> tuple[Told, list[int]]:
    order = sorted(chosen)
    told = Contrast([seen[at] for at in order], fields).infer(aim, [labels[at] for at in order], hints)
    fires = compile_predicate(parse_predicate(told.plain))
    wrong = [
        at for at, label in enumerate(labels) if label is not None and (fires(seen[at].config) is True) is not label
    ]
    return told, wrong


def _spread(places: Sequence[int], most: int) -> Sequence[int]:
    return places[:: max(1, -(-len(places) // most))]
