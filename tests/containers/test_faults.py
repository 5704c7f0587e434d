"""Every fault of the local worker's table has the same reason in a container, and leaves no container behind."""

from __future__ import annotations

from dataclasses import replace

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


IMPORTS = [
    # what the import does, how long it may take in seconds, the words of the failure
    ("fail", 60, "cannot be imported"),
    ("exit", 60, "ended with code"),
    ("hang", 2, "said nothing"),
]


@pytest.mark.parametrize(("importing", "patience_s", "words"), IMPORTS)
def test_an_import_that_fails(contained: Opener, importing: str, patience_s: float, words: str) -> None:
    with (
        pytest.raises(Failure, match=words) as failure,
        contained(importing=importing, limits=replace(LIMITS, import_s=patience_s)),
    ):
        pass
    assert failure.value.code == NOT_CHECKED


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
