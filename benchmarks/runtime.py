"""What recording costs a body of one second, and reading 100,000 lines of a study.

python benchmarks/runtime.py [--lines N] [--pairs N]
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
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


def body(path: Path | None) -> tuple[float, float]:
    """Processor and wall seconds of a body that says all that a busy second says; recorded where there is a path."""
    began, spent = time.perf_counter(), time.process_time()
    if path is None:
        speak()
    else:
        with observe(path, study_run_id="bench", engine="vllm", config={TYPE: {"temperature": 0.7}}):
            speak()
    return time.process_time() - spent, time.perf_counter() - began


def speak(steps: int = 2000) -> None:
    """A hundred log records and a hundred warnings, most of them said before, and some computing between them."""
    for step in range(100):
        sum(range(steps))
        LOG.warning("step %d of something", step % 7)
        warnings.warn(f"odd value {step % 5}", stacklevel=1)


def overhead(rounds: int = 200) -> dict[str, Any]:
    """What recording adds to a body of one second, in milliseconds.

    The second itself is the same with and without, and its noise is larger than what is looked for. So only what is said in
    it is done, bare and recorded in turn. ``added_ms``: of processor time, the difference of the medians; ``share``: this, of a
    second. ``waiting_ms``: how much longer it waited for the lock and the disk; ``sync_ms``: one bare write and sync there.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "o.jsonl"
        rows = [(body(None), body(path), sync(Path(folder) / "bare")) for _ in range(rounds)]
    bare, recorded = ([one[at][0] for one in rows] for at in (0, 1))
    waited = [statistics.median(one[at][1] - one[at][0] for one in rows) for at in (0, 1)]
    added = statistics.median(recorded) - statistics.median(bare)
    return {
        "bare_ms": round(statistics.median(bare) * 1000, 3),
        "added_ms": round(added * 1000, 3),
        "added_least_ms": round((min(recorded) - min(bare)) * 1000, 3),
        "share": round(added, 5),
        "waiting_ms": round((waited[1] - waited[0]) * 1000, 3),
        "sync_ms": round(statistics.median(one[2] for one in rows) * 1000, 3),
    }


def whole(pairs: int) -> dict[str, Any]:
    """Bodies of one whole second, bare and recorded in turn (the order changes from pair to pair), in processor seconds.

    ``share``: the median over pairs of what recording adds, of the second; ``between``: its 95 % interval, by the ranks that a
    fair coin would leave out. One pair's noise is several times what is looked for. What other work on the machine adds is
    never negative, so the quickest bodies of either kind say most: ``share_of_quick`` compares their tenth percentiles.
    """
    steps = calibrated()
    shares, seconds = [], {True: list[float](), False: list[float]()}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(pairs):
            order = (None, Path(folder) / "o.jsonl") if number % 2 else (Path(folder) / "o.jsonl", None)
            spent = {path is not None: second(path, steps) for path in order}
            shares.append(spent[True] / spent[False] - 1)
            for recorded, taken in spent.items():
                seconds[recorded].append(taken)
    low, high = ranks(pairs)
    ordered = sorted(shares)
    quick = {recorded: statistics.quantiles(taken, n=10)[0] for recorded, taken in seconds.items()}
    return {
        "pairs": pairs,
        "share": round(statistics.median(shares), 5),
        "share_of_quick": round(quick[True] / quick[False] - 1, 5),
        "between": [round(ordered[low], 5), round(ordered[high], 5)],
    }


def ranks(count: int) -> tuple[int, int]:
    """The places, among as many sorted values, that bound their median with 95 % certainty."""
    below, left = 0.0, 0
    while (below := below + math.comb(count, left) / 2**count) < 0.025:
        left += 1
    return max(left - 1, 0), count - 1 - max(left - 1, 0)


def calibrated() -> int:
    """How much a hundredth of a second of computing is here."""
    began = time.process_time()
    sum(range(2_000_000))
    return int(2_000_000 * 0.01 / (time.process_time() - began))


def second(path: Path | None, steps: int) -> float:
    """Processor seconds of a body of about one, that says two hundred things on the way."""
    spent = time.process_time()
    if path is None:
        speak(steps)
    else:
        with observe(path, study_run_id="bench", engine="vllm", config={TYPE: {"temperature": 0.7}}):
            speak(steps)
    return time.process_time() - spent


def sync(path: Path) -> float:
    """Seconds that a line of the size of a record takes to the disk, with nothing of ours."""
    began = time.perf_counter()
    with path.open("ab") as file:
        file.write(b"x" * 4000)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - began


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=40, help="whole seconds, bare and recorded")
    options = parser.parse_args()
    LOG.addHandler(logging.NullHandler())
    LOG.propagate = False
    warnings.showwarning = lambda *_args, **_more: None
    load = Path("/proc/loadavg").read_text().split()[0]
    found = {"recording": overhead(), "whole_seconds": whole(options.pairs), "reading": reading(options.lines)}
    print(json.dumps({"load": load, **found}, indent=1))


if __name__ == "__main__":
    main()
