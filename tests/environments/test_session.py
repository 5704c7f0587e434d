"""A session: pipelining, order, a worker that dies, an import that fails, an end that leaves nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llem_rules.engines import NativeType
from llem_rules.rules.failure import NOT_CHECKED, Failure
from tests.engines import LIMITS, case, faux, open_faux
from tests.engines.leftovers import left_in, processes_of

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("tidy")
def test_large_requests_and_answers_do_not_block_each_other() -> None:
    cases = [case("Sampling", how="mutate", stop=[f"{number}-" + "x" * 2000] * 10) for number in range(1000)]
    with open_faux(limits=replace(LIMITS, timeout_s=20)) as session:
        seen = session.run(cases)
    assert [one["effective"]["stop"][0].partition("-")[0] for one in seen] == [str(number) for number in range(1000)]


@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("size", [40_000, 70_000, 3_000_000])
def test_a_request_larger_than_a_pipe(size: int) -> None:
    with open_faux(limits=replace(LIMITS, timeout_s=20)) as session:
        seen = session.run([case("Plain", b="x" * size)] * 3 + [case("Plain", b="small")])
    assert [one["effective"] for one in seen] == [{}] * 4


@pytest.mark.usefixtures("tidy")
def test_any_order_shows_the_same_as_file_order() -> None:
    ways = "", "user_warning", "once", "levels", "clamp_loud", "mutate", "wipe", "shared_state", "environ", "filtered"
    cases = [case("Sampling", how=ways[n % len(ways)], temperature=n, stop=["a"]) for n in range(200)]
    with open_faux(limits=replace(LIMITS, timeout_s=20)) as session:
        in_order = [without_time(one) for one in session.run(cases)]
        for seed in (1, 2):
            places = random.Random(seed).sample(range(200), 200)
            seen = dict(zip(places, session.run([cases[place] for place in places]), strict=True))
            assert [without_time(seen[place]) for place in range(200)] == in_order


def without_time(observation: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in observation.items() if name != "duration_ms"}


def test_a_worker_that_is_killed_from_outside(tidy: Path) -> None:
    touched = tidy / "worker"
    cases = [case("Plain", a=number) for number in range(300)]
    cases[150] = case("faults.Sleeper", go=True, seconds=0.5, touch=str(touched))

    def kill() -> None:
        while not touched.exists() or not touched.read_text():
            time.sleep(0.01)
        os.kill(int(touched.read_text()), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    came: list[int] = []
    with open_faux() as session:
        seen = session.run(cases, lambda index, _: came.append(index))
    killer.join()
    assert sorted(came) == list(range(300))
    assert [number for number, one in enumerate(seen) if one.get("effective") != {}] == [150]
    assert "unchecked" not in seen[150]


@pytest.mark.usefixtures("tidy")
def test_what_json_cannot_hold_is_unbuildable_and_stops_nothing() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with open_faux() as session:
        seen = session.run(
            [case("Plain", a=object()), case("Plain", a=1), case("Plain", a=deep), case("Plain", b="\ud800")]
        )
    assert [one.get("unchecked", {}).get("reason") for one in seen] == ["unbuildable", None, "unbuildable", None]
    assert seen[3]["effective"] == {}


@pytest.mark.usefixtures("tidy")
def test_no_cases() -> None:
    with open_faux() as session:
        assert session.run([]) == []


@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize(
    ("importing", "words"),
    [
        ("fail", "fauxllm cannot be imported: RuntimeError: fauxllm needs a driver that is not here"),
        ("missing", "fauxllm cannot be imported: ModuleNotFoundError: No module named 'no_such_module_for_fauxllm'"),
        ("sysexit", "fauxllm cannot be imported: SystemExit: 4"),
        ("exit", "ended with code 7 while it imported fauxllm"),
        ("hang", "fauxllm was not imported within 1 s"),
    ],
)
def test_an_import_that_fails(importing: str, words: str) -> None:
    with pytest.raises(Failure) as failed, open_faux(faux(importing=importing), limits=replace(LIMITS, import_s=1)):
        pass
    assert words in failed.value.message
    assert failed.value.hint
    assert failed.value.code == NOT_CHECKED


@pytest.mark.usefixtures("tidy")
def test_an_interpreter_that_is_not_there() -> None:
    with pytest.raises(Failure, match="cannot be run") as failed, open_faux(python="/no/such/python"):
        pass
    assert failed.value.code == NOT_CHECKED


@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("importing", ["slow", "noise"])
def test_an_import_that_is_only_odd(importing: str) -> None:
    with open_faux(faux(importing=importing)) as session:
        assert session.run([case("Plain", a=1)])[0]["effective"] == {}
        assert session.facts.fork_unclean == ()


@pytest.mark.usefixtures("tidy")
def test_an_import_that_starts_a_thread_has_a_new_process_for_each_case() -> None:
    with open_faux(faux(importing="thread")) as session:
        assert session.facts.fork_unclean[0].startswith("2 threads")
        cases = [case("Accumulating", a="1"), case("Sampling", how="once"), case("Sampling", how="cwd", temperature=-1)]
        seen = session.run(cases * 2)
    assert [[m["text"] for m in one["messages"]] for one in seen] == [["warmed up"], ["this is said once"], []] * 2
    assert seen[2]["effective"] == {"temperature": "<scratch>"}


@pytest.mark.usefixtures("tidy")
def test_types_that_are_missing_are_told_at_once() -> None:
    with open_faux(faux(types={"fauxllm.Gone": NativeType(), "fauxllm.slow.X": NativeType()})) as session:
        assert session.facts.missing_types == {
            "fauxllm.Gone": "NotFound: fauxllm has no Gone",
            "fauxllm.slow.X": "ImportError: this module lacks something",
        }


def test_facts_do_not_depend_on_the_users_shell(monkeypatch: pytest.MonkeyPatch, tidy: Path) -> None:
    monkeypatch.setenv("FAUX_SEEN_BEFORE", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    with open_faux() as session:
        assert "FAUX_SEEN_BEFORE" not in session.facts.environment
        seen = session.run([case("Sampling", how="environ", temperature=-1), case("Sampling", how="user_warning")])
        assert str(tidy) in session.facts.environment["HOME"] or session.facts.environment["HOME"] == "<scratch>"
    assert seen[0]["effective"] == {"temperature": 0}
    assert "exception" not in seen[1]


_HOST = """
import sys, time
from tests.engines import case, open_faux, LIMITS
from dataclasses import replace
import tempfile
tempfile.tempdir = sys.argv[1]
with open_faux(limits=replace(LIMITS, timeout_s=60)) as session:
    print("ready", flush=True)
    session.run([case("faults." + name, go=True, timeout_s=60) for name in ("Daemons", "Sleeper", "DaemonsThenHang")])
    session.run([case("faults.Hang", go=True)] * 4)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_host_that_is_ended_leaves_no_child(number: signal.Signals, tmp_path: Path) -> None:
    host = subprocess.Popen(
        [sys.executable, "-c", _HOST, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert host.stdout is not None
    assert host.stdout.readline() == b"ready\n"
    time.sleep(0.6)
    assert processes_of(tmp_path)
    host.send_signal(number)
    host.wait(timeout=10)
    host.stdout.close()
    assert left_in(tmp_path) == []


def test_the_worker_speaks_plain_json_lines(tidy: Path) -> None:
    """The protocol, as a container will use it: without Session."""
    from llem_rules import inside

    engine = faux()
    start = {"engine": engine.message(), "scratch": str(tidy), "limits": LIMITS.message()}
    lines = [
        start,
        {"op": "case", "id": "a", **case("Plain", a=1)},
        {"op": "case", "id": "b", **case("Strict", size=0)},
    ]
    done = subprocess.run(
        [sys.executable, str(Path(inside.__file__).parent)],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
        env={**os.environ, **engine.environment},
        cwd=tidy,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0]["event"] == "ready"
    assert {one["id"]: one.get("exception", {}).get("field") for one in answers[1:]} == {"a": None, "b": "size"}
