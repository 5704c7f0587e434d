"""Planted conditions that the static miner can say only in part: probing completes them, or says why it cannot."""

from __future__ import annotations

import textwrap
from functools import partial
from itertools import product
from typing import Any

import pytest

from llem_rules.mining.dynamic import Completed, complete
from llem_rules.mining.model import Candidate, Finding
from llem_rules.mining.static import mine_static
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import rule_from
from tests.mining.dynamic.fake import FakeLibrary, observe
from tests.mining.static.toy_reader import ToyReader

_TYPE = "toy.config.Config"
_DEFAULTS: dict[str, Any] = {"n": 8, "m": 16, "ratio": 0.5, "mode": "fast", "flag": False}
_HEAD = """
import functools, hashlib, math, re, unicodedata, zlib
from dataclasses import dataclass

PATTERN = re.compile("fast|slow")
TABLE = dict(zip(("fast", "slow"), (1, 2)))

def bits(n):
    found = 0
    while n >= 1 and found < 99:
        found, n = found + 1, n / 2
    return found

def checksum(n):
    return zlib.crc32(repr(n).encode()) % 2

def folded(text):
    return unicodedata.normalize("NFKC", text).casefold()

def known(text):
    return PATTERN.fullmatch(text) is not None

def least(*values):
    return functools.reduce(min, values)

def parsed(text):
    try:
        return TABLE[text]
    except KeyError:
        raise ValueError(f"{text!r} is neither 'fast' nor 'slow'") from None

@dataclass
class Config:
    n: int = 8
    m: int = 16
    ratio: float = 0.5
    mode: str = "fast"
    flag: bool = False
    def __post_init__(self):
"""
_NUMBERS: list[Any] = [-40, -3, 0, 1, 5, 7, 8, 9, 13, 14, 16, 17, 24, 31, 32, 33, 100]
_GRID: dict[str, list[Any]] = {
    "n": _NUMBERS,
    "m": _NUMBERS,
    "ratio": [-1.0, -0.76, -0.75, 0.0, 0.3, 0.75, 0.7500001, 2.0],
    "mode": ["fast", "slow", "FAST", "Slow", "", "other", "slower", "fas"],
    "flag": [True, False],
}

# The body, and fields of the grid that are crossed.
COMPLETED: dict[str, tuple[str, tuple[str, ...]]] = {
    "while-loop-helper": ("if bits(self.n) > 4: raise ValueError(f'n is too large: {self.n}')", ("n",)),
    "c-function": ("if math.gcd(self.n, 8) != 8: raise ValueError(f'n must be divisible, got {self.n}')", ("n",)),
    "c-function-on-a-float": ("if math.fabs(self.ratio) > 0.75: raise ValueError('ratio is too far out')", ("ratio",)),
    "regex-in-a-helper": ("if not known(self.mode): raise ValueError(\"mode has to be 'fast' or 'slow'\")", ("mode",)),
    "folded-case": (
        "if folded(self.mode) not in ('fast', 'slow'): raise ValueError(\"mode has to be 'fast' or 'slow'\")",
        ("mode",),
    ),
    "lookup-that-fails": ("parsed(self.mode)", ("mode",)),
    "known-guard-opaque-rest": ("if self.flag and bits(self.n) > 4: raise ValueError('n too large')", ("n", "flag")),
    "opaque-guard-known-rest": (
        "if not known(self.mode) and self.n > 8: raise ValueError(\"n is too much unless mode is 'fast' or 'slow'\")",
        ("n", "mode"),
    ),
    "cross-field": ("if least(self.n, self.m) < self.n: raise ValueError('n must not be above m')", ("n", "m")),
    "opaque-clamp": ("self.n = least(self.n, 32)", ("n",)),
}
UNTOLD: dict[str, str] = {
    "checksum": "if not checksum(self.n): raise ValueError('the checksum is odd')",
    "digest": "if hashlib.md5(self.mode.encode()).digest()[0] >= 128: raise ValueError('unlucky')",
    "shown-where-both-are-odd": (
        "if isinstance(self.n, str) and isinstance(self.m, str) and folded(self.n): raise ValueError('both are words')\n"
        "if isinstance(self.n, str) or isinstance(self.m, str): raise TypeError('a word')"
    ),
    "unreachable": "if bits(self.n) < 0: raise ValueError('never')",
}


def _make(reader: ToyReader, **kwargs: Any) -> Any:
    return reader.build(kwargs)


def run(body: str) -> tuple[ToyReader, list[Finding], Completed]:
    """Mine the toy, and probe what the static miner left."""
    reader = ToyReader({"toy.config": _HEAD + textwrap.indent(body, " " * 8)})
    findings = mine_static(reader, _TYPE)
    library = FakeLibrary(made={_TYPE: (partial(_make, reader), _DEFAULTS)})
    return reader, findings, complete(library, findings, {}, lambda *_: None)


def shows(candidate: Candidate, raw: dict[str, Any]) -> bool | None:
    """Whether the candidate's effect is in a raw observation; None where another refusal came first."""
    [site] = candidate.sites
    if "exception" in raw:
        same = raw["exception"]["site"]["line"] == site.line and site.exception in raw["exception"]["mro"]
        return True if same else None
    if site.kind == "rewrite":
        return site.field in raw["effective"]
    return any(message["site"]["line"] == site.line for message in raw["messages"])


@pytest.mark.parametrize("name", COMPLETED)
def test_probing_completes_what_static_leaves(name: str) -> None:
    body, crossed = COMPLETED[name]
    reader, findings, found = run(body)
    unfinished = {one.site.key for one in findings if not one.complete}
    assert unfinished, "the static miner says it all: this is no test of probing"
    assert found.reached == unfinished, found.why
    for candidate in found.candidates:
        own = rule_from({"id": f"{_TYPE}.{candidate.name}", **candidate.plain})
        wrong = []
        for values in product(*(_GRID[field] for field in crossed)):
            kwargs = dict(zip(crossed, values, strict=True))
            expected = shows(candidate, observe(partial(_make, reader), kwargs))
            if expected is not None and own.fires(Config.of(kwargs, _DEFAULTS)) is not expected:
                wrong.append(kwargs)
        assert not wrong, (candidate.plain, wrong)
    assert found.candidates


@pytest.mark.parametrize("name", UNTOLD)
def test_what_cannot_be_completed_is_said(name: str) -> None:
    _, findings, found = run(UNTOLD[name])
    unfinished = {one.site.key for one in findings if not one.complete}
    assert unfinished
    assert found.why.keys() == unfinished
    assert all(found.why.values())
    assert not [one for one in found.candidates if one.plain["expected"].get("exception") == "ValueError"]


def test_the_same_seed_gives_the_same_candidates() -> None:
    body, _ = COMPLETED["known-guard-opaque-rest"]
    assert repr(run(body)[2]) == repr(run(body)[2])
