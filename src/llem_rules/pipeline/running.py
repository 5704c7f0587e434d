"""One cell from beginning to end: probe, mine or discover, replay, diff, digests, artefact; each a command of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.graph.step import Step, file_name, read_step, step_text
from llem_rules.pipeline.cells import Cell
from llem_rules.rules.failure import NOT_CHECKED, Failure

# After the probe, by concern. A finding (1) is told in the artefact; the cell goes on.
_STEPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "invariants": (("mine",), ("replay",)),
    "schemas": (("discover",),),
}
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """The artefact, the probe behind it, and the changes as ``diff`` tells them."""

    step: Step
    probe: ProbeResult
    report: str


def run_cell(cell: Cell, base: str, head: str, folder: Path, *, env: str, gpus: str, tell: Tell) -> Result:
    """Run one cell in the working tree. ``base``: what is compared with; ``folder``: where the artefact goes.

    Raises:
        Failure: (2) no such engine; (3) a command could not do its work.
    """
    load_engine_versions(cell.engine)  # an engine that there is not is said here, and not by the first command
    where = ("--env", env)
    probe, version = _probe(cell, where, tell)
    if probe.verdict == "fail":
        step = Step(
            engine=cell.engine, concern=cell.concern, base=base, head=head, head_version=version, ran=False,
            blocked=", ".join(probe.reasons), unchecked=0, divergent=0, breaking=0, labels=("probe-blocked",),
        )  # fmt: skip
        return _kept(folder, step, probe, "")
    for name, *more in _STEPS[cell.concern]:
        device = ("--gpus", gpus) if name == "replay" else ()
        _call((name, cell.engine, *more, *where, *device), tell, (0, 1))
    diff = ("diff", cell.engine, "--base", base, "--concern", cell.concern)
    report = _call((*diff, "--format", "markdown", "--step-dir", str(folder)), tell, (0,))
    _call(("digest", cell.engine), tell, (0,))
    step = read_step(folder / file_name(cell.engine, cell.concern))
    return _kept(folder, step.model_copy(update={"base": base, "head": head}), probe, report)


def _kept(folder: Path, step: Step, probe: ProbeResult, report: str) -> Result:
    write_artefact(folder / file_name(step.engine, step.concern), step_text(step))
    write_artefact(folder / "report.md", report)
    write_artefact(folder / "probe.json", probe.model_dump_json(indent=1) + "\n")
    return Result(step, probe, report)


def _probe(cell: Cell, where: Sequence[str], tell: Tell) -> tuple[ProbeResult, str]:
    asked = ("probe", cell.engine, "--producer", cell.concern, "--on-fail", "report", "--format", "json")
    document = json.loads(_call((*asked, *where), tell, (0,)))
    item = dict(document["items"][0])
    item.pop("producer")
    return ProbeResult.model_validate(item), str(document["summary"]["version"])


def _call(arguments: Sequence[str], tell: Tell, fine: Sequence[int]) -> str:
    tell(f"llem-rules {' '.join(arguments)}")
    done = subprocess.run([sys.executable, "-m", "llem_rules", *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in fine:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise Failure(f"llem-rules {arguments[0]} ended with {done.returncode}: {' '.join(last)}", code=NOT_CHECKED)
    return done.stdout
