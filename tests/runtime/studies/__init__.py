"""Real studies, recorded in the engines' own environments by eight processes at once; each once a test session."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

import llem_rules
from llem_rules.check.grids import Sections
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.engines import find_engine
from llem_rules.environments.settings import worker_environment
from llem_rules.environments.venv import venv_python
from llem_rules.runtime.study import members_of

HERE = Path(__file__).parent
PROCESSES = 8


@dataclass(frozen=True)
class Study:
    """A study of one engine: the file, the native type of its fields (None: it names them), and whether configs are used."""

    name: str
    engine: str
    native_type: str | None
    used: bool = False

    def members(self) -> list[Sections]:
        """Every config, in an order that mixes the sweeps, the same each time."""
        data = yaml.safe_load((HERE / f"{self.name}.yaml").read_text())
        found = [member.sections for member in members_of(data, self.native_type)]
        distinct = list({json.dumps(one, sort_keys=True): one for one in found}.values())
        Random(7).shuffle(distinct)
        return distinct


STUDIES = {
    study.name: study
    for study in (
        Study("transformers", "transformers", "transformers.GenerationConfig", used=True),
        Study("quantization", "transformers", None),
        Study("vllm", "vllm", "vllm.SamplingParams"),
        Study("engine", "vllm", None),
        Study("weights", "transformers", None),
    )
}


@cache
def recorded(name: str) -> Path:
    """The folder of a study that was run whole."""
    folder = Path(tempfile.mkdtemp(prefix=f"study-{name}-"))
    record(STUDIES[name], STUDIES[name].members(), folder, {})
    return folder


def record(study: Study, members: list[Sections], folder: Path, deaths: Mapping[int, str]) -> Path:
    """Run configs in the engine's environment. ``deaths``: by index, the signal that ends the worker after its work."""
    engine = find_engine(study.engine)
    scratch = folder / "scratch"
    for file, text in engine.files.items():
        place = scratch / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    scratch.mkdir(exist_ok=True)
    wanted = {name for sections in members for name in sections}
    types = {name: engine.native_types[name] for name in wanted}
    use = next((about.use for about in types.values() if study.used and about.use), None)
    plan: dict[str, Any] = {
        "id": study.name,
        "engine": study.engine,
        "scratch": str(scratch),
        "imports": list(engine.imports),
        "fixtures": {key: {"value": one.value, "then": list(one.then)} for key, one in engine.fixtures.items()},
        "base": {name: dict(about.base) for name, about in types.items()},
        "validate": {
            name: [{"method": call.method, "args": list(call.args)} for call in about.validate]
            for name, about in types.items()
        },
        "use": str(use.source) if use else None,
        "members": [{"sections": one, "die": deaths.get(index)} for index, one in enumerate(members)],
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    out = folder / "runtime_observations.jsonl"
    python = venv_python(load_engine_versions(study.engine), None, lambda _text: None)
    source = str(Path(llem_rules.__file__).parent.parent)
    subprocess.run(
        [str(python), str(HERE.parent / "study_worker.py"), str(folder / "plan.json"), str(out), str(PROCESSES)],
        env={**worker_environment(engine, scratch), "PYTHONPATH": source},
        check=True,
        timeout=900,
        stdout=subprocess.DEVNULL,
    )
    return out
