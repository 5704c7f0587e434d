"""Message templates against messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llem_rules.rules import Config
from llem_rules.rules.messages import Template, parse_template

NATIVE = {"$native": "m.Thing", "kwargs": {"x": 3}}

FOUND: list[tuple[str, dict[str, Any], str]] = [
    ("plain text", {}, "plain text"),
    ("plain text", {}, "ValueError: plain text, and more"),
    ("", {}, "anything"),
    ("got {a}.", {"a": 5}, "got 5."),
    ("got {a}.", {"a": -1}, "got -1."),
    ("got {a}.", {"a": 0.5}, "got 0.5."),
    ("got {a}.", {"a": 1e-10}, "got 1e-10."),
    ("got {a}.", {"a": True}, "got True."),
    ("got {a}.", {"a": None}, "got None."),
    ("got {a}.", {}, "got None."),
    ("got {a}.", {"a": float("nan")}, "got nan."),
    ("got {a}.", {"a": float("inf")}, "got inf."),
    ("got {a}.", {"a": 10**40}, f"got {10**40}."),
    ("got {a}.", {"a": 10**5000}, "got something that Python does not print."),
    ("got {a}.", {"a": "word"}, "got word."),
    ("got {a}.", {"a": "word"}, "got 'word'."),
    ("got {a}.", {"a": "it's"}, 'got "it\'s".'),
    ("got {a}.", {"a": "two words"}, "got two\n  words."),
    ("got {a}.", {"a": "a\nb"}, "got 'a\\nb'."),
    ("got {a}.", {"a": ""}, "got ''."),
    ("got {a}.", {"a": ""}, "got ."),
    ("got {a}.", {"a": "(.*)"}, "got (.*)."),
    ("got {a}.", {"a": [1, 2]}, "got [1, 2]."),
    ("got {a}.", {"a": {"x": 1}}, "got whatever the library prints."),
    ("got {a}.", {"a": NATIVE}, "got Thing(\nx=3)."),
    ("got {a.x}.", {"a": {"x": 3}}, "got 3."),
    ("got {a.x}.", {"a": NATIVE}, "got 3."),
    ("got {a.x.y}.", {"a": 1}, "got None."),
    ("{a} and {a}", {"a": 1}, "1 and 1"),
    ("{a} > {b}", {"a": 2, "b": 1}, "2 > 1"),
    ("{a}{b}", {"a": 2, "b": 1}, "21"),
    ("a {*} c", {}, "a b c"),
    ("a {*} c", {}, "a several\nlines of b c"),
    ("a{*}c", {}, "ac"),
    ("{*}", {}, ""),
    ("{*}c", {}, "abc"),
    ("use {{x}}", {}, "use {x}"),
    ("{{{a}}}", {"a": 1}, "{1}"),
    ("{{}}", {}, "{}"),
    ("}}{{", {}, "}{"),
    ("one two", {}, "one \n\t two"),
    ("one  \n two", {}, "one two"),
    ("a.b", {}, "a.b"),
    ("f(x) [y] $ ^ \\ |", {}, "f(x) [y] $ ^ \\ |"),
    ("größer {a}", {"a": "ß"}, "größer ß"),
    ("{_a1}", {"_a1": 1}, "1"),
]

NOT_FOUND: list[tuple[str, dict[str, Any], str]] = [
    ("plain text", {}, "plain  test"),
    ("plain text", {}, "Plain text"),
    ("got {a}.", {"a": 5}, "got 6."),
    ("got {a} here", {"a": 5}, "got 5.0 here"),
    ("got {a}.", {"a": 5}, "got {a}."),
    ("got {a}.", {"a": "word"}, "got other."),
    ("got {a}.", {"a": "(.*)"}, "got anything."),
    ("got {a}.", {"a": 1}, "got True."),
    ("{a} and {a}", {"a": 1}, "1 and 2"),
    ("a {*} c", {}, "a b"),
    ("use {{x}}", {"x": 1}, "use 1"),
    ("a.b", {}, "axb"),
    ("onetwo", {}, "one two"),
    ("one two", {}, "onetwo"),
]

MALFORMED = ["{", "}", "a { b", "a } b", "{}", "{a", "a}", "{a b}", "{0}", "{a!r}", "{a:>3}", "{a.}", "{.a}", "{*a}"]
MALFORMED += ["{ a }", "{a-b}", "{{a}", "{a}}", "{{{a}}", "{@a}", "{**}", "{a[0]}"]


def finds(template: str, kwargs: dict[str, Any], message: str) -> bool:
    parsed = parse_template(template)
    found = parsed.pattern(Config.of(kwargs).value).search(message) is not None
    assert parsed.may_be(message) or not found  # what is quickly said to be no message of a template is none
    return found


@pytest.mark.parametrize(("template", "kwargs", "message"), FOUND)
def test_found(template: str, kwargs: dict[str, Any], message: str) -> None:
    assert finds(template, kwargs, message)


@pytest.mark.parametrize(("template", "kwargs", "message"), NOT_FOUND)
def test_not_found(template: str, kwargs: dict[str, Any], message: str) -> None:
    assert not finds(template, kwargs, message)


@pytest.mark.parametrize("template", MALFORMED)
def test_malformed(template: str) -> None:
    with pytest.raises(ValueError, match=r"a single|is not a field"):
        parse_template(template)


@pytest.mark.parametrize(
    ("template", "placeholders"),
    [
        ("", ()),
        ("text", ()),
        ("{a}", ("a",)),
        ("{b} {a} {b}", ("b", "a")),
        ("{*} {a.x} {*}", ("a.x",)),
        ("{{a}} {b}", ("b",)),
    ],
)
def test_placeholders(template: str, placeholders: tuple[str, ...]) -> None:
    assert parse_template(template).placeholders == placeholders


def test_parts_are_texts_and_placeholders_in_turn() -> None:
    assert parse_template("a {b}{*}}}") == Template((("a ", False), ("b", True), ("*", True), ("}", False)))


@given(st.text())
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        template = parse_template(text)
    except ValueError:
        return
    template.pattern(lambda _name: None)


@given(st.text(), st.text())
def test_a_template_finds_its_own_text(text: str, value: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert finds(f"{escaped}{{a}}{escaped}", {"a": value}, f"{text}{value}{text}")
    assert finds(f"{escaped}{{a}}{escaped}", {"a": value}, f"{text}{value!r}{text}")
