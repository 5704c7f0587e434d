"""What the live library answers for its platform, and which fields a constructor takes."""

from __future__ import annotations

import textwrap

import pytest

from llem_rules.mining.model import Finding
from llem_rules.mining.static import mine_static
from llem_rules.rules.plain import to_plain
from tests.mining.static.toy_reader import ToyReader

OTHER = """
class Platform:
    device_type = "cpu"
    unified = True
    def is_cuda(self):
        return False
    def is_cpu(self):
        return True
    def supports(self, what):
        return what == "a"
HERE = Platform()
"""
HEAD = """
from dataclasses import dataclass, field
from typing import Literal, get_args
from . import other
from .other import HERE
Known = Literal["a", "b"]
@dataclass
class Config:
    n: object = 1
    s: object = None
    made: object = field(init=False, default=0)
    _hidden: object = None
    def __post_init__(self):
"""


def mined(body: str) -> list[Finding]:
    text = HEAD + textwrap.indent(body, "        ") + "\n"
    return mine_static(ToyReader({"toy.other": OTHER, "toy.config": text}), "toy.config.Config")


CPU = {"platform": {"device": "cpu"}}
HERE = [
    # body, the condition here
    ("if HERE.is_cpu() and self.n == 2: raise ValueError('x')", {**CPU, "n": 2}),
    ("if not HERE.is_cuda() and self.n == 2: raise ValueError('x')", {**CPU, "n": 2}),
    ("if other.HERE.is_cpu() and self.n == 2: raise ValueError('x')", {**CPU, "n": 2}),
    ("if HERE.supports('a') and self.n == 2: raise ValueError('x')", {**CPU, "n": 2}),
    ("if not HERE.supports('b') and self.n == 2: raise ValueError('x')", {**CPU, "n": 2}),
    ("if HERE.unified and self.n == 2: raise ValueError('x')", {**CPU, "n": 2}),
    ("if self.s in get_args(Known): raise ValueError('x')", {"s": {"in": ["a", "b"]}}),
]


@pytest.mark.parametrize(("body", "condition"), HERE)
def test_answered_by_the_live_library(body: str, condition: dict[str, object]) -> None:
    [one] = mined(body)
    assert one.complete, one.opaque
    assert to_plain(one.condition) == condition


ELSEWHERE = [
    "if HERE.is_cuda() and self.n == 2: raise ValueError('x')",
    "if not HERE.is_cpu() and self.n == 2: raise ValueError('x')",
    "if HERE.supports('b') and self.n == 2: raise ValueError('x')",
    # a question that takes a field is not asked
    "if HERE.supports(self.s) and self.n == 2: raise ValueError('x')",
    "if HERE.device_type == 'cpu' and self.n == 2: raise ValueError('x')",
]


@pytest.mark.parametrize("body", ELSEWHERE)
def test_what_another_platform_answers_is_not_said(body: str) -> None:
    [one] = mined(body)
    assert not one.complete


@pytest.mark.parametrize(
    ("body", "sites"),
    [
        ("self.n = 2", ["n"]),
        # nobody can give these: what becomes of them is no effect
        ("self.made = 2", []),
        ("self._hidden = 2", []),
    ],
)
def test_only_public_fields_that_can_be_given_are_rewritten(body: str, sites: list[str]) -> None:
    assert [one.site.field for one in mined(body)] == sites


def test_the_way_to_a_site_is_kept() -> None:
    [one] = mined("def check(value):\n  if value == 2: raise ValueError('x')\ncheck(self.n)")
    [way] = one.ways
    assert [(step.function.rpartition(".")[2], step.line - way[0].defined) for step in way] == [
        ("__post_init__", 3),
        ("check", 2),
    ]
