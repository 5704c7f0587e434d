"""References: which strings are, which names they hold, and which of those are sections."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.rules import Config, parse_predicate
from llem_rules.rules.evaluate import literal
from llem_rules.rules.expressions import (
    UNDEFINED,
    UNKNOWN,
    is_reference,
    parse_expression,
    split_section,
)
from llem_rules.rules.predicates import expressions, fields_of


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("@a", True),
        ("@", True),
        ("@@a", False),
        ("@@@a", False),
        ("a@b", False),
        (" @a", False),
        ("", False),
        (None, False),
        (1, False),
        (["@a"], False),
    ],
)
def test_is_reference(value: Any, answer: bool) -> None:
    assert is_reference(value) is answer


@pytest.mark.parametrize(
    ("value", "stands_for"),
    [("@@a", "@a"), ("@@@a", "@@a"), ("a@@", "a@@"), ("", ""), (1, 1), (None, None), (("@@a", ("b",)), ["@a", ["b"]])],
)
def test_literal(value: Any, stands_for: Any) -> None:
    assert literal(value) == stands_for


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("max_tokens", None),
        ("structured_outputs.regex", None),
        ("a.b.c", None),
        ("a.B", None),
        ("A", None),
        ("vllm.config.ParallelConfig.size", ("vllm.config.ParallelConfig", "size")),
        ("ParallelConfig.size", ("ParallelConfig", "size")),
        ("m.Thing.n.x.y", ("m.Thing", "n.x.y")),
        ("m.Outer.Inner.n", ("m.Outer.Inner", "n")),
        ("m.Thing.N", ("m.Thing", "N")),
        ("m.Thing.N.x", ("m.Thing.N", "x")),
        ("m._Thing.n", None),
    ],
)
def test_split_section(name: str, section: tuple[str, str] | None) -> None:
    assert split_section(name) == section


@pytest.mark.parametrize(
    ("text", "names", "fields"),
    [
        ("@a", ("a",), ("a",)),
        ("@a.b + @c + @a.b", ("a.b", "c"), ("a.b", "c")),
        ("@m.Thing.n * @a", ("m.Thing.n", "a"), ("a",)),
        ("@len(@a) + min(@b, 2)", ("a", "b"), ("a", "b")),
        ("@len + @min", ("len", "min"), ("len", "min")),
        ("@(@a)", ("a",), ("a",)),
        ("@length", ("length",), ("length",)),
    ],
)
def test_names(text: str, names: tuple[str, ...], fields: tuple[str, ...]) -> None:
    expression = parse_expression(text)
    assert expression.names == names
    assert expression.fields == fields


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@a", 4),
        ("@missing", None),
        ("@missing + 1", UNDEFINED),
        ("@a / 0", UNDEFINED),
        ("@s * 2", UNDEFINED),
        ("@len(@a)", UNDEFINED),
        ("@m.Other.n", UNKNOWN),
        ("@m.Other.n + 1", UNKNOWN),
        ("@m.Other.n + @missing", UNDEFINED),
        ("@missing + @m.Other.n", UNDEFINED),
        ("@m.Other.n + @a / 0", UNDEFINED),
        ("@a / 0 + @m.Other.n", UNDEFINED),
        ("@m.Thing.n + @a", 11),
        ("@m.Thing.missing", None),
        ("@s", "text"),
        ("@a // 3 * 2 - -1", 3),
        ("@max(@a, 9.5) % 2", 1.5),
    ],
)
def test_values(text: str, value: Any) -> None:
    config = Config.of({"a": 4, "s": "text"}, sections={"m.Thing": Config.of({"n": 7})})
    found = parse_expression(text).evaluate(config)
    assert found is value or (found == value and type(found) is type(value))


def test_references_are_found_everywhere_in_a_predicate() -> None:
    predicate = parse_predicate(
        {
            "a": {"<": "@b", "in": ["@c", ["@d.x"]]},
            "e": {"each": {"length": {">": "@f"}}},
            "any_of": [{"not": {"g": "@m.Thing.h"}}],
            "env": {"A": "@i"},
            "at_most_one_of": ["j", "k.x"],
            "required_key": {"l": "x"},
            "n": {"matches": "@o", "==": {"p": "@q"}, "!=": "@@r"},
        }
    )
    assert [expression.text for expression in expressions(predicate)] == [
        "@b",
        "@c",
        "@d.x",
        "@f",
        "@m.Thing.h",
        "@i",
    ]
    assert set(fields_of(predicate)) == set("abcdefgijkln")
    assert set(fields_of(predicate, references=False)) == set("aegjkln")
