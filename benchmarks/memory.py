"""Peak memory of the fork server with everything that it started, beside a process that only imported the library.

python benchmarks/memory.py generation|sampling|engine-args [--cases 2000] [--reference 200]

Proportional set sizes (``Pss`` in ``/proc/<pid>/smaps_rollup``): a page that processes share counts once.
"""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from cases import cases_of, engine_of, load, parser, session_of

from llem_rules.environments import LocalPython
from llem_rules.environments.choose import place_of
from llem_rules.environments.session import FAST, TURNED
from llem_rules.environments.settings import worker_environment
from llem_rules.inside.leftovers import marked_processes

IMPORTS = (
    "import sys, importlib\nfor name in {}: importlib.import_module(name)\nprint('ready', flush=True)\nsys.stdin.read()"
)
MIB = 1024


def pss_mib(pids: list[int]) -> float:
    """Of processes together, in MiB."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / MIB


def imported_mib(subject: str) -> float:
    """Of a process that imported what the worker imports, and did nothing else."""
    engine = engine_of(subject)
    place = place_of(engine.name, "venv", None, "none", print)
    assert isinstance(place, LocalPython)
    with TemporaryDirectory() as folder:
        code = IMPORTS.format(list(engine.imports))
        process = subprocess.Popen(
            [str(place.python), "-s", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=worker_environment(engine, Path(folder)),
            cwd=folder,
        )
        assert process.stdout is not None
        while process.stdout.readline().strip() != b"ready":
            continue
        size = pss_mib([process.pid])
        process.kill()
        process.wait()
        return size


def main() -> None:
    """Measure and print."""
    arguments = parser(__doc__)
    arguments.add_argument("--cases", type=int, default=2000)
    arguments.add_argument("--reference", type=int, default=200)
    options = arguments.parse_args()
    imported = imported_mib(options.subject)
    cases = cases_of(options.subject, options.cases)
    with session_of(options.subject) as session:
        scratch, sizes, over = str(session._scratch), {}, threading.Event()
        began = pss_mib(marked_processes(scratch))

        def watch(name: str) -> None:
            while not over.wait(0.02):
                sizes[name] = max(sizes.get(name, 0.0), pss_mib(marked_processes(scratch)))

        for name, requests in (
            ("fast", [{**case, "gear": gear} for gear in (FAST, TURNED) for case in cases]),
            ("reference", cases[: options.reference]),
        ):
            over.clear()
            watcher = threading.Thread(target=watch, args=(name,))
            watcher.start()
            session.run(requests)
            over.set()
            watcher.join()
    peak = max(sizes.values())
    print(
        json.dumps(
            {
                "subject": options.subject,
                "imported_mib": round(imported),
                "server_mib": round(began),
                "peak_mib": {name: round(size) for name, size in sizes.items()},
                "peak_over_imported": round(peak / imported, 2),
                "load": load(),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
