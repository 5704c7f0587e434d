"""The published schemas: fresh, valid, and of one mind with lint about real files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.corpus.locate import Project
from llem_rules.corpus.reader import read_yaml
from llem_rules.corpus.schemas import add_schema, schema, schema_text, stale_schemas
from llem_rules.rules.failure import Failure

ROOT = Path(__file__).parents[2]


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(name))


@pytest.mark.parametrize("name", ["rules", "engine-versions", "lint-report"])
def test_is_a_schema_and_committed(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"urn:llem-rules:schema:{name}"
    assert (ROOT / "schemas" / f"{name}.schema.json").read_text() == schema_text(name)


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.yaml")), ids=lambda path: path.stem)
def test_real_rules_fit(path: Path) -> None:
    assert not [error.message for error in _validator("rules").iter_errors(read_yaml(path).data)]


@pytest.mark.parametrize("path", sorted((ROOT / "engine_versions").glob("*.yaml")), ids=lambda path: path.stem)
def test_engine_versions_fit(path: Path) -> None:
    assert not [error.message for error in _validator("engine-versions").iter_errors(read_yaml(path).data)]


def _rule(**more: Any) -> list[dict[str, Any]]:
    base = {
        "id": "a.B.c",
        "kind": "invalidity",
        "native_type": "a.B",
        "match": {"n": 1},
        "expected": {"effect": "error", "channel": "exception", "exception": "E"},
        "kwargs_positive": {"n": 1},
        "kwargs_negative": {},
    }
    return [{key: value for key, value in {**base, **more}.items() if value is not ...}]


DEEP: dict[str, Any] = {"any_of": [{"not": {"any_of": [{"all_of": [{"not": {"any_of": [{"n": {"=>": 1}}]}}]}]}}]}
BAD = {
    "unknown operator": _rule(match={"n": {"=>": 1}}),
    "unknown operator, six levels down": _rule(match=DEEP),
    "any_of of a mapping": _rule(match={"any_of": {"n": 1}}),
    "present of a text": _rule(match={"n": {"present": "yes"}}),
    "effect": _rule(expected={"effect": "eror", "channel": "none"}),
    "unknown key": _rule(kwargs={}),
    "missing key": _rule(kwargs_negative=...),
    "kind": _rule(kind="x"),
    "not a list": {},
}


@pytest.mark.parametrize("name", BAD)
def test_an_editor_underlines(name: str) -> None:
    assert list(_validator("rules").iter_errors(BAD[name]))


def test_a_good_rule_is_left_alone() -> None:
    assert not list(
        _validator("rules").iter_errors(_rule(match={"n": {"$tuple": [1]}, "env": {"X": {"absent": True}}}))
    )


def test_other_rooms_add_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("llem_rules.corpus.schemas._SCHEMAS", {})
    add_schema("x", "An x", lambda: {"title": "old", "type": "object"})
    assert json.loads(schema_text("x")) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:llem-rules:schema:x",
        "title": "An x",
        "type": "object",
    }
    assert list(stale_schemas(Project(tmp_path, "tree"))) == ["x.schema.json"]


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(Failure) as caught:
        schema("rulez")
    assert "rules" in str(caught.value.hint)
