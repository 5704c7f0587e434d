"""Code of a pydantic class tests what pydantic made of a value; the condition is held against really constructing."""

from __future__ import annotations

import itertools
import textwrap
from typing import Any

import pytest

from llem_rules.mining.static import mine_static
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.plain import to_plain
from tests.mining.static.toy_reader import ToyReader

HEAD = """
from typing import Annotated, Literal
from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass
class Planted(Exception): pass
@dataclass
class Part:
    size: int = 3
    on: bool = True
    name: str | None = "a"
@dataclass
class Config:
    part: Part = Field(default_factory=Part)
    flag: bool = False
    maybe: bool | None = None
    n: int = 1
    m: int | None = None
    share: float = 0.5
    strict: bool = Field(default=False, strict=True)
    either: int | Literal["auto"] = "auto"
    wrapped: bool = False
    read: Annotated[int, BeforeValidator(lambda value: 0 if value == "auto" else value)] = 0

    @field_validator("wrapped", mode="wrap")
    @classmethod
    def _skip(cls, value, handler):
        return value if value is None else handler(value)

"""
POST = HEAD + "    def __post_init__(self):\n"
DEFAULTS: dict[str, Any] = {
    "flag": False,
    "maybe": None,
    "n": 1,
    "m": None,
    "share": 0.5,
    "strict": False,
    "either": "auto",
}
DEFAULTS |= {"part": {"$native": "toy.config.Part", "kwargs": {"size": 3, "on": True, "name": "a"}}}
DEFAULTS |= {"wrapped": False, "read": 0}
TRUTHS = [True, False, 1, 0, 1.0, 0.0, "on", "T", "True", "y", "YES", "1", "off", "f", "FALSE", "n", "No", "0", "x", ""]
NUMBERS = [
    *(0, 1, 2, 3, 10, -1, True, False, 2.0, 3.0, -0.0, 2.5, "x", "", "1e3"),
    *("0", "1", " 2 ", "+3", "-1", "007", "1_0", "3.0", "2.5", "-0", "12"),
]
GRID: dict[str, list[Any]] = {
    "flag": TRUTHS,
    "maybe": [None, *TRUTHS],
    "n": NUMBERS,
    "m": [None, *NUMBERS],
    "share": [*NUMBERS, float("nan"), float("inf"), "nan", "inf", ".5"],
    "strict": [True, False],
    "either": ["auto", 1, 2, "1"],
    "part": [
        {},
        *({"size": n} for n in NUMBERS),
        {"on": "off"},
        {"on": True, "size": 4},
        {"name": "b"},
        {"name": None},
    ],
    "wrapped": [None, *TRUTHS],
    "read": ["auto", 0, 1, 2],
}

EXACT = [
    ("truth", "if self.flag: raise Planted"),
    ("falsity", "if not self.flag: raise Planted"),
    ("is-true", "if self.flag is True: raise Planted"),
    ("equal", "if self.flag == False: raise Planted"),
    ("optional-truth", "if self.maybe: raise Planted"),
    ("optional-falsity", "if not self.maybe: raise Planted"),
    ("optional-false", "if self.maybe is False: raise Planted"),
    ("optional-given", "if self.maybe is not None: raise Planted"),
    ("two-truths", "if self.flag and not self.maybe: raise Planted"),
    ("strict", "if self.strict: raise Planted"),
    ("behind-a-wrapper", "if not self.wrapped: raise Planted"),
    ("held", "if self.part.size != 3: raise Planted"),
    ("held-default", "if self.part.size == 3: raise Planted"),
    ("held-above", "if self.part.size > 2: raise Planted"),
    ("held-truth", "if self.part.on: raise Planted"),
    ("held-falsity", "if not self.part.on and self.part.size < 5: raise Planted"),
    ("read-by-code", "if self.read > 1: raise Planted"),
    ("above", "if self.n > 2: raise Planted"),
    ("at-most", "if self.n <= 2: raise Planted"),
    ("not-below", "if not self.n < 2: raise Planted"),
    ("not-above-a-fraction", "if not self.n >= 1.5: raise Planted"),
    ("number", "if self.n == 10: raise Planted"),
    ("other-number", "if self.n != 10: raise Planted"),
    ("among", "if self.n in (0, 2): raise Planted"),
    ("not-among", "if self.n not in (0, 2): raise Planted"),
    ("nonzero", "if self.n: raise Planted"),
    ("zero", "if not self.m: raise Planted"),
    ("optional-above", "if self.m is not None and not self.m > 2: raise Planted"),
    ("type", "if not isinstance(self.n, int): raise OSError\nif self.n == 3: raise Planted"),
    ("converted", "if int(self.n) == 3: raise Planted"),
    ("collected", "problems = []\nif self.flag: problems.append('a')\nif problems: raise Planted"),
]
# Of strings that spell numbers nothing is said, and nothing false.
SAFE = [
    ("fraction-above", "if self.share > 2: raise Planted"),
    ("fraction", "if not self.share >= 2: raise Planted"),
    ("fraction-zero", "if self.share == 0: raise Planted"),
    ("fraction-truth", "if self.share: raise Planted"),
    ("multiple", "if self.n % 2 == 0: raise Planted"),
    ("no-multiple", "if self.n % 2 != 0: raise Planted"),
    ("held-none", "if self.part.name != 'b': raise Planted"),
    ("two-fields", "if self.m is not None and self.m > self.n: raise Planted"),
    ("not-two-fields", "if self.m is not None and not self.m > self.n: raise Planted"),
    ("other-field", "if self.m is not None and self.m != self.n: raise Planted"),
    ("arithmetic", "if self.n * 2 < 5: raise Planted"),
]


def outcomes(source: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Configs of the grid that fire and are not refused, that are refused and do not fire, and the number refused."""
    toy = ToyReader({"toy.config": source})
    found = [one for one in mine_static(toy, "toy.config.Config") if one.site.exception == "Planted"]
    assert found
    assert all(one.complete for one in found)
    fires = [compile_predicate(one.condition) for one in found]
    fields = [name for name in GRID if f"self.{name}" in source or f'("{name}"' in source]
    false: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    refused = 0
    for values in itertools.product(*(GRID[name] for name in fields)):
        kwargs = dict(zip(fields, values, strict=True))
        said = any(fire(Config.of(kwargs, DEFAULTS)) is True for fire in fires)
        shown = planted(toy, kwargs)
        refused += shown is True
        if shown is not None and said is not shown:
            (false if said else missed).append({**kwargs, "condition": [to_plain(one.condition) for one in found]})
    return false, missed, refused


def planted(toy: ToyReader, kwargs: dict[str, Any]) -> bool | None:
    """Whether the planted error was raised; None where pydantic refused the value."""
    try:
        toy.build(kwargs)
    except Exception as error:  # noqa: BLE001 - told apart by name: each toy has its own class
        return True if type(error).__name__ == "Planted" else None
    return False


def post(body: str) -> str:
    return POST + textwrap.indent(body, "        ") + "\n"


@pytest.mark.parametrize("body", [case[1] for case in EXACT], ids=[case[0] for case in EXACT])
def test_the_value_given_is_spoken_of(body: str) -> None:
    false, missed, refused = outcomes(post(body))
    assert (false, missed) == ([], [])
    assert refused


@pytest.mark.parametrize("body", [case[1] for case in SAFE], ids=[case[0] for case in SAFE])
def test_never_a_false_alarm(body: str) -> None:
    false, missed, refused = outcomes(post(body))
    assert false == []
    assert all(any(isinstance(value, str) for value in one.values()) for one in missed)
    assert refused > len(missed)


BEFORE = """
    @field_validator("flag", mode="before")
    @classmethod
    def _check(cls, value):
        if value == "off":
            raise Planted
        return value
"""
AFTER = """
    @field_validator("n")
    @classmethod
    def _check(cls, value):
        if value > 2:
            raise Planted
        return value
"""
MODEL = """
    @model_validator(mode="after")
    def _check(self):
        if self.flag and self.n < 2:
            raise Planted
        return self
"""


@pytest.mark.parametrize("body", [BEFORE, AFTER, MODEL], ids=["before", "after", "model"])
def test_each_kind_of_validator(body: str) -> None:
    false, missed, refused = outcomes(HEAD + body)
    assert (false, missed) == ([], [])
    assert refused


PLAIN = """
from dataclasses import dataclass
class Planted(Exception): pass
@dataclass
class Config:
    flag: bool = False
    def __post_init__(self):
        if self.flag: raise Planted
"""


def test_a_plain_dataclass_keeps_the_truth_of_python() -> None:
    false, missed, refused = outcomes(PLAIN)
    assert (false, missed) == ([], [])
    assert refused == len([value for value in TRUTHS if value])


def test_a_rewrite_of_what_was_spelled() -> None:
    [one] = mine_static(ToyReader({"toy.config": post("self.n = 1")}), "toy.config.Config")
    fires = compile_predicate(one.condition)
    told = {repr(value): fires(Config.of({"n": value}, DEFAULTS)) for value in (1, "1", " 01.0", 2, "2", True, None)}
    assert told == {"1": False, "'1'": False, "' 01.0'": False, "2": True, "'2'": True, "True": False, "None": False}
