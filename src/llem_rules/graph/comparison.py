"""A whole comparison of two sides of an engine: every change with its verdicts, what it reaches, and who approved of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from llem_rules.graph.approvals import Approval, Approvals
from llem_rules.graph.changes import Change, Concern, rule_changes, schema_changes
from llem_rules.graph.changes.model import CONCERNS
from llem_rules.graph.reach import Reach, reach_of
from llem_rules.graph.severity import SEVERITIES, Severity, SeverityTable, Verdicts, default_table
from llem_rules.graph.sides import Side
from llem_rules.graph.tried import Tried
from llem_rules.graph.usage import Usage
from llem_rules.rules.failure import NOTHING, Failure

Ask = Callable[[Change], Tried | None]


@dataclass(frozen=True)
class Judged:
    """A change as judged. ``verdicts`` are those of the table, but no worse than notable where it reaches nothing.

    ``tried``: what both versions of the library did, where they were asked.
    """

    change: Change
    verdicts: Verdicts
    reach: Reach
    approval: Approval | None = None
    tried: Tried | None = None

    @property
    def breaking(self) -> bool:
        """Whether it is breaking for somebody, and nobody approved of it."""
        return self.verdicts.worst == "breaking" and self.approval is None


@dataclass(frozen=True)
class Comparison:
    """What is different. ``concerns`` were compared; ``first``: of these the base has nothing, so all is new."""

    engine: str
    old: Side
    new: Side
    concerns: tuple[Concern, ...]
    first: tuple[Concern, ...]
    items: tuple[Judged, ...]
    approvals: Approvals = field(default_factory=Approvals)

    def of(self, concern: Concern) -> Comparison:
        """The part about one concern."""
        return Comparison(
            self.engine,
            self.old,
            self.new,
            tuple(one for one in self.concerns if one == concern),
            tuple(one for one in self.first if one == concern),
            tuple(item for item in self.items if item.change.concern == concern),
            self.approvals,
        )

    @property
    def breaking(self) -> int:
        """How many changes are breaking, and not approved."""
        return sum(item.breaking for item in self.items)

    @property
    def counts(self) -> dict[Severity, int]:
        """Changes by the worse of their verdicts; they add up to all changes."""
        counted = Counter(item.verdicts.worst for item in self.items)
        return {severity: counted[severity] for severity in reversed(SEVERITIES)}

    @property
    def unused(self) -> tuple[Approval, ...]:
        """Approvals of changes that are not there. Said only where every concern was compared."""
        whole = len(self.concerns) > 1
        return self.approvals.unused(item.change.fingerprint for item in self.items) if whole else ()


def compare(
    engine: str,
    old: Side,
    new: Side,
    *,
    concerns: Sequence[Concern] | None = None,
    usage: Usage | None = None,
    table: SeverityTable | None = None,
    approvals: Approvals | None = None,
    ask: Ask | None = None,
) -> Comparison:
    """Compare two sides. Without ``concerns``: all of which the head holds something.

    ``ask``: puts a change to both versions of the library.

    Raises:
        Failure: (4) the head holds nothing of what was asked for.
    """
    asked: tuple[Concern, ...] = tuple(concerns) if concerns is not None else _in_files(old, new)
    missing = [one for one in asked if _part(new, one) is None]
    if missing or not asked:
        what = " and ".join(missing) or "rules and schema"
        hint = f"make them: llem-rules replay {engine}, llem-rules discover {engine}"
        raise Failure(f"{new.name} holds no {what} of {engine}: there is nothing to compare", hint=hint, code=NOTHING)
    first = tuple(one for one in asked if _part(old, one) is None)
    use, rows, accepted = usage or Usage(), table or default_table(), approvals or Approvals()
    changes: list[Change] = []
    if "invariants" in asked and "invariants" not in first:
        changes += rule_changes(old, new, use.samples)
    if old.schema is not None and new.schema is not None and "schemas" in asked:
        changes += schema_changes(old.schema, new.schema)
    items = [_judged(change, use, rows, accepted, old, new, ask) for change in changes]
    return Comparison(engine, old, new, asked, first, tuple(sorted(items, key=_order)), accepted)


def _in_files(old: Side, new: Side) -> tuple[Concern, ...]:
    """What the head holds. Where the base is a file of one concern, only that one was meant."""
    held = tuple(one for one in CONCERNS if _part(new, one) is not None)
    shared = tuple(one for one in held if _part(old, one) is not None)
    return shared if old.single and shared else held


def _part(side: Side, concern: Concern) -> object:
    return side.entries if concern == "invariants" else side.schema


def _judged(
    change: Change, usage: Usage, table: SeverityTable, approvals: Approvals, old: Side, new: Side, ask: Ask | None
) -> Judged:
    tried = None if ask is None else ask(change)
    reach = reach_of(change, usage, old, new, () if tried is None else tried.spared)
    verdicts = table.judge(change, tried)
    bounded = verdicts if reach.anything else verdicts.at_most("notable")
    return Judged(change, bounded, reach, approvals.of(change.fingerprint), tried)


def _order(item: Judged) -> tuple[object, ...]:
    """The worst first."""
    change = item.change
    severity = -SEVERITIES.index(item.verdicts.worst)
    return (severity, change.concern, change.kind, change.native_type, change.subject, change.fingerprint)
