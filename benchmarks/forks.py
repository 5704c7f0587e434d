"""How many cases a second the fork server does, beside a fresh process for each case, in one run.

python benchmarks/forks.py transformers [--cases 500] [--fresh 5]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import replace

from llem_rules.corpus.versions import load_engine_versions
from llem_rules.engines import find_engine
from llem_rules.environments import Limits, Session
from llem_rules.environments.venv import venv_python

CASES = {
    "transformers": (
        "transformers.GenerationConfig",
        "construct",
        {"do_sample": True, "temperature": 0.7, "top_p": 0.9},
    ),
    "vllm": ("vllm.SamplingParams", "construct", {"temperature": 0.7, "top_p": 0.9}),
}


def rate(session: Session, cases: list[dict[str, object]]) -> float:
    """Cases a second."""
    began = time.perf_counter()
    session.run(cases)
    return len(cases) / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=sorted(CASES))
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--fresh", type=int, default=5)
    options = parser.parse_args()
    engine = find_engine(options.engine)
    python = venv_python(load_engine_versions(options.engine), None, print)
    native_type, reach, kwargs = CASES[options.engine]
    # Only this type is warmed up, as a fresh process would import only what it needs.
    engine = replace(engine, native_types={native_type: engine.native_types[native_type]})
    case = {"native_type": native_type, "kwargs": kwargs, "reach": reach}
    result: dict[str, object] = {"engine": options.engine, "native_type": native_type, "cores": os.cpu_count()}
    for name, jobs, cores in (("one_core", 1, {0}), ("all_cores", os.cpu_count() or 1, None)):
        usable = os.sched_getaffinity(0)
        if cores:
            os.sched_setaffinity(0, cores & usable or usable)
        with Session(engine, python, Limits(jobs=jobs)) as session:
            session.run([case] * 20)
            result[f"forked_per_s_{name}"] = round(rate(session, [case] * options.cases), 1)
            result["import_s"] = session.facts.import_s
        os.sched_setaffinity(0, usable)
    began = time.perf_counter()
    for _ in range(options.fresh):
        with Session(engine, python, Limits(jobs=1)) as session:
            session.run([case])
    fresh = options.fresh / (time.perf_counter() - began)
    result["fresh_process_per_s"] = round(fresh, 3)
    result["forked_over_fresh_one_core"] = round(float(str(result["forked_per_s_one_core"])) / fresh, 1)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
