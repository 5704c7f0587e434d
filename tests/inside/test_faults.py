"""Every fault has its reason, harms no other case, and leaves nothing behind."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engines import LIMITS, case, faux, open_faux
from tests.engines.leftovers import processes_of

FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    # class, its arguments, reason, words of the detail
    ("Segfault", {}, "crashed", "SIGSEGV"),
    ("Abort", {}, "crashed", "SIGABRT"),
    ("Hang", {}, "timeout", "1.5 s"),
    ("HangDeaf", {}, "timeout", "1.5 s"),
    ("HangClosed", {}, "timeout", "1.5 s"),
    ("FamilyThenExit", {}, "exited", "code 5"),
    ("DaemonsThenHang", {}, "timeout", "1.5 s"),
    ("Memory", {}, "out-of-memory", "memory limit"),
    ("MemoryWrapped", {}, "out-of-memory", "memory limit"),
    ("KillSelf", {}, "out-of-memory", "killed by the system"),
    ("Flood", {}, "output-flood", "16 MiB"),
    ("FloodRaw", {}, "output-flood", "16 MiB"),
    ("Garbage", {}, "unreadable-result", "not JSON"),
    ("Garbage", {"line": "no end of line"}, "unreadable-result", "not JSON"),
    ("Endless", {"value": 1}, "unreadable-result", "ValueError"),
    ("KillParent", {}, "worker-died", "ended the worker"),
    ("Exit", {}, "exited", "code 0 before it answered. giving up"),
    ("Exit", {"code": 3}, "exited", "code 3"),
    ("Missing", {}, "missing-type", "has no Missing"),
]
# Not faults of ours to judge: the library raised, or went on.
SEEN: list[tuple[str, str | None]] = [
    ("SysExit", "SystemExit"),
    ("Interrupt", "KeyboardInterrupt"),
    ("HostileText", "Hostile"),
    ("MemoryCaught", None),
    ("Family", None),
    ("Daemons", None),
    ("BothReturn", None),
    ("Subprocess", None),
]
GOOD = case("Sampling", how="user_warning", temperature=0.25)


def is_good(seen: dict[str, Any]) -> bool:
    """Whether it is what GOOD shows."""
    return [m["text"] for m in seen.get("messages", ())] == ["temperature 0.25 is odd"] and seen["effective"] == {}


@pytest.mark.parametrize(("name", "arguments", "reason", "words"), FAULTS, ids=[f"{row[0]}-{row[2]}" for row in FAULTS])
@pytest.mark.usefixtures("tidy")
def test_each_fault_has_its_reason(name: str, arguments: dict[str, Any], reason: str, words: str) -> None:
    with open_faux() as session:
        first, faulty, last = session.run([GOOD, case(f"faults.{name}", go=True, **arguments), GOOD])
    assert faulty.get("unchecked", faulty)["reason"] == reason
    assert words in faulty["unchecked"]["detail"]
    assert is_good(first)
    assert is_good(last)


@pytest.mark.parametrize(("name", "exception"), SEEN)
@pytest.mark.usefixtures("tidy")
def test_what_is_no_fault_is_seen(name: str, exception: str | None) -> None:
    with open_faux() as session:
        first, seen, last = session.run([GOOD, case(f"faults.{name}", go=True), GOOD])
    assert "unchecked" not in seen
    assert seen.get("exception", {}).get("type") == exception
    assert is_good(first)
    assert is_good(last)


@pytest.mark.usefixtures("tidy")
def test_all_faults_in_one_run_keep_order_and_take_seconds() -> None:
    rows = [(case(f"faults.{name}", go=True, **arguments), reason) for name, arguments, reason, _ in FAULTS]
    cases = [one for row in rows for one in (row[0], GOOD)]
    came: list[int] = []
    began = time.monotonic()
    with open_faux() as session:
        seen = session.run(cases, lambda index, _seen: came.append(index))
    assert time.monotonic() - began < 30
    assert [one["unchecked"]["reason"] for one in seen[::2]] == [reason for _, reason in rows]
    assert all(is_good(one) for one in seen[1::2])
    assert sorted(came) == list(range(len(cases)))


@pytest.mark.usefixtures("tidy")
def test_faults_where_every_case_has_a_new_process() -> None:
    limits = replace(LIMITS, import_s=1, jobs=4)
    chosen = {"Segfault", "Hang", "FamilyThenExit", "Memory", "FloodRaw", "KillParent"}
    rows = [row for row in FAULTS if row[0] in chosen]
    with open_faux(faux(importing="thread"), limits=limits) as session:
        assert "fauxllm-pool" in session.facts.fork_unclean[0] or "2 threads" in session.facts.fork_unclean[0]
        seen = session.run([case(f"faults.{name}", go=True, **arguments) for name, arguments, _, _ in rows] + [GOOD])
    assert [one["unchecked"]["reason"] for one in seen[:-1]] == [reason for _, _, reason, _ in rows]
    assert is_good(seen[-1])


@pytest.mark.usefixtures("tidy")
def test_output_is_kept_with_the_observation_and_bounded() -> None:
    with open_faux() as session:
        printed, flooded = session.run([case("Sampling", how="print"), case("faults.Flood", go=True)])
    assert printed["output"].split() == ["printed", "complained", "from", "a", "shell"]
    assert len(flooded["output"]) <= 2000


@pytest.mark.usefixtures("tidy")
def test_a_case_may_have_a_limit_of_its_own() -> None:
    with open_faux() as session:
        began = time.monotonic()
        seen = session.run(
            [case("faults.Hang", go=True, timeout_s=0.2), case("faults.Sleeper", go=True, timeout_s=9, seconds=1.7)]
        )
    assert time.monotonic() - began < 5
    assert seen[0]["unchecked"] == {"reason": "timeout", "detail": "no answer within 0.2 s"}
    assert seen[1]["effective"]["seconds"] == {"$absent": True}


def test_the_look_out_for_leftovers_sees_them(tidy: Path) -> None:
    with open_faux() as session:
        session.run([case("faults.Subprocess", go=True)])
        assert any(line.startswith("sleep") for line in processes_of(tidy))
