"""Labels of a pull request: those of one comparison, and the roll-up over all concerns and engines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from llem_rules.graph.comparison import Comparison
from llem_rules.graph.step import Step

Label = Literal[
    "invariants-changed", "invariants-breaking", "schemas-changed", "schemas-breaking", "corpus-changed", "probe-blocked",
    "safe-bump",
]  # fmt: skip
LABELS: tuple[Label, ...] = (
    "invariants-changed", "invariants-breaking", "schemas-changed", "schemas-breaking", "corpus-changed", "probe-blocked",
    "safe-bump",
)  # fmt: skip


def labels_of(comparison: Comparison) -> tuple[Label, ...]:
    """What one comparison earns.

    ``corpus-changed``: rules differ at all, or are there for the first time. ``…-changed``: something that is at least
    notable reaches something. ``…-breaking``: something breaking does, and nobody approved of it.
    """
    found: set[Label] = set()
    if any(item.change.concern == "invariants" for item in comparison.items) or "invariants" in comparison.first:
        found.add("corpus-changed")
    for item in comparison.items:
        if item.reach.anything and item.verdicts.worst != "safe":
            found.add("invariants-changed" if item.change.concern == "invariants" else "schemas-changed")
        if item.breaking:
            found.add("invariants-breaking" if item.change.concern == "invariants" else "schemas-breaking")
    if "schemas" in comparison.first:
        found.add("schemas-changed")
    return tuple(label for label in LABELS if label in found)


def roll_up(steps: Iterable[Step]) -> tuple[Label, ...]:
    """The labels over all steps; ``safe-bump`` only if nothing is breaking, unchecked or blocked, and something ran."""
    every = list(steps)
    found = {label for step in every for label in step.labels}
    if any(step.blocked for step in every):
        found.add("probe-blocked")
    safe = every and all(step.safe for step in every) and any(step.ran for step in every)
    if safe and not any(label.endswith("-breaking") for label in found):
        found.add("safe-bump")
    return tuple(label for label in LABELS if label in found)
