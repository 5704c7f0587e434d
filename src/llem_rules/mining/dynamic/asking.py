"""Putting many points to the library at once: a few to a process, which is quick; alone where that did not work out.

The quick way shares a process, so what it shows is a lead. Whatever becomes a rule is replayed with a process a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llem_rules.environments import Library
from llem_rules.mining.dynamic.signatures import Point
from llem_rules.rules.kinds import Reach

_TOGETHER = 16  # cases to a process
_FINAL = {"unbuildable", "starts-python", "waits"}  # a process of its own would not help


def observe(library: Library, native_type: str, reach: Reach, points: Sequence[Point]) -> list[dict[str, Any]]:
    """The raw observation of each point, in order."""
    cases = [{"native_type": native_type, "kwargs": dict(point), "reach": reach} for point in points]
    groups = [cases[start : start + _TOGETHER] for start in range(0, len(cases), _TOGETHER)]
    answers = library.run([{"op": "several", "cases": group} for group in groups])
    alone = [case for group, answer in zip(groups, answers, strict=True) if not _whole(answer) for case in group]
    singly = iter(library.run(alone) if alone else [])
    found: list[dict[str, Any]] = []
    for group, answer in zip(groups, answers, strict=True):
        found += answer["several"] if _whole(answer) else [next(singly) for _ in group]
    return found


def _whole(answer: dict[str, Any]) -> bool:
    """Whether the process saw every case of its group, as far as it can be seen at all."""
    reasons = {one["unchecked"]["reason"] for one in answer.get("several", ()) if "unchecked" in one}
    return "several" in answer and reasons <= _FINAL
