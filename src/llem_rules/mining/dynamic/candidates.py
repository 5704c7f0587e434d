"""From an inferred predicate to a candidate: kind, expected effect, message, site, and the plainest examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.mining.dynamic.aims import ANY_VALUE, Aim
from llem_rules.mining.dynamic.inferred import Inferred
from llem_rules.mining.dynamic.oracle import Oracle
from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.mining.dynamic.templates import template_of
from llem_rules.mining.model import NO_VALUE, Candidate, EffectSite, SiteKind
from llem_rules.rules.kinds import Reach
from llem_rules.rules.observation import Message

_DEAD = re.compile(r"\b(?:ignor\w+|overrid\w+|no effect|not (?:be )?used|only used|unused|has no)\b", re.IGNORECASE)


def candidate_of(found: Inferred, oracle: Oracle, targets: Sequence[EffectSite]) -> Candidate:
    """The candidate of one inference."""
    aim = found.aim
    said = _texts(aim, found.hits)
    mentioned = () if aim.signature is None else aim.signature.mentions
    names = list(dict.fromkeys([*found.fields, *mentioned, *oracle.fields]))
    template = template_of(said, names) if said else None
    site = _site(aim, found, oracle, targets, template, said)
    plain: dict[str, Any] = {"native_type": oracle.native_type, **_claim(found, template, said)}
    if template is not None:
        plain["message_template"] = template
    if site.stage != "construct":
        plain["reach"] = site.stage
    if site.file:
        plain["source"] = {"file": site.file, "function": site.function}
    plain["kwargs_positive"] = dict(found.hits[0].point)
    plain["kwargs_negative"] = _nearest(found)
    plain["added_by"] = "dynamic_miner"
    name = _name(found, plain)
    shown = tuple(one.point for one in found.hits)
    return Candidate(oracle.native_type, name, plain, "dynamic_miner", (site,), ("dynamic_miner",), shown)


def _texts(aim: Aim, hits: Sequence[Seen]) -> list[tuple[Seen, str]]:
    if aim.signature is not None:
        return [(one, one.shown[aim.signature]) for one in hits]
    said = [(one, _announcement(one, aim.field)) for one in hits] if aim.announced else []
    return [(one, message.text) for one, message in said if message is not None]


def _announcement(seen: Seen, name: str) -> Message | None:
    return next((message for message in seen.observation.loud if message.names(name)), None)


def _claim(found: Inferred, template: str | None, said: Sequence[tuple[Seen, str]]) -> dict[str, Any]:
    """Kind, predicate, what is dormant, and the expected effect."""
    aim, one = found.aim, found.aim.signature
    if one is None:
        channel = "none"
        if aim.announced:
            message = _announcement(found.hits[0], aim.field)
            channel = "logger" if message is None else message.channel
        becomes = {} if aim.effective is ANY_VALUE else {"effective": aim.effective}
        expected = {"effect": "dormant_announced" if aim.announced else "dormant_silent", "channel": channel}
        dormant: Any = {aim.field: becomes} if becomes else [aim.field]
        return {"kind": "dormancy", "match": found.plain, "dormant": dormant, "expected": expected}
    if one.kind == "refusal":
        return {
            **_required(found.plain),
            "expected": {"effect": "error", "channel": "exception", "exception": one.exception},
        }
    dead = [name for name in one.mentions if all(name in seen.point for seen in found.hits)]
    if dead and _DEAD.search(template or said[0][1]):
        expected = {"effect": "dormant_announced", "channel": one.channel}
        return {"kind": "dormancy", "match": found.plain, "dormant": dead[:1], "expected": expected}
    return {"kind": "invalidity", "match": found.plain, "expected": {"effect": "warn", "channel": one.channel}}


def _required(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A requirement where the predicate is the violation of one, else a condition."""
    if "not" in plain and "any_of" not in plain:
        guard = {name: condition for name, condition in plain.items() if name != "not"}
        return {"kind": "invariant", **({"given": guard} if guard else {}), "require": dict(plain["not"])}
    return {"kind": "invalidity", "match": dict(plain)}


def _site(
    aim: Aim,
    found: Inferred,
    oracle: Oracle,
    targets: Sequence[EffectSite],
    template: str | None,
    said: Sequence[tuple[Seen, str]],
) -> EffectSite:
    hit, one = found.hits[0], aim.signature
    early = aim.label(oracle.at_construction(hit.point)) is True
    stage: Reach = "construct" if early else oracle.reach
    effective = NO_VALUE if aim.effective is ANY_VALUE else aim.effective
    if one is None:
        known = [site for site in targets if site.kind == "rewrite" and site.field == aim.field]
        file, function, line = (known[0].file, known[0].function, known[0].line) if len(known) == 1 else ("", "", 0)
        message = _announcement(hit, aim.field) if said else None
        if message is not None and message.site is not None:
            file, function, line = message.site["file"], message.site["function"], message.site["line"]
        channel = "none" if message is None else message.channel
        return EffectSite(
            oracle.native_type,
            file,
            line,
            function,
            "rewrite",
            stage,
            channel,
            None,
            None,
            template,
            aim.field,
            effective,
        )
    base = (oracle.native_type, one.file, one.line, one.function)
    if one.kind == "refusal":
        declared = next((site for site in targets if site.kind == "constraint" and site.field == one.field), None)
        kind: SiteKind = "raise" if declared is None else "constraint"
        return EffectSite(*base, kind, stage, "exception", one.exception, None, template, one.field or None)
    warned = one.channel == "warnings"
    channel, kind = ("warnings", "warn") if warned else ("logger", "log")
    return EffectSite(*base, kind, stage, channel, None, one.level, template)


def _nearest(found: Inferred) -> dict[str, Any]:
    """The accepted case that differs least from the plainest hit."""
    hit = found.hits[0].point

    def distance(seen: Seen) -> tuple[bool, int, int]:
        different = {name for name in {**hit, **seen.point} if _shown(hit, name) != _shown(seen.point, name)}
        return (seen.refused, len(different), len(seen.point))

    return dict(min(found.misses, key=distance).point) if found.misses else {}


def _shown(point: Mapping[str, Any], name: str) -> str:
    return repr(point[name]) if name in point else ""


def _name(found: Inferred, plain: Mapping[str, Any]) -> str:
    one = found.aim.signature
    effect = {"error": "refused", "warn": "warned"}.get(plain["expected"]["effect"], "dormant")
    about = [] if one is None else ([one.field] if one.field else list(one.mentions))
    fields = list(dict.fromkeys([*([found.aim.field] if one is None else about[:1]), *found.fields]))
    said = (one.exception if one is not None else "").removesuffix("Error")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", "-".join([*fields, effect, *([said] if said else [])]))
