"""What Python raises by itself of a wrong type is found, exactly, once, and apart from the effect sites."""

from __future__ import annotations

import itertools
import textwrap
from typing import Any

import pytest

from llem_rules.mining.coverage import grouped
from llem_rules.mining.model import Finding
from llem_rules.mining.static import mine_static
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.plain import to_plain
from tests.mining.static.toy_reader import ToyReader

HEAD = """
from dataclasses import dataclass
@dataclass
class Config:
    n: object = 1
    m: object = 2
    flag: object = False
    def __post_init__(self):
"""
DEFAULTS = {"n": 1, "m": 2, "flag": False}
VALUES: list[Any] = [
    None,
    0,
    1,
    2.5,
    True,
    float("nan"),
    "",
    "a",
    [],
    [1],
    ["a"],
    {},
    {"a": 1},
    {"$tuple": [1]},
    {"$set": [1]},
]
GRID: dict[str, list[Any]] = {"n": VALUES, "m": VALUES, "flag": [False, True]}

EXACT = [
    ("ordered", "if self.n < 1: pass"),
    ("mirrored", "if 0 >= self.n: pass"),
    ("chained", "if 0 < self.n <= 3: pass"),
    ("guarded", "if self.n is not None and self.n < 1: pass"),
    ("guarded-by-type", "if isinstance(self.n, str):\n  if self.n == 'a': pass\nelif self.n > 1: pass"),
    ("guarded-by-another", "if self.flag and self.n < 1: pass"),
    ("twice", "if self.n < 1: pass\nif self.flag and self.n > 3: pass"),
    ("also-under-a-guard", "if self.flag and self.n < 1: pass\nif self.n > 3: pass"),
    ("after-another", "if self.n < 1: pass\nif self.m < 1: pass"),
    ("length", "if len(self.n) == 2: pass"),
    ("gone-through", "for x in self.n: pass"),
    ("comprehension", "found = [x for x in self.n]"),
    ("converted", "found = set(self.n) if self.flag else None"),
    ("among", "if 'a' in self.n: pass"),
    ("conditional-value", "n = 3 if self.flag else self.n\nif n > 1: pass"),
]
NONE = [
    ("equality", "if self.n == 1: pass"),
    ("identity", "if self.n is None: pass"),
    ("type-known", "if isinstance(self.n, (int, float)) and self.n < 1: pass"),
    ("caught", "try:\n  if self.n < 1: pass\nexcept TypeError: pass"),
    ("not-followed", "import os\nif os.getpid() and self.n < 1: pass"),
]


def implicit(body: str) -> tuple[ToyReader, list[Finding]]:
    toy = ToyReader({"toy.config": HEAD + textwrap.indent(body, "        ") + "\n"})
    found = mine_static(toy, "toy.config.Config")
    return toy, [one for one in found if one.site.kind == "implicit"]


def live(value: Any) -> Any:
    if isinstance(value, dict) and "$tuple" in value:
        return tuple(value["$tuple"])
    return set(value["$set"]) if isinstance(value, dict) and "$set" in value else value


def refused(toy: ToyReader, kwargs: dict[str, Any]) -> bool:
    try:
        toy.build({name: live(value) for name, value in kwargs.items()})
    except TypeError:
        return True
    return False


@pytest.mark.parametrize("body", [case[1] for case in EXACT], ids=[case[0] for case in EXACT])
def test_exactly_what_python_refuses(body: str) -> None:
    toy, found = implicit(body)
    fires = [compile_predicate(one.condition) for one in found]
    fields = [name for name in GRID if f"self.{name}" in body]
    told = set()
    for values in itertools.product(*(GRID[name] for name in fields)):
        kwargs = dict(zip(fields, values, strict=True))
        said = any(fire(Config.of(kwargs, DEFAULTS)) is True for fire in fires)
        told.add(said)
        assert said is refused(toy, kwargs), (kwargs, [to_plain(one.condition) for one in found])
    assert told == {True, False}


@pytest.mark.parametrize("body", [case[1] for case in NONE], ids=[case[0] for case in NONE])
def test_nothing_is_claimed(body: str) -> None:
    assert implicit(body)[1] == []


def test_two_fields_are_refused_where_one_is_a_number() -> None:
    toy, found = implicit("if self.n < self.m: pass")
    [fire] = [compile_predicate(one.condition) for one in found]
    for one, two in itertools.product(VALUES, VALUES):
        kwargs = {"n": one, "m": two}
        assert fire(Config.of(kwargs, DEFAULTS)) is not True or refused(toy, kwargs)
    assert fire(Config.of({"n": "a"}, DEFAULTS)) is True


def test_each_use_once_and_no_effect_site() -> None:
    _, found = implicit("if self.n < 1: pass\nif self.n > 3: pass\nif self.n < self.m: pass")
    assert [to_plain(one.condition) for one in found] == [
        {"n": {"type_is_not": ["int", "float"]}},
        {"n": {"type_is": ["int", "float"]}, "m": {"type_is_not": ["int", "float"]}},
    ]
    assert {one.site.exception for one in found} == {"TypeError"}
    assert grouped(found) == {}
