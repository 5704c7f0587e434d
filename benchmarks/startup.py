"""Whole-process time of what hooks run at every commit: ``--version`` and a one-file lint, median of 10.

python benchmarks/startup.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def median_ms(command: list[str], times: int = 10) -> float:
    """Median of whole runs in milliseconds, after one run that warms the disk cache."""
    taken = []
    for _ in range(times + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        taken.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(taken[1:]), 1)


def main() -> None:
    """Measure and print."""
    program = str(Path(sys.executable).with_name("llem-rules"))
    largest = max((ROOT / "rules").glob("*/*.yaml"), key=lambda path: path.stat().st_size)
    small = ROOT / "rules" / "transformers" / "WatermarkingConfig.yaml"
    print(
        json.dumps(
            {
                "python_itself_ms": median_ms([sys.executable, "-c", ""]),
                "version_ms": median_ms([program, "--version"]),
                "lint_one_file_ms": median_ms([program, "lint", str(small)]),
                "lint_largest_file_ms": median_ms([program, "lint", str(largest)]),
                "largest_file": str(largest.relative_to(ROOT)),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
