"""The files in which people would write a config: for each format that can carry it, the text, or None where it cannot."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from llem_rules.engines import find_engine

GENERATION, ENGINE_ARGS, SAMPLING = "transformers.GenerationConfig", "vllm.EngineArgs", "vllm.SamplingParams"
OPTIONS = json.loads(
    (Path(__file__).parents[2] / "src/llem_rules/engines/vllm_options.json").read_text(encoding="utf-8")
)
OUTSIDE = {
    "model",
    "prompt",
    "messages",
    "logprobs",
    "max_completion_tokens",
    "stream",
    "user",
    "truncate_prompt_tokens",
}
QUANTIZED = {
    "transformers.BitsAndBytesConfig": "bitsandbytes",
    "transformers.GPTQConfig": "gptq",
    "transformers.AwqConfig": "awq",
    "transformers.FineGrainedFP8Config": "fp8",
}
BESIDE = {key for one in find_engine("transformers").formats if one.native_type == GENERATION for key in one.beside}
Kwargs = Mapping[str, Any]


class Carrier(NamedTuple):
    """A format. ``name``: of a file of it; ``write``: its text for a config, or None."""

    format: str
    name: str
    write: Callable[[str, Kwargs], str | None]


def plain(value: Any) -> bool:
    """What JSON can say."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and not key.startswith("$") and plain(one) for key, one in value.items())
    return all(map(plain, value)) if isinstance(value, list) else True


def words_of(kwargs: Kwargs) -> list[str] | None:
    """The options that give just these values, as the program's own parser reads them; None where there are none."""
    words: list[str] = []
    for name, value in kwargs.items():
        if name == "model":
            continue  # the first word
        about = OPTIONS.get(name)
        if about is None or not about["engine"]:
            return None
        option = "--" + name.replace("_", "-")
        if "--" + name.replace("_", "-") not in about["options"]:
            option = about["options"][0]
        one = _one(about, option, value)
        if one is None:
            return None
        words += one
    return words


def _one(about: Mapping[str, Any], option: str, value: Any) -> list[str] | None:
    kinds: Mapping[str, tuple[type, ...]] = {
        "int": (int,), "size": (int,), "float": (float,), "switch": (bool,), "flag": (bool,), "str": (str,),
        "json": (dict,), "json_sized": (dict,),
    }  # fmt: skip
    single = value[0] if about["many"] and isinstance(value, list) and value else value
    if about["many"] != isinstance(value, list) or type(single) not in kinds.get(about["kind"], ()):
        return None
    if "choices" in about and not {*(value if isinstance(value, list) else [value])} <= {*about["choices"]}:
        return None  # the program's own parser refuses it
    if any(isinstance(item, str) and (not item or item[0] in "-{[" or item == "None" or "$" in item or "`" in item)
           for item in (value if isinstance(value, list) else [value])):  # fmt: skip
        return None
    if isinstance(value, bool):
        return [option] if value else [f"--no-{option[2:]}"] if about["kind"] == "switch" else None
    if isinstance(value, list):
        return None if any(type(item) is not type(single) for item in value) else [option, *map(str, value)]
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    return None if "$" in text else [f"{option}={text}"]


def _generation(native_type: str, kwargs: Kwargs) -> str | None:
    return json.dumps(kwargs, indent=2) if native_type == GENERATION and not BESIDE & kwargs.keys() else None


def _command(kwargs: Kwargs) -> list[str] | None:
    words = words_of(kwargs)
    return None if words is None else ["vllm", "serve", str(kwargs.get("model", "m")), *words]


def _container(native_type: str, kwargs: Kwargs, form: Callable[[list[str]], str]) -> str | None:
    words = _command(kwargs) if native_type == ENGINE_ARGS else None
    return None if words is None else form(words)


def _pod(words: list[str]) -> str:
    container = {"name": "c", "image": "vllm/vllm-openai:v0.32.0", "args": [f"--model={words[2]}", *words[3:]]}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container]}})


def _compose(words: list[str]) -> str:
    script = "set -e\nexec " + " \\\n  ".join(map(shlex.quote, words)) + "\n"
    return yaml.safe_dump({"services": {"s": {"image": "x", "command": ["bash", "-c", script]}}}, default_style="|")


def _options_file(native_type: str, kwargs: Kwargs) -> str | None:
    words = words_of(kwargs) if native_type == ENGINE_ARGS else None
    # The program's own parser takes "-5e-324" for an option.
    if words is None or any(value is False or re.match("-.*e", str(value)) for value in kwargs.values()):
        return None
    return yaml.safe_dump({"model": "m", **{name.replace("_", "-"): value for name, value in kwargs.items()}})


def _body(native_type: str, kwargs: Kwargs) -> str | None:
    if native_type != SAMPLING or OUTSIDE & kwargs.keys() or any(name.startswith("_") for name in kwargs):
        return None
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}], **kwargs}, indent=2)


def _quantized(native_type: str, kwargs: Kwargs) -> str | None:
    method = QUANTIZED.get(native_type)
    if method is None or kwargs.get("quant_method", method) != method:
        return None
    return json.dumps({"model_type": "llama", "quantization_config": {"quant_method": method, **kwargs}}, indent=1)


CARRIERS = (
    Carrier(
        "generation_config.json",
        "generation_config.json",
        _generation,
    ),
    Carrier("config.json", "config.json", _quantized),
    Carrier("request body", "request.json", _body),
    Carrier("sections, YAML", "config.yaml", lambda native_type, kwargs: yaml.safe_dump({native_type: dict(kwargs)})),
    Carrier("sections, JSON", "config.json", lambda native_type, kwargs: json.dumps({native_type: kwargs})),
    Carrier("study", "study.yaml", lambda native_type, kwargs: yaml.safe_dump([{native_type: dict(kwargs)}])),
    Carrier("vllm --config file", "vllm.yaml", _options_file),
    Carrier("command line", "command", lambda native_type, kwargs: _container(native_type, kwargs, shlex.join)),
    Carrier(
        "Dockerfile, list",
        "Dockerfile",
        lambda native_type, kwargs: _container(native_type, kwargs, lambda w: f"FROM x\nCMD {json.dumps(w)}\n"),
    ),
    Carrier(
        "Dockerfile, shell",
        "Dockerfile",
        lambda native_type, kwargs: _container(
            native_type, kwargs, lambda w: "FROM x\nCMD " + " \\\n  ".join(map(shlex.quote, w)) + "\n"
        ),
    ),
    Carrier("manifest", "pod.yaml", lambda native_type, kwargs: _container(native_type, kwargs, _pod)),
    Carrier("compose file", "compose.yaml", lambda native_type, kwargs: _container(native_type, kwargs, _compose)),
)


def carried(native_type: str, kwargs: Kwargs) -> dict[str, tuple[str, str]]:
    """For each format that can carry a config, the file's name and its text."""
    if not plain(dict(kwargs)):
        return {}
    texts = {one.format: (one.name, one.write(native_type, kwargs)) for one in CARRIERS}
    return {name: (file, text) for name, (file, text) in texts.items() if text is not None}
