"""The server forks before any CUDA context exists; its children make their own; one that has a context does not fork."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from llem_rules.environments import Limits, LocalPython, Session
from llem_rules.inside.accelerators import memory_used
from tests.engines import case, faux

pytestmark = [
    pytest.mark.skipif(not os.path.exists("/dev/nvidia0"), reason="there is no GPU here"),  # noqa: PTH110
    pytest.mark.slow,
]
LIMITS = Limits(timeout_s=20, jobs=4, import_s=120)
SLACK = 32 << 20  # bytes that the driver itself takes or gives back between two looks
PLAIN = case("Sampling", how="user_warning", temperature=0.25)


def on_device(name: str = "OnDevice", timeout_s: float | None = None, **more: Any) -> dict[str, Any]:
    return case(f"on_device.{name}", timeout_s=timeout_s, go=True, **more)


@contextmanager
def session(importing: str = "") -> Iterator[Session]:
    """The fake engine beside a torch that is imported already, as every engine's is."""
    engine = replace(faux(importing=importing), imports=("torch", "fauxllm"))
    with Session(engine, LocalPython.here(), LIMITS) as opened:
        yield opened


@contextmanager
def peak() -> Iterator[list[int]]:
    """The most memory in use on the GPU while something runs, looked at from outside."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.is_set():
            most[0] = max(most[0], memory_used() or 0)
            time.sleep(0.02)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def settled(before: int) -> int:
    """What is in use when the driver has tidied up after processes that were killed."""
    deadline = time.monotonic() + 10
    while (now := memory_used() or 0) > before + SLACK and time.monotonic() < deadline:
        time.sleep(0.1)
    return now


def test_children_make_contexts_of_a_server_that_has_none() -> None:
    before = memory_used() or 0
    with session() as opened, peak() as most:
        assert opened.facts.fork_unclean == ()
        assert (opened.facts.device, opened.facts.compute_capability != "") == ("cuda", True)
        seen = opened.run([on_device(megabytes=512) for _ in range(8)])
        assert [one.get("exception") for one in seen] == [None] * 8
        assert most[0] > before + (512 << 20)  # it was really there
        assert settled(before) <= before + SLACK  # the server still has none, between two cases
        assert opened.run([on_device()])[0].get("exception") is None


@pytest.mark.parametrize(
    ("importing", "reason"),
    [("cuda_context", "a CUDA context exists"), ("cuda_driver", "the CUDA driver is initialised")],
)
def test_a_server_with_a_context_does_not_fork(importing: str, reason: str) -> None:
    before = memory_used() or 0
    with session() as clean:
        plain = clean.run([PLAIN])
    with session(importing) as opened:
        assert reason in opened.facts.fork_unclean
        seen = opened.run([PLAIN, on_device()])
        assert seen[1].keys().isdisjoint({"exception", "unchecked"})
    for one in (*plain, seen[0]):
        one.pop("duration_ms")
    assert seen[0] == plain[0]
    assert settled(before) <= before + SLACK


FAULTS = [("Crash", "crashed"), ("Abort", "crashed"), ("Hang", "timeout")]


@pytest.mark.parametrize(("name", "reason"), FAULTS)
def test_nothing_stays_on_the_gpu(name: str, reason: str) -> None:
    before = memory_used() or 0
    with session() as opened:
        faulty, after = opened.run([on_device(name, timeout_s=6, megabytes=1024), on_device()])
        assert faulty["unchecked"]["reason"] == reason
        assert after.keys().isdisjoint({"exception", "unchecked"})
        assert settled(before) <= before + SLACK
    assert settled(before) <= before + SLACK


def test_a_broken_context_harms_no_other_case() -> None:
    before = memory_used() or 0
    with session() as opened:
        faulty, after = opened.run([on_device("Fault"), on_device()])
        assert faulty.keys() & {"exception", "unchecked"}
        assert after.keys().isdisjoint({"exception", "unchecked"})
    assert settled(before) <= before + SLACK
