"""What a native type takes: fields, defaults as the constructor has them, what is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llem_rules.environments import Session
from tests.engines import open_faux


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux() as entered:
        yield entered


def described(session: Session, name: str) -> dict[str, Any]:
    answer = session.run([{"op": "describe", "native_type": f"fauxllm.{name}", "kwargs": {}}])[0]
    found: dict[str, Any] = answer["described"]
    return found


# type; field to default, or ... for one without; required; open; where the defaults come from
TABLE: list[tuple[str, dict[str, Any], list[str], bool, str]] = [
    ("Plain", {"a": 1, "b": "x", "c": None}, [], False, "declaration"),
    ("Greedy", {"temperature": 1.0, "stop": ["a"], "extra": 3}, [], False, "declaration"),
    ("config.OwnInit", {"number": 7, "needed": ...}, ["needed"], True, "declaration"),
    ("config.Needs", {"path": ..., "limit": 3, "flag": True}, ["path"], False, "declaration"),
    ("config.Frozen", {"a": 1, "b": None}, [], False, "declaration"),
    ("Sampling", {"how": "", "temperature": 1.0, "stop": None}, [], True, "declaration"),
    ("config.Flexible", {"alpha": 0.5, "beta": [1]}, [], True, "instance"),
    ("config.Bare", {}, [], True, "declaration"),
]
PYDANTIC: list[tuple[str, dict[str, Any], list[str], bool, str]] = [
    ("Model", {"size": 1, "name": "n", "tags": [], "needed": ...}, ["needed"], False, "declaration"),
    ("Late", {"size": 1, "late": 2}, [], False, "instance"),
    ("Open", {"size": 1}, [], True, "declaration"),
    ("Data", {"size": 1, "name": "n", "needed": ..., "tags": []}, ["needed"], False, "declaration"),
]


def check(answer: dict[str, Any], fields: dict[str, Any], required: list[str], is_open: bool, source: str) -> None:
    assert answer["fields"] == {k: {} if v is ... else {"default": v} for k, v in fields.items()}
    assert (answer["required"], answer["open"], answer["defaults_from"]) == (required, is_open, source)


@pytest.mark.parametrize(("name", "fields", "required", "is_open", "source"), TABLE)
def test_plain_classes(
    session: Session, name: str, fields: dict[str, Any], required: list[str], is_open: bool, source: str
) -> None:
    check(described(session, name), fields, required, is_open, source)


@pytest.mark.parametrize(("name", "fields", "required", "is_open", "source"), PYDANTIC)
def test_pydantic_classes(
    session: Session, name: str, fields: dict[str, Any], required: list[str], is_open: bool, source: str
) -> None:
    pytest.importorskip("pydantic")
    check(described(session, f"pydantic_config.{name}"), fields, required, is_open, source)


def test_structs(session: Session) -> None:
    pytest.importorskip("msgspec")
    check(
        described(session, "struct_config.Struct"),
        {"size": 1, "name": "n", "tags": [], "needed": 0},
        [],
        False,
        "declaration",
    )


@pytest.mark.parametrize("name", ["fauxllm.Missing", "os.system", "fauxllm.os.system"])
def test_what_is_no_type_of_the_library(session: Session, name: str) -> None:
    answer = session.run([{"op": "describe", "native_type": name, "kwargs": {}}])[0]
    assert answer["unchecked"]["reason"] == "missing-type"


# type; field to (JSON Schema, where the type comes from)
DECLARED: list[tuple[str, dict[str, tuple[dict[str, Any], str | None]]]] = [
    (
        "declared.Signature",
        {
            "size": ({"type": "integer"}, "signature"),
            "ratio": ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "signature"),
            "mode": ({"enum": ["fast", "slow"]}, "signature"),
            "names": ({"type": "array", "items": {"type": "string"}}, "signature"),
            "weights": ({"type": "object", "additionalProperties": {"type": "number"}}, "signature"),
            "pair": (
                {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
                "signature",
            ),
            "unknown": ({}, None),
            "said": (
                {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}, {"type": "null"}]},
                "docstring",
            ),
        },
    ),
    (
        "declared.Data",
        {
            "bounded": ({"type": "integer", "minimum": 1, "exclusiveMaximum": 9}, "dataclass"),
            "colour": (
                {"enum": [1, 2], "x-class": "fauxllm.declared.Colour", "x-names": ["BLUE", "RED", "VIOLET"]},
                "dataclass",
            ),
            "old": ({"type": "boolean"}, "dataclass"),
        },
    ),
    ("declared.Attributes", {"size": ({"type": "integer"}, "annotation")}),
]  # fmt: skip


def declared(session: Session, name: str) -> dict[str, Any]:
    answer = session.run([{"op": "declare", "native_type": f"fauxllm.{name}", "kwargs": {}}])[0]
    found: dict[str, Any] = answer["declared"]
    return found


@pytest.mark.parametrize(("name", "fields"), DECLARED)
def test_types(session: Session, name: str, fields: dict[str, tuple[dict[str, Any], str | None]]) -> None:
    found = declared(session, name)["fields"]
    assert {one: (about.get("schema", {}), about.get("from")) for one, about in found.items()} == fields


def test_texts_and_places(session: Session) -> None:
    found = declared(session, "declared.Data")["fields"]
    assert found["bounded"] == {
        "schema": {"type": "integer", "minimum": 1, "exclusiveMaximum": 9},
        "from": "dataclass",
        "where": "fauxllm.declared.Base",
        "description": "How many. Two lines of it.",
    }
    assert found["old"]["deprecated"] is True
    assert found["colour"]["where"] == "fauxllm.declared.Data"
    assert declared(session, "declared.Signature")["fields"]["said"]["description"] == "One or several."


def test_pydantic_and_attrs_and_msgspec(session: Session) -> None:
    pytest.importorskip("pydantic")
    found = declared(session, "pydantic_config.Model")
    assert (found["flavour"], found["enforced"]) == ("pydantic", True)
    assert found["fields"]["size"]["schema"] == {"type": "integer", "minimum": 1}
    assert found["fields"]["needed"]["schema"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    data = declared(session, "pydantic_config.Data")["fields"]
    assert data["size"]["schema"] == {"type": "integer", "minimum": 1}
    pytest.importorskip("attr")
    found = declared(session, "attrs_config.Attrs")
    assert (found["flavour"], found["enforced"]) == ("attrs", False)
    assert {name: about["schema"] for name, about in found["fields"].items()} == {
        "size": {"type": "integer"},
        "names": {"type": "array", "items": {"type": "string"}},
        "needed": {"type": "string"},
    }
    assert described(session, "attrs_config.Attrs")["required"] == ["needed"]
    assert described(session, "attrs_config.Attrs")["fields"]["names"] == {"default": []}
    pytest.importorskip("msgspec")
    found = declared(session, "struct_config.Struct")
    assert found["flavour"] == "msgspec"
    assert found["fields"]["tags"]["schema"] == {"type": "array"}
