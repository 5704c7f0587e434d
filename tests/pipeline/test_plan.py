"""What is planned for which changes, how large a job is, and the plan on a real cluster of two workers."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.locate import find_project
from llem_rules.pipeline.cluster import Ran, run_here, run_on_dask
from llem_rules.pipeline.plan import engines_of, make_plan
from llem_rules.rules.failure import Failure

KNOWN = ["tensorrt", "transformers", "vllm"]
TOUCHED = [
    (["engine_versions/vllm.yaml"], ["vllm"]),
    (["engine_versions/vllm.compat.json"], []),
    (["docker/Dockerfile.transformers", "README.md"], ["transformers"]),
    (["rules/vllm/SamplingParams.yaml", "src/llem_rules/engines/transformers_use.py"], ["transformers", "vllm"]),
    (["src/llem_rules/mining/static/atoms.py"], KNOWN),
    (["docs/bump.md"], []),
    ([], []),
]


@pytest.mark.parametrize(("changed", "engines"), TOUCHED)
def test_which_engines(changed: list[str], engines: list[str]) -> None:
    assert engines_of(changed, KNOWN) == engines


@pytest.mark.parametrize(
    ("minutes", "hundred", "shards"),
    [(20, 6, 1), (1, 60, 6), (0.5, 6, 4), (0.1, 6, 1), (1, 6000, 16)],
)
def test_sized_by_recorded_costs(minutes: float, hundred: float, shards: int, tmp_path: Path) -> None:
    costs = tmp_path / "costs.yaml"
    costs.write_text(f"default: {{start_s: 25, hundred_rules_s: {hundred}}}\n")
    made = make_plan(find_project(), ["transformers"], costs=costs, most_s=round(minutes * 60))
    total = len(made.replays)
    assert [one.shard for one in made.replays] == [f"{n}/{total}" for n in range(1, total + 1)]
    assert (total == 1) == (shards == 1)
    assert total <= 16
    assert all(one.seconds <= minutes * 60 + 1 for one in made.replays) or shards in {1, 16}


def test_versions_and_images(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["ci", "plan", "transformers", "vllm", "--at", "4.57.6", "--room", "r.example/own/er", "--format", "json"])
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


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_replay_on_a_cluster_is_the_same_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    from tests.cli.scratch import RULE, make_project

    make_project(tmp_path, RULE)
    monkeypatch.chdir(tmp_path)
    costs = tmp_path / "costs.yaml"
    costs.write_text("default: {start_s: 1, hundred_rules_s: 600}\n")
    with two_workers() as cluster:
        where = ["--executor", "dask", "--scheduler", cluster.scheduler_address, "--out", "shards"]
        assert run(["ci", "plan", "transformers", "--costs", str(costs), "--minutes", "0.1", *where]) == 0
    shards = sorted(Path("shards").iterdir())
    assert len(shards) == 2
    assert run(["replay merge", *map(str, shards), "-o", "merged.yaml"]) == 0
    assert run(["replay", "transformers", "-o", "whole.yaml"]) == 0
    assert Path("merged.yaml").read_bytes() == Path("whole.yaml").read_bytes()
