"""Toys with one planted constraint each: the mined condition must be exactly when constructing the toy raises."""

from __future__ import annotations

import itertools
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from llem_rules.mining.static import mine_static
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.plain import to_plain
from tests.mining.static.toy_reader import ToyReader

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "shapes.yaml").read_text("utf-8"))
OTHER = """
DEEP = 1
class Odd(ValueError):
    pass
def short(text):
    if text is not None and len(text) > 1:
        raise ValueError("x")
def is_small(n):
    return n < 2
def known(text):
    if text is None:
        return False
    return text == "a"
def doubled(n):
    return n * 2
def fail(text):
    raise ValueError(text)
"""
BASE = """
class Base:
    BAD = 3
    def __post_init__(self):
        if self.m == 3:
            raise ValueError("x")
    def hook(self):
        if self.m == 2:
            raise ValueError("x")
"""
HEAD = """
from dataclasses import dataclass
from enum import Enum
from . import other
from .base import Base
from .other import DEEP
ALLOWED = ("a", "b")
TABLE = {"a": 2, "b": 3}
LIMIT = 2
class Kind(Enum):
    A = "a"
def positive(n):
    if n <= 0:
        raise ValueError("x")
@dataclass
class Config(Base):
    n: object = 1
    m: object = 1
    s: object = None
    flag: object = False
    xs: object = None
    def __post_init__(self):
"""
DEFAULTS = {"n": 1, "m": 1, "s": None, "flag": False, "xs": None}
GRID: dict[str, list[Any]] = {
    "n": [1, 0, 2, 3, -1, 1.5, True, None, "a", float("nan"), float("inf")],
    "m": [1, 2, 3, 0],
    "s": [None, "a", "b", "c", "", "ab"],
    "flag": [False, True, 1, None],
    "xs": [None, [], [1], [-1, 2], ["a"], [""]],
}


def source(body: str, more: str = "") -> str:
    """The toy module with a body of ``__post_init__``."""
    return HEAD + textwrap.indent(body, "        ") + "\n" + textwrap.indent(more, "    ")


def toy(body: str, more: str = "") -> ToyReader:
    """The toy package."""
    return ToyReader({"toy.other": OTHER, "toy.base": BASE, "toy.config": source(body, more)})


def grid(fields: list[str]) -> list[dict[str, Any]]:
    """Configs over every value of the fields that matter, and each other field alone."""
    spread = [dict(zip(fields, values, strict=True)) for values in itertools.product(*(GRID[f] for f in fields))]
    return spread + [{name: value} for name, values in GRID.items() for value in values]


def raises(reader: ToyReader, kwargs: dict[str, Any]) -> type[Exception] | None:
    """What really constructing the toy raises."""
    try:
        reader.build(kwargs)
    except Exception as error:  # noqa: BLE001 - a toy may raise anything
        return type(error)
    return None


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_planted(case: dict[str, Any]) -> None:
    reader = toy(case["body"], case.get("more", ""))
    wanted = case.get("exception", "ValueError")
    found = [one for one in mine_static(reader, "toy.config.Config") if one.site.exception == wanted]
    assert found
    assert all(one.complete for one in found), [one.opaque for one in found]
    if "predicate" in case:
        assert all(to_plain(one.condition) == to_plain(parse_predicate(case["predicate"])) for one in found)
    fires = [compile_predicate(one.condition) for one in found]
    masked = compile_predicate(parse_predicate(case.get("masked", {"any_of": []})))
    text = case["body"] + case.get("more", "")
    fields = [name for name in GRID if f"self.{name}" in text or f"'{name}'" in text] or ["n", "m"]
    seen = set()
    for kwargs in grid(fields[:4]):
        config = Config.of(kwargs, DEFAULTS)
        if masked(config) or ("finite" in case and float("inf") in kwargs.values()):
            continue
        error = raises(reader, kwargs)
        predicted = any(fire(config) is True for fire in fires)
        assert predicted == (error is not None and error.__name__ == wanted), (kwargs, error)
        seen.add(predicted)
    assert seen == {True, False}


MUTATIONS = [
    ("if self.n < 1: raise ValueError('x')", "if self.n <= 1: raise ValueError('x')"),
    ("if self.n < 1: raise ValueError('x')", "if self.n < 2: raise ValueError('x')"),
    ("if self.n < 1: raise ValueError('x')", "if self.n > 1: raise ValueError('x')"),
    ("if self.flag and self.n == 2: raise ValueError('x')", "if self.n == 2: raise ValueError('x')"),
    ("if self.flag and self.n == 2: raise ValueError('x')", "if self.flag or self.n == 2: raise ValueError('x')"),
    ("if self.flag: return\nif self.n == 2: raise ValueError('x')", "if self.n == 2: raise ValueError('x')"),
    ("if self.s in ('a', 'b'): raise ValueError('x')", "if self.s not in ('a', 'b'): raise ValueError('x')"),
    ("if self.s in ('a', 'b'): raise ValueError('x')", "if self.s in ('a', 'c'): raise ValueError('x')"),
    ("if self.flag is True: raise ValueError('x')", "if self.flag == True: raise ValueError('x')"),
    ("if self.n % 2 == 0: raise ValueError('x')", "if self.n % 2 != 0: raise ValueError('x')"),
    ("if self.n > self.m: raise ValueError('x')", "if self.n > self.m + 1: raise ValueError('x')"),
    ("if isinstance(self.n, int): raise ValueError('x')", "if isinstance(self.n, str): raise ValueError('x')"),
]


@pytest.mark.parametrize(("before", "after"), MUTATIONS)
def test_a_mutation_changes_the_condition(before: str, after: str) -> None:
    answers = []
    for body in (before, after):
        reader = toy(body)
        [one] = [one for one in mine_static(reader, "toy.config.Config") if one.site.kind != "implicit"]
        fire = compile_predicate(one.condition)
        configs = grid(["n", "m", "s", "flag"])
        answers.append([fire(Config.of(kwargs, DEFAULTS)) for kwargs in configs])
        assert answers[-1] == [raises(reader, kwargs) is ValueError for kwargs in configs]
    assert answers[0] != answers[1]
