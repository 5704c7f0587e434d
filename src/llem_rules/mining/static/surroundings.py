"""Environment variables and packages, as the source asks for them."""

from __future__ import annotations

from llem_rules.mining.static.formulas import Said, deny
from llem_rules.mining.static.frame import Frame
from llem_rules.mining.static.symbols import (
    Choice,
    Const,
    Text,
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


def package(args: list[Value], _frame: Frame, text: str) -> Value:
    match args:
        case [Const(value=str() as name)]:
            there = Said(Surrounding("packages", name, (Test("present", True),)))
            spec = Text((Unknown(text, "a package's spec"),))
            return Choice(((there, spec), (deny(there), Const(None))))
    return Unknown(text, "whether a package is there")
