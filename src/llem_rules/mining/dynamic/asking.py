"""Putting many points to the library at once: many to a process, which is quick; alone where that did not work out.

The quick way shares a process, so what it shows is a lead. Whatever becomes a rule is replayed with checks of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llem_rules.environments import Library
from llem_rules.environments.gears import reference_of
from llem_rules.environments.session import FAST
from llem_rules.mining.dynamic.signatures import Point
from llem_rules.rules.kinds import Reach

_FINAL = {"unbuildable", "starts-python", "waits"}  # a process of its own would not help


def observe(library: Library, native_type: str, reach: Reach, points: Sequence[Point]) -> list[dict[str, Any]]:
    """The raw observation of each point, in order."""
    cases = [{"native_type": native_type, "kwargs": dict(point), "reach": reach} for point in points]
    session = reference_of(library)
    fit = not session.facts.fork_unclean and reach != "generate"
    found = session.run([{**case, "gear": FAST} for case in cases] if fit else cases)
    alone = [index for index, answer in enumerate(found) if fit and not _seen(answer)]
    for index, answer in zip(alone, session.run([cases[index] for index in alone]) if alone else (), strict=True):
        found[index] = answer
    return found


def _seen(answer: dict[str, Any]) -> bool:
    """Whether a case was seen, as far as it can be seen at all."""
    return "unchecked" not in answer or answer["unchecked"]["reason"] in _FINAL
