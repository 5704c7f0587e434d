"""What an inference ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llem_rules.mining.dynamic.aims import Aim
from llem_rules.mining.dynamic.signatures import Seen


@dataclass(frozen=True)
class Inferred:
    """``plain`` classified ``tested`` fresh points without an error. ``hits`` and ``misses`` are what was observed."""

    aim: Aim
    plain: dict[str, Any]
    fields: tuple[str, ...]
    tested: int
    hits: tuple[Seen, ...]
    misses: tuple[Seen, ...]


class CannotTell(Exception):
    """Why no predicate is reported."""
