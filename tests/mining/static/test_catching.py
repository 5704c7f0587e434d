"""Raises inside a ``try``: those that an enclosing handler is sure to catch are no sites, those that none catches are whole."""

from __future__ import annotations

import pytest

from llem_rules.mining.static import mine_static
from tests.mining.static.test_shapes import toy

CAUGHT = [
    ("try:\n  if self.n == 2: raise ValueError('x')\nexcept ValueError: pass", []),
    ("try:\n  if self.n == 2: raise UnicodeError('x')\nexcept (KeyError, ValueError): pass", []),
    ("try:\n  if self.n == 2: raise ValueError('x')\nexcept Exception: pass", []),
    ("try:\n  if self.n == 2: raise ValueError('x')\nexcept: pass", []),
    ("try:\n  self._check()\nexcept ValueError: pass", []),
    ("try:\n  try:\n    self._check()\n  except KeyError: pass\nexcept ValueError: pass", []),
    ("try:\n  if self.n == 2: raise other.Odd('x')\nexcept ValueError: pass", []),
    ("try:\n  if self.n == 2: raise ValueError('x')\nexcept KeyError: pass", [("ValueError", True)]),
    ("try:\n  if self.n == 2: raise Exception('x')\nexcept ValueError: pass", [("Exception", True)]),
    ("try:\n  pass\nexcept KeyError: pass\nelse:\n  if self.n == 2: raise KeyError('x')", [("KeyError", True)]),
    ("try:\n  if self.n == 2: raise ValueError('x')\nexcept ValueError: raise", [(None, False)]),
    (
        "try:\n  if self.n == 2: raise ValueError('x')\nexcept ValueError as e: raise OSError('y') from e",
        [("OSError", False)],
    ),
    ("try:\n  try:\n    self._check()\n  except ValueError: raise\nexcept Exception: pass", []),
    (
        "import json\ntry:\n  if self.n == 2: raise ValueError('x')\nexcept json.JSONDecodeError: pass",
        [("ValueError", False)],
    ),
]
MORE = "def _check(self):\n  if self.n == 2: raise ValueError('x')"


@pytest.mark.parametrize(("body", "sites"), CAUGHT)
def test_what_leaves_a_try(body: str, sites: list[tuple[str | None, bool]]) -> None:
    found = mine_static(toy(body, MORE), "toy.config.Config")
    assert [(one.site.exception, one.complete) for one in found] == sites
