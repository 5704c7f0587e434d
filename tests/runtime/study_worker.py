"""Runs inside an engine's environment: a study by several processes at once, each config in a child of its own.

Usage: python study_worker.py STUDY.json OUT.jsonl PROCESSES. The study is a list of ``{"sections", "die"}``.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import sys
import types
from pathlib import Path
from typing import Any

from llem_rules.inside.decoding import Decoder
from llem_rules.runtime import Observer, supervise


def _resolve(name: str) -> Any:
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


def _use(study: dict[str, Any]) -> Any:
    if not study.get("use"):
        return None
    spec = importlib.util.spec_from_file_location("study_use", study["use"])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, module.prepare()


def _calls(decoder: Decoder, study: dict[str, Any], name: str) -> list[tuple[str, list[Any]]]:
    return [(one["method"], decoder.decode(one["args"])) for one in study["validate"].get(name, ())]


def body_of(decoder: Decoder, study: dict[str, Any], use: Any, member: dict[str, Any]) -> Any:
    def body(seen: Observer) -> None:
        for name, kwargs in member["sections"].items():
            seen.stage = "construct"
            built = _resolve(name)(**{**decoder.decode(study["base"].get(name, {})), **decoder.decode(kwargs)})
            seen.stage = "validate"
            for method, arguments in _calls(decoder, study, name):
                getattr(built, method)(*arguments)
            seen.report(built)
            if use is not None:
                seen.stage = "generate"
                module, shared = use
                for _ in module.use(shared, built):
                    break
        if member["die"]:
            os.kill(os.getpid(), getattr(signal, member["die"]))

    return body


def main(study_file: str, out: str, processes: int) -> None:
    study = json.loads(Path(study_file).read_text())
    use = _use(study)
    decoder = Decoder(_resolve, study["scratch"])
    for name in study["imports"]:
        importlib.import_module(name)
    for name, recipe in study["fixtures"].items():
        decoder.add_fixture(name, recipe)
    children = []
    for share in range(processes):
        child = os.fork()
        if child == 0:
            for member in study["members"][share::processes]:
                supervise(
                    out,
                    body_of(decoder, study, use, member),
                    study_run_id=study["id"],
                    engine=study["engine"],
                    config=member["sections"],
                )
            os._exit(0)
        children.append(child)
    for child in children:
        _, status = os.waitpid(child, 0)
        assert status == 0, status


if __name__ == "__main__":
    sys.stderr = types.SimpleNamespace(write=lambda _text: 0, flush=lambda: None)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
