"""What Python raises by itself where a field's own value is not of a type that its use allows: ``a < b``, ``len(a)``, loops.

No statement of the source raises it, so such a place is no effect site: its kind is ``implicit``, and coverage leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from llem_rules.mining.static import effects
from llem_rules.mining.static.arithmetic import is_number
from llem_rules.mining.static.catching import ancestry, is_caught
from llem_rules.mining.static.choices import leaves
from llem_rules.mining.static.formulas import FALSE, Both, Either, Formula, Some, Unsaid, both, deny, either, test
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import Choice, Const, FieldValue, Outer, Value
from llem_rules.mining.static.views import is_view

_ORDERINGS = {"<", "<=", ">", ">="}
_SIZED = ("str", "list", "tuple", "set", "dict")


@contextmanager
def spread_over(values: Iterable[Value], frame: Frame) -> Iterator[None]:
    """While a call is followed once for each of the values that an argument may be: which one it is, the path does not say."""
    world = frame.world
    before = world.one_of_several
    world.one_of_several = any(isinstance(one, Choice) for one in values)
    try:
        yield
    finally:
        world.one_of_several = before


def compared(symbol: str, left: Value, right: Value, frame: Frame) -> None:
    """``left < right`` of a field and a number, or of two fields; ``"text" in field``."""
    if symbol in {"in", "not in"}:
        if isinstance(left, Const) and isinstance(left.value, str):
            gone_through(right, frame)
        return
    if symbol not in _ORDERINGS:
        return
    wrong = [both(guard, other, _unordered(one, two)) for guard, one in leaves(left) for other, two in leaves(right)]
    _noted(wrong, frame)


def gone_through(value: Value, frame: Frame) -> None:
    """``len(value)``, and going through its items."""
    if frame.world.one_of_several:
        return
    wrong = [
        both(guard, deny(test(leaf.path, "type_is", _SIZED)))
        for guard, leaf in leaves(value)
        if isinstance(leaf, FieldValue) and _is_own(leaf)
    ]
    _noted(wrong, frame)


def _unordered(one: Value, two: Value) -> Formula:
    match one, two:
        case FieldValue(path=path), Const(value=int() | float()) if _is_own(one):
            return deny(is_number(path))
        case Const(value=int() | float()), FieldValue(path=path) if _is_own(two):
            return deny(is_number(path))
        case FieldValue(path=path), FieldValue(path=other) if _is_own(one) and _is_own(two) and path != other:
            first, second = is_number(path), is_number(other)
            return either(both(first, deny(second)), both(deny(first), second))
    return FALSE


def _is_own(value: FieldValue) -> bool:
    return not value.path.startswith("$") and not is_view(value.path) and "." not in value.path


def _noted(wrongs: list[Formula], frame: Frame) -> None:
    """A site, where all of its condition can be said and no earlier use of the value on the way here is refused already."""
    options = [option for wrong in wrongs for option in (wrong.parts if isinstance(wrong, Either) else (wrong,))]
    left = either(*(option for option in options if not _refused(option, frame)))
    if left == FALSE or not _said(both(frame.condition(), left)):
        return
    if is_caught(ancestry(Outer("TypeError"), frame), frame) is False:
        frame.world.used.setdefault(left, []).append(frozenset(frame.path))
        effects.record(frame, frame.at, "implicit", "exception", left, exception="TypeError")


def _refused(wrong: Formula, frame: Frame) -> bool:
    parts = (wrong, *wrong.parts) if isinstance(wrong, Both) else (wrong,)
    path = frozenset(frame.path)
    return any(before <= path for part in parts for before in frame.world.used.get(part, ()))


def _said(formula: Formula) -> bool:
    match formula:
        case Both(parts=parts) | Either(parts=parts):
            return all(map(_said, parts))
        case Some(inner=inner):
            return _said(inner)
    return not isinstance(formula, Unsaid)
