"""What a container costs: the same cases in the engine's image and in its virtual environment, in turn, in one run.

python benchmarks/containers.py ENGINE [--cases 2000] [--rounds 5]    with an engine that answers, and the image built
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

from llem_rules.engines import find_engine
from llem_rules.environments.choose import open_session

SPREAD = 100  # different values of the one field that is given


def measured(engine: str, kind: str, cases: list[dict[str, object]]) -> dict[str, float]:
    """Seconds of one session: to the first answer, for all cases, and to the end."""
    began = time.perf_counter()
    with open_session(engine, kind, report=lambda _text: None) as session:
        session.run(cases[:1])
        ready = time.perf_counter()
        session.run(cases)
        done = time.perf_counter()
    return {"start": ready - began, "cases": done - ready, "whole": time.perf_counter() - began}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine")
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    native_type = next(iter(find_engine(options.engine).native_types))
    requests: list[dict[str, object]] = [
        {"native_type": native_type, "kwargs": {"temperature": 0.5 + (n % SPREAD) / SPREAD}, "reach": "validate"}
        for n in range(options.cases)
    ]
    kinds = ("venv", "docker")
    rounds = [{kind: measured(options.engine, kind, requests) for kind in kinds} for _ in range(options.rounds)]
    result: dict[str, object] = {"engine": options.engine, "native_type": native_type, "cases": options.cases}
    for part in ("start", "cases", "whole"):
        medians = {kind: statistics.median(one[kind][part] for one in rounds) for kind in kinds}
        result[f"{part}_s"] = {kind: round(seconds, 2) for kind, seconds in medians.items()}
        result[f"{part}_overhead"] = round(medians["docker"] / medians["venv"] - 1, 3)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
