"""What a site is, besides its condition: kind, channel, level, message, stage, effective value; and what cannot be said."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.engines import Call, NativeType
from llem_rules.mining.model import NO_VALUE, Finding
from llem_rules.mining.static import explore, mine_static
from llem_rules.rules.failure import Failure
from llem_rules.rules.plain import to_plain
from tests.mining.static.test_shapes import toy
from tests.mining.static.toy_reader import ToyReader


def mined(body: str, more: str = "") -> list[Finding]:
    return mine_static(toy(body, more), "toy.config.Config")


MESSAGES = [
    ("raise ValueError(f'n is {self.n}, not {{2}}')", "n is {n}, not {{2}}"),
    ("raise ValueError('n is {}'.format(self.n))", "n is {n}"),
    ("raise ValueError('{name} is {value!r}'.format(name='n', value=self.n))", "n is {n}"),
    ("raise ValueError('n is %s of %d' % (self.n, LIMIT))", "n is {n} of 2"),
    ("raise ValueError('n is ' + str(self.n))", "n is {n}"),
    ("raise ValueError(f'n is of {type(self.n)}')", "n is of {*}"),
    ("raise ValueError(f'one of {Kind.A} and {Kind.A.value}')", "one of {*} and a"),
    ("raise ValueError", None),
]


@pytest.mark.parametrize(("body", "message"), MESSAGES)
def test_messages(body: str, message: str | None) -> None:
    [one] = mined(body)
    assert (one.site.kind, one.site.exception, one.site.message) == ("raise", "ValueError", message)


LOUD = [
    ("logger.warning('n is %s', self.n)", ("log", "logger", "warning", "n is {n}")),
    ("logger.warning_once('old')", ("log", "logger", "warning", "old")),
    ("logger.info_once('fyi')", ("log", "logger", "info", "fyi")),
    ("import warnings\nwarnings.warn('old', FutureWarning)", ("warn", "warnings", "warning", "old")),
]


@pytest.mark.parametrize(("body", "told"), LOUD)
def test_announcements(body: str, told: tuple[str, ...]) -> None:
    [one] = mined(body)
    assert (one.site.kind, one.site.channel, one.site.level, one.site.message) == told


REWRITES: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("if self.n == 2: self.n = 1", "n", 1, {"n": {"==": 2, "present": True}}),
    ("self.n = self.m", "n", "@m", {"n": {"present": True, "!=": "@m"}}),
    ("if isinstance(self.xs, str): self.xs = [self.xs]", "xs", ["@xs"], {}),
    ("setattr(self, 's', 'a')", "s", "a", {"s": {"present": True, "!=": "a"}}),
    ("self.n = None if self.n == -1 else self.n", "n", None, {"n": {"==": -1, "present": True}}),
]


@pytest.mark.parametrize(("body", "field", "effective", "condition"), REWRITES)
def test_rewrites(body: str, field: str, effective: Any, condition: dict[str, Any]) -> None:
    [one] = mined(body)
    assert (one.site.kind, one.site.field, one.site.effective, one.complete) == ("rewrite", field, effective, True)
    if condition:
        assert to_plain(one.condition) == condition


def test_copies_are_no_rewrites() -> None:
    assert mined("self.n = self.n") == []
    assert mined("if self.n is None: self.n = 3") == []


def test_collected_issues_are_announced_later() -> None:
    body = (
        "issues = {}\nif self.n == 2: issues['n'] = f'n is {self.n}'\nif self.m == 2: issues['m'] = 'm is two'\n"
        "if len(issues) > 0:\n  if self.flag: raise ValueError('all')\n  logger.warning(f'not valid: {issues}')"
    )
    collected = [one for one in mined(body) if one.site.kind == "collect"]
    assert [(one.site.field, one.site.channel, one.site.message) for one in collected] == [
        ("n", "exception", "n is {n}"),
        ("m", "exception", "m is two"),
    ]
    assert to_plain(collected[0].condition)["n"] == 2


OPAQUE = [
    "if open(self.s): raise ValueError('x')",
    "try:\n  int(self.s)\nexcept ValueError:\n  raise KeyError('x')",
    "while self.n: raise ValueError('x')",
    "if self.n == 2 and id(self.m): raise ValueError('x')",
    "if id(self.m): return\nif self.n == 2: raise ValueError('x')",
]


@pytest.mark.parametrize("body", OPAQUE)
def test_what_cannot_be_said_is_listed(body: str) -> None:
    [one] = mined(body)
    assert not one.complete
    assert all(part.text and part.why for part in one.opaque)


def test_surroundings() -> None:
    [one] = mined("import os\nif os.environ.get('TOY') is None and self.n == 2: raise ValueError('x')")
    assert to_plain(one.condition)["env"] == {"TOY": {"present": False}}
    [two] = mined("import importlib.util\nif importlib.util.find_spec('nope') is None: raise ImportError('x')")
    assert to_plain(two.condition) == {"packages": {"nope": {"present": False}}}
    [three] = mined(
        "from toy.base import Base as current_platform\nif current_platform.is_cuda(): raise ValueError('x')"
    )
    assert to_plain(three.condition) == {"platform": {"device": {"in": ["cuda"]}}}


def test_an_effective_value_that_cannot_be_written() -> None:
    [one] = mined("self.s = open(self.s)")
    assert one.site.effective is NO_VALUE
    assert not one.complete


PLAIN = """
class Config:
    def __init__(self, n=1, **kwargs):
        self.n = n
        self.s = kwargs.pop("s", None)
        self.validate()
    def validate(self, strict=False):
        if self.n == 2:
            raise ValueError("x")
        if strict and self.s:
            raise ValueError("strict")
        if hasattr(self, "extra"):
            raise ValueError("extra")
"""


def test_constructors_stages_and_arguments() -> None:
    reader = ToyReader({"toy.config": PLAIN}, NativeType(validate=(Call("validate", (True,)),)))
    found = mine_static(reader, "toy.config.Config")
    assert [(one.site.message, one.site.stage) for one in found] == [
        ("x", "construct"),
        ("strict", "validate"),
        ("extra", "construct"),
    ]
    assert found[0].path == ("Config.__init__", "Config.validate")
    assert to_plain(found[2].condition) == {"extra": {"present": True}}


PYDANTIC = """
from pydantic import BaseModel, field_validator, model_validator
class Config(BaseModel):
    n: int = 1
    m: int = 1
    @field_validator("n", "m")
    @classmethod
    def small(cls, value, info):
        if value > 5:
            raise ValueError(f"got {value}")
        return 0 if value == 5 else value
    @model_validator(mode="after")
    def together(self):
        if self.n > self.m:
            raise ValueError("order")
        return self
"""


def test_validators_of_pydantic() -> None:
    found = mine_static(ToyReader({"toy.config": PYDANTIC}), "toy.config.Config")
    told = [(one.site.kind, one.site.field, one.site.message) for one in found]
    assert told[:4] == [
        ("raise", None, "got {n}"),
        ("raise", None, "got {m}"),
        ("rewrite", "m", None),
        ("rewrite", "n", None),
    ]
    assert all(one.complete for one in found)


def test_a_type_that_is_gone_fails_loudly() -> None:
    with pytest.raises(Failure, match=r"toy\.config\.Gone is not in this version"):
        mine_static(toy("pass"), "toy.config.Gone")


def test_recursion_ends_and_results_are_the_same_each_time() -> None:
    body = "self._check(3)\nif self.n == 2: raise ValueError('x')"
    more = "def _check(self, depth):\n  if depth: self._check(depth - 1)"
    first, second = (explore(toy(body, more), "toy.config.Config") for _ in range(2))
    assert first == second
    assert len(first.findings) == 1
