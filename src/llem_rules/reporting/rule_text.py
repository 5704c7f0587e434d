"""One rule for a person: what it says, when it fires, and how it is known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from llem_rules.reporting.elsewhere import elsewhere
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.plain import to_plain

SAYS = {
    "error": "the library refuses the config",
    "warn": "the library warns, and the field still acts",
    "dormant_announced": "the field has no effect, and the library says so",
    "dormant_silent": "the field has no effect, and nothing is said",
    "pass": 'the value means "off": accepted, and nothing is said',
}
REACH = {
    "construct": "when the config is built",
    "validate": "when it is validated",
    "build": "at start-up, when the engine is built from it",
    "generate": "only at generation: the config itself is accepted",
}
_PROOFS = {
    "exception": "the exception was seen",
    "message": "the message was seen",
    "state": "the field was read back, and had become another value",
    "behaviour": "it generated, with the field and without it",
}
BEHAVIOUR_SAYS = {
    "unread": "never read while it generated",
    "no_difference": "without it, the same tokens",
    "differs": "without it, other tokens",
}


def rule_text(
    entry: dict[str, Any], environment: dict[str, Any], platforms: Mapping[str, Mapping[str, Any]] | None = None
) -> str:
    """A rule of the validated corpus (its plain entry) as text. ``platforms``: where else evidence was taken."""
    return "\n".join(_lines(entry, environment, platforms or {})) + "\n"


def _lines(
    entry: dict[str, Any], environment: dict[str, Any], platforms: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    rule = rule_from(entry["rule"])
    yield rule.id
    if rule.summary:
        yield f"  {rule.summary}"
    yield ""
    yield f"kind       {entry['rule']['kind']}: {SAYS[rule.expected.effect]}"
    yield f"fires when {json.dumps(to_plain(rule.predicate), default=repr)}"
    for name, dormant in rule.dormant_fields.items():
        yield f"dormant    {name}" + (
            f" becomes {json.dumps(dormant.effective, default=repr)}" if dormant.replaced else ""
        )
    if rule.message_template:
        yield f"says       {rule.message_template}"
    if rule.source:
        yield f"source     {rule.source.file} · {rule.source.function}"
    yield f"reach      {rule.reach}: {REACH[rule.reach]}"
    yield ""
    yield f"{entry['verdict']:<10} on {environment['library']} {environment['library_version']} ({environment['device']})"
    if versions := entry.get("applies_to"):
        span = versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
        yield f"  versions  {span}: seen on {len(versions)} of them ({', '.join(versions)})"
    if entry.get("proof"):
        yield f"  proof     {entry['proof']}: {_PROOFS.get(entry['proof'], '')}"
    for side in ("positive", "negative"):
        seen, kwargs = entry[side], entry["rule"][f"kwargs_{side}"]
        yield f"  {side}  {json.dumps(kwargs, default=repr)}"
        yield f"    → {seen.get('effect', 'unchecked')}" + (f" at {seen['site']}" if "site" in seen else "")
        if "message" in seen:
            yield f"      {seen['message'].splitlines()[0]}"
        for name, value in (seen.get("effective") or {}).items():
            yield f"      {name} is {json.dumps(value, default=repr)}"
        for name, how in (seen.get("behaviour") or {}).items():
            yield f"      {name}: {BEHAVIOUR_SAYS[how]}"
    table = entry["table"]
    yield (
        f"  points    {table['true_positive']} fired and showed it, {table['true_negative']} neither, "
        f"{table.get('false_positive', 0)} fired wrongly, {table.get('false_negative', 0)} missed, "
        f"{table.get('masked', 0)} masked"
    )
    yield from _of_platforms(entry, str(environment["device"]), platforms)
    for divergence in entry.get("divergences", ()):
        yield f"  divergent ({divergence['kind']}) {json.dumps(divergence['kwargs'], default=repr)}: {divergence['detail']}"


def _of_platforms(entry: dict[str, Any], here: str, platforms: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if entry.get("holds_on") is not None:
        shown = ", ".join(entry["holds_on"]) or "no platform"
        yield f"  holds on  {shown}" + ("" if here in entry["holds_on"] else f" (not {here})")
    for one in elsewhere(entry, platforms):
        yield f"  {f'on {one.device}':<9} {one.verdict}: {one.words}"
        if one.about:
            yield f"            {one.about}"
