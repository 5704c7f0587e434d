"""What a bundle does where it is run: put its cases to the library that is found there, and write down what was seen.

It stands on the standard library: nothing can be installed there. It reads nothing but itself and writes one file; what was
seen when it is stopped lies beside that file, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from llem_rules.environments.declared import described_defaults
from llem_rules.environments.gears import Gears, lasting
from llem_rules.environments.memory import Library, RememberingSession
from llem_rules.environments.session import Session
from llem_rules.environments.settings import Limits
from llem_rules.environments.worker import LocalPython
from llem_rules.rules.failure import Failure
from llem_rules.rules.reading import readings_in

_EVERY_S = 5.0  # between two lines of progress, where nobody looks


def main(bundle: Mapping[str, Any], arguments: Sequence[str] | None = None) -> int:
    """Run a bundle from the command line. Returns the exit code."""
    about = f"{bundle['package']} {bundle['version']}"
    parser = argparse.ArgumentParser(
        prog="python FILE", description=f"Put {len(bundle['cases']):,} cases to {about}, and write down what it does."
    )
    parser.add_argument("--env", choices=["here"], default="here", help="here: the library that this Python imports")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: ENGINE.seen.json)")
    parser.add_argument(
        "--gear", choices=["fast", "reference"], default="fast", help="reference: a process for each case"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="cases at once (default: one a core)")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="longest time of one case")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's word for the same
    try:
        return _run(bundle, options)
    except Failure as failure:
        hint = f"\n  {failure.hint}" if failure.hint else ""
        print(f"error: {failure.message}{hint}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        print("stopped: the same command goes on where it was", file=sys.stderr)
        return 130


def _run(bundle: Mapping[str, Any], options: argparse.Namespace) -> int:
    engine = _named(bundle["engine_object"])
    limits = Limits(timeout_s=options.timeout, jobs=max(1, options.jobs))
    path = Path(options.output or f"{bundle['engine']}.seen.json")
    kept = path.with_name(path.name + ".part")
    os.environ["LLEM_RULES_CACHE"] = str(kept)
    place = replace(LocalPython.here(), lasting=kept / _installed())
    print(f"importing    {engine.package}", file=sys.stderr)
    with RememberingSession(Session(engine, place, limits)) as session:
        facts = session.facts
        print(f"found        {engine.package} {facts.library_version} ({facts.device})", file=sys.stderr)
        if facts.library_version.partition("+")[0] != str(bundle["version"]).partition("+")[0]:
            print(f"note: the bundle is of {bundle['version']}: this is evidence of another version", file=sys.stderr)
        for reason in facts.fork_unclean:
            print(f"note: the worker must not fork ({reason}): a new process for each case", file=sys.stderr)
        library: Library = Gears(session) if options.gear == "fast" else session
        described = described_defaults(library, bundle["native_types"])
        cases = [*bundle["cases"], *(bundle["cases"][index] for index in bundle["again"])]
        began = time.monotonic()
        raw = library.run(cases, _teller(len(cases)))
        seconds = time.monotonic() - began
        seen = {
            "schema_version": 1,
            "engine": bundle["engine"],
            "rules": bundle["rules"],
            "asked": list(bundle["asked"]),
            "cases": bundle["cases"],
            "again": bundle["again"],
            "facts": json.loads(json.dumps(asdict(facts) | {"import_s": 0.0})),
            "defaults": {name: dict(plain) for name, plain in described.items()},
            "readings": {name: dict(readings_in(plain)) for name, plain in described.items()},
            "checks": library.checks.plain() if isinstance(library, Gears) else None,
            "seen": [lasting(one) for one in raw[: len(bundle["cases"])]],
            "seen_again": [lasting(one) for one in raw[len(bundle["cases"]) :]],
        }
    whole = kept / "whole.json"
    whole.write_text(json.dumps(seen) + "\n", encoding="utf-8", errors="surrogatepass")
    whole.replace(path)
    shutil.rmtree(kept, ignore_errors=True)
    unchecked = sum("unchecked" in one for one in seen["seen"])
    print(f"seen         {len(cases):,} cases in {seconds:.1f} s, {len(cases) / max(seconds, 1e-9):,.0f} a second")
    if unchecked:
        print(f"unchecked    {unchecked:,} of them: the file says why")
    print(f"evidence     {path}\nnext         llem-rules replay --import {path.name}")
    return 0


def _installed() -> str:
    """A name for all that is installed here: what was seen before an interruption counts only beside the same."""
    found = sorted(f"{one.metadata['Name']}=={one.version}" for one in metadata.distributions())
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]


def _named(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _teller(total: int) -> Any:
    done, said = [0], [time.monotonic()]

    def tell(_index: int, _raw: Any) -> None:
        done[0] += 1
        if time.monotonic() - said[0] > _EVERY_S:
            said[0] = time.monotonic()
            print(f"replaying    {done[0]:,} of {total:,}", file=sys.stderr)

    return tell
