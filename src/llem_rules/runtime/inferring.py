"""The condition of one effect, by contrast between the runs that showed it and those that did not; or why it cannot be told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.mining.dynamic.aims import Aim
from llem_rules.mining.dynamic.inferred import CannotTell
from llem_rules.mining.dynamic.learner import Hypothesis, Learner
from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.predicates import fields_of
from llem_rules.runtime.atoms import Answers, Hints, Weighed, fields_in, weighed_atoms
from llem_rules.runtime.tolerance import tolerant

MOST_FIELDS = 3
LEAST_SUPPORT = 2
_LONGEST = 14.0  # a longer predicate is a list of examples, not a rule
_CLAIMED = 0.2  # dearer for each doubling of the runs on which it fires and nothing could show
_LEFT_OUT = 0.5  # dearer for each field that the message names and every hit gives
_ALIKE = 0.3  # predicates whose costs differ by less are equally simple
_Z = 1.96


@dataclass(frozen=True)
class Told:
    """A predicate, and how well the study supports it.

    ``hits`` and ``misses`` are the runs that speak about it. ``counter``: runs on which it fires and the effect did not show;
    ``missed``: runs that showed the effect and on which it does not fire. ``confidence``: the lower end of the 95 % interval
    (Wilson) of the share of runs on which it fires that show the effect. ``cost``: its length, in the order of simplicity.
    """

    aim: Aim
    plain: dict[str, Any]
    fields: tuple[str, ...]
    hits: tuple[Seen, ...]
    misses: tuple[Seen, ...]
    counter: tuple[Seen, ...] = ()
    missed: tuple[Seen, ...] = ()
    rivals: tuple[dict[str, Any], ...] = ()
    cost: float = 0.0

    @property
    def support(self) -> int:
        """Runs on which it fires and the effect showed."""
        return len(self.hits) - len(self.missed)

    @property
    def confidence(self) -> float:
        """See above."""
        return wilson(self.support, self.support + len(self.counter))


def wilson(good: int, all_: int) -> float:
    """The lower end of the 95 % interval of a share; 0 of nothing."""
    if all_ == 0:
        return 0.0
    share = good / all_
    middle = share + _Z**2 / (2 * all_)
    spread = _Z * math.sqrt(share * (1 - share) / all_ + _Z**2 / (4 * all_**2))
    return (middle - spread) / (1 + _Z**2 / all_)


@dataclass
class _Masked(Learner):
    """The miner's learner, with answers that are known already. ``known``: usable atoms, the cheapest first."""

    known: Sequence[Weighed] = ()
    labels: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.hits, self.misses = self.labels
        told = self.hits | self.misses
        cheapest: dict[int, Any] = {}
        # Of conditions that say the same of the runs that tell something, the one that claims least of the others.
        for one in sorted(self.known, key=lambda one: one.atom.cost + _claim((one.mask & ~told).bit_count())):
            mask = one.mask & told
            if mask & self.hits and self.misses & ~mask:
                cheapest.setdefault(mask, one.atom)
        self.masks = list(cheapest.items())


@dataclass
class Contrast:
    """The cases of one native type. ``fields``: those that some config gives."""

    cases: Sequence[Seen]
    fields: Sequence[str]

    def __post_init__(self) -> None:
        self._answers = Answers(self.cases)

    def infer(self, aim: Aim, labels: Sequence[bool | None], hints: Hints) -> Told:
        """The simplest predicate of at most three fields that separates the labelled cases.

        Raises:
            CannotTell: with the reason.
        """
        hits = sum(1 << index for index, label in enumerate(labels) if label)
        misses = sum(1 << index for index, label in enumerate(labels) if label is False)
        if hits.bit_count() < LEAST_SUPPORT:
            raise CannotTell("it showed in one config only: nothing can be set against it")
        if not misses:
            raise CannotTell("it showed in every config that came so far, so none of them tells when it does not")
        data = [(seen, bool(label)) for seen, label in zip(self.cases, labels, strict=True) if label is not None]
        atoms = weighed_atoms(data, self.fields, hints, self._answers)
        found = _Masked((), (), known=atoms, labels=(hits, misses)).best(most=12)
        hidden = ((1 << len(self.cases)) - 1) & ~(hits | misses)
        fit = [one for one in found if len(_fields(one)) <= MOST_FIELDS and one.cost <= _LONGEST]
        fit = sorted((self._weighed(one, hidden, hits, hints) for one in fit), key=lambda one: one.cost)
        if fit:
            rivals = _rivals([*fit, *_twins(fit[0], atoms, hits | misses)], hints.named)
            return self._told(aim, self._narrowed(fit[0].plain, labels, hints), labels, fit[0].cost, rivals)
        close = tolerant(atoms, hits, misses)
        if close is None:
            raise CannotTell(f"no condition on up to {MOST_FIELDS} fields separates the configs that showed it")
        return self._told(aim, close.plain, labels, close.cost, ())

    def _weighed(self, one: Hypothesis, hidden: int, hits: int, hints: Hints) -> Hypothesis:
        """Dearer for claiming what no run tells (something else was refused first), and for leaving out a named field."""
        claimed = (self._answers.of(one.plain) & hidden).bit_count()
        own = set(_fields(one))
        left = [name for name in hints.named if name in self.fields and name not in own and self._telling(name, hits)]
        return Hypothesis(one.terms, one.cost + _claim(claimed) + _LEFT_OUT * len(left))

    def _telling(self, name: str, hits: int) -> bool:
        """Whether a field was given in every run that showed the effect, and in few of the others."""
        given = self._answers.of({name: {"present": True}})
        return not hits & ~given and given.bit_count() * 2 < len(self.cases)

    def _narrowed(self, plain: dict[str, Any], labels: Sequence[bool | None], hints: Hints) -> dict[str, Any]:
        """The predicate with the other fields that the message names, where only runs that tell nothing lack them.

        Something else came first in those runs, so whether the effect needs the field is for the message to say.
        """
        fires, told = self._answers.of(plain), sum(1 << at for at, label in enumerate(labels) if label)
        own = set(fields_of(parse_predicate(plain)))
        for name in hints.named:
            given = self._answers.of({name: {"present": True}})
            if name in own or name not in self.fields or len(own) >= MOST_FIELDS or told & ~given or "any_of" in plain:
                continue
            if fires & ~given:
                plain, own = {**plain, name: {"present": True}}, own | {name}
        return plain

    def _told(
        self,
        aim: Aim,
        plain: dict[str, Any],
        labels: Sequence[bool | None],
        cost: float,
        rivals: Sequence[Hypothesis],
    ) -> Told:
        fires = self._answers.of(plain)
        judged = [
            (seen, label, bool(fires >> at & 1))
            for at, (seen, label) in enumerate(zip(self.cases, labels, strict=True))
        ]
        return Told(
            aim,
            plain,
            fields_of(parse_predicate(plain)),
            tuple(seen for seen, label, _ in judged if label),
            tuple(seen for seen, label, _ in judged if label is False),
            tuple(seen for seen, label, fired in judged if label is False and fired),
            tuple(seen for seen, label, fired in judged if label and not fired),
            tuple(one.plain for one in rivals),
            cost,
        )


def _claim(runs: int) -> float:
    """What it costs to fire on so many runs in which nothing could show."""
    return _CLAIMED * math.log2(1 + runs)


def _fields(hypothesis: Hypothesis) -> tuple[str, ...]:
    return fields_of(parse_predicate(hypothesis.plain))


def _twins(best: Hypothesis, atoms: Sequence[Weighed], told: int) -> list[Hypothesis]:
    """The same predicate with one of its conditions put in terms of another field, which says the same of every run."""
    masks = {id(one.atom): one.mask & told for one in atoms}
    found = []
    for number, term in enumerate(best.terms):
        for place, atom in enumerate(term):
            for one in atoms:
                if masks[id(one.atom)] != masks.get(id(atom)) or set(fields_in(one.atom.plain)) == set(
                    fields_in(atom.plain)
                ):
                    continue
                changed = (*term[:place], one.atom, *term[place + 1 :])
                terms = (*best.terms[:number], changed, *best.terms[number + 1 :])
                found.append(Hypothesis(terms, best.cost - atom.cost + one.atom.cost))
    return sorted(found, key=lambda one: one.cost)


def _rivals(fit: Sequence[Hypothesis], named: Sequence[str]) -> list[Hypothesis]:
    """Equally simple predicates over other fields. Where the message names the field, there are none.

    Raises:
        CannotTell: the study varied two fields only together, and nothing says which of them matters.
    """
    own = set(_fields(fit[0]))
    rivals = [one for one in fit[1:] if one.cost - fit[0].cost < _ALIKE and set(_fields(one)) != own]
    if rivals and not own & set(named):
        other = sorted(set(_fields(rivals[0])))
        words = f"{', '.join(sorted(own))} or {', '.join(other)}"
        raise CannotTell(f"{words} would explain it as simply: the study never varied them apart")
    return rivals
