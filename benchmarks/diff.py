"""Time of ``llem-rules diff`` on two corpora of 2,000 rules, of which every tenth changed.

Printed beside it: the time that the YAML parser alone takes for one of the two files, on the same machine at the same
moment. The ratio is what can be compared between machines.

python benchmarks/diff.py
"""

from __future__ import annotations

import copy
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
RULES, EVERY = 2000, 10
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def entries(engine: str) -> list[dict[str, Any]]:
    """Real rules with their evidence, under as many native types as it takes."""
    document = yaml.load((ROOT / "corpus" / engine / "invariants.validated.yaml").read_bytes(), Loader=_LOADER)
    found: list[dict[str, Any]] = []
    copies = 0
    while len(found) < RULES:
        for one in document["rules"][: RULES - len(found)]:
            made = copy.deepcopy(one)
            if copies:
                native_type = f"{made['rule']['native_type']}{copies}"
                name = made["id"].rpartition(".")[2]
                made["id"] = made["rule"]["id"] = f"{native_type}.{name}"
                made["rule"]["native_type"] = native_type
            found.append(made)
        copies += 1
    return found


def changed(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every tenth rule renamed, gone, reworded, or with another number in its condition."""
    found = []
    for place, one in enumerate(copy.deepcopy(rules)):
        one["applies_to"] = ["2"]  # evidence is another with every version
        match (place // EVERY) % 4 if place % EVERY == 0 else None:
            case 0:
                one["id"] = one["rule"]["id"] = one["id"] + "-renamed"
            case 1:
                continue
            case 2:
                one["rule"]["message_template"] = f"{one['rule'].get('message_template')} indeed"
            case 3:
                for part in ("match", "require", "given"):
                    if part in one["rule"]:
                        one["rule"][part] = _other_number(one["rule"][part])
        found.append(one)
    return found


def _other_number(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _other_number(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_other_number(inner) for inner in value]
    return value + 1 if isinstance(value, int | float) and not isinstance(value, bool) else value


def write(path: Path, engine: str, rules: list[dict[str, Any]], version: str) -> None:
    """A validated corpus."""
    document = {"schema_version": 1, "engine": engine, "environment": {"library_version": version}, "rules": rules}
    path.write_text(yaml.dump(document, Dumper=_DUMPER, sort_keys=False, width=120))


def best(work: Any, times: int = 3) -> tuple[float, float]:
    """The best of some runs: seconds on the clock, and seconds of a processor, children's included."""
    taken = []
    for _ in range(times):
        began, worked = time.perf_counter(), _worked()
        work()
        taken.append((time.perf_counter() - began, _worked() - worked))
    return min(one for one, _ in taken), min(two for _, two in taken)


def _worked() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Measure and print."""
    engine = next(iter(sorted(path.name for path in (ROOT / "corpus").iterdir() if path.is_dir())))
    engine = sys.argv[1] if len(sys.argv) > 1 else engine
    program = str(Path(sys.executable).with_name("llem-rules"))
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old.yaml", Path(folder) / "new.yaml"
        rules = entries(engine)
        write(old, engine, rules, "1")
        write(new, engine, changed(rules), "2")
        command = [program, "diff", engine, "--base", str(old), "--head", str(new), "--format", "json"]
        summary = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)["summary"]
        parser = best(lambda: yaml.load(new.read_bytes(), Loader=_LOADER))
        whole = best(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT))
    told = {
        "engine": engine,
        "rules": RULES,
        "changes": summary["changes"],
        "diff_s": round(whole[0], 2),
        "diff_processor_s": round(whole[1], 2),
        "yaml_of_one_side_processor_s": round(parser[1], 2),
        "ratio": round(whole[1] / parser[1], 2),
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
