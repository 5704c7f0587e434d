"""What recording costs a body of one second, and reading 100,000 lines of a study.

python benchmarks/runtime.py [--lines N]
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from random import Random
from typing import Any

from llem_rules.runtime import hash_of, observe

LOG = logging.getLogger("vllm.engine")
TYPE = "vllm.SamplingParams"


def body(path: Path | None, seconds: float) -> float:
    """Processor and wall time of a body that computes, logs and warns now and then; recorded where there is a path."""
    began = time.perf_counter()
    if path is None:
        work(seconds)
    else:
        with observe(path, study_run_id="bench", engine="vllm", config={TYPE: {"temperature": 0.7}}):
            work(seconds)
    return time.perf_counter() - began


def work(seconds: float) -> None:
    """The same number of steps each time, so that what is measured is not the clock."""
    for step in range(int(seconds * STEPS)):
        sum(range(200))
        if step % (STEPS // 100) == 0:
            LOG.warning("step %d of something", step % 7)
            warnings.warn(f"odd value {step % 5}", stacklevel=1)


def calibrate() -> int:
    """Steps a second."""
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < 0.5:
        sum(range(200))
        steps += 1
    return steps * 2


def overhead(times: int = 7) -> dict[str, Any]:
    """Recorded and bare bodies in turn; the ratio of their medians."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "o.jsonl"
        pairs = [(body(None, 1.0), body(path, 1.0)) for _ in range(times)]
        entering = [body(path, 0.0) for _ in range(50)]
    bare, recorded = (statistics.median(column) for column in zip(*pairs, strict=True))
    return {
        "bare_s": round(bare, 4),
        "recorded_s": round(recorded, 4),
        "ratio": round(recorded / bare, 4),
        "empty_body_ms": round(statistics.median(entering) * 1000, 3),
    }


def study(path: Path, lines: int) -> None:
    """A study of as many lines: random configs of six fields, each run four times, a third of them with a message."""
    random = Random(3)
    with path.open("w") as out:
        for number in range(lines // 4):
            kwargs = {
                "temperature": random.choice([0.0, 0.3, 0.7, 1.0, round(random.random(), 4)]),
                "top_p": round(random.uniform(0.1, 1.0), 3),
                "top_k": random.randrange(200),
                "min_tokens": random.randrange(20),
                "max_tokens": random.randrange(16, 900),
                "seed": number,
            }
            for cycle in range(4):
                out.write(json.dumps(line(kwargs, cycle)) + "\n")


def line(kwargs: dict[str, Any], cycle: int) -> dict[str, Any]:
    """One record. What is said is nothing that the corpus knows."""
    site = {"file": "vllm/made.py", "function": "made", "line": 1}
    texts = [f"top_k {kwargs['top_k']} is large"] if kwargs["top_k"] > 150 else []
    texts += ["greedy decoding of long answers"] if kwargs["temperature"] == 0 and kwargs["max_tokens"] > 300 else []
    said = [
        {
            "channel": "logger",
            "level": "WARNING",
            "text": text,
            "stage": "construct",
            "site": site | {"line": at},
            "count": 1,
        }
        for at, text in enumerate(texts)
    ]
    config = {TYPE: kwargs}
    return {
        "schema_version": 1,
        "study_run_id": "bench",
        "config_hash": hash_of(config),
        "cycle": cycle,
        "engine": "vllm",
        "library_version": "0.32.0",
        "config": config,
        "outcome": "success",
        "messages": said,
        "messages_dropped": 0,
        "exception": None,
        "effective": {TYPE: {}},
        "observed_config_hash": None,
    }


def reading(lines: int) -> dict[str, Any]:
    """``report-gaps`` on that study, whole process: seconds, peak memory, and the same beside the JSON parser alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runtime_observations.jsonl"
        study(path, lines)
        began = time.perf_counter()
        with path.open() as file:
            for text in file:
                json.loads(text)
        parsing = time.perf_counter() - began
        program = str(Path(sys.executable).with_name("llem-rules"))
        began = time.perf_counter()
        done = subprocess.run(
            [program, "report-gaps", "--study-dir", folder, "--format", "json"],
            capture_output=True,
            text=True,
            check=False,
        )
        taken = time.perf_counter() - began
        size = path.stat().st_size
    rules = [item["rule"] for item in json.loads(done.stdout)["items"]]
    return {
        "lines": lines,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(taken, 2),
        "ratio_to_parsing": round(taken / parsing, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
        "conditions": [rule and rule.get("match") for rule in rules],
    }


STEPS = 0


def main() -> None:
    """Measure and print."""
    global STEPS  # noqa: PLW0603
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    lines = parser.parse_args().lines
    LOG.addHandler(logging.NullHandler())
    LOG.propagate = False
    warnings.showwarning = lambda *_args, **_more: None
    STEPS = calibrate()
    load = Path("/proc/loadavg").read_text().split()[0]
    print(json.dumps({"load": load, "recording": overhead(), "reading": reading(lines)}, indent=1))


if __name__ == "__main__":
    main()
