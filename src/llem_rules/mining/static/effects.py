"""Recording what the library does at a place: it raises, warns, logs, rewrites a field, or collects an issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llem_rules.mining.model import NO_VALUE, EffectSite, SiteKind
from llem_rules.mining.static.arithmetic import operand_of
from llem_rules.mining.static.catching import Ancestry, is_caught
from llem_rules.mining.static.choices import leaves
from llem_rules.mining.static.formulas import TRUE, Formula, Unsaid, both, test
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.messages import template
from llem_rules.mining.static.operands import listed, written
from llem_rules.mining.static.spelled import given
from llem_rules.mining.static.symbols import Collection, Const, FieldValue, Instance, Items, Pairs, Value
from llem_rules.mining.static.view_changes import view_differs
from llem_rules.mining.static.views import base_of, is_view
from llem_rules.mining.static.world import Issue, Raw
from llem_rules.rules.expressions import Expression
from llem_rules.rules.kinds import Channel

LEVELS = {
    "debug": "debug",
    "info": "info",
    "warn": "warning",
    "warning": "warning",
    "warning_advice": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
    "fatal": "critical",
}


def level_of(method: str) -> str | None:
    """The level of a logger's method, ``_once`` or not; None where it is no such method."""
    return LEVELS.get(method.removesuffix("_once"))


def record(
    frame: Frame, line: int, kind: SiteKind, channel: Channel, *more: Formula, uncertain: bool = False, **about: Any
) -> None:
    """Note a site under the frame's path (and more). ``uncertain``: what is raised here may be caught."""
    world = frame.world
    formula = both(frame.condition(), *more)
    if uncertain:
        formula = both(formula, Unsaid(f"except {frame.catching}", "what is raised may be caught"))
    site = EffectSite(world.native_type, frame.module.file, line, frame.function, kind, world.stage, channel, **about)
    world.raws.append(Raw(site, given(formula, world.coerced), frame.trail, frame.way(line)))


def raised(
    frame: Frame,
    line: int,
    name: str | None,
    message: Value | None,
    classes: Sequence[Ancestry | None],
    *,
    again: bool = False,
) -> None:
    """An exception of one of the classes leaves the library here, unless an enclosing handler is sure to catch it."""
    text = None if message is None else template(message)
    caught = [is_caught(one, frame) for one in classes or (None,)]
    if caught.count(True) < len(caught):
        uncertain = any(one is not False for one in caught)
        record(frame, line, "raise", "exception", uncertain=uncertain, exception=name, message=text, again=again)
    frame.ending = "raised"


def logged(frame: Frame, line: int, level: str, message: Value) -> None:
    """A log record."""
    record(frame, line, "log", "logger", level=level, message=template(message))


def warned(frame: Frame, line: int, message: Value) -> None:
    """``warnings.warn``."""
    record(frame, line, "warn", "warnings", level="warning", message=template(message))


def collected(frame: Frame, line: int, collection: Collection, key: Value | None, message: Value) -> None:
    """An entry into a collection of issues; it becomes a site when the collection is announced."""
    name = key.value if isinstance(key, Const) and isinstance(key.value, str) else None
    here = (frame.module.file, line, frame.function, frame.trail, frame.way(line))
    issue = Issue(name, template(message), given(frame.condition(), frame.world.coerced), *here)
    frame.world.issues.setdefault(collection.number, []).append(issue)


def assign(frame: Frame, line: int, instance: Instance, name: str, value: Value, converts: bool = False) -> None:
    """``self.name = value``: a site where that replaces what was given. ``converts``: by the same in another type."""
    if instance.number == 0 and name in frame.world.fields:
        for guard, leaf in leaves(value):
            if leaf != FieldValue(name):
                _rewritten(frame, line, name, guard, leaf, converts)
    frame.attributes[instance.number, name] = value


def _rewritten(frame: Frame, line: int, name: str, guard: Formula, value: Value, converts: bool) -> None:
    """A value that was given (None is the word for "not given") and is not what it becomes."""
    operand = effective(value)
    present = test(name, "present", True)
    converts = converts and operand is NO_VALUE
    shown: Any = NO_VALUE
    if isinstance(value, FieldValue) and is_view(value.path) and base_of(value.path) == name:
        differs: Formula = view_differs(value.path)
        converts = converts or value.path == f"{name}|float"
    elif operand is NO_VALUE:
        why = "the same value in another type" if converts else "whether the new value differs from the one given"
        differs = Unsaid(f"self.{name} = …", why)
    else:
        differs = TRUE if operand is None else test(name, "!=", operand)
        shown = plain_of(operand)
    about = {"field": name, "effective": shown, "converts": converts}
    record(frame, line, "rewrite", "none", guard, present, differs, **about)


def effective(value: Value) -> Any:
    """The new value as an operand, or NO_VALUE."""
    if isinstance(value, Const):
        return written(value.value)
    if isinstance(value, Collection):
        return () if value.kind == "list" else written({})
    if isinstance(value, Pairs) and all(isinstance(item, Const) for _, item in value.pairs):
        return written({key: item.value for key, item in value.pairs if isinstance(item, Const)})
    operand = listed(value) if isinstance(value, Items) else operand_of(value)
    return NO_VALUE if operand is None else operand


def plain_of(operand: Any) -> Any:
    """An operand as documents write it."""
    if isinstance(operand, Expression):
        return operand.text
    if isinstance(operand, tuple):
        return [plain_of(item) for item in operand]
    return getattr(operand, "value", operand)
