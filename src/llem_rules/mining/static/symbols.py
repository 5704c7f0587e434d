"""Symbolic values: what an expression of the library's source stands for on one path."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from llem_rules.mining.library import Module
from llem_rules.mining.static.atoms import (
    ClassValue,
    Collection,
    Const,
    Distinct,
    FieldValue,
    Given,
    GivenItems,
    GivenNames,
    Handed,
    Instance,
    ModuleValue,
    Number,
    Outer,
    Raising,
    Remainder,
    TypeOf,
    Unknown,
)
from llem_rules.mining.static.conditions import Cond
from llem_rules.mining.static.formulas import Formula


@dataclass(frozen=True, slots=True)
class Truth:
    """The outcome of a test."""

    cond: Cond


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the tests are true."""

    conds: tuple[Cond, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set that the source writes out (``kind``)."""

    items: tuple[Value, ...]
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping that the source writes out."""

    pairs: tuple[tuple[Any, Value], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items of a list field that pass a test (``item`` names the item in it)."""

    path: str
    item: str
    cond: Cond


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A test of each item of a list field, as ``any`` and ``all`` read it."""

    path: str
    item: str
    cond: Cond


@dataclass(frozen=True, slots=True)
class Mapped:
    """What is computed from each item of a list field (``item`` names the item in ``value``)."""

    path: str
    item: str
    value: Value


@dataclass(frozen=True, slots=True)
class Extent:
    """The largest or smallest (``name``) of what is computed from each item; ``default``: of no items."""

    name: str
    path: str
    item: str
    value: Value
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A message in pieces: literal text, or a value to be printed."""

    pieces: tuple[str | Value, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, each under its condition; the conditions exclude each other."""

    options: tuple[tuple[Formula, Value], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the package's source. ``owner``: the class that it is defined in, as (module, qualname)."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    qualname: str
    owner: tuple[str, str] | None = None
    closure: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A function with its receiver."""

    function: Function
    receiver: Value


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` inside a class."""

    instance: Value
    owner: tuple[str, str]


Value: TypeAlias = (
    Const
    | FieldValue
    | Number
    | Remainder
    | TypeOf
    | Truth
    | Count
    | Items
    | Pairs
    | Chosen
    | Verdicts
    | Mapped
    | Extent
    | Distinct
    | Text
    | Choice
    | Unknown
    | Given
    | GivenItems
    | GivenNames
    | Handed
    | Collection
    | Instance
    | ClassValue
    | ModuleValue
    | Function
    | Method
    | Super
    | Outer
    | Raising
)

__all__ = [
    "Choice",
    "Chosen",
    "ClassValue",
    "Collection",
    "Const",
    "Count",
    "Distinct",
    "Extent",
    "FieldValue",
    "Function",
    "Given",
    "GivenItems",
    "GivenNames",
    "Handed",
    "Instance",
    "Items",
    "Mapped",
    "Method",
    "ModuleValue",
    "Number",
    "Outer",
    "Pairs",
    "Raising",
    "Remainder",
    "Super",
    "Text",
    "Truth",
    "TypeOf",
    "Unknown",
    "Value",
    "Verdicts",
]
