"""A comparison as plain values: one shape for text, JSON and every form that continuous integration reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from llem_rules.graph.changes import Change
from llem_rules.graph.changes.model import shown
from llem_rules.graph.comparison import Comparison, Judged
from llem_rules.graph.labels import labels_of
from llem_rules.graph.places import Places
from llem_rules.graph.sides import Side
from llem_rules.graph.step import Step, StepChange
from llem_rules.graph.tried import Tried


def side(one: Side) -> dict[str, Any]:
    """One side: what it is called, and of which version of the library it is."""
    return {
        "name": one.name,
        "library_version": one.version,
        "rules": None if one.entries is None else len(one.entries),
    }


def notes(comparison: Comparison) -> list[str]:
    """What a reader has to know beside the changes."""
    found = [
        f"no {concern} in {comparison.old.name}: this is a first version, compared with nothing"
        for concern in comparison.first
    ]
    asked = sum(one.tried is not None for one in comparison.items)
    if asked:
        some = library_changed(comparison)
        found.append(
            f"{asked} changes of rules were put to both versions of the library: {some} of them it made itself"
        )
    old, new = comparison.old.version, comparison.new.version
    if old is not None and old == new and comparison.items:
        found.append(f"both sides are about {old}: not the library changed, but what is known of it")
    if "invariants" in comparison.concerns:
        if comparison.new.unchecked:
            found.append(f"{comparison.new.unchecked} rules of {comparison.new.name} are unchecked")
        if comparison.new.divergent:
            found.append(f"{comparison.new.divergent} rules of {comparison.new.name} diverge from the library")
    for one in comparison.approvals.expired:
        found.append(f"the approval {one.fingerprint} ({one.author}) expired on {one.expires}")
    for one in comparison.unused:
        found.append(f"the approval {one.fingerprint} ({one.author}) is of no change here: take it out")
    return found


def item(judged: Judged, places: Places) -> dict[str, Any]:
    """One change for machines."""
    change = judged.change
    place = places.of(change)
    return {
        "kind": change.kind,
        "concern": change.concern,
        "native_type": change.native_type,
        "subject": change.subject,
        "fields": list(change.fields),
        "facet": change.facet,
        "verdicts": {"authors": judged.verdicts.authors, "coverage": judged.verdicts.coverage},
        "explanation": change.explain(),
        "basis": change.basis,
        "before": change.before,
        "after": change.after,
        "witnesses": {name: point.to_plain() for name, point in change.witnesses.items()},
        "tried": None if judged.tried is None else tried(judged.tried),
        "reaches": None if judged.reach.assumed else [list(path) for path in judged.reach.paths],
        "fingerprint": change.fingerprint,
        "approved": None if judged.approval is None else approval(judged),
        "place": f"{place.file}:{place.line}",
    }


def tried(one: Tried) -> dict[str, Any]:
    """What both versions of the library did."""
    found = {"came": one.came, "went": one.went, "missed": one.missed}
    configs = {name: None if point is None else point.kwargs for name, point in found.items()}
    return {"library_changed": one.library_changed, **configs, "asked": one.asked}


def seen(one: Tried) -> list[str]:
    """The same in words, a line each."""
    lines = [f"seen on {shown(point.kwargs)}" for point in (one.came, one.went) if point is not None]
    if one.missed is not None:
        lines.append(f"still done on {shown(one.missed.kwargs)}, and no rule says so")
    if not lines:
        many = "the config" if one.asked == 1 else f"any of {one.asked} configs"
        lines.append(f"not seen on {many}: only what is known of the library changed")
    return lines


def approval(judged: Judged) -> dict[str, Any] | None:
    """Who accepted a change, and why."""
    one = judged.approval
    if one is None:
        return None
    return {"author": one.author, "reason": one.reason, "expires": one.expires and one.expires.isoformat()}


def document(comparison: Comparison, places: Places) -> dict[str, Any]:
    """``--format json``."""
    return {
        "schema_version": 1,
        "command": "diff",
        "summary": {
            "engine": comparison.engine,
            "base": side(comparison.old),
            "head": side(comparison.new),
            "concerns": list(comparison.concerns),
            "first_version": list(comparison.first),
            "changes": len(comparison.items),
            "breaking": comparison.breaking,
            "library_changed": library_changed(comparison),
            "approved": sum(one.approval is not None for one in comparison.items),
            "by_severity": dict(comparison.counts),
            "unchecked": comparison.new.unchecked,
            "divergent": comparison.new.divergent,
            "labels": list(labels_of(comparison)),
            "notes": notes(comparison),
        },
        "items": [item(one, places) for one in comparison.items],
    }


def library_changed(comparison: Comparison) -> int | None:
    """How many changes some config showed on both versions; None where these were not asked."""
    asked = [one.tried for one in comparison.items if one.tried is not None]
    return sum(one.library_changed for one in asked) if asked else None


def steps(comparison: Comparison) -> list[Step]:
    """The artefact of each concern."""
    return [_step(comparison.of(concern)) for concern in comparison.concerns]


def _step(part: Comparison) -> Step:
    [concern] = part.concerns
    about_rules = concern == "invariants"
    return Step(
        engine=part.engine,
        concern=concern,
        base=part.old.name,
        head=part.new.name,
        base_version=part.old.version,
        head_version=part.new.version,
        first_version=bool(part.first),
        unchecked=part.new.unchecked if about_rules else 0,
        divergent=part.new.divergent if about_rules else 0,
        breaking=part.breaking,
        labels=labels_of(part),
        changes=tuple(map(_short, part.items)),
    )


def _short(judged: Judged) -> StepChange:
    change, verdicts = judged.change, judged.verdicts
    return StepChange(
        kind=change.kind,
        subject=change.subject,
        authors=verdicts.authors,
        coverage=verdicts.coverage,
        fingerprint=change.fingerprint,
        approved=judged.approval is not None,
    )


def headline(comparison: Comparison) -> str:
    """What was compared."""
    return f"{comparison.engine}: {_called(comparison.old)} → {_called(comparison.new)}"


def _called(one: Side) -> str:
    return f"{one.name} ({one.version})" if one.version else one.name


def counted(comparison: Comparison) -> str:
    """Changes by severity, in words."""
    if not comparison.items:
        return "no changes"
    approved = sum(one.approval is not None for one in comparison.items)
    parts = [f"{count} {severity}" for severity, count in comparison.counts.items() if count]
    return ", ".join(parts) + (f" ({approved} approved)" if approved else "")


def by_kind(items: Iterable[Judged]) -> dict[str, list[Judged]]:
    """Changes by kind; kinds in the order of their worst change."""
    found: dict[str, list[Judged]] = {}
    for one in items:
        found.setdefault(one.change.kind, []).append(one)
    return found


def ways(judged: Judged, longest: int = 3) -> list[str]:
    """The paths of a change to what it reaches, as text."""
    shown = [" → ".join(path) for path in judged.reach.paths[:longest]]
    more = len(judged.reach.paths) - longest
    return [*shown, f"and {more} more"] if more > 0 else shown


def title(change: Change) -> str:
    """The kind as words."""
    return change.kind.replace("_", " ")


def messages(judged: Judged) -> str:
    """One change in one line, for annotations."""
    verdicts = judged.verdicts
    approved = "; approved" if judged.approval is not None else ""
    looked = "" if judged.tried is None else f"; {'; '.join(seen(judged.tried))}"
    return (
        f"{judged.change.subject}: {judged.change.explain()}{looked} "
        f"(authors: {verdicts.authors}, coverage: {verdicts.coverage}{approved})"
    )


def severest(items: Sequence[Judged]) -> str:
    """The worst verdict of some changes."""
    return next((one.verdicts.worst for one in items), "safe")
