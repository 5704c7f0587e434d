"""A config says the same through every format that can carry it: what is read is what was written, and is judged alike."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from llem_rules.check import CompiledCorpus, load_compiled
from llem_rules.formats import read_command, read_file

GENERATION, ENGINE_ARGS, SAMPLING = "transformers.GenerationConfig", "vllm.EngineArgs", "vllm.SamplingParams"
OPTIONS = json.loads(
    (Path(__file__).parents[2] / "src/llem_rules/engines/vllm_options.json").read_text(encoding="utf-8")
)
OUTSIDE = {"model", "prompt", "messages", "logprobs"}


@cache
def corpus(engine: str) -> CompiledCorpus:
    return load_compiled(engine)


def sampled(engine: str, native_type: str, count: int, keep: Any) -> Iterator[dict[str, Any]]:
    """Configs from the rules' own examples, of one to five fields that the format can carry."""
    pools: dict[str, list[Any]] = {}
    for rule in corpus(engine).rules_of(native_type):
        for kwargs in (rule.document["kwargs_positive"], rule.document["kwargs_negative"]):  # type: ignore[union-attr]
            for name, value in kwargs.items():
                if keep(name, value):
                    pools.setdefault(name, []).append(value)
    draw = random.Random(5)
    for _ in range(count):
        names = draw.sample(sorted(pools), draw.randint(1, min(5, len(pools))))
        yield {name: draw.choice(pools[name]) for name in names}


def plain(_name: str, value: Any) -> bool:
    """What JSON can say."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return not any(str(key).startswith("$") for key in value) and all(plain("", one) for one in value.values())
    return all(plain("", one) for one in value) if isinstance(value, list) else True


def on_a_command_line(name: str, value: Any) -> bool:
    """What an option's own parser makes the same value of again."""
    about = OPTIONS.get(name)
    if about is None or not about["engine"] or name == "model":
        return False
    kinds: Mapping[str, tuple[type, ...]] = {
        "int": (int,),
        "size": (int,),
        "float": (float,),
        "switch": (bool,),
        "str": (str,),
        "json": (dict,),
        "json_sized": (dict,),
    }
    single = value[0] if about["many"] and isinstance(value, list) and value else value
    if about["many"] != isinstance(value, list) or type(single) not in kinds.get(about["kind"], ()):
        return False
    if isinstance(single, float) and str(single).startswith("-") and "e" in str(single):
        return False  # as a word of its own it is taken for an option
    if "choices" in about and not {*(value if isinstance(value, list) else [value])} <= {*about["choices"]}:
        return False  # refused before anything is built
    return plain(name, value) and not (
        isinstance(single, str) and (not single or single.startswith("-") or single == "None")
    )


def words_of(kwargs: Mapping[str, Any]) -> list[str]:
    words = []
    for name, value in kwargs.items():
        option = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            words.append(option if value else "--no-" + option[2:])
        elif isinstance(value, list):
            words += [option, *map(str, value)]
        else:
            words.append(f"{option}={json.dumps(value) if isinstance(value, dict) else value}")
    return words


def same(engine: str, native_type: str, kwargs: Mapping[str, Any], read: Mapping[str, Any]) -> None:
    assert dict(read) == dict(kwargs)
    held = corpus(engine)
    assert held.judge(native_type, read).to_door() == held.judge(native_type, kwargs).to_door()


def test_generation_config(tmp_path: Path) -> None:
    path = tmp_path / "generation_config.json"
    for kwargs in sampled("transformers", GENERATION, 400, lambda name, value: plain(name, value) and name[0] != "_"):
        path.write_text(json.dumps(kwargs, indent=2))
        [part] = read_file(path).parts
        same("transformers", GENERATION, kwargs, part.kwargs)


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_sections(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"config.{suffix}"
    for kwargs in sampled("vllm", SAMPLING, 200, plain):
        whole = {SAMPLING: kwargs}
        path.write_text(yaml.safe_dump(whole) if suffix == "yaml" else json.dumps(whole))
        [part] = read_file(path).parts
        same("vllm", SAMPLING, kwargs, part.kwargs)


def test_request_body(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    for kwargs in sampled("vllm", SAMPLING, 200, lambda name, value: plain(name, value) and name not in OUTSIDE):
        path.write_text(json.dumps({"model": "m", "prompt": "hi", **kwargs}))
        [part] = read_file(path).parts
        same("vllm", SAMPLING, kwargs, part.kwargs)


def test_command_line_and_its_file(tmp_path: Path) -> None:
    path = tmp_path / "vllm.yaml"
    for kwargs in sampled("vllm", ENGINE_ARGS, 200, on_a_command_line):
        whole = {"model": "m", **kwargs}
        [part] = read_command(["vllm", "serve", "m", *words_of(kwargs)]).parts
        assert part.problems == []
        same("vllm", ENGINE_ARGS, whole, part.kwargs)
        path.write_text(yaml.safe_dump({"model": "m", **{n.replace("_", "-"): v for n, v in kwargs.items()}}))
        [part] = read_file(path).parts
        same("vllm", ENGINE_ARGS, whole, part.kwargs)


def test_containers(tmp_path: Path) -> None:
    for kwargs in sampled("vllm", ENGINE_ARGS, 60, on_a_command_line):
        words = ["vllm", "serve", "m", *words_of(kwargs)]
        dockerfile, pod = tmp_path / "Dockerfile", tmp_path / "pod.yaml"
        dockerfile.write_text(f"FROM x\nCMD {json.dumps(words)}\n")
        container = {"name": "c", "command": words[:2], "args": words[2:]}
        pod.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container]}}))
        for path in (dockerfile, pod):
            [part] = read_file(path).parts
            same("vllm", ENGINE_ARGS, {"model": "m", **kwargs}, part.kwargs)


def test_what_judging_a_file_does_not_import() -> None:
    """Hooks run this at every commit: none of the heavy libraries is needed."""
    file = Path(__file__).parent / "files/qwen3/generation_config.json"
    code = (
        "import sys; from llem_rules.cli.entry import main; code = main(['check', sys.argv[1]]);"
        "print(code, sorted({'pydantic', 'typer', 'rich', 'ruamel', 'jsonschema', 'networkx'} & set(sys.modules)))"
    )
    arguments = [sys.executable, "-c", code, str(file)]
    subprocess.run(arguments, check=True, capture_output=True)  # compiles, where the cache is cold
    assert subprocess.run(arguments, check=True, capture_output=True, text=True).stdout == "0 []\n"
