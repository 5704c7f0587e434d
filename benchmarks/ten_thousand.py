"""A long run in the fast gear with all of its checks (both orders, the 5 % sample in the reference), import excluded.

python benchmarks/ten_thousand.py sampling|engine-args|generation [--cases 10000] [--env docker] [--gear reference]

``processor_seconds``: of all processes in the last round (those in a container are not seen from here).
Where ``--env docker`` is given, the same cases run on this machine too, in turns, and ``overhead`` is what the container adds.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cases import cases_of, load, parser, session_of

from llem_rules.environments import Session
from llem_rules.environments.gears import Gears
from llem_rules.inside.leftovers import marked_processes


def run(session: Session, cases: list[dict[str, Any]], gear: str) -> tuple[float, Gears]:
    """Seconds for all of them."""
    gears = Gears(session)
    began = time.perf_counter()
    (session if gear == "reference" else gears).run(cases)
    return time.perf_counter() - began, gears


def processor_s(session: Session) -> float:
    """Processor time of this process and all of a session's, those that have ended among them."""
    total = sum(os.times()[:2])
    for pid in marked_processes(str(session._scratch)):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--cases", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--env", choices=["venv", "docker"], default="venv")
    arguments.add_argument("--gear", choices=["fast", "reference"], default="fast")
    options = arguments.parse_args()
    cases = cases_of(options.subject, options.cases)
    places = dict.fromkeys(["venv", options.env])
    took: dict[str, list[float]] = {place: [] for place in places}
    processor: dict[str, float] = {}
    with ExitStack() as stack:
        sessions = {place: stack.enter_context(session_of(options.subject, place)) for place in places}
        for session in sessions.values():
            session.run(cases[:20])
        for _ in range(options.rounds):
            for place, session in sessions.items():
                before = processor_s(session)
                seconds, gears = run(session, cases, options.gear)
                took[place].append(seconds)
                processor[place] = round(processor_s(session) - before, 2)
    best = {place: min(several) for place, several in took.items()}
    print(
        json.dumps(
            {
                "subject": options.subject,
                "cases": options.cases,
                "gear": options.gear,
                "seconds": {place: round(seconds, 2) for place, seconds in best.items()},
                "processor_seconds": processor,
                "overhead": round(best[options.env] / best["venv"] - 1, 3),
                "checked": len(gears.checks.checked),
                "disagreed": len(gears.checks.disagreed),
                "load": load(),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
