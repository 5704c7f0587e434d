"""Rules of one version, restated as another shows them: the exception and the site may differ, the words may not."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.replay.restating import restated, with_plain_negative
from llem_rules.replay.verdict import Verdict
from llem_rules.rules import Config, rule_from
from llem_rules.rules.observation import Observation
from llem_rules.rules.showing import shows

OLD = {"file": "lib/old.py", "function": "T.check", "line": 3}
NEW = {"file": "lib/new.py", "function": "T.verify", "line": 9}


def refused(kind: str, text: str, site: dict[str, Any]) -> dict[str, Any]:
    about = {"type": kind, "mro": [kind, "Exception"], "message": text, "site": site, "field": None}
    return {"stage": "construct", "exception": about}


def said(level: str, text: str, channel: str = "logger") -> dict[str, Any]:
    message = {"channel": channel, "level": level, "text": text, "site": NEW}
    return {"stage": "construct", "messages": [message], "effective": {}}


@pytest.mark.parametrize(
    ("expected", "raw", "wanted"),
    [
        (
            ("error", "exception", "OldError"),
            refused("NewError", "x is 3, too much", NEW),
            ("exception", "NewError", NEW),
        ),
        (
            ("error", "exception", "OldError"),
            refused("OldError", "x is 3, too much", NEW),
            ("exception", "OldError", NEW),
        ),
        (("error", "exception", "OldError"), refused("OldError", "x is 3, too much", OLD), None),
        (("error", "exception", "OldError"), refused("NewError", "x is 4, too much", NEW), None),
        (("error", "exception", "OldError"), refused("NewError", "no such field", NEW), None),
        (("error", "exception", "OldError"), said("WARNING", "x is 3, too much"), None),
        (("warn", "logger", None), said("WARNING", "x is 3, too much", "warnings"), ("warnings", None, NEW)),
        (("warn", "logger", None), said("INFO", "x is 3, too much"), None),
        (("warn", "logger", None), refused("NewError", "x is 3, too much", NEW), None),
    ],
)
def test_restated(expected: tuple[str, str, str | None], raw: dict[str, Any], wanted: tuple[Any, ...] | None) -> None:
    effect, channel, exception = expected
    rule = rule_from(
        {
            "id": "lib.T.too-much",
            "kind": "invalidity",
            "native_type": "lib.T",
            "match": {"x": {">": 2}},
            "expected": {"effect": effect, "channel": channel} | ({"exception": exception} if exception else {}),
            "message_template": "x is {x}, too much",
            "source": {name: OLD[name] for name in ("file", "function")},
            "kwargs_positive": {"x": 3},
            "kwargs_negative": {"x": 2},
        }
    )
    seen = Observation.from_raw(raw, frozenset())
    found = restated(Verdict(rule, seen, seen))
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert found.source is not None
        site = {"file": found.source.file, "function": found.source.function}
        assert (found.expected.channel, found.expected.exception) == wanted[:2]
        assert site == {name: wanted[2][name] for name in site}
        assert found.predicate == rule.predicate


@pytest.mark.parametrize(
    ("match", "field", "wanted"),
    [
        ({"x": {">": 2}}, None, None),
        ({"x": {">": 2}}, "x", None),
        ({"x.most": {">": 2}}, "x", None),
        ({"x.most": {">": 2}}, "most", "most"),
        ({"x": {"keys": {"any_item": {"not_in": ["y"]}}}}, "z", "*"),
    ],
    ids=["no field named", "its own", "the field of the path", "the end of the path", "an unknown key"],
)
def test_what_the_refusal_calls_the_field(match: dict[str, Any], field: str | None, wanted: str | None) -> None:
    rule = rule_from(
        {
            "id": "lib.T.too-much",
            "kind": "invalidity",
            "native_type": "lib.T",
            "match": match,
            "expected": {"effect": "error", "channel": "exception", "exception": "OldError"},
            "message_template": "too much",
            "source": {name: OLD[name] for name in ("file", "function")},
            "kwargs_positive": {"x": {"most": 3, "z": 1}},
            "kwargs_negative": {"x": {}},
        }
    )
    raw = refused("OldError", "too much", NEW)
    raw["exception"]["field"] = field
    seen = Observation.from_raw(raw, frozenset())
    found = restated(Verdict(rule, seen, seen))
    assert found is not None
    assert found.source is not None
    assert found.source.field == wanted
    assert shows(found, seen, Config.of(rule.kwargs_positive)).shown
    assert shows(rule, seen, Config.of(rule.kwargs_positive)).shown is False


@pytest.mark.parametrize(
    ("raw", "negative", "wanted"),
    [
        (refused("ValueError", "another section needs more", OLD), {"x": 2}, {}),
        ({"stage": "construct", "messages": [], "effective": {}}, {"x": 2}, {"x": 2}),
        (refused("ValueError", "not even the empty one", OLD), {}, {}),
    ],
    ids=["refused for another reason", "accepted", "nothing simpler"],
)
def test_a_negative_that_is_refused_gives_way_to_the_empty_config(
    raw: dict[str, Any], negative: dict[str, Any], wanted: dict[str, Any]
) -> None:
    rule = rule_from(
        {
            "id": "lib.T.too-much",
            "kind": "invalidity",
            "native_type": "lib.T",
            "match": {"x": {">": 2}},
            "expected": {"effect": "error", "channel": "exception", "exception": "OldError"},
            "message_template": "too much",
            "source": {name: OLD[name] for name in ("file", "function")},
            "kwargs_positive": {"x": 3},
            "kwargs_negative": negative,
        }
    )
    positive = Observation.from_raw(refused("OldError", "too much", OLD), frozenset())
    seen = Verdict(rule, positive, Observation.from_raw(raw, frozenset()))
    assert dict(with_plain_negative(seen, rule).kwargs_negative) == wanted
