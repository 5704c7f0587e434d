"""Cases that share a process: each finds what a process of its own would find, or is not seen there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.environments.session import FAST
from tests.engines import LIMITS, case, faux, open_faux

NAMED = ("fauxllm.leaking:COUNT", "fauxllm.leaking:LAST", "fauxllm.leaking:NO_LONGER_THERE", "fauxllm.gone:X")
LEFT = "leaking.Left"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = replace(faux(), imports=("fauxllm", "fauxllm.leaking", "fauxllm.faults"), resets=NAMED)
    with open_faux(engine, limits=replace(LIMITS, jobs=1, timeout_s=3.0)) as entered:
        yield entered


def fast(cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "gear": FAST} for one in cases]


def lasting(seen: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in seen.items() if name != "duration_ms"}


PUT_BACK = (
    "variable",
    "folder",
    "path",
    "streams",
    "once",
    "default_warning",
    "filters",
    "level",
    "captured",
    "printed",
    "named",
    "imports",
)


@pytest.mark.parametrize("how", PUT_BACK)
def test_state_is_put_back(how: str, session: Session) -> None:
    """Three cases in one process show what three processes show."""
    cases = [case(LEFT, how=how, seen="clean")] * 3
    alone = [lasting(one) for one in session.run(cases)]
    assert [lasting(one) for one in session.run(fast(cases))] == alone
    assert alone[0].get("effective") == {}


def test_warm_up_swallows_no_message(session: Session) -> None:
    """The server built the type once, which said what is said once; and each case says it again."""
    seen = session.run(fast([case("Accumulating"), case("Accumulating", a=2)]))
    assert [[message["text"] for message in one["messages"]] for one in seen] == [["warmed up"]] * 2
    assert [lasting(one) for one in seen] == [
        lasting(one) for one in session.run([case("Accumulating"), case("Accumulating", a=2)])
    ]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("draws", "draws"),
        ("thread", "starts-thread"),
        ("fork", "forks"),
        ("wait", "waits"),
        ("big_file", "crashed"),
        ("closes", "unreadable-result"),
    ],
)
def test_what_needs_its_own_process_says_so(how: str, reason: str, session: Session) -> None:
    """And the cases around it lose nothing."""
    before, after = case("Plain", a=1), case(LEFT, how="once")
    cases = [before, case(LEFT, how=how, seen="clean"), after]
    seen = session.run(fast(cases))
    assert seen[1]["unchecked"]["reason"] == reason
    alone = session.run(cases)
    assert [lasting(seen[0]), lasting(seen[2])] == [lasting(alone[0]), lasting(alone[2])]
    assert alone[1].get("effective") == {}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("Segfault", "crashed"),
        ("Abort", "crashed"),
        ("KillSelf", "crashed"),
        ("Exit", "crashed"),
        ("Hang", "waits"),
        ("HangDeaf", "timeout"),
        ("HangClosed", "crashed"),
        ("FamilyThenExit", "forks"),
        ("Memory", "out-of-memory"),
        ("Flood", "crashed"),
    ],
)
def test_a_fault_costs_its_own_case_alone(fault: str, reason: str, session: Session) -> None:
    cases = [case("Plain", a=n) for n in range(5)] + [case(f"faults.{fault}", go=True)]
    cases += [case(LEFT, how="once") for _ in range(5)]
    seen = session.run(fast(cases))
    assert seen[5]["unchecked"]["reason"] == reason
    alone = session.run([cases[0], cases[6]])
    assert [lasting(one) for one in seen[:5]] == [lasting(alone[0])] * 5
    assert [lasting(one) for one in seen[6:]] == [lasting(alone[1])] * 5


def test_of_garbage_nobody_knows_who_wrote_it(session: Session) -> None:
    cases = [case("Plain", a=1), case("faults.Garbage", go=True), *(case("Strict", size=n) for n in range(50))]
    seen = session.run(fast(cases))
    alone = session.run(cases)
    assert seen[1]["unchecked"]["reason"] == "unreadable-result"
    assert all("unchecked" in one or lasting(one) == lasting(other) for one, other in zip(seen, alone, strict=True))


def test_many_cases_come_back_in_their_order(session: Session) -> None:
    cases = [case("Sampling", how="clamp", temperature=n) for n in range(2000)]
    seen = session.run(fast([one for each in cases for one in (each, case("Strict", size=0))]))
    assert all(one["effective"] == {"temperature": 0.5} for one in seen[0::2])
    assert {one["exception"]["type"] for one in seen[1::2]} == {"FieldError"}


def test_a_case_that_is_no_json_is_unbuildable_and_the_rest_is_seen(session: Session) -> None:
    cases = [case("Plain", a=1), case("Plain", a=object()), case("Strict", size=0)]
    seen = session.run(fast(cases))
    assert ["unchecked" in one for one in seen] == [False, True, False]


def test_an_unclean_server_has_no_fast_gear() -> None:
    with open_faux(faux(importing="thread")) as session:
        seen = session.run(fast([case("Plain", a=1), case("Plain", a=2)]))
    assert [one["unchecked"]["reason"] for one in seen] == ["unclean", "unclean"]
