"""What is planned for which changes, how large a job is, and the plan on a real cluster of two workers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.pipeline.cluster import Ran, run_here, run_on_dask
from llem_rules.pipeline.plan import engines_of
from llem_rules.rules.failure import Failure
from tests.cli.scratch import RULE, make_project

KNOWN = ["tensorrt", "transformers", "vllm"]
TOUCHED = [
    (["engine_versions/vllm.yaml"], ["vllm"]),
    (["engine_versions/vllm.compat.json"], []),
    (["docker/Dockerfile.transformers", "README.md"], ["transformers"]),
    (["rules/vllm/SamplingParams.yaml", "src/llem_rules/engines/transformers_use.py"], ["transformers", "vllm"]),
    (["src/llem_rules/mining/static/atoms.py"], KNOWN),
    ([".github/workflows/engine-cell.yml"], KNOWN),
    (["docs/bump.md"], []),
    ([], []),
]


@pytest.mark.parametrize(("changed", "engines"), TOUCHED)
def test_which_engines(changed: list[str], engines: list[str]) -> None:
    assert engines_of(changed, KNOWN) == engines


SIZES = [
    # seconds to start, for a hundred rules, and the longest that a job may take: 50 rules make so many parts of so many seconds
    pytest.param(25, 6, 1200, 1, 28, id="one is enough"),
    pytest.param(25, 60, 40, 2, 40, id="two just fit"),
    pytest.param(25, 60, 39, 3, 35, id="and then do not"),
    pytest.param(25, 600, 60, 9, 58, id="the start is paid by each"),
    pytest.param(25, 60, 25, 1, 55, id="the start alone takes that long"),
    pytest.param(25, 6000, 60, 16, 212, id="never more than sixteen"),
]


@pytest.mark.parametrize(("start", "hundred", "most", "parts", "each"), SIZES)
def test_sized_by_recorded_costs(
    start: int,
    hundred: int,
    most: int,
    parts: int,
    each: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_project(tmp_path, RULE)
    monkeypatch.chdir(tmp_path)
    evidence = tmp_path / "corpus" / "transformers" / "invariants.validated.yaml"
    evidence.parent.mkdir(parents=True)
    evidence.write_text("rules:\n" + "- id: x\n" * 50)
    costs = tmp_path / "costs.yaml"
    costs.write_text(f"default: {{start_s: {start}, hundred_rules_s: {hundred}}}\n")
    sized = ["--costs", str(costs), "--minutes", str(most / 60)]
    assert run(["ci", "plan", "transformers", *sized, "--matrix", "replays"]) == 0
    jobs = json.loads(capsys.readouterr().out)["include"]
    assert [one["shard"] for one in jobs] == [f"{n}/{parts}" for n in range(1, parts + 1)]
    assert {(one["engine"], one["seconds"]) for one in jobs} == {("transformers", each)}
    assert run(["ci", "plan", "transformers", *sized]) == 0
    assert ("no split into" in capsys.readouterr().out) == (each > most)


def test_the_matrix_is_engine_version_and_shard(capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--at", "transformers=5.22.2", "--at", "vllm=0.22.1", "--at", "transformers=4.57.6"]
    assert run(["ci", "plan", "transformers", "vllm", *more, "--matrix", "replays"]) == 0
    jobs = json.loads(capsys.readouterr().out)["include"]
    pinned = {(name, load_engine_versions(name).library.current_version) for name in ("transformers", "vllm")}
    assert {(one["engine"], one["version"]) for one in jobs} == {
        ("transformers", "5.22.2"), ("transformers", "4.57.6"), ("vllm", "0.22.1"), *pinned,
    }  # fmt: skip
    assert all(one["shard"] == "1/1" for one in jobs)
    assert run(["ci", "plan", "vllm", "--matrix", "cells"]) == 0
    cells = json.loads(capsys.readouterr().out)["include"]
    assert [one["concern"] for one in cells] == ["invariants", "schemas"]


def test_versions_and_images(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(
            [
                "ci",
                "plan",
                "transformers",
                "vllm",
                "--at",
                "transformers=4.57.6",
                "--room",
                "r.example/Own/Er",
                "--format",
                "json",
            ]
        )
        == 0
    )
    items = json.loads(capsys.readouterr().out)["items"]
    images = {one["engine"]: (one["image"], one["source"]) for one in items if one["job"] == "cell"}
    assert images["transformers"][0].startswith("r.example/own/er/transformers-cache:transformers-")
    assert images["vllm"][1] == "upstream"
    assert {one["version"] for one in items if one["job"] == "replay" and one["engine"] == "transformers"} >= {"4.57.6"}


@pytest.mark.parametrize(
    ("text", "says"), [("[]", "holds no costs"), ("vllm: {start_s: 1, hundred_rules_s: 1}", "holds no costs")]
)
def test_costs_that_are_none(text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "costs.yaml"
    file.write_text(text)
    assert run(["ci", "plan", "vllm", "--costs", str(file)]) == 2
    assert says in capsys.readouterr().err


def quiet(_: Ran) -> None:
    """Nothing is told."""


def test_here() -> None:
    commands = [(sys.executable, "-c", f"print({n}); raise SystemExit({n})") for n in range(3)]
    assert [(one.code, one.said.strip()) for one in run_here(commands, quiet)] == [(0, "0"), (1, "1"), (2, "2")]


def test_no_scheduler_is_a_sentence() -> None:
    with pytest.raises(Failure, match="no scheduler at"):
        run_on_dask([("true",)], quiet, scheduler="tcp://127.0.0.1:9", patience=1)


def two_workers() -> Any:
    """A real cluster: a scheduler, and two workers that are processes of their own."""
    from distributed import LocalCluster

    make: Any = LocalCluster
    return make(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp")


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cluster_of_two_workers_one_of_which_dies(tmp_path: Path) -> None:

    commands = [
        (sys.executable, "-c", f"import time; open(r'{tmp_path}/began-{n}', 'a').close(); time.sleep(2); print({n})")
        for n in range(6)
    ]
    ended: list[Ran] = []
    killed: list[int] = []
    with two_workers() as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]

        def done(one: Ran) -> None:
            ended.append(one)
            if not killed:
                killed.append(pids[0])
                time.sleep(0.5)  # it is in the middle of its next task
                os.kill(pids[0], signal.SIGKILL)

        results = run_on_dask(commands, done, scheduler=cluster.scheduler_address)
    assert killed
    assert [one.said.strip() for one in results] == [str(n) for n in range(6)]
    assert len(ended) == 6


def kill_one_at_work(workers: list[int], killed: list[psutil.Process]) -> None:
    """End a worker while it is replaying. ``killed``: what it was running, which nobody waits for any more."""
    while not killed:
        for pid in workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                at_work = [one for one in psutil.Process(pid).children(recursive=True) if "replay" in one.cmdline()]
                if at_work:
                    os.kill(pid, signal.SIGKILL)
                    killed += at_work
                    return
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_replay_on_a_cluster_that_loses_a_worker_is_the_same_replay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(tmp_path, RULE)
    monkeypatch.chdir(tmp_path)
    costs = tmp_path / "costs.yaml"
    costs.write_text("default: {start_s: 1, hundred_rules_s: 1400}\n")
    killed: list[psutil.Process] = []
    with two_workers() as cluster:
        workers = [worker.pid for worker in cluster.workers.values()]
        killer = threading.Thread(target=kill_one_at_work, args=(workers, killed))
        killer.start()
        where = ["--executor", "dask", "--scheduler", cluster.scheduler_address, "--out", "shards"]
        assert run(["ci", "plan", "transformers", "--costs", str(costs), "--minutes", "0.1", *where]) == 0
        killer.join()
    assert killed
    psutil.wait_procs(killed, timeout=60)
    shards = sorted(Path("shards").iterdir())
    assert len(shards) == 3
    assert run(["replay merge", *map(str, shards), "-o", "merged.yaml"]) == 0
    assert run(["replay", "transformers", "-o", "whole.yaml"]) == 0
    assert Path("merged.yaml").read_bytes() == Path("whole.yaml").read_bytes()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["transformers", "vllm", "--at", "1.0"], "of which engine"),
        (["transformers", "--at", "vllm=1.0"], "vllm is not planned"),
    ],
)
def test_versions_of_no_engine(more: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "plan", *more]) == 2
    assert says in capsys.readouterr().err


def test_what_is_asked_of_a_cluster_without_its_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "plan", "transformers", "--executor", "dask"]) == 2
    assert "--scheduler ADDRESS" in capsys.readouterr().err
