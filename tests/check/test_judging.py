"""What is said of fields that were given as None: they count as not given, so nothing of them is ignored or rewritten."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.check import Corpus
from llem_rules.rules import rule_from

TYPE = "lib.T"


def _dormancy(name: str, effect: str, dormant: Any) -> Any:
    return rule_from(
        {
            "id": f"{TYPE}.{name}",
            "kind": "dormancy",
            "native_type": TYPE,
            "match": {"old": {"type_is_not": "str"}, "on": True},
            "dormant": dormant,
            "expected": {"effect": effect, "channel": "none" if effect == "dormant_silent" else "logger"},
            "kwargs_positive": {},
            "kwargs_negative": {},
        }
    )


SILENT = _dormancy("silent", "dormant_silent", {"old": {"effective": {"$absent": True}}, "new": {"effective": "@old"}})
ANNOUNCED = _dormancy("announced", "dormant_announced", ["new"])
GONE = {"$absent": True}


@pytest.mark.parametrize(
    ("rule", "kwargs", "effect", "fields", "effective"),
    [
        (SILENT, {"on": True, "old": 1, "new": 2}, "dormant_silent", ["new", "old"], {"old": GONE, "new": 1}),
        (SILENT, {"on": True, "old": 1, "new": None}, "dormant_silent", ["old"], {"old": GONE}),
        (SILENT, {"on": True, "old": 1}, "dormant_silent", ["old"], {"old": GONE}),
        (SILENT, {"on": True, "old": None}, "pass", [], {}),
        (SILENT, {"on": True}, "pass", [], {}),
        (ANNOUNCED, {"on": True, "new": None}, "dormant_announced", [], {}),
        (ANNOUNCED, {"on": True}, "dormant_announced", [], {}),
        (ANNOUNCED, {"on": False, "new": 1}, "pass", [], {}),
    ],
)
def test_none_is_not_given(
    rule: Any, kwargs: dict[str, Any], effect: str, fields: list[str], effective: dict[str, Any]
) -> None:
    door = Corpus("lib", "1", [rule], {TYPE: {}}).judge(TYPE, kwargs).to_door()
    assert (door["effect"], door["fields"], door["effective"]) == (effect, fields, effective)
