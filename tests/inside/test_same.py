"""Whether the library kept what was declared: equal, or another form of the same."""

from __future__ import annotations

import enum
import math
from pathlib import Path
from typing import Any

import pytest

from llem_rules.inside.values import same


class Mode(enum.Enum):
    FAST = "fast"


@pytest.mark.parametrize(
    ("declared", "effective", "kept"),
    [
        (1, 1.0, True),
        (1.5, 1, False),
        (None, "filled in", True),
        ([None], ["filled in"], False),
        ([1, 2], (1, 2), True),
        ({1, 2}, [2, 1], True),
        ({1, 2}, [1, 3], False),
        ({1}, [1, 1], False),
        ("7", 7, True),
        (" 07", 7, True),
        ("1_000", 1000, True),
        ("1.0", 1, True),
        ("1.5", 1, False),
        (".5", 0.5, True),
        ("nan", math.nan, True),
        ("abc", 0, False),
        ("", 0, False),
        ("off", False, True),
        ("Yes", True, True),
        ("off", True, False),
        ("2", True, False),
        ("1", True, True),
        ("", False, False),
        ("a/b", Path("a/b"), True),
        ("", Path(), True),
        ("a", Path("b"), False),
        ("fast", Mode.FAST, True),
        ("FAST", Mode.FAST, True),
        ("Fast", Mode.FAST, False),
        ({"a": "1"}, {"a": 1}, True),
        ({"a": "x"}, {"a": 1}, False),
        ("text", "Text", False),
        ([1], 1, False),
    ],
)
def test_same(declared: Any, effective: Any, kept: bool) -> None:
    assert same(declared, effective) is kept
