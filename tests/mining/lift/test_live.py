"""On a live library: every candidate agrees with really constructing, on its field's whole grid."""

from __future__ import annotations

import pytest

from llem_rules.mining.library import LibraryReader
from llem_rules.mining.lift import lift, read_declarations
from tests.live import live_session
from tests.mining.lift.exactness import really_constructed

pytestmark = [pytest.mark.xdist_group("vllm"), pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "at_least"),
    [("vllm.config.AuxOutputConfig", 4), ("vllm.config.KernelConfig", 10), ("vllm.config.EPLBConfig", 17)],
)
def test_exact_on_a_live_library(name: str, at_least: int) -> None:
    session = live_session("vllm")
    candidates = lift(LibraryReader(session), name)
    table = really_constructed(session, name, candidates)
    assert table.wrong == []
    assert table.masked == 0
    assert len(candidates) >= at_least


@pytest.mark.parametrize(
    ("name", "why"),
    [("vllm.SamplingParams", "msgspec checks"), ("vllm.EngineArgs", "a plain dataclass does not check")],
)
def test_what_nothing_enforces(name: str, why: str) -> None:
    lifted = read_declarations(LibraryReader(live_session("vllm")), name)
    assert lifted.candidates == ()
    assert why in lifted.notes[0]
