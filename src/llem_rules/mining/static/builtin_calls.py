"""Python's own functions and methods of plain values, as far as the miner can compute with them."""

from __future__ import annotations

import re
from collections.abc import Callable

from llem_rules.mining.static import arithmetic, asking, implicit
from llem_rules.mining.static.casts import as_text, converted, mapped
from llem_rules.mining.static.conditions import ALWAYS, Cond
from llem_rules.mining.static.formulas import FALSE, both, deny, either, test
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.handed import has, names_of
from llem_rules.mining.static.items import every_item, some_item
from llem_rules.mining.static.iteration import items_in, iterated
from llem_rules.mining.static.numeric_calls import extreme, finite, infinite, nan, total
from llem_rules.mining.static.surroundings import package, variable
from llem_rules.mining.static.symbols import (
    Chosen,
    Collection,
    Const,
    Count,
    Distinct,
    FieldValue,
    Given,
    GivenNames,
    Handed,
    Instance,
    Items,
    Mapped,
    Outer,
    Pairs,
    Remainder,
    Truth,
    TypeOf,
    Unknown,
    Value,
    Verdicts,
)
from llem_rules.mining.static.types import handed_is, instance_of
from llem_rules.mining.static.views import base_of, counts, view

Builtin = Callable[[list[Value], Frame, str], Value]


def _len(args: list[Value], frame: Frame, text: str) -> Value:
    match args:
        case [FieldValue(path=path) as value]:
            implicit.gone_through(value, frame)
            own = counts(path)
            if own is not None:
                return arithmetic.length_of(own)
            return Distinct(base_of(path)) if path.count("|") == 1 else Unknown(text, "a number of distinct items")
        case [Mapped(path=path)]:
            return arithmetic.length_of(path)
        case [Count() as value]:
            return value
        case [Items() | Pairs() | Const() as value]:
            if isinstance(value, Const) and isinstance(value.value, str):
                return Const(len(value.value))
            found = items_in(value, frame)
            return Unknown(text, "a length that is not known") if found is None else Const(len(found))
        case [Collection() | Chosen() as value]:
            return value  # only whether it has any is ever asked
    return Unknown(text, "the length of something that is not a field")


def _quantified(name: str) -> Builtin:
    def run(args: list[Value], frame: Frame, text: str) -> Value:
        match args:
            case [Verdicts(path=path, item=item, cond=cond)]:
                chosen = Chosen(path, item, cond)
                return Truth(some_item(chosen) if name == "any" else every_item(chosen))
            case [Mapped(path=path, item=item, value=value)]:
                chosen = Chosen(path, item, asking.truth(value, text))
                return Truth(some_item(chosen) if name == "any" else every_item(chosen))
            case [Chosen(path=path, item=item, cond=cond)] if name == "any":
                return Truth(some_item(Chosen(path, item, cond.also(asking.truth(FieldValue(item), text)))))
            case [FieldValue(path=own)]:
                path = iterated(frame.world, own)
                item = f"$item{frame.world.next_number()}"
                chosen = Chosen(path, item, asking.truth(FieldValue(item), text))
                return Truth(some_item(chosen) if name == "any" else every_item(chosen))
            case [value]:
                found = items_in(value, frame)
                if found is not None:
                    conds = [asking.truth(one, text) for one in found]
                    result = ALWAYS if name == "all" else ALWAYS.negated
                    for cond in conds:
                        result = result.also(cond) if name == "all" else result.otherwise(cond)
                    return Truth(result)
        return Unknown(text, f"{name}() of something that is not written out")

    return run


def _isinstance(args: list[Value], frame: Frame, text: str) -> Value:
    if len(args) == 2 and isinstance(args[0], Handed):
        return Truth(handed_is(names_of(args[0], frame), args[1], text))
    return Truth(instance_of(args[0], args[1], text)) if len(args) == 2 else Unknown(text, "isinstance")


def _type(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [FieldValue(path=path)]:
            return TypeOf(path)
        case [Const(value=None)]:
            return Outer("NoneType")
        case [Handed() as value]:
            return value.at("__class__")
    return Unknown(text, "the type of something that is not a field")


def _bool(args: list[Value], _frame: Frame, text: str) -> Value:
    return Truth(asking.truth(args[0], text)) if args else Const(False)


def _collection(kind: str, step: str | None = None) -> Builtin:
    def run(args: list[Value], frame: Frame, text: str) -> Value:
        match args:
            case [FieldValue(path=path) as value] if kind != "dict":
                implicit.gone_through(value, frame)
                return FieldValue(view(iterated(frame.world, path), step or kind))
            case [Mapped() as value] if kind in {"list", "tuple"}:
                return value
            case []:
                return Collection(frame.world.next_number(), "dict" if kind == "dict" else "list")
            case [Given() | GivenNames()]:
                return GivenNames()
            case [Chosen() | Collection() as value]:
                return value
            case [value]:
                found = items_in(value, frame)
                if found is not None and kind != "dict":
                    return Items(tuple(found), kind)
        return Unknown(text, f"{kind}() of something that is not written out")

    return run


def _hasattr(args: list[Value], frame: Frame, text: str) -> Value:
    match args:
        case [Handed() as value, Const(value=str() as name)]:
            return Const(has(value, name, frame))
        case [Instance(number=number), Const(value=str() as name)]:
            if (number, name) in frame.attributes or frame.world.member(number, name) is not None:
                return Const(True)
            if number == 0 and name in frame.world.fields:
                return Const(True)
            # Nothing but a keyword argument of that name can have made it; one that was given as None counts as not given.
            if number != 0:
                return Unknown(text, "another object")
            made = Cond.of(test(name, "present", True))
            return Truth(made if frame.world.spread == FALSE else made.also(Cond.of(frame.world.spread)))
    return Unknown(text, "attributes of something that is not the object")


def _getattr(args: list[Value], frame: Frame, text: str) -> Value:
    from llem_rules.mining.static.attributes import attribute

    match args:
        case [Handed() as one, Const(value=str() as name), *rest] if rest and not has(one, name, frame):
            return rest[0]
        case [one, Const(value=str() as name), _] if isinstance(one, Handed):
            return attribute(one, name, frame, text)
        case [one, Const(value=str() as name)]:
            return attribute(one, name, frame, text)
        case [Instance(number=0) as one, Const(value=str() as name), default]:
            known = name in frame.world.fields or (0, name) in frame.attributes
            known = known or frame.world.member(0, name) is not None
            return attribute(one, name, frame, text) if known else default
    return Unknown(text, "an attribute whose name is computed")


def _identity(args: list[Value], _frame: Frame, text: str) -> Value:
    return args[-1] if args else Unknown(text, "no argument")  # cast(kind, value), and pydantic's handler(value)


BUILTINS: dict[str, Builtin] = {
    "len": _len,
    "any": _quantified("any"),
    "all": _quantified("all"),
    "sum": total,
    "min": extreme("min"),
    "max": extreme("max"),
    "math.isfinite": finite,
    "math.isnan": nan,
    "math.isinf": infinite,
    "isinstance": _isinstance,
    "type": _type,
    "bool": _bool,
    "list": _collection("list"),
    "tuple": _collection("tuple"),
    "set": _collection("set"),
    "frozenset": _collection("set"),
    "dict": _collection("dict"),
    "sorted": _collection("list", "sorted"),
    "dict.fromkeys": _collection("list", "unique"),
    "int": converted("int"),
    "float": converted("float"),
    "map": mapped,
    "hasattr": _hasattr,
    "getattr": _getattr,
    "os.getenv": variable,
    "os.environ.get": variable,
    "importlib.util.find_spec": package,
    "typing.cast": _identity,
    "str": as_text,
    "$handler": _identity,
}


def starts_with(path: str, args: list[Value], end: bool) -> Cond | None:
    """``field.startswith(text)`` (or a tuple of texts)."""
    match args:
        case [Const(value=str() as one)]:
            texts = [one]
        case [Items(items=items)] if all(isinstance(one, Const) for one in items):
            texts = [str(one.value) for one in items if isinstance(one, Const)]
        case _:
            return None
    tests = [test(path, "matches", f"{re.escape(one)}\\Z" if end else f"^{re.escape(one)}") for one in texts]
    return Cond(either(*tests), both(test(path, "type_is", ("str",)), *(deny(one) for one in tests)))


__all__ = ["BUILTINS", "Remainder", "starts_with"]
