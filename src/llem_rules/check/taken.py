"""What the library was seen to take: by this the way out of a finding is proved, beyond that no rule speaks against it.

Each confirmed rule has two configs that were put to the library. Of those that it did not refuse, the values of every field are
kept, and which names are given together where a field holds another type's arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from llem_rules.rules.values import SCALARS

Case = tuple[str, Mapping[str, Any]]
Names = tuple[tuple[str, ...], tuple[str, ...]]  # of the other fields of the config, and of what stands in the field


class Taken:
    """``values``: by type and field. ``together``: by type and field, the smallest sets of names; absent where any will do.

    ``needs``: the arguments that a type cannot do without.
    """

    def __init__(
        self,
        values: Mapping[str, Mapping[str, list[Any]]],
        together: Mapping[str, Mapping[str, list[Names]]],
        needs: Mapping[str, list[str]],
    ) -> None:
        self._values = values
        self._together = together
        self._needs = needs

    def needed(self, native_type: str, field: str) -> bool:
        """Whether a type cannot do without a field."""
        return field in self._needs.get(native_type, ())

    def value(self, native_type: str, field: str, value: Any) -> bool:
        """Whether a value was taken, or is a number that lies between two that were."""
        known = self._values.get(native_type, {}).get(field, [])
        if any(one.__class__ is value.__class__ and one == value for one in known):
            return True
        if value.__class__ not in (int, float):
            return False
        numbers = [one for one in known if one.__class__ in (int, float)]
        return bool(numbers) and min(numbers) <= value <= max(numbers)

    def inside(self, native_type: str, field: str, around: Collection[str], names: Collection[str]) -> bool:
        """Whether the library took a config in which no more names are given than these, in the field and around it."""
        known = self._together.get(native_type, {}).get(field)
        return known is None or any(set(outer) <= set(around) and set(inner) <= set(names) for outer, inner in known)


def taken_form(
    cases: Iterable[Case], holds: Mapping[str, Mapping[str, str]], bases: Mapping[str, Collection[str]]
) -> dict[str, Any]:
    """What ``Taken`` is made of, as plain values. ``cases``: what was taken; ``bases``: names that a type needs."""
    cases = [one for case in cases for one in _unfolded(case, holds)]
    values: dict[str, dict[str, list[Any]]] = {}
    for native_type, kwargs in cases:
        for field, value in kwargs.items():
            known = values.setdefault(native_type, {}).setdefault(field, [])
            if value.__class__ in SCALARS and not any(
                one.__class__ is value.__class__ and one == value for one in known
            ):
                known.append(value)
    together: dict[str, dict[str, list[Names]]] = {}
    for native_type, fields in holds.items():
        for field, inner in fields.items():
            found = list(_around(cases, native_type, field)) or list(_alone(cases, inner, bases.get(inner, ())))
            smallest = [one for one in set(found) if not any(_less(other, one) for other in found)]
            if ((), ()) not in smallest:
                together.setdefault(native_type, {})[field] = sorted(smallest)
    return {
        "values": values,
        "together": together,
        "needs": {name: sorted(base) for name, base in bases.items() if base},
    }


def _unfolded(case: Case, holds: Mapping[str, Mapping[str, str]]) -> Iterator[Case]:
    """A config, and what stands in its fields."""
    yield case
    native_type, kwargs = case
    for field, inner in holds.get(native_type, {}).items():
        if _plain(kwargs.get(field)):
            yield from ((name, one) for name, one in _unfolded((inner, kwargs[field]), holds))


def _plain(held: Any) -> bool:
    return isinstance(held, dict) and not any(str(key).startswith("$") for key in held)


def _around(cases: Iterable[Case], native_type: str, field: str) -> Iterable[Names]:
    for name, kwargs in cases:
        if name == native_type and _plain(kwargs.get(field)):
            yield tuple(sorted(set(kwargs) - {field})), tuple(sorted(map(str, kwargs[field])))


def _alone(cases: Iterable[Case], native_type: str, base: Collection[str]) -> Iterable[Names]:
    """Where the field was never taken with anything in it: the type by itself, with what it cannot do without."""
    for name, kwargs in cases:
        if name == native_type:
            yield (), tuple(sorted({*kwargs, *base}))


def _less(one: Names, other: Names) -> bool:
    return one != other and set(one[0]) <= set(other[0]) and set(one[1]) <= set(other[1])
