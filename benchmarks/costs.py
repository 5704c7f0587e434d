"""What a replay costs here, in the two figures by which ``ci plan`` cuts it into jobs: start, and a hundred rules.

python benchmarks/costs.py transformers vllm > costs.yaml
llem-rules ci plan --costs costs.yaml --minutes 2

A whole replay and an eighth of it, nothing remembered. Both start once, so they differ by seven eighths of the work.
The document is JSON, and so YAML as well. `default`, for engines that were not measured, is the slowest of those that were.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PARTS = 8


def seconds(engine: str, parts: int) -> float:
    """One part of a replay, as a job runs it."""
    with tempfile.TemporaryDirectory() as folder:
        to = str(Path(folder) / "part.json")
        command = [sys.executable, "-m", "llem_rules", "replay", engine, "--fresh", "--shard", f"1/{parts}", "-o", to]
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began


def cost(engine: str) -> dict[str, float]:
    """The row of one engine. The environment is there after the first part, whose time does not count."""
    rules = Path("corpus", engine, "invariants.validated.yaml").read_text(encoding="utf-8").count("\n- id:")
    seconds(engine, PARTS)
    part, whole = seconds(engine, PARTS), seconds(engine, 1)
    work = max(whole - part, 0) * PARTS / (PARTS - 1)
    return {"start_s": round(whole - work, 1), "hundred_rules_s": round(work / rules * 100, 2)}


def main() -> None:
    """Measure and print."""
    found = {engine: cost(engine) for engine in sys.argv[1:] or ["transformers", "vllm"]}
    slowest = {name: max(row[name] for row in found.values()) for name in ("start_s", "hundred_rules_s")}
    print(json.dumps({"default": slowest, **found}, indent=1))


if __name__ == "__main__":
    main()
