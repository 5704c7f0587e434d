"""A library that sleeps where nothing can come of it is not waited for; one that hangs still hangs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.environments.session import FAST
from tests.engines import LIMITS, case, faux, open_faux

LIMIT_S = 1.5


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = replace(faux(), imports=("fauxllm", "fauxllm.faults"))
    with open_faux(engine, limits=replace(LIMITS, jobs=2, timeout_s=LIMIT_S)) as entered:
        yield entered


@pytest.mark.parametrize(
    ("sleeps", "answers"),
    [
        ({}, True),
        ({"seconds": 10, "times": 20}, True),
        ({"seconds": 0.001, "times": 100}, True),
        ({"seconds": 10, "times": 21}, False),  # again and again: a hang
        ({"seconds": 11, "times": 1}, False),
        ({"times": 1, "beside": "thread"}, False),
        ({"times": 1, "beside": "process"}, False),
    ],
)
def test_short_sleeps_are_not_slept_out(sleeps: dict[str, Any], answers: bool, session: Session) -> None:
    [seen] = session.run([case("faults.Asks", go=True, **sleeps)])
    assert ("unchecked" not in seen) == answers, seen
    if not answers:
        assert seen["unchecked"]["reason"] == "timeout"


def test_what_a_library_sleeps_with_is_not_replaced_for_good(session: Session) -> None:
    """Both gears say the same, and say it fast."""
    cases = [case("faults.Asks", go=True, seconds=5), case("Plain", a=1)] * 2
    alone = session.run(cases)
    together = session.run([{**one, "gear": FAST} for one in cases])
    assert all("unchecked" not in one for one in (*alone, *together))
