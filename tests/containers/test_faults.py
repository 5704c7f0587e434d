"""Every fault of the local worker's table has the same reason in a container, and leaves no container behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llem_rules.environments.containers import Confinement
from llem_rules.rules.failure import NOT_CHECKED, Failure
from tests.containers.conftest import Opener
from tests.engines import LIMITS, case
from tests.inside.test_faults import FAULTS, GOOD, SEEN, is_good

pytestmark = pytest.mark.xdist_group("containers")


def test_each_fault_has_its_reason(contained: Opener) -> None:
    cases = [one for name, given, _, _ in FAULTS for one in (case(f"faults.{name}", go=True, **given), GOOD)]
    with contained(limits=replace(LIMITS, timeout_s=6)) as session:
        seen = session.run(cases)
    found = {row[0]: one.get("unchecked", one).get("reason") for row, one in zip(FAULTS, seen[::2], strict=True)}
    assert found == {row[0]: row[2] for row in FAULTS}
    assert all(is_good(one) for one in seen[1::2])


def test_what_is_no_fault_is_seen(contained: Opener) -> None:
    with contained() as session:
        seen = session.run([case(f"faults.{name}", go=True) for name, _ in SEEN])
    found = [one.get("exception", {}).get("type") for one in seen]
    assert found == [exception for _, exception in SEEN]


def test_a_case_that_eats_the_containers_memory_is_told_from_a_crash(contained: Opener) -> None:
    # The case's own limit lies far above what the container has: the kernel's killer ends it, not the allocator.
    limits = replace(LIMITS, memory_bytes=64 << 30, timeout_s=20)
    with contained(limits=limits, confinement=Confinement(memory_bytes=192 << 20)) as session:
        eaten, crashed, good = session.run([case("faults.Eat", go=True), case("faults.Segfault", go=True), GOOD])
    assert eaten["unchecked"]["reason"] == "out-of-memory"
    assert crashed["unchecked"]["reason"] == "crashed"
    assert is_good(good)


def test_a_case_that_forks_endlessly_ends_at_the_limit_of_processes(contained: Opener) -> None:
    cases = [GOOD, case("faults.ForkEndlessly", go=True), *[GOOD] * 4]
    with contained(confinement=Confinement(memory_bytes=1 << 30, processes=64)) as session:
        seen = session.run(cases)
    assert seen[1]["unchecked"]["reason"] == "timeout"
    assert all(is_good(one) for one in [*seen[:1], *seen[2:]])


STATES = ["shared_state", "environ", "cwd", "once", "wipe", "filtered", "renamed_level", "captured"]


def test_a_case_that_changes_global_state_changes_no_other(contained: Opener) -> None:
    cases = [case("Sampling", how=how, stop=["a"]) for how in STATES]
    with contained() as session:
        alone = [session.run([one])[0] for one in cases]
        together = session.run([*cases, *reversed(cases), GOOD])
    assert [without_time(one) for one in together[: len(cases)]] == [without_time(one) for one in alone]
    assert [without_time(one) for one in together[-2 : len(cases) - 1 : -1]] == [without_time(one) for one in alone]
    assert is_good(together[-1])


def without_time(seen: dict[str, Any]) -> dict[str, Any]:
    """What was seen, without how long it took."""
    return {name: value for name, value in seen.items() if name != "duration_ms"}


IMPORTS = [
    # what the import does, how long it may take in seconds, the words of the failure
    ("fail", 60, "cannot be imported"),
    ("exit", 60, "ended with code"),
    ("hang", 2, "fauxllm was not imported within 2 s"),
    ("eat", 60, "used more than its 96 MiB of memory"),
]


@pytest.mark.parametrize(("importing", "patience_s", "words"), IMPORTS)
def test_an_import_that_fails(contained: Opener, importing: str, patience_s: float, words: str) -> None:
    with (
        pytest.raises(Failure, match=words) as failure,
        contained(
            importing=importing,
            limits=replace(LIMITS, import_s=patience_s),
            confinement=Confinement(memory_bytes=96 << 20),
        ),
    ):
        pass
    assert failure.value.code == NOT_CHECKED


def test_an_import_that_takes_its_time_is_waited_for(contained: Opener) -> None:
    with contained(importing="slow", limits=replace(LIMITS, import_s=60)) as session:
        assert session.facts.import_s >= 3
        assert is_good(session.run([GOOD])[0])


def test_an_engine_that_starts_threads_gets_a_process_for_each_case(contained: Opener) -> None:
    with contained(importing="thread") as session:
        assert session.facts.fork_unclean
        assert is_good(session.run([GOOD])[0])


def test_a_case_sees_no_network_and_cannot_write_to_the_system(contained: Opener) -> None:
    with contained() as session:
        (seen,) = session.run([case("faults.Outside", go=True)])
        assert session.facts.confinement["interfaces"] == ["lo"]
        assert session.facts.confinement["writable_root"] is False
        assert session.facts.confinement["user"] != 0
    assert [message["text"] for message in seen["messages"]] == ["network refused", "system refused"]
