"""Two gears: what the fast one shows is checked against the reference, and a library that leaks goes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llem_rules.environments import RememberingSession, Session
from llem_rules.environments.gears import Checks, Gears, confirmed, same
from tests.engines import LIMITS, case, faux, open_faux

ENGINE = replace(faux(), imports=("fauxllm", "fauxllm.leaking", "fauxllm.faults"))
PATIENT = replace(LIMITS, timeout_s=3.0)
LEFT = "leaking.Left"
CLEAN = [case("Strict", size=n) for n in range(-20, 40)] + [case(LEFT, how="once")] * 3 + [case("Sampling", how="once")]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux(ENGINE, limits=PATIENT) as entered:
        yield entered


def leaking(how: str, count: int = 60) -> list[dict[str, Any]]:
    """Distinct cases of one kind."""
    return [case(LEFT, how=how, seen=f"clean{n}") for n in range(count)]


def lasting(answers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != "duration_ms"} for one in answers]


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
def test_a_library_that_keeps_nothing_shows_the_same_in_both_gears(share: float, session: Session) -> None:
    gears = Gears(session, share=share)
    assert lasting(gears.run(CLEAN)) == lasting(session.run(CLEAN))
    assert (gears.checks.disagreed, gears.checks.back) == (set(), {})
    assert len(gears.checks.checked) >= (len(set(map(repr, CLEAN))) if share == 1.0 else 1)


@pytest.mark.parametrize("how", ["hidden", "named"])
def test_a_leak_is_found_by_the_sample(how: str, session: Session) -> None:
    """Nothing puts this back: the native type goes to the reference gear, all of its cases, and others do not."""
    cases = [*leaking(how), *CLEAN]
    gears = Gears(session, share=0.2)
    assert lasting(gears.run(cases)) == lasting(session.run(cases))
    assert list(gears.checks.back) == ["fauxllm.leaking.Left"]
    assert gears.checks.disagreed
    assert not gears.takes(case(LEFT, how=how))
    assert gears.takes(case("Strict", size=1))


@pytest.mark.parametrize("how", ["hidden", "seldom", "named"])
def test_a_leak_is_found_by_the_second_sight(how: str, session: Session) -> None:
    """In the opposite order, in other processes, other cases find what was left: no sample is needed."""
    cases = leaking(how)
    gears = Gears(session, share=0.0)
    assert lasting(gears.run(cases)) == lasting(session.run(cases))
    assert gears.checks.back.keys() == {"fauxllm.leaking.Left"}


def test_what_surprises_is_seen_in_the_reference_too(session: Session) -> None:
    """Not counted among the checks: what surprises depends on the rules, what every run checks does not."""
    gears = Gears(session, share=0.0)
    seen = gears.run(CLEAN)
    before = len(gears.checks.checked)
    assert lasting(confirmed(gears, CLEAN, seen, [5, 6])) == lasting(session.run(CLEAN))
    assert (len(gears.checks.checked), gears.checks.back) == (before, {})
    seen[30] = {"stage": "construct", "effective": {"size": 1}, "messages": []}
    assert lasting(confirmed(gears, CLEAN, seen, [30])) == lasting(session.run(CLEAN))
    assert gears.checks.back.keys() == {"fauxllm.Strict"}


def test_an_object_that_the_adapter_names_does_not_leak() -> None:
    engine = replace(ENGINE, resets=("fauxllm.leaking:COUNT", "fauxllm.leaking:LAST"))
    with open_faux(engine, limits=PATIENT) as session:
        gears = Gears(session, share=0.5)
        assert lasting(gears.run(leaking("named"))) == lasting(session.run(leaking("named")))
        assert gears.checks.back == {}


def test_what_is_asked_twice_is_asked_once_in_each_gear(session: Session) -> None:
    cases = [case("Strict", size=n) for n in (1, 2, 3)]
    gears = Gears(session, share=0.0)
    assert lasting(gears.run([*cases, *cases])) == lasting(session.run([*cases, *cases]))
    assert len(gears.checks.checked) == 3
    again = Gears(session, share=0.0)
    again.run([case(LEFT, how="hidden", seen="clean")] * 2 + [case(LEFT, how="hidden", seen="x")] * 2)
    assert again.checks.back.keys() == {"fauxllm.leaking.Left"}


def test_a_library_that_answers_by_chance_does_not_disagree_with_itself(session: Session) -> None:
    """Both sights of such a case are the reference's, so that who judges sees that they differ."""
    chance = case("Sampling", how="nondeterministic")
    gears = Gears(session, share=1.0)
    first, second = gears.run([chance, chance])
    assert first["exception"]["message"] != second["exception"]["message"]
    assert (gears.checks.disagreed, gears.checks.back) == (set(), {})


@pytest.mark.parametrize(
    "special",
    [
        case("faults.Segfault", go=True),
        case("faults.Hang", go=True),
        pytest.param(case("faults.HangDeaf", go=True), marks=pytest.mark.slow),
        pytest.param(case("faults.Memory", go=True), marks=pytest.mark.slow),
        case("faults.Flood", go=True),
        case("faults.FamilyThenExit", go=True),
        case(LEFT, how="draws"),
        case(LEFT, how="thread"),
        case("NoSuchType"),
        case("Plain", timeout_s=1.0),
        {"op": "describe", "native_type": "fauxllm.Strict", "kwargs": {}},
    ],
    ids=repr,
)
def test_what_the_fast_gear_cannot_see_is_seen_in_the_reference(special: dict[str, Any], session: Session) -> None:
    told: list[int] = []
    cases = [*CLEAN[:10], special, *CLEAN[10:]]
    gears = Gears(session, share=0.0)
    assert lasting(gears.run(cases, lambda index, _answer: told.append(index))) == lasting(session.run(cases))
    assert sorted(told) == list(range(len(cases)))
    assert gears.checks.back == {}


def test_an_unclean_server_is_all_reference() -> None:
    with open_faux(faux(importing="thread")) as session:
        gears = Gears(session)
        assert lasting(gears.run(CLEAN[:3])) == lasting(session.run(CLEAN[:3]))
        assert gears.checks == Checks()


def test_the_sample_is_a_matter_of_the_case_and_the_seed(session: Session) -> None:
    cases = [case("Plain", a=n) for n in range(2000)]
    sampled = [one for one in cases if Gears(session).samples(one)]
    assert 60 <= len(sampled) <= 140
    assert [one for one in reversed(cases) if Gears(session).samples(one)] == sampled[::-1]
    assert [one for one in cases if Gears(session, seed=1).samples(one)] != sampled
    assert Gears(session, share=0.0).samples(case("Plain"))


def test_both_gears_are_remembered_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path))
    accounts = []
    for _ in range(2):
        with RememberingSession(open_faux(ENGINE, limits=PATIENT, lasting=Path("fauxllm"))) as session:
            gears = Gears(session, share=0.2)
            answers = lasting(gears.run([*leaking("hidden"), *CLEAN]))
            accounts.append((answers, gears.checks))
            entered = session._entered
    assert accounts[0] == accounts[1]
    assert not entered


def test_accounts_are_the_same_after_json() -> None:
    one = Checks({"b", "a"}, {"a"}, {"x.Y": {"n": 1}})
    assert Checks.from_plain(one.plain()) == one
    assert Checks.together([one, Checks({"c"}, set(), {})]) == Checks({"a", "b", "c"}, {"a"}, {"x.Y": {"n": 1}})


def test_durations_alone_make_no_difference() -> None:
    assert same({"stage": "construct", "duration_ms": 1}, {"stage": "construct", "duration_ms": 2})
    assert not same({"stage": "construct", "output": "x"}, {"stage": "construct"})
