"""The discovered schemas against the live libraries: every public field, one dialect, and nothing that is accepted refused."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from llem_rules.corpus.discovered import FILE_NAME
from llem_rules.corpus.locate import find_project
from llem_rules.environments import LocalPython
from tests.live import all_rules, live_session

ENGINES = ["transformers", pytest.param("vllm", marks=pytest.mark.xdist_group("vllm"))]
# What a class takes, asked for in another way than the program does: run by the environment's own interpreter.
_LIST = """
import importlib, inspect, json, sys
found = {}
for name in json.loads(sys.stdin.read()):
    module, _, last = name.rpartition(".")
    try:
        cls = getattr(importlib.import_module(module), last)
    except Exception:
        continue
    if hasattr(cls, "__struct_fields__"):
        names = list(cls.__struct_fields__)
    else:
        names = [one.name for one in inspect.signature(cls).parameters.values() if one.kind not in (2, 4)]
    if not names:
        try:
            names = list(vars(cls()))
        except ImportError:
            continue
    found[name] = names
print("FIELDS" + json.dumps(found))
"""


def committed(engine: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((find_project().corpus_dir(engine) / FILE_NAME).read_bytes())
    return document


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_it_is_json_schema(engine: str) -> None:
    document = committed(engine)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(document)
    for definition in document["$defs"].values():
        for name, about in definition["properties"].items():
            default = about.get("default")
            tagged = isinstance(default, dict) and any(key.startswith("$") for key in default)
            assert "default" not in about or tagged or Draft202012Validator(about).is_valid(default), name


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_most_fields_have_a_type_and_where_none_is_known_it_says_so(engine: str) -> None:
    document = committed(engine)
    said = "\n".join(document["discovery_limitations"])
    untyped = [
        field
        for definition in document["$defs"].values()
        for field, about in definition["properties"].items()
        if not {"type", "enum", "anyOf"} & about.keys()
    ]
    assert all(field in said for field in untyped)
    assert len(untyped) <= 0.1 * sum(len(one["properties"]) for one in document["$defs"].values())


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_every_public_field_is_there(engine: str) -> None:
    session = live_session(engine)
    assert isinstance(session.place, LocalPython)
    document = committed(engine)
    asked = subprocess.run(
        [session.place.python, "-c", _LIST],
        input=json.dumps(sorted(session.engine.native_types)),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"},
    )
    listed: dict[str, list[str]] = json.loads(asked.stdout.rpartition("FIELDS")[2])
    assert len(listed) >= len(document["$defs"]) - 4  # some cannot be built without their package
    for name, fields in listed.items():
        public = {
            field
            for field in fields
            if not field.startswith("_") and field not in ("args", "kwargs", "dataclass_self__")
        }
        assert public <= document["$defs"][name]["properties"].keys(), name


def single_values(engine: str) -> Iterator[tuple[str, str, Any]]:
    """Every value that a rule of the corpus tries, for its field: both sides of every bound, and odd types."""
    seen = set()
    for rule in all_rules(engine):
        for kwargs in (rule.kwargs_positive, rule.kwargs_negative):
            for name, value in kwargs.items():
                key = (rule.native_type, name, json.dumps(value, default=repr))
                if key not in seen:
                    seen.add(key)
                    yield rule.native_type, name, value


def plain(value: Any) -> Any:
    """A value as JSON writes it, without tags."""
    if isinstance(value, Mapping):
        for tag in ("$tuple", "$set"):
            if tag in value:
                return [plain(one) for one in value[tag]]
        if "$file" in value:
            return str(value["$file"])
        if "$dict" in value:
            return {str(key): plain(one) for key, one in value["$dict"]}
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def spelt(value: Any) -> Any:
    """The number or truth value that a text spells: the schema tells the type, not its spellings, as its limitations say."""
    try:
        read = json.loads(value.lower()) if isinstance(value, str) else value
    except ValueError:
        return value
    return read if isinstance(read, bool | int | float) else value


def only_kinds(error: Any) -> bool:
    """Whether all that a schema has against a value is what kind it, or a part of it, is."""
    if error.validator == "anyOf":
        return all(map(only_kinds, error.context))
    return error.validator == "type" or (error.validator == "enum" and not isinstance(error.instance, str))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_library_accepts_validates(engine: str, seed: int) -> None:
    """Single values and pairs, through the library. What it keeps without a word has to validate.

    A class that does not check what it declares takes any kind of value: there only kinds may be told otherwise.
    """
    session, document = live_session(engine), committed(engine)
    known = [one for one in single_values(engine) if one[0] in document["$defs"]]
    draw = random.Random(seed)
    cases = [{"native_type": name, "kwargs": {field: value}} for name, field, value in known] if seed == 1 else []
    by_type: dict[str, list[tuple[str, Any]]] = {}
    for name, field, value in known:
        by_type.setdefault(name, []).append((field, value))
    for _ in range(600):
        name = draw.choice(sorted(by_type))
        cases.append({"native_type": name, "kwargs": dict(draw.choices(by_type[name], k=2))})
    requests = [{**case, "reach": session.engine.native_types[str(case["native_type"])].before_use} for case in cases]
    accepted = 0
    for case, answer in zip(cases, session.run(requests), strict=True):
        kwargs: dict[str, Any] = case["kwargs"]  # type: ignore[assignment]
        if "unchecked" in answer or "exception" in answer or kwargs.keys() & answer.get("effective", {}).keys():
            continue
        if any(message["level"] in ("WARNING", "ERROR") for message in answer["messages"]):
            continue
        definition = document["$defs"][case["native_type"]]
        accepted += 1
        base = dict(session.engine.native_types[str(case["native_type"])].base)
        validator = Draft202012Validator(definition)
        if validator.is_valid(plain({**base, **{name: spelt(value) for name, value in kwargs.items()}})):
            continue
        for error in validator.iter_errors(plain({**base, **kwargs})):
            enforced = definition["x-flavour"].startswith("pydantic")
            assert not enforced, (case, error.message)
            assert only_kinds(error), (case, error.message)
    assert accepted > 80
