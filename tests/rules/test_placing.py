"""One path of kwargs set or dropped: where its holder is given, where it is not, and inside a folder's config.json."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.rules.placing import GONE, placed

TINY = {"$file": "tiny"}


def tiny(**entries: Any) -> dict[str, Any]:
    return {**TINY, "with": entries}


# kwargs, path, value, the kwargs that come of it
CASES: list[tuple[str, dict[str, Any], str, Any, list[dict[str, Any]]]] = [
    ("a field", {"a": 1}, "b", 2, [{"a": 1, "b": 2}]),
    ("a field dropped", {"a": 1, "b": 2}, "b", GONE, [{"a": 1}]),
    ("an option", {"a": {"x": 1}}, "a.y", 2, [{"a": {"x": 1, "y": 2}}]),
    ("an option without its holder", {}, "a.y", 2, [{"a": {"y": 2}}]),
    ("nothing holds it, nothing is dropped", {"b": 1}, "a.y", GONE, [{"b": 1}]),
    ("a number holds nothing", {"a": 1}, "a.y", 2, []),
    ("an entry", {"a": TINY}, "a.config_json.size", 2, [{"a": tiny(size=2)}]),
    ("an entry taken out", {"a": TINY}, "a.config_json.size", GONE, [{"a": tiny(size={"$absent": True})}]),
    ("inside an entry", {"a": tiny(rope={"x": 1})}, "a.config_json.rope.y", 2, [{"a": tiny(rope={"x": 1, "y": 2})}]),
    ("dropped from inside an entry", {"a": tiny(rope={"x": 1, "y": 2})}, "a.config_json.rope.y", GONE,
     [{"a": tiny(rope={"x": 1})}]),
    ("the entry is not given", {"a": tiny(size=2)}, "a.config_json.rope.y", GONE, [{"a": tiny(size=2)}]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kwargs", "path", "value", "found"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_placed(kwargs: dict[str, Any], path: str, value: Any, found: list[dict[str, Any]]) -> None:
    before = repr(kwargs)
    assert list(placed(kwargs, path, value, {}, None)) == found
    assert repr(kwargs) == before
