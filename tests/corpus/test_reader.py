"""Reading with positions: the same values as other YAML 1.2 readers, every value where it says, and never a crash."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from llem_rules.corpus.findings import Span
from llem_rules.corpus.reader import parse_yaml
from llem_rules.corpus.scalars import both_readers, resolve, trap

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
documents = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=15,
)
# Three dashes begin a document: no scalar.
plain = st.from_regex(r"\A(?!---)[-+.~=0-9a-fA-FoxXeE_:]{1,10}\Z")


@given(documents)
def test_json_is_read_as_json(data: Any) -> None:
    document = parse_yaml(json.dumps(data, indent=1, ensure_ascii=False), "f")
    assert document.data == data
    assert {finding.code for finding in document.findings} <= {"L004"}  # 1e-05 is a string to YAML 1.1


@given(documents)
def test_what_pyyaml_writes_is_read_back_or_reported(data: Any) -> None:
    document = parse_yaml(yaml.safe_dump([data], allow_unicode=True), "f")
    assert document.data == [data] or "L004" in {finding.code for finding in document.findings}


@given(documents)
def test_every_scalar_stands_where_its_span_says(data: Any) -> None:
    document = parse_yaml(json.dumps(data, indent=1, ensure_ascii=False), "f")
    lines = document.text.split("\n")
    for location, span in document.values.items():
        value = document.data
        for part in location:
            value = value[part]
        if not isinstance(value, dict | list):
            assert json.loads(lines[span.line - 1][span.column - 1 : span.end_column - 1]) == value
        elif value or span.line == span.end_line:
            opening = lines[span.line - 1][span.column - 1]
            closing = lines[span.end_line - 1][span.end_column - 2]
            assert opening + closing in ("{}", "[]")


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    parse_yaml(text.encode(errors="replace").decode(), "f")


@given(st.text(alphabet="{}[]:,-?&*!|>'\"%@ \n\t#ab1", max_size=40))
def test_no_punctuation_makes_it_raise(text: str) -> None:
    document = parse_yaml(text, "f")
    assert document.data is not None or document.findings or not _has_content(text)


def _has_content(text: str) -> bool:
    return any(line.strip() and not line.strip().startswith("#") for line in text.split("\n")) and yaml_value(text)


def yaml_value(text: str) -> bool:
    """Whether another reader finds something other than null."""
    try:
        return YAML(typ="safe", pure=True).load(text) is not None
    except Exception:  # noqa: BLE001 - it may refuse in many ways
        return False


@given(plain)
def test_scalars_that_yaml_1_1_takes_differently_are_traps(text: str) -> None:
    try:
        old = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return
    if text.endswith(":") or ": " in text or isinstance(old, dict | list):
        return
    new = resolve(text)
    same = type(old) is type(new) and (old == new or (old != old and new != new))  # noqa: PLR0124 - NaN
    assert same or trap(text) is not None


@given(plain)
def test_scalars_are_resolved_as_by_ruamel(text: str) -> None:
    try:
        other = YAML(typ="safe", pure=True).load(text)
    except Exception:  # noqa: BLE001 - not a scalar to ruamel
        return
    if isinstance(other, str | bool | int | float | None) and trap(text) is None:
        ours = resolve(text)
        assert ours == other or (isinstance(ours, float) and math.isnan(ours))


@given(st.from_regex(r"\A[-+]?[0-9]{1,3}(\.[0-9]{0,2})?[eE][-+]?[0-9]{1,2}\Z"))
def test_the_spelling_offered_for_a_float_suits_both_readers(text: str) -> None:
    offered = both_readers(text)
    assert trap(offered) is None
    assert yaml.safe_load(offered) == resolve(offered) == resolve(text)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("[" * 100_000, "L006", (1, 61)),
        ("- " * 100_000, "L006", (1, 121)),
        ("{a: " * 100_000, "L006", (1, 241)),
        ("a: b\n c: d", "L002", (2, 3)),
        ("a: [1, 2", "L002", (2, 1)),
        ("a:\n\t- b", "L007", (2, 1)),
        ("a: \x01", "L002", (1, 4)),
        ("é: \x01", "L002", (1, 4)),
        ("%YAML 3.0\n---\na", "L002", (1, 1)),
        ("a: *b", "L005", (1, 4)),
        ("1\n--- \n2", "L005", (2, 1)),
        ("? {a: b}\n: c", "L005", (1, 3)),
    ],
)
def test_what_cannot_be_read_says_where(text: str, code: str, place: tuple[int, int]) -> None:
    document = parse_yaml(text, "f")
    assert document.data is None
    (finding,) = document.findings
    assert (finding.code, finding.span[:2]) == (code, place)


def test_keys_and_values_have_places_of_their_own() -> None:
    document = parse_yaml("- a:\n    b: [1,\n      two]\n- c\n", "f")
    assert document.keys[0, "a", "b"] == Span(2, 5, 2, 6)
    assert document.values[0, "a", "b", 1] == Span(3, 7, 3, 10)
    assert document.values[0, "a", "b"] == Span(2, 8, 3, 11)
    assert document.values[0, "a"] == Span(2, 5, 3, 11)
    assert document.span((0, "a", "nothing", "there")) == document.values[0, "a"]
    assert document.span((0, "a"), on_key=True) == Span(1, 3, 1, 4)


def test_a_windows_file_reads_the_same() -> None:
    text = "- a: 1\r\n  b: [2,\r\n    3]\r\n"
    assert parse_yaml(text, "f").data == parse_yaml(text.replace("\r\n", "\n"), "f").data
    assert io.StringIO(text).read() == text
