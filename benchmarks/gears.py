"""Both gears beside a new process for each case and beside a bare loop, in one run. Import counts for the new process alone.

python benchmarks/gears.py generation|sampling|engine-args [--fast 2000] [--reference 300] [--fresh 3] [--rounds 3]

The rounds interleave what is compared; the quickest of each counts, for other work on the machine only ever slows down.
Beside the loops stands processor time, for the same reason.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cases import cases_of, engine_of, load, parser, session_of

from llem_rules import inside
from llem_rules.environments import Limits, LocalPython, Session
from llem_rules.environments.choose import place_of
from llem_rules.environments.session import FAST
from llem_rules.environments.settings import worker_environment
from llem_rules.inside.leftovers import marked_processes

INSIDE = str(Path(inside.__file__).parent)


def timed(session: Session, cases: list[dict[str, Any]]) -> float:
    """Seconds a case."""
    began = time.perf_counter()
    seen = session.run(cases)
    took = (time.perf_counter() - began) / len(cases)
    assert not any("unchecked" in one for one in seen), next(one for one in seen if "unchecked" in one)
    return took


def processor(session: Session, cases: list[dict[str, Any]]) -> tuple[float, float]:
    """Processor seconds a case: of the fast gear's workers, and of these, the server and this process together."""
    pids = marked_processes(str(session._scratch))
    workers = [pid for pid in pids if any(_parent(pid) == other for other in pids)]
    before, own = {pid: _ran(pid) for pid in pids}, time.process_time()
    session.run(cases)
    spent = {pid: _ran(pid) - before[pid] for pid in pids}
    in_workers = sum(spent[pid] for pid in workers)
    return in_workers / len(cases), (sum(spent.values()) + time.process_time() - own) / len(cases)


def _ran(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def fresh_process(subject: str, python: Path) -> float:
    """Seconds for one case in a process of its own: Python, import, case."""
    with TemporaryDirectory() as folder:
        engine = engine_of(subject)
        read, write = os.pipe()
        start = {"engine": engine.message(), "scratch": folder, "limits": Limits().message()}
        message = {"start": start, "case": cases_of(subject, 1)[0], "token": "t ", "parent": os.getpid()}
        began = time.perf_counter()
        subprocess.run(
            [str(python), "-s", INSIDE, "--single", str(write)],
            input=json.dumps(message).encode() + b"\n",
            pass_fds=(write,),
            env=worker_environment(engine, Path(folder)),
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        took = time.perf_counter() - began
        os.close(write)
        with os.fdopen(read, "rb") as answer:
            assert b'"stage"' in answer.read()
        return took


@contextmanager
def bare_loop(subject: str, python: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has imported the library, and times plain loops."""
    with TemporaryDirectory() as folder:
        engine = engine_of(subject)
        process = subprocess.Popen(
            [str(python), "-s", str(Path(__file__).with_name("bare_loop.py")), INSIDE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=worker_environment(engine, Path(folder)),
            cwd=folder,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps({"engine": engine.message(), "scratch": folder}) + "\n")
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def looped(process: subprocess.Popen[str], cases: list[dict[str, Any]]) -> dict[str, float]:
    """Seconds a case in the bare loop."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"cases": cases}) + "\n")
    process.stdin.flush()
    return {name: took / len(cases) for name, took in json.loads(process.stdout.readline()).items()}


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--fast", type=int, default=2000)
    arguments.add_argument("--reference", type=int, default=300)
    arguments.add_argument("--fresh", type=int, default=3)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    subject = options.subject
    place = place_of(engine_of(subject).name, "venv", None, "none", print)
    assert isinstance(place, LocalPython)
    few, many = cases_of(subject, options.reference), cases_of(subject, options.fast)
    fast = [{**case, "gear": FAST} for case in many]
    took: dict[str, list[float]] = {}
    loads = [load()]
    with (
        session_of(subject, jobs=1) as one,
        session_of(subject, jobs=2) as two,
        bare_loop(subject, place.python) as loop,
    ):
        for session in (one, two):
            session.run([*few[:20], *fast[:200]])  # the first processes of the fast gear are made here
        for _ in range(options.rounds):
            measured = {
                "reference_1": timed(one, few),
                "reference_2": timed(two, few),
                "fast_1": timed(one, fast),
                "fast_2": timed(two, fast),
                **{f"loop_{name}": took for name, took in looped(loop, many).items()},
            }
            measured["processor_worker"], measured["processor_all"] = processor(one, fast)
            for name, seconds in measured.items():
                took.setdefault(name, []).append(seconds)
            loads.append(load())
    took["new_process"] = [fresh_process(subject, place.python) for _ in range(options.fresh)]
    best = {name: min(several) for name, several in took.items()}
    print(json.dumps({"subject": subject, "ms_a_case": _ms(best), **_ratios(best), "load": loads}, indent=1))


def _ms(best: dict[str, float]) -> dict[str, float]:
    return {name: round(seconds * 1000, 4) for name, seconds in best.items()}


def _ratios(best: dict[str, float]) -> dict[str, float]:
    new = best["new_process"]
    return {
        "fast_one_core_over_new_process": round(new / best["fast_1"]),
        "fast_two_cores_over_new_process": round(new / best["fast_2"]),
        "reference_two_cores_over_new_process": round(new / best["reference_2"]),
        "fast_worker_beside_loop": round(best["processor_worker"] / best["loop_whole"], 2),
        "fast_worker_beside_observing_loop": round(best["processor_worker"] / best["loop_observed"], 2),
        "fast_worker_beside_naked_calls": round(best["processor_worker"] / best["loop_naked"], 2),
        "fast_all_processes_beside_loop": round(best["processor_all"] / best["loop_whole"], 2),
        "reference_two_cores_over_one": round(best["reference_1"] / best["reference_2"], 2),
        "fast_two_cores_over_one": round(best["fast_1"] / best["fast_2"], 2),
    }


if __name__ == "__main__":
    main()
