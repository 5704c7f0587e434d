"""Short ways to write rules, schemas and sides for tables of cases."""

from __future__ import annotations

from typing import Any

from llem_rules.corpus.discovered import Discovered
from llem_rules.graph.comparison import Comparison, compare
from llem_rules.graph.sides import Entry, Side
from llem_rules.rules.evidence import Outcome
from llem_rules.rules.kinds import rule_from

TYPE = "m.Thing"
Plain = dict[str, Any]
_CHANNELS = {"error": "exception", "warn": "warnings", "dormant_announced": "logger"}


def rule(match: Plain, effect: str = "error", name: str = "r", **more: Any) -> Plain:
    """A rule of ``m.Thing`` as people write it. A dormancy needs ``dormant``; ``exception`` is a ValueError."""
    expected: Plain = {"effect": effect, "channel": more.pop("channel", _CHANNELS.get(effect, "none"))}
    if effect == "error":
        expected["exception"] = more.pop("exception", "ValueError")
    native_type = more.pop("native_type", TYPE)
    kind = "dormancy" if "dormant" in more else "invalidity"
    base = {
        "id": f"{native_type}.{name}",
        "kind": kind,
        "native_type": native_type,
        "match": match,
        "expected": expected,
    }
    if effect in {"error", "warn", "dormant_announced"}:
        base["message_template"] = "no good"
    return {**base, "kwargs_positive": {}, "kwargs_negative": {}, **more}


def silent(match: Plain, dormant: Any, effect: str = "dormant_silent", **more: Any) -> Plain:
    """A dormancy."""
    return rule(match, effect, dormant=dormant, **more)


def needs(require: Plain, **more: Any) -> Plain:
    """An invariant."""
    plain = rule({}, **more)
    del plain["match"]
    return {**plain, "kind": "invariant", "require": require}


def entry(plain: Plain, verdict: Outcome | None = "confirmed") -> Entry:
    """A rule with its verdict; ``verdict`` in the mapping wins."""
    written = dict(plain)
    return Entry(
        rule_from({key: one for key, one in written.items() if key not in {"verdict", "seen_on"}}),
        written.get("verdict", verdict),
        written.get("seen_on", {}),
    )


def schema(fields: Plain, **more: Any) -> Discovered:
    """A discovered schema of ``m.Thing``, closed unless ``additionalProperties`` says otherwise."""
    definition = {"type": "object", "properties": fields, "additionalProperties": False, **more}
    return Discovered("e", "1", {TYPE: definition})


def side(rules: list[Plain] | None = None, fields: Plain | None = None, version: str = "1", **more: Any) -> Side:
    """One side. Without fields it has no schema, without rules no corpus."""
    entries = None if rules is None else tuple(map(entry, rules))
    return Side(f"v{version}", entries, None if fields is None else schema(fields, **more), version)


def compared(old: Side, new: Side, **more: Any) -> Comparison:
    """Both sides, compared."""
    return compare("e", old, new, **more)


def told(comparison: Comparison) -> list[str]:
    """``kind authors/coverage`` of every change, sorted."""
    return sorted(f"{one.change.kind} {one.verdicts.authors}/{one.verdicts.coverage}" for one in comparison.items)
