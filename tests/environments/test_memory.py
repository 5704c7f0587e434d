"""A session that remembers: the library is asked only what it has not been asked before."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.environments import RememberingSession
from llem_rules.environments.session import Session
from llem_rules.rules.failure import NOT_CHECKED, Failure
from tests.engines import case, open_faux

LASTING = Path("fauxllm")  # as if it were an environment of our own, which never changes
CASES = [case("Strict", size=1), case("Strict", size=0), case("Strict", size="1"), case("Strict", size=0)]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """Every session that is really started."""
    started: list[Session] = []
    enter = Session.__enter__

    def counted(self: Session) -> Session:
        started.append(self)
        return enter(self)

    monkeypatch.setattr(Session, "__enter__", counted)
    return started


def ask(cases: list[dict[str, object]]) -> tuple[list[object], int]:
    """What was seen, without durations, and how much of it was remembered."""
    with RememberingSession(open_faux(lasting=LASTING)) as session:
        assert session.facts.library_version is not None
        seen = session.run(cases)
        return [{k: v for k, v in one.items() if k != "duration_ms"} for one in seen], session.remembered


def test_the_second_time_no_worker_is_started(starts: list[Session]) -> None:
    first, remembered = ask(CASES)
    assert (remembered, len(starts)) == (0, 1)
    again, remembered = ask(CASES)
    assert again == first
    assert (remembered, len(starts)) == (len(CASES), 1)


def test_only_what_is_new_is_asked(starts: list[Session]) -> None:
    first, _ = ask(CASES[:2])
    told: list[int] = []
    with RememberingSession(open_faux(lasting=LASTING)) as session:
        seen = session.run(CASES, lambda index, _answer: told.append(index))
    assert [one["stage"] for one in seen] == ["construct"] * len(CASES)
    assert sorted(told) == list(range(len(CASES)))
    assert session.remembered == 2
    assert len(starts) == 2
    assert len(first) == 2


def test_a_case_asked_twice_is_asked_twice(starts: list[Session]) -> None:
    """That is how replay sees whether the library answers the same; one answer for both would hide it."""
    ask([CASES[1]])
    _, remembered = ask([CASES[1], CASES[1]])
    assert remembered == 1
    assert len(starts) == 2


def test_what_was_not_seen_is_not_kept() -> None:
    unseen = case("NoSuchType")
    assert ask([unseen]) == ask([unseen])
    assert ask([unseen])[1] == 0


def test_a_memory_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    first, _ = ask(CASES)
    [store] = (tmp_path / "cache" / "observations").iterdir()
    store.write_bytes(b"not a database at all" * 100)
    assert ask(CASES) == (first, 0)
    assert ask(CASES) == (first, len(CASES))


def test_fresh_asks_everything_again_and_remembers_it_anew(starts: list[Session]) -> None:
    ask(CASES)
    with RememberingSession(open_faux(lasting=LASTING), fresh=True) as session:
        session.run(CASES)
        assert session.remembered == 0
    assert len(starts) == 2
    assert ask(CASES)[1] == len(CASES)
    assert len(starts) == 2


def test_a_cache_that_cannot_be_made_is_a_failure_and_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / "file"))
    with pytest.raises(Failure, match=r"cannot be remembered in .*: Not a directory") as failed:
        ask(CASES)
    assert failed.value.code == NOT_CHECKED
