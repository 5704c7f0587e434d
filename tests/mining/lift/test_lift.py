"""Every form of declared constraint is lifted, with exact boundaries, and what nothing enforces is only noted."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.mining.library import LibraryReader
from llem_rules.mining.lift import lift, read_declarations
from llem_rules.mining.model import Candidate
from llem_rules.rules import Config
from tests.mining.lift.exactness import as_rule, really_constructed

pytestmark = pytest.mark.xdist_group("lift")


@pytest.fixture(scope="module")
def reader(toys: Session) -> LibraryReader:
    return LibraryReader(toys)


def named(reader: LibraryReader, native_type: str) -> dict[str, Candidate]:
    return {one.name: one for one in lift(reader, f"toylib.{native_type}")}


INTEGER = ("not-an-integer", "float-too-large")
APART = ("not-an-integer", "not-finite", "float-too-large")  # "a multiple of" begins as both messages do
# type, field, what is lifted of it
FORMS: list[tuple[str, str, tuple[str, ...]]] = [
    ("Numbers", "free", INTEGER),
    ("Numbers", "least", (*INTEGER, "below-1")),
    ("Numbers", "above", (*INTEGER, "not-above-0")),
    ("Numbers", "between", (*INTEGER, "not-below-12", "below-minus-3")),
    ("Numbers", "made", (*INTEGER, "above-256", "not-above-minus-1")),
    ("Numbers", "third", (*APART, "not-a-multiple-of-3")),
    ("Numbers", "third_in_range", (*APART, "not-a-multiple-of-3", "above-9", "below-3")),
    ("Numbers", "strict", ("not-an-integer", "below-1")),
    ("Numbers", "maybe", (*INTEGER, "below-1")),
    ("Numbers", "interval", (*INTEGER, "above-100", "not-above-10")),
    ("Reals", "free", ("not-a-number",)),
    ("Reals", "share", ("not-a-number", "above-1", "not-above-0")),
    ("Reals", "half_open", ("not-a-number", "not-below-2_5", "below-0_25")),
    ("Reals", "negative", ("not-a-number", "above-minus-0_75")),
    ("Reals", "finite", ("not-a-number",)),
    ("Reals", "stepped", ("not-a-number",)),  # its tolerance cannot be said
    ("Reals", "strict", ("not-a-number", "below-0")),
    ("Words", "free", ("not-a-string",)),
    ("Words", "sized", ("not-a-string", "shorter-than-2", "longer-than-4")),
    ("Words", "shaped", ("not-a-string", "shorter-than-1", "not-matching")),
    ("Words", "known", ("unknown",)),
    ("Words", "numbered", ("unknown",)),
    ("Words", "at", ("unknown",)),
    ("Words", "perhaps", ("unknown",)),
    ("Words", "colour", ("unknown",)),
    ("Words", "level", ("unknown",)),
    ("Words", "flag", ("not-a-boolean",)),
    ("Words", "strict_flag", ("not-a-boolean",)),
    ("Containers", "words", ("not-a-list", "item-not-a-string")),
    ("Containers", "whole", ("not-a-list", "item-not-an-integer", "item-not-finite")),
    ("Containers", "real", ("not-a-list", "item-not-a-number")),
    ("Containers", "flags", ("not-a-list", "item-not-a-boolean")),
    ("Containers", "known", ("not-a-list", "item-unknown")),
    ("Containers", "few", ("not-a-list", "shorter-than-1", "longer-than-2")),
    ("Containers", "unique", ("not-a-set",)),
    ("Containers", "row", ("not-a-tuple", "item-not-an-integer", "item-not-finite")),
    ("Containers", "table", ("not-a-mapping",)),
    ("Containers", "strict_list", ("not-a-list",)),
    ("Containers", "named", ("not-a-mapping", "item-not-a-string", "item-not-an-integer")),
    ("Containers", "options", ("not-a-mapping", "item-not-a-string")),
    ("Containers", "lists", ("not-a-mapping", "item-not-a-string", "item-not-a-list", "item-not-a-number")),
    ("Containers", "rows", ("not-a-list", "item-not-an-integer")),
    ("Containers", "kinds", ("not-a-mapping", "item-not-a-string", "item-unknown")),
    ("Unions", "number_or_auto", ("not-of-its-types",)),
    ("Unions", "text_or_list", ("not-of-its-types",)),
    ("Unions", "flag_or_word", ("not-of-its-types",)),
    ("Unions", "bounded_or_text", ("not-of-its-types", "not-finite", "below-1")),
    ("Unions", "anything", ()),
    ("Custom", "lowered", ("unknown",)),
    ("Custom", "skipped", (*INTEGER, "below-1")),
    ("Custom", "later", (*INTEGER, "below-1")),
    ("Outer", "inner", ("not-of-type-Inner", "key-not-a-string", "key-unknown")),
    ("Outer", "model", ("not-of-type-Closed", "key-not-a-string", "key-unknown")),
    ("Outer", "open", ("not-of-type-Derived",)),
    ("Outer", "needed", INTEGER),
    ("Outer", "computed", ()),
    ("Derived", "least", (*INTEGER, "below-1")),
    ("Derived", "more", (*INTEGER, "above-4")),
    ("Aliased", "outside", (*INTEGER, "below-1")),
    ("Aliased", "inside", ()),
    ("Strict", "size", ("not-an-integer",)),
    ("Strict", "name", ("not-a-string",)),
    ("Plain", "mode", ()),
    ("Signature", "mode", ()),
    ("Own", "size", ()),
]


@pytest.mark.parametrize(("native_type", "field", "names"), FORMS)
def test_each_form(reader: LibraryReader, native_type: str, field: str, names: tuple[str, ...]) -> None:
    found = [one.name for one in lift(reader, f"toylib.{native_type}") if one.name.startswith(f"{field}-")]
    assert found == [f"{field}-{name}" for name in names]


# type, candidate, values that it fires on, values that it does not
EDGES: list[tuple[str, str, list[Any], list[Any]]] = [
    (
        "Numbers",
        "least-below-1",
        [0, False, 0.0, "0", " -3.0 ", -1e18],
        [1, True, 1.0, "1", 0.5, "0.5", "a", None, -1e19],
    ),
    ("Numbers", "above-not-above-0", [0, -0.0, "-0"], [1, "1", 0.5]),
    ("Numbers", "between-not-below-12", [12, 12.0, "012"], [11, "11", 11.5, 12.5]),
    ("Numbers", "between-below-minus-3", [-4, "-4"], [-3, "-3"]),
    ("Numbers", "strict-below-1", [0], [False, 0.0, "0"]),
    ("Numbers", "maybe-not-an-integer", ["a", [], 1.5, float("nan"), float("inf")], [None, "1", 1.0, True, 1e19]),
    ("Reals", "finite-not-a-number", [float("nan"), float("-inf"), "nan", "a"], ["1e3", 1.5, True]),
    ("Numbers", "third_in_range-below-3", [0, -3], [1, 2, 3]),
    ("Reals", "share-above-1", [1.0000000000000002, 2, "1.01", float("nan"), "inf", "nan"], [1, 1.0, True, "1.0"]),
    ("Reals", "share-not-above-0", [0, -0.0, False, "0.0", "-.5"], [5e-324, "0.1", float("nan"), "1e5"]),
    ("Reals", "half_open-below-0_25", [0.24999999999999997, "0.24", ".2"], [0.25, "0.250", float("nan"), "a"]),
    ("Words", "sized-shorter-than-2", ["a", ""], ["ab", [], 1]),
    ("Words", "at-unknown", ["@", None, 1], ["@here", "{there}"]),
    ("Words", "level-unknown", [2, "2", "low", None], [1, True, "1", 20.0]),
    ("Containers", "whole-item-not-an-integer", [[1, "a"], [1.5], [None]], [[], [1], ["1"], 5]),
    ("Containers", "whole-item-not-finite", [[float("nan")], [1, float("inf")]], [[1.5], [], ["a"], 5]),
    ("Containers", "named-item-not-an-integer", [{"a": "x"}, {"a": 1.5}, {"a": None}], [{}, {"a": "1"}, {"a": 1.0}, 5]),
    ("Containers", "named-item-not-a-string", [{"$dict": [[1, 2]]}], [{"a": "x"}, {}, 5]),
    ("Containers", "options-not-a-mapping", [0, {"a": 1}, {"a": None}], [{}, {"a": {}}, {"a": {"b": 1}}]),
    ("Containers", "lists-item-not-a-number", [{"a": ["x"]}, {"a": [None]}], [{"a": [1, "1"]}, {"a": 1}, {}]),
    ("Containers", "rows-not-a-list", [1, [1], ["a"]], [[], [[]], [[1]], [{"$tuple": [1]}]]),
    ("Containers", "kinds-item-unknown", [{"a": "x"}, {"a": 1}], [{"x": "a"}, {}]),
    ("Unions", "number_or_auto-not-of-its-types", ["b", None, []], ["auto", 1, "5", 1.0]),
    ("Outer", "inner-key-unknown", [{"a": 1}, {"size": 2, "a": 1}], [None, {}, {"size": "x"}, {"$dict": [[1, 2]]}]),
    ("Outer", "model-key-unknown", [{"inside": 1}, {"a": 1}], [{"outside": 2}, [], {"$dict": [[1, 2]]}]),
    ("Custom", "lowered-unknown", ["x", 1, None], ["auto", "AUTO"]),
    ("Custom", "skipped-not-an-integer", ["x"], [None, 1]),
]


@pytest.mark.parametrize(("native_type", "name", "fires", "quiet"), EDGES)
def test_edges(reader: LibraryReader, native_type: str, name: str, fires: list[Any], quiet: list[Any]) -> None:
    rule = as_rule(named(reader, native_type)[name])
    field = name.partition("-")[0]
    assert [value for value in fires if not rule.fires(Config.of({field: value}))] == []
    assert [value for value in quiet if rule.fires(Config.of({field: value}))] == []


@pytest.mark.parametrize(
    "native_type",
    ["Numbers", "Unions", "Custom", "Outer", "Aliased", "Strict"]
    + [pytest.param(name, marks=pytest.mark.slow) for name in ("Reals", "Words", "Containers")],
)
def test_exact_against_really_constructing(toys: Session, reader: LibraryReader, native_type: str) -> None:
    candidates = lift(reader, f"toylib.{native_type}")
    table = really_constructed(toys, f"toylib.{native_type}", candidates)
    assert table.wrong == []
    assert table.masked == 0
    assert table.agreed > 50 * len(candidates)


def test_what_a_candidate_says(reader: LibraryReader) -> None:
    candidate = named(reader, "Derived")["least-below-1"]
    source = {"file": "toylib/__init__.py", "function": "Numbers"}  # where the field is declared
    assert candidate.plain["message_template"] == "Input should be greater than or equal to 1"
    assert candidate.plain["source"] == source
    assert candidate.plain["expected"] == {"effect": "error", "channel": "exception", "exception": "ValidationError"}
    assert (candidate.plain["kind"], candidate.added_by, candidate.found_by) == ("invariant", "lift", ("lift",))
    [site] = candidate.sites
    assert (site.kind, site.file, site.function, site.field) == ("constraint", *source.values(), "least")


def test_messages_are_as_printed(reader: LibraryReader) -> None:
    found = named(reader, "Words")
    assert found["known-unknown"].plain["message_template"] == "Input should be 'auto' or 'none'"
    assert found["at-unknown"].plain["message_template"] == "Input should be '@here' or '{{there}}'"
    assert named(reader, "Numbers")["free-not-an-integer"].plain["message_template"] == "Input should be a {*}"
    assert found["numbered-unknown"].plain["message_template"] == "Input should be 2, 3 or 4"


def test_custom_code_before_is_marked(reader: LibraryReader) -> None:
    marked = {name.partition("-")[0] for name, one in named(reader, "Custom").items() if "tags" in one.plain}
    assert marked == {"lowered", "skipped", "mapped"}


def test_a_null_that_was_given_is_told_from_nothing(reader: LibraryReader) -> None:
    found = named(reader, "Outer")["unset-not-an-integer"]
    assert found.plain["given"] == {"unset": {"given": True}}  # its default is None, which its type refuses
    rule = as_rule(found)
    assert [rule.fires(Config.of(kwargs, {"unset": None})) for kwargs in ({}, {"unset": None}, {"unset": 1})] == [
        False,
        True,
        False,
    ]


NOTES = [
    ("Plain", "a plain dataclass does not check what it declares"),
    ("Signature", "a signature does not check what it declares"),
    ("Own", "its own constructor stands before the declared fields"),
    ("Outer", "unknown keywords: forbid"),
    ("Derived", "unknown keywords: allow"),
    ("Outer", "computed: no parameter of the constructor"),
    ("Reals", "stepped: not-a-multiple-of-0_5 is not said"),
    ("Numbers", "third: not-a-multiple-of-3: strings that spell such a number are not said"),
    ("Nope", "cannot be read: NotFound: toylib has no Nope"),
]


@pytest.mark.parametrize(("native_type", "note"), NOTES)
def test_what_is_not_lifted_is_noted(reader: LibraryReader, native_type: str, note: str) -> None:
    assert any(note in one for one in read_declarations(reader, f"toylib.{native_type}").notes)


def test_msgspec_checks_when_it_decodes(reader: LibraryReader) -> None:
    pytest.importorskip("msgspec")
    lifted = read_declarations(reader, "toylib.Struct")
    assert lifted.candidates == ()
    assert "msgspec" in lifted.notes[0]


def test_the_same_each_time(toys: Session, reader: LibraryReader) -> None:
    for name in ("Numbers", "Words", "Unions"):
        assert lift(LibraryReader(toys), f"toylib.{name}") == lift(reader, f"toylib.{name}")
