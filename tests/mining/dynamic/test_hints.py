"""What the static miner's findings tell the probe."""

from __future__ import annotations

from typing import Any

import pytest

from llem_rules.mining.dynamic import hints_from
from llem_rules.mining.model import EffectSite, Finding, Opaque
from llem_rules.rules.parse import parse_predicate

_SITE = EffectSite("toy.T", "toy.py", 1, "T.check", "raise", "construct", "exception")
_FIELDS = ("a", "b", "mode")

TABLE: list[tuple[dict[str, Any], tuple[str, ...], dict[str, tuple[Any, ...]], tuple[tuple[str, ...], ...]]] = [
    ({"a": {">": 3}}, (), {"a": (3,)}, ()),
    ({"a": {">": "@b"}}, (), {}, (("a", "b"),)),
    ({"mode": {"in": ["x", "y"]}, "a": 1}, (), {"a": (1,), "mode": ("x", "y")}, (("a", "mode"),)),
    ({}, ("weird(self.a, 7)",), {"a": (7,)}, ()),
    ({"a": 1}, ("len(mode) > 4",), {"a": (1,), "mode": (4,)}, (("a", "mode"),)),
    ({"other": 5}, ("not python (",), {}, ()),
]


@pytest.mark.parametrize(("condition", "opaque", "constants", "together"), TABLE)
def test_constants_and_groups(
    condition: dict[str, Any],
    opaque: tuple[str, ...],
    constants: dict[str, tuple[Any, ...]],
    together: tuple[tuple[str, ...], ...],
) -> None:
    finding = Finding(_SITE, parse_predicate(condition), tuple(Opaque(text, "why") for text in opaque))
    hints = hints_from([finding], _FIELDS)
    assert hints.constants == constants
    assert hints.together == together
