"""Where a predicate and a mutant of it can differ: the part that was changed, with what has to hold beside it.

A proof about the part alone is a proof about the whole, and far smaller: of alternatives, the others are left out or are known
to be false; of conditions that go together, the others are known to be true.
"""

from __future__ import annotations

from collections.abc import Sequence

from llem_rules.rules.predicates import AllOf, AnyOf, Not, Predicate

_BESIDE = 3  # other alternatives that are taken along as false; leaving them out only makes a proof harder
_ALWAYS, _NEVER = AllOf(()), AnyOf(())


def sides(one: Predicate, other: Predicate) -> tuple[Predicate, Predicate]:
    """Conditions that hold wherever the first is true and the second is not, and wherever it is the other way round."""
    beside, part, changed = _narrowed(one, other)
    return AllOf((*beside, part, Not(changed))), AllOf((*beside, changed, Not(part)))


_Narrowed = tuple[tuple[Predicate, ...], Predicate, Predicate]


def _narrowed(one: Predicate, other: Predicate) -> _Narrowed:
    match one, other:
        case (AllOf(parts=own), AllOf(parts=others)) | (AnyOf(parts=own), AnyOf(parts=others)) if len(own) == len(
            others
        ):
            differing = [at for at, (a, b) in enumerate(zip(own, others, strict=True)) if a != b]
            if len(differing) == 1:
                [at] = differing
                beside, part, changed = _narrowed(own[at], others[at])
                return (*_known(one, (*own[:at], *own[at + 1 :])), *beside), part, changed
        case (Not(part=inner), Not(part=changed_inner)):
            beside, part, changed = _narrowed(inner, changed_inner)
            return beside, Not(part), Not(changed)
    return _dropped(one, other) or ((), one, other)


def _dropped(one: Predicate, other: Predicate) -> _Narrowed | None:
    """The part that was left out of several."""
    if not isinstance(one, AllOf | AnyOf):
        return None
    for at, part in enumerate(one.parts):
        rest = (*one.parts[:at], *one.parts[at + 1 :])
        joined: Predicate = AllOf(rest) if isinstance(one, AllOf) else AnyOf(rest)
        if other == joined or rest == (other,):
            return _known(one, rest), part, _ALWAYS if isinstance(one, AllOf) else _NEVER
    return None


def _known(whole: Predicate, rest: Sequence[Predicate]) -> tuple[Predicate, ...]:
    """What is known of the parts beside the one that differs."""
    if isinstance(whole, AllOf):
        return tuple(rest)
    return tuple(Not(part) for part in rest) if len(rest) <= _BESIDE else ()
