"""Environment variables and packages, as the source asks for them."""

from __future__ import annotations

import ast

from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.formulas import Said, Unsaid, both, deny
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import (
    Choice,
    Const,
    Items,
    Text,
    Truth,
    Unknown,
    Value,
)
from llem_rules.rules.predicates import Surrounding, Test


def variable(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [Const(value=str() as name), *rest]:
            default = rest[0] if rest else Const(None)
            unset = Said(Surrounding("env", name, (Test("present", False),)))
            return Choice(((unset, default), (deny(unset), Text((Unknown(text, f"the environment variable {name}"),)))))
    return Unknown(text, "an environment variable")


def platform(full: str, args: list[Value], frame: Frame, text: str) -> Value:
    """What an object that answers for the platform says when it is asked with plain arguments; ``full``: ``module:dotted``.

    The live library is asked. Its answer holds on the device that it runs on here; what it would be on another is not known.
    """
    ask = frame.world.ask
    if ask is None or not all(isinstance(one, Const) for one in args):
        return Unknown(text, "what the platform answers")
    module, _, dotted = full.partition(":")
    shown = ", ".join(repr(one.value) for one in args if isinstance(one, Const))
    return answered(ask(module, f"{dotted}({shown})"), frame, text)


def answered(answer: str | None, frame: Frame, text: str) -> Value:
    """A yes or no of the platform as a test; anything else is not said."""
    if answer not in {"True", "False"}:
        return Unknown(text, "what the platform answers")
    same = Said(Surrounding("platform", "device", (Test("==", frame.world.device),)))
    elsewhere = both(deny(same), Unsaid(text, "what another platform answers"))
    return Truth(Cond(same, elsewhere) if answer == "True" else Cond(elsewhere, same))


def literal_arguments(node: ast.Call, frame: Frame, text: str) -> Value:
    """``get_args`` of a type that the module defines: the live library has it."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    answer = None
    if frame.world.ask is not None and not names & set(frame.names):
        answer = frame.world.ask(frame.module.name, ast.unparse(node))
    try:
        found = ast.literal_eval(answer or "")
    except (ValueError, SyntaxError):
        return Unknown(text, "the parts of a type")
    if not isinstance(found, tuple) or not all(isinstance(one, str | int | float | None) for one in found):
        return Unknown(text, "the parts of a type")
    return Items(tuple(Const(one) for one in found), "tuple")


def package(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [Const(value=str() as name)]:
            there = Said(Surrounding("packages", name, (Test("present", True),)))
            spec = Text((Unknown(text, "a package's spec"),))
            return Choice(((there, spec), (deny(there), Const(None))))
    return Unknown(text, "whether a package is there")
