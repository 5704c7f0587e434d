"""What a study tells of an effect's condition: each shape of condition found again, and what cannot be told said so."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import pytest

from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.parse import parse_predicate
from llem_rules.runtime.gaps import Gaps
from llem_rules.runtime.inferring import wilson
from llem_rules.runtime.wording import requirements
from tests.runtime.made import TYPE, Record, corpus, gaps, record, seen

Kwargs = dict[str, Any]
VALUES: dict[str, list[Any]] = {
    "p": [-1.0, 0.0, 0.2, 0.5, 0.9, 1.0, 1.5, 2.0],
    "k": [-2, -1, 0, 1, 4, 9, 30],
    "mode": ["greedy", "beam", "sample", "dola"],
    "flag": [True, False],
    "low": [1, 2, 4, 8],
    "high": [1, 2, 4, 8],
    "any": [1, "a", [1], None, 2.5],
    "ids": [[], [1], [1, 2], [3, -1], [-4]],
}


def study(shows: Callable[[Kwargs], bool], text: str, count: int = 400, seed: int = 3, **more: Any) -> list[Record]:
    """Random configs of one to four fields; where ``shows`` holds, the text is warned of (or raised: ``how``)."""
    random, how = Random(seed), more.get("how", "message")
    records = []
    for _ in range(count):
        names = random.sample(sorted(VALUES), random.randint(1, 4))
        kwargs = {name: random.choice(VALUES[name]) for name in names}
        records.append(record(kwargs, **({how: text.format(**_shown(kwargs))} if shows(kwargs) else {})))
    return records


def _shown(kwargs: Kwargs) -> Kwargs:
    return {**dict.fromkeys(VALUES, "?"), **kwargs}


def agreement(found: Gaps, shows: Callable[[Kwargs], bool]) -> float:
    """Over fresh configs."""
    fires = compile_predicate(parse_predicate(found.told[0].plain))
    fresh: tuple[Seen, ...] = seen(study(lambda _kwargs: False, "", seed=99)).seen
    return sum((fires(one.config) is True) == shows(dict(one.point)) for one in fresh) / len(fresh)


SHAPES: list[tuple[str, Callable[[Kwargs], bool], str]] = [
    ("equality", lambda c: c.get("mode") == "dola", "this mode is gone"),
    ("threshold", lambda c: c.get("k", 0) < 0, "k is negative"),
    ("range", lambda c: not 0 <= c.get("p", 0) <= 1, "p must be in [0, 1], got {p}"),
    ("set", lambda c: c.get("mode") in ("beam", "dola"), "mode {mode} is deprecated"),
    ("type", lambda c: isinstance(c.get("any"), str | list), "any is of a strange type"),
    ("cross-field", lambda c: c.get("low", 0) > c.get("high", 10**9), "low is above high"),
    ("item", lambda c: any(one < 0 for one in c.get("ids", [])), "ids must be non-negative"),
    ("two fields", lambda c: c.get("mode") == "greedy" and "p" in c and c["p"] != 0, "greedy ignores p"),
    (
        "three fields",
        lambda c: c.get("flag") is True and c.get("mode") == "beam" and c.get("k", 0) > 1,
        "k is ignored by beams with the flag",
    ),
]


@pytest.mark.parametrize("how", ["message", "raised"])
@pytest.mark.parametrize(("_name", "shows", "text"), SHAPES, ids=[one[0] for one in SHAPES])
def test_each_shape_of_condition(_name: str, shows: Callable[[Kwargs], bool], text: str, how: str) -> None:
    count = 4000 if _name == "three fields" else 900
    found = gaps(study(shows, text, count, how=how))
    assert len(found.told) == 1, [one.reason for one in found.untold]
    told = found.told[0]
    assert (told.counter, told.missed) == ((), ())
    assert told.support == len(told.hits) >= 3
    assert agreement(found, shows) >= 0.99, told.plain


def test_what_the_corpus_explains_is_no_gap() -> None:
    records = study(lambda c: c.get("k", 0) < 0, "k must be positive, got {k}", how="raised")
    plain: dict[str, Any] = {
        "id": f"{TYPE}.k-negative",
        "kind": "invalidity",
        "native_type": TYPE,
        "match": {"k": {"<": 0}},
        "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
        "message_template": "k must be positive, got {k}",
        "kwargs_positive": {"k": -1},
        "kwargs_negative": {"k": 0},
    }
    found = gaps(records, corpus([rule_from(plain)]))
    assert (found.told, found.untold, found.explained) == ([], [], 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"message_template": "something else"},
        {"match": {"k": {"<": -1}}},
        {"expected": {"effect": "error", "channel": "exception", "exception": "TypeError"}},
    ],
)
def test_words_alone_explain_nothing(changed: dict[str, Any]) -> None:
    records = study(lambda c: c.get("k", 0) < 0, "k must be positive, got {k}", how="raised")
    plain: dict[str, Any] = {
        "id": f"{TYPE}.k-negative",
        "kind": "invalidity",
        "native_type": TYPE,
        "match": {"k": {"<": 0}},
        "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
        "message_template": "k must be positive",
        "kwargs_positive": {"k": -1},
        "kwargs_negative": {"k": 0},
        **changed,
    }
    assert len(gaps(records, corpus([rule_from(plain)])).told) == 1


UNTOLD: list[tuple[str, list[Record], str]] = [
    ("once", [record({"k": 1}, "odd"), record({"k": 2})], "one config only"),
    ("always", [record({"k": k}, "odd") for k in range(4)], "every config"),
    (
        "confounded",
        [record({"a": one, "b": one}, "odd") if one > 2 else record({"a": one, "b": one}) for one in range(6)],
        "a or b|b or a",
    ),
    (
        "no condition",
        [
            record({"k": k, "p": p}, "odd") if (k * 7 + p * 5) % 3 == 0 else record({"k": k, "p": p})
            for k, p in product(range(12), range(12))
        ],
        "no condition",
    ),
    ("the place", [record({"k": k}, "odd" if k < 3 else None) for k in range(6)], "nothing is given"),
]


@pytest.mark.parametrize(("name", "records", "reason"), UNTOLD, ids=[one[0] for one in UNTOLD])
def test_what_the_data_cannot_tell_is_said(name: str, records: list[Record], reason: str) -> None:
    found = gaps(records, corpus(k=0, a=0, b=0) if name == "the place" else corpus())
    assert found.told == []
    [untold] = found.untold
    assert any(part in untold.reason for part in reason.split("|")), untold.reason


def test_a_named_field_settles_what_the_study_never_varied_apart() -> None:
    records = [record({"a": one, "b": one}, "b is odd" if one > 2 else None) for one in range(6)]
    [told] = gaps(records).told
    assert told.fields == ("b",)


def test_a_few_exceptions_are_stated() -> None:
    random = Random(5)
    records = []
    for number in range(300):
        kwargs = {"k": random.choice(VALUES["k"]), "p": round(random.random(), 3), "number": number}
        shows = kwargs["k"] < 0
        records.append(record(kwargs, "k is odd" if shows != (number in (17, 60)) else None))
    [told] = gaps(records).told
    assert told.fields == ("k",)
    assert 1 <= len(told.counter) + len(told.missed) <= 2
    assert 0.9 < told.confidence < 1


def test_messages_on_the_way_to_a_refusal_are_none_of_their_own() -> None:
    records = [
        record({"k": k}, "going to fail", raised="k is bad") if k < 0 else record({"k": k}) for k in range(-5, 5)
    ]
    found = gaps(records)
    assert [one.aim.signature.kind for one in found.told if one.aim.signature] == ["refusal"]
    assert found.on_the_way == 1


def test_a_later_cycle_that_shows_it_counts() -> None:
    records = [record({"k": k}, None) for k in range(-5, 5)]
    records += [record({"k": k}, "k is odd", cycle=1) for k in range(-5, 0)]
    [told] = gaps(records).told
    assert told.plain == {"k": {"<": 0}}


@pytest.mark.parametrize(
    ("good", "all_", "least", "most"), [(0, 0, 0, 0), (3, 3, 0.4, 0.5), (100, 100, 0.95, 0.97), (9, 10, 0.5, 0.6)]
)
def test_confidence(good: int, all_: int, least: float, most: float) -> None:
    assert least <= wilson(good, all_) <= most


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["p must be in (0, 1], got 2"], {">": 0, "<=": 1}),
        (["n must be at least 1, got 0", "n must be at least 1, got -4"], {">=": 1}),
        (["`penalty` has to be a strictly positive float, but is 0"], {"type_is": "float", ">": 0}),
        (["n must be at most 16384, got 20000"], {"<=": 16384}),
        (["k must be an integer, got float"], {"type_is": "int"}),
        (["bits must be 2, 3, or 4"], {"in": [2, 3, 4]}),
        (["p must be 1 or 2. 2 is always better"], {"in": [1, 2]}),
        (["Only support [2,3,4,8] bits but found 7", "Only support [2,3,4,8] bits but found 5"], {"in": [2, 3, 4, 8]}),
        (["bits in {2, 4}, got -1"], {"in": [2, 4]}),
        (["mode must be either 'a-b' or 'c', but got d"], {"in": ["a-b", "c"]}),
        (["Only 'bf16', 'mxfp8' and 'mxfp4' are supported for now."], {"in": ["bf16", "mxfp8", "mxfp4"]}),
        (["weights in ['int8', 'int4'] but found x"], {"in": ["int8", "int4"]}),
        (["List should have at least 1 item after validation, not 0"], {"length": {">=": 1}}),
        (["currently only supports beta1 = 16"], {"in": [16]}),
    ],
)
def test_what_messages_ask_for(texts: list[str], wanted: dict[str, Any]) -> None:
    assert wanted in list(requirements(texts))


@pytest.mark.parametrize(
    "text",
    [
        "p must be in [0, 1], got 2",
        "k is bad, got 1 or 2",
        "n must be at least 1",
        "use v2 and v3 of it",
        "n should be greater than or equal to 1",
        "n must be >= 1",
        "n must not be != 1",
    ],
)
def test_no_set_is_read_where_none_is_said(text: str) -> None:
    assert not [one for one in requirements([text]) if "in" in one]


def test_a_worded_set_goes_beyond_what_was_run() -> None:
    """The study ran one legal value only; the message tells the others."""
    records = [
        record({"bits": bits}, **({} if bits == 4 else {"raised": f"bits must be in [2, 3, 4, 8], got {bits}"}))
        for bits in (-1, 0, 1, 4, 16, 32)
    ]
    [told] = gaps(records, corpus(bits=4)).told
    assert told.plain == {"bits": {"not_in": [2, 3, 4, 8]}}
    [told] = gaps(records).told
    assert told.plain == {"bits": {"not_in": [2, 3, 4, 8], "present": True}}


def test_other_words_that_a_rule_explains_are_against_it() -> None:
    """One place says two things, each of its own value."""
    records = [
        record({"on": on, "k": k}, f"on is deprecated, level {int(on)} is set")
        for on in (True, False)
        for k in range(4)
    ] + [record({"k": k}) for k in range(4)]
    plain = {
        "id": f"{TYPE}.on",
        "kind": "invalidity",
        "native_type": TYPE,
        "match": {"on": True},
        "expected": {"effect": "warn", "channel": "logger"},
        "message_template": "on is deprecated, level 1 is set",
        "kwargs_positive": {"on": True},
        "kwargs_negative": {"on": False},
    }
    [told] = gaps(records, corpus([rule_from(plain)])).told
    assert told.plain == {"on": False}


def test_what_only_some_messages_ask_for_is_not_asked() -> None:
    assert list(requirements(["must be at least 1", "must be at least 2"])) == []
