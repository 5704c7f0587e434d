"""What an editor underlines is refused, and of what JSON Schema can say nothing is left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from llem_rules.check.editor import _refusal, editor_schema
from llem_rules.check.editor_files import editor_files
from llem_rules.rules.parse import parse_predicate
from tests.check.test_compiled import compiled, configs, each_engine, plain


@pytest.mark.parametrize("engine", ["transformers", pytest.param("vllm", marks=pytest.mark.slow)])
def test_no_false_alarm(engine: str) -> None:
    """On configs as JSON has them: a float without a fraction is written like an integer there."""
    made = editor_schema(compiled(engine))
    jsonschema.Draft202012Validator.check_schema(made.schema)
    caught = 0
    for native_type in compiled(engine).native_types:
        validator = jsonschema_rs.validator_for(made.schema["properties"][native_type])
        for kwargs in configs(plain(engine), native_type, 60, seed=11):
            if "$" in repr(kwargs) or "nan" in repr(kwargs) or "inf" in repr(kwargs):
                continue
            if not validator.is_valid(kwargs):
                caught += 1
                assert compiled(engine).judge(native_type, kwargs).effect == "error", kwargs
    assert caught > 20


@each_engine
def test_what_is_said(engine: str) -> None:
    made = editor_schema(compiled(engine))
    # What is left compares two arguments, or asks for the surroundings: 148 of 184 and 1,724 of 1,984 are said.
    assert made.said > {"transformers": 140, "vllm": 1600}[engine]
    assert made.said / made.rules > {"transformers": 0.75, "vllm": 0.85}[engine]


@pytest.mark.parametrize(
    ("kwargs", "good"), [({"n": 0}, False), ({"n": 1}, True), ({}, True), ({"temperature": -1}, False)]
)
def test_one(kwargs: dict[str, object], good: bool) -> None:
    schema = editor_schema(compiled("vllm")).schema["properties"]["vllm.SamplingParams"]
    assert jsonschema.Draft202012Validator(schema).is_valid(kwargs) is good


@pytest.mark.parametrize(
    ("held", "good"),
    [
        ({"mode": 9}, False),
        ({"mode": 3}, True),
        ({}, True),
        (None, False),
        ('{"mode": 9}', False),
        ({"$native": "x"}, True),
    ],
)
def test_inside_a_value(held: object, good: bool) -> None:
    schema = editor_schema(compiled("vllm")).schema["properties"]["vllm.EngineArgs"]
    assert jsonschema.Draft202012Validator(schema).is_valid({"compilation_config": held}) is good


VALUES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    # the tests, values that are refused, and values that are not: a whole number may have been meant as a float
    ({"type_is": "float", "not_multiple_of": 1}, [1.5], [1, 1.0, True, "1.5", None]),
    ({"type_is_not": ["int", "float"]}, ["a", [], None, {}], [1, 1.5, True, {"$set": []}]),
    ({"type_is": ["list", "tuple", "set"]}, [[], [1]], ["a", {}, {"$tuple": [1]}]),
    ({"keys": {"any_item": {"not_in": ["a", "b"]}}}, [{"c": 1}, {"a": 1, "c": 1}], [{}, {"a": 1}, "c", []]),
    ({"keys": {"each": {"in": ["a"]}}}, [{}, {"a": 1}], [{"b": 1}, []]),
    ({"values": {"any_item": {"type_is_not": "str"}}}, [{"a": 1}, {"a": "b", "c": None}], [{}, {"a": "b"}, [1]]),
    ({"length": {">=": 2, "<": 4}}, [[1, 2], "abc", {"a": 1, "b": 2}], [[], "a", "abcd", 3, None]),
    ({"length": 0}, [[], "", {}], [[0], "0", 0]),
    ({"in": [None, False, "", [], {}, {"$set": []}]}, [None, False, 0, "", [], {}], [1, "a", [0], {"a": 1}]),
    ({"not_in": [None, False, "", [], {}]}, [1, "a", [0]], [None, False, 0, "", [], {}]),
    ({"any_item": {"type_is": "str", "matches": "^a"}}, [], [["a"], ["b"], "a", [1]]),
    ({"lower": {"in": ["on"]}}, [], ["on", "off", True]),
    ({"given": True, "not_in": [1]}, [None, 0], [1]),
]


@pytest.mark.parametrize(("tests", "refused", "taken"), VALUES)
def test_values(tests: dict[str, Any], refused: list[Any], taken: list[Any]) -> None:
    rule = SimpleNamespace(
        id="lib.T.rule", predicate=parse_predicate({"x": tests}), kwargs_positive={"x": (refused or [None])[0]}
    )
    schema = _refusal(rule, {})
    assert schema is not None
    valid = jsonschema.Draft202012Validator(schema).is_valid
    assert [one for one in refused if valid({"x": one})] == []
    assert [one for one in taken if not valid({"x": one})] == []


def test_a_rule_about_whole_numbers_alone_is_left_out() -> None:
    predicate = parse_predicate({"x": {"type_is": "int", "<": 0}})
    assert _refusal(SimpleNamespace(id="lib.T.rule", predicate=predicate, kwargs_positive={"x": -1}), {}) is None


GENERATION = {"max_new_tokens": -1}, {"max_new_tokens": 1}


@pytest.mark.parametrize(("kwargs", "good"), [(GENERATION[0], False), (GENERATION[1], True)])
def test_the_committed_files_as_an_editor_reads_them(kwargs: dict[str, object], good: bool, tmp_path: Path) -> None:
    """A reference from one file to the next is followed as an editor does, by a program that is none of ours."""
    path = tmp_path / "generation_config.json"
    path.write_text(json.dumps(kwargs))
    schema = Path(__file__).parents[2] / "schemas/editors/generation-config.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), str(path)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == (0 if good else 1)


@each_engine
def test_a_rule_is_a_line_of_the_file(engine: str) -> None:
    made, corpus = editor_schema(compiled(engine)), compiled(engine)
    text = editor_files(corpus)[f"{engine}.schema.json"]
    assert json.loads(text)["properties"] == json.loads(json.dumps(made.schema["properties"]))
    assert sum(line.startswith("   {") for line in text.splitlines()) == made.said
