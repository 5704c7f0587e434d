"""Many processes and one file: every line whole, none lost; a torn one set aside."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llem_rules.runtime.recording.appending import TORN, append_record
from llem_rules.runtime.records import Reading, read_records

PROCESSES, EACH = 8, 40
FORK = multiprocessing.get_context("fork")


def _append_many(path: str, worker: int, size: int) -> None:
    for number in range(EACH):
        append_record(path, {"worker": worker, "number": number, "text": "x" * (size * (number % 7))})


@pytest.mark.parametrize("size", [1, 900, 20_000])
def test_eight_processes_at_once(tmp_path: Path, size: int) -> None:
    path = str(tmp_path / "lines.jsonl")
    workers = [FORK.Process(target=_append_many, args=(path, worker, size)) for worker in range(PROCESSES)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    assert {(one["worker"], one["number"]) for one in lines} == {(w, n) for w in range(PROCESSES) for n in range(EACH)}
    assert len(lines) == PROCESSES * EACH


def _append_for_ever(path: str) -> None:
    number = 0
    while True:
        append_record(path, {"number": number, "text": "y" * 200_000})
        number += 1


def test_killed_writers_leave_whole_lines_for_the_next(tmp_path: Path) -> None:
    path = str(tmp_path / "lines.jsonl")
    for _ in range(4):
        writer = FORK.Process(target=_append_for_ever, args=(path,))
        writer.start()
        time.sleep(0.15)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        append_record(path, {"number": -1})
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    assert [one["number"] for one in lines].count(-1) == 4


@given(st.lists(st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=3), max_size=5), st.data())
@settings(max_examples=40)
def test_whatever_a_power_cut_leaves_is_set_aside(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, str]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cut") / "lines.jsonl"
    for record in records:
        append_record(str(path), dict(record))
    whole = path.read_bytes() if records else b""
    torn = data.draw(st.binary(min_size=1, max_size=60).filter(lambda one: b"\n" not in one and not _is_json(one)))
    path.write_bytes(whole + torn)
    assert append_record(str(path), {"after": 1}) == len(torn)
    assert path.read_bytes() == whole + b'{"after":1}\n'
    assert Path(str(path) + TORN).read_bytes() == torn + b"\n"


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def test_a_line_that_only_lacks_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a":1}')
    assert append_record(str(path), {"b": 2}) == 0
    assert path.read_bytes() == b'{"a":1}\n{"b":2}\n'


def test_a_torn_line_is_reported_and_not_fatal(tmp_path: Path) -> None:
    path = tmp_path / "runtime_observations.jsonl"
    good = {
        "schema_version": 1,
        "study_run_id": "s",
        "config_hash": "h",
        "cycle": 0,
        "engine": "e",
        "config": {},
        "outcome": "success",
        "messages": [],
    }
    text = json.dumps(good)
    path.write_text(f'{text}\n\x00\x00\x00\n[1]\n{{"schema_version": 2}}\n{text}\n{text[:40]}')
    reading = Reading()
    assert len(list(read_records([path], reading))) == 2
    assert [(one.line, one.why) for one in reading.torn] == [
        (2, "not JSON"),
        (3, "not a record"),
        (4, "schema_version 2 is not known here"),
        (6, "torn"),
    ]
