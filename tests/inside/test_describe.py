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
