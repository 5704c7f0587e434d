"""Toys whose constraint lies in a part of a value: each is found exactly, and so is its mutation, which says otherwise."""

from __future__ import annotations

import itertools
import json
import textwrap
from typing import Any

import pytest

from llem_rules.engines import Call, Fixture, NativeType
from llem_rules.mining.model import Finding
from llem_rules.mining.static import mine_static
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.plain import to_plain
from tests.mining.static.toy_reader import ToyReader

HEAD = """
from dataclasses import dataclass, field
from enum import Enum
class Kind(str, Enum):
    A = "a"
    B = "b"
KNOWN = {"a", "b"}
@dataclass
class Inner:
    low: object = 0
    high: object = 9
    marked: object = field(default=None, init=False)
    @classmethod
    def of(cls, values):
        return cls(**values)
    def check(self):
        if self.low > self.high:
            raise OSError("order")
    @property
    def wide(self):
        return self.high > 5
@dataclass
class Config:
    s: object = None
    n: object = 1
    xs: object = None
    ys: object = None
    d: dict[int, int] | None = None
    inner: Inner | None = None
    def __post_init__(self):
"""
DEFAULTS = {"s": None, "n": 1, "xs": None, "ys": None, "d": None, "inner": None}
GRID: dict[str, list[Any]] = {
    "s": [None, "a", "A", "b", "ab", "AB", " a ", " ", "", "c"],
    "n": [1, 0, 2, 2.5, 3.0, "2", True, None],
    "xs": [
        None,
        [],
        [1],
        [1, 1],
        [2, 3],
        [-1, 2],
        ["a"],
        ["a", "c"],
        ["A", "b"],
        [[1], [2, 3]],
        [[]],
        {"$tuple": [1, 2]},
    ],
    "ys": [None, [], [1], [1, 2, 3], ["a", "b"]],
    "d": [None, {}, {"a": 1}, {"b": -1, "c": 2}, {"$dict": [[-1, 1]]}, {"$dict": [[1, 1], [2, -2]]}],
}

# name, body, what it is mutated to
CASES = [
    ("lower", "if self.s is not None and self.s.lower() == 'a': raise OSError", ("'a'", "'b'")),
    ("lower-among", "if self.s and self.s.lower() not in KNOWN: raise OSError", ("not in", "in")),
    ("lower-assigned", "if self.s:\n  self.s = self.s.lower()\n  if self.s == 'ab': raise OSError", ("'ab'", "'AB'")),
    ("upper", "if self.s and self.s.upper() in ('AB', 'C'): raise OSError", ("'AB'", "'A'")),
    ("strip", "if isinstance(self.s, str) and self.s.strip() == '': raise OSError", ("''", "'a'")),
    ("strip-truth", "if isinstance(self.s, str) and not self.s.strip(): raise OSError", ("not ", "")),
    ("enum-members", "if self.s not in Kind.__members__: raise OSError", ("__members__", "__members__.values()")),
    ("enum-items", "if self.s not in [k.value for k in Kind]: raise OSError", ("not in", "in")),
    ("str-of", "if str(self.s).lower() not in KNOWN: raise OSError", ("not in", "in")),
    (
        "int-then-isinstance",
        "if not isinstance(list(self.xs or ()), list): pass\nif self.n == 2: raise OSError",
        ("2", "1"),
    ),
    ("list-of", "if any(x == 1 for x in list(self.xs)): raise OSError", ("any", "all")),
    ("set-of", "if 1 in set(self.xs): raise OSError", ("1", "2")),
    ("doubled", "if len(set(self.xs)) != len(self.xs): raise OSError", ("!=", "==")),
    ("doubled-mirrored", "if len(self.xs) > len(set(self.xs)): raise OSError", (">", "<=")),
    ("difference", "if set(self.xs) - {1, 2}: raise OSError", ("2}", "3}")),
    ("difference-of-constants", "if {1, 2} - set(self.xs): raise OSError", ("2}", "3}")),
    (
        "difference-of-fields",
        "if set(self.xs) - set(self.ys): raise OSError",
        ("set(self.xs) - set(self.ys)", "set(self.ys) - set(self.xs)"),
    ),
    ("common", "if set(self.xs) & {1, 2}: raise OSError", ("2}", "3}")),
    ("subset", "if not set(self.xs) <= {1, 2}: raise OSError", ("<=", ">=")),
    ("issubset", "if self.xs and set(self.xs).issubset(set(self.ys)): raise OSError", ("issubset", "isdisjoint")),
    ("any-not-among", "if any(x not in KNOWN for x in self.xs): raise OSError", ("any", "all")),
    ("any-not-in-field", "if any(x not in self.ys for x in self.xs): raise OSError", ("not in", "in")),
    ("any-lower", "if any(x.lower() == 'a' for x in self.xs): raise OSError", ("'a'", "'b'")),
    ("largest", "if max(self.xs) > 2: raise OSError", ("> 2", ">= 2")),
    ("smallest-length", "if max(len(x) for x in self.xs) < 2: raise OSError", ("max", "min")),
    ("largest-default", "if max(map(len, self.xs), default=0) == 0: raise OSError", ("== 0", "== 2")),
    ("rows", "if not all(isinstance(x, list) for x in self.xs): raise OSError", ("list", "str")),
    ("items-of-items", "if any(any(y > 2 for y in x) for x in self.xs): raise OSError", ("> 2", "> 3")),
    ("keys", "if any(k not in ('a', 'b') for k in self.d): raise OSError", ("not in", "in")),
    ("keys-method", "if 'a' in self.d.keys(): raise OSError", ("'a'", "'b'")),
    ("key-set", "if set(self.d) - {'a'}: raise OSError", ("'a'", "'b'")),
    ("values", "if any(v < 0 for v in self.d.values()): raise OSError", ("any", "all")),
    ("items", "for k, v in self.d.items():\n  if v < 0: raise OSError", ("v < 0", "k == 'a'")),
    ("number-of-keys", "if len(self.d) > 1: raise OSError", ("> 1", "> 0")),
    ("get-default", "if self.d is not None and self.d.get('a', 5) == 5: raise OSError", ("5)", "4)")),
    ("walrus", "if (t := self.s) and t.lower() == 'a': raise OSError", ("'a'", "'b'")),
    ("unpacked", "one, two = self.n, self.s\nif one == 2 and two is None: raise OSError", ("one == 2", "one == 1")),
    (
        "index-beyond",
        "shape = (len(self.xs), 1) if self.xs else ()\nif shape and shape[0] > 1: raise OSError",
        ("> 1", "> 0"),
    ),
]


def reader(body: str) -> ToyReader:
    """The toy package with a body of ``__post_init__``."""
    return ToyReader({"toy.config": HEAD + textwrap.indent(body, "        ") + "\n"})


def live(value: Any) -> Any:
    """A value in the tagged form as the toy is given it."""
    if isinstance(value, dict) and "$dict" in value:
        return dict(map(tuple, value["$dict"]))
    return tuple(value["$tuple"]) if isinstance(value, dict) and "$tuple" in value else value


def answers(body: str) -> list[bool | None]:
    """Whether the toy raises, on every config of the fields that matter; the mined condition has to say the same."""
    toy = reader(body)
    found = [one for one in mine_static(toy, "toy.config.Config") if one.site.kind == "raise"]
    assert found
    assert all(one.complete for one in found), [one.opaque for one in found]
    fires = [compile_predicate(one.condition) for one in found]
    fields = [name for name in GRID if f"self.{name}" in body]
    told = []
    for values in itertools.product(*(GRID[name] for name in fields)):
        kwargs = dict(zip(fields, values, strict=True))
        told.append(refuses(toy, kwargs))
        predicted = any(fire(Config.of(kwargs, DEFAULTS)) is True for fire in fires)
        assert told[-1] in (predicted, None), (kwargs, [to_plain(one.condition) for one in found])
    return told


def refuses(toy: ToyReader, kwargs: dict[str, Any]) -> bool | None:
    """Whether building the toy raises the planted error; None where Python itself raises before."""
    try:
        toy.build({name: live(value) for name, value in kwargs.items()})
    except OSError:
        return True
    except Exception:  # noqa: BLE001 - a toy may raise anything else before
        return None
    return False


@pytest.mark.parametrize(("body", "mutation"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_planted_and_mutated(body: str, mutation: tuple[str, str]) -> None:
    told = answers(body)
    assert {True, False} <= set(told)
    mutated = body.replace(*mutation)
    assert mutated != body
    assert answers(mutated) != told


SETS_OF_NO_ITEMS = [
    "if self.s and not set(self.xs) <= set(self.s): raise OSError",
    "if self.s and not set(self.s).issuperset(set(self.xs)): raise OSError",
    "if self.s and not set(self.s).issubset(set(self.xs)): raise OSError",
    "if self.s and set(self.xs).isdisjoint(set(self.s)): raise OSError",
    "if self.s and not set(self.s).isdisjoint(set(self.xs)): raise OSError",
    "if self.s and not set(self.s) <= {'a', 'b'}: raise OSError",
]


@pytest.mark.parametrize("body", SETS_OF_NO_ITEMS)
def test_letters_and_keys_are_no_items(body: str) -> None:
    """The set of a string is of its letters, a mapping's of its keys, which is not said: silent there, and right for lists."""
    toy = reader(body)
    fires = [compile_predicate(one.condition) for one in mine_static(toy, "toy.config.Config") if one.complete]
    assert fires
    told = []
    others = ["a", "ab", "c", {"a": 1}, {"ab": 1}, ["a"], ["ab", "a"], [1, 2]]
    for xs, s in itertools.product([[], ["a"], ["a", "b"], ["ab"], [1]], others):
        kwargs = {"xs": xs, "s": s}
        predicted = any(fire(Config.of(kwargs, DEFAULTS)) is True for fire in fires)
        told.append(predicted)
        assert predicted == (isinstance(s, list) and refuses(toy, kwargs)), kwargs
    assert {True, False} == set(told)


def mined(body: str) -> list[Finding]:
    return mine_static(reader(body), "toy.config.Config")


REWRITES: list[tuple[str, bool, dict[str, Any] | None]] = [
    ("self.s = self.s.lower()", False, {"s": {"present": True, "lower": {"!=": "@s"}}}),
    ("self.xs = list(dict.fromkeys(self.xs))", False, None),
    ("self.xs = list(self.xs)", False, {"xs": {"present": True, "type_is": ["str", "dict"]}}),
    (
        "self.n = int(self.n)",
        False,
        {"n": {"type_is_not": ["int"], "present": True, "type_is": ["float"], "not_multiple_of": 1}},
    ),
    ("self.s = str(self.s)", False, {"s": {"present": True, "type_is_not": ["str"]}}),
    ("self.inner = Inner(**self.inner)", True, None),
    ("self.inner = Inner.of(self.inner)", True, None),
    ("if isinstance(self.s, str): self.s = Kind(self.s)", True, None),
    ("if isinstance(self.s, str): self.s = Kind[self.s]", True, None),
    ("import math\nself.s = getattr(math, self.s)", True, None),
    ("self.n = float(self.n)", True, None),
    ("self.inner = Inner(self.n)", False, None),
    ("self.inner = Inner(self.inner, self.n)", False, None),
]


@pytest.mark.parametrize(("body", "converts", "condition"), REWRITES, ids=[body for body, _, _ in REWRITES])
def test_a_conversion_is_told_from_a_change(body: str, converts: bool, condition: dict[str, Any] | None) -> None:
    [one] = [one for one in mined(body) if one.site.kind == "rewrite"]
    assert one.site.converts is converts
    if condition is not None:
        assert one.complete
        assert to_plain(one.condition) == condition


def test_methods_of_a_held_object() -> None:
    [one] = mined("if self.inner is not None: self.inner.check()")
    assert to_plain(one.condition) == {"inner": {"!=": None}, "inner.low": {">": "@inner.high"}}
    [two] = mined("if self.inner.wide and self.inner.low == 2: raise OSError")
    assert to_plain(two.condition) == {"inner.high": {">": 5}, "inner.low": 2}
    assert mined("if self.inner is not None and self.inner.marked: raise OSError") == []


HANDED = """
class Model:
    limit = 3
    def __init__(self):
        self.size = 8
        self.part = Part()
    def total(self):
        return self.size * 2
class Part:
    kind = "auto"
class Config:
    def __init__(self, n=1, flag=False):
        self.n = n
        self.flag = flag
    def validate(self, model, other):
        if self.n > model.limit:
            raise ValueError("limit")
        if self.n == model.total():
            raise KeyError("total")
        if model.part.kind == "auto" and self.flag:
            raise TypeError("auto")
        if model.part.kind == "manual" and self.flag:
            raise OSError("manual")
        if other is None or getattr(other, "mode", 7) != 7:
            raise RuntimeError("other")
"""


def test_objects_that_a_call_is_given() -> None:
    native = NativeType(validate=(Call("validate", ({"$fixture": "model"}, {"$object": True})),))
    toy = ToyReader({"toy.config": HANDED}, native, {"model": Fixture({"$native": "toy.config.Model", "kwargs": {}})})
    mined = mine_static(toy, "toy.config.Config")
    found = {one.site.message: one for one in mined if one.site.kind != "implicit"}
    known = {message: to_plain(one.condition) for message, one in found.items() if one.lacking is None}
    assert known == {
        "limit": {"n": {">": 3}},
        "total": {"n": 16},
        "auto": {"flag": {"not_in": [None, False, "", [], {}, {"$set": []}]}},
    }
    assert {message for message, one in found.items() if one.lacking is not None} == {"manual", "other"}
    assert json.dumps(found["manual"].lacking) == '"needs another argument of the validate call"'


KWARGS = """
class Config:
    def __init__(self, **kwargs):
        self.plain = kwargs.pop("plain", None)
        if not self.plain:
            for key, value in kwargs.items():
                setattr(self, key, value)
        if hasattr(self, "extra"):
            raise ValueError("extra")
"""


def test_attributes_made_of_arguments() -> None:
    [one] = mine_static(ToyReader({"toy.config": KWARGS}), "toy.config.Config")
    assert to_plain(one.condition)["extra"] == {"present": True}
    assert None in to_plain(one.condition)["plain"]["in"]
