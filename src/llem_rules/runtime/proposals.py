"""From a condition that a study told to a rule as people write it, with what is left for a person to decide."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.mining.dynamic.aims import ANY_VALUE
from llem_rules.mining.dynamic.signatures import Seen, Signature
from llem_rules.mining.dynamic.templates import template_of
from llem_rules.mining.naming import name_of
from llem_rules.rules.kinds import REACHES
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.values import decode, equal
from llem_rules.runtime.inferring import Told
from llem_rules.runtime.sightings import Run, Sightings

_DEAD = re.compile(r"\b(?:ignor\w+|overrid\w+|no effect|not (?:be )?used|only used|unused|has no)\b", re.IGNORECASE)
MARK = "TODO: human"


@dataclass(frozen=True)
class Proposal:
    """``document``: the rule's mapping. ``questions``: what only a person can say. ``confirmed``: what replay said."""

    told: Told
    document: dict[str, Any]
    questions: tuple[str, ...] = ()
    confirmed: bool | None = None
    why: str = ""

    @property
    def id(self) -> str:
        """The rule's id."""
        return str(self.document["id"])

    def judged(self, document: dict[str, Any], *, confirmed: bool, why: str) -> Proposal:
        """With what replay said of it."""
        return replace(self, document=document, confirmed=confirmed, why=why)


def proposal_of(told: Told, sightings: Sightings, taken: Collection[str] = ()) -> Proposal:
    """The rule of one condition. ``taken``: ids that other rules have."""
    questions: list[str] = []
    hit = min(
        (one for one in told.hits if one not in told.missed), key=lambda one: (len(one.point), repr(dict(one.point)))
    )
    claim = _claim(told, hit, questions)
    plain: dict[str, Any] = {"id": "", "native_type": sightings.native_type, **claim}
    template = _template(told)
    if template is not None:
        plain["message_template"] = template
    reach = _reach(told, sightings)
    if reach is None:
        questions.append("reach: the worker did not say at which stage it was")
    elif reach != "construct":
        plain["reach"] = reach
    if (site := _site(told, hit)) is not None:
        plain["source"] = site
    plain["kwargs_positive"] = dict(hit.point)
    plain["kwargs_negative"] = _nearest(told, hit)
    plain["added_by"] = "runtime_warning"
    if told.rivals:
        questions.append("as simple, and as good on this study: " + "; ".join(map(repr, told.rivals[:2])))
    questions += _open_borders(told, claim)
    plain["id"] = _identity(sightings.native_type, plain, taken)
    return Proposal(told, _ordered(plain), tuple(questions))


def _claim(told: Told, hit: Seen, questions: list[str]) -> dict[str, Any]:
    """Kind, predicate, what is dormant, and the expected effect."""
    aim, signature = told.aim, told.aim.signature
    if signature is None:
        said = next((one for one in hit.observation.loud if one.names(aim.field)), None) if aim.announced else None
        becomes = {} if aim.effective is ANY_VALUE else {"effective": aim.effective}
        effect = "dormant_announced" if aim.announced else "dormant_silent"
        expected = {"effect": effect, "channel": said.channel if said else "none"}
        return {"kind": "dormancy", "match": told.plain, "dormant": {aim.field: becomes}, "expected": expected}
    if signature.kind == "refusal":
        expected = {"effect": "error", "channel": "exception", "exception": signature.exception}
        return {**_required(told.plain), "expected": expected}
    dead = [name for name in signature.mentions if all(name in one.point for one in told.hits)]
    if dead and _DEAD.search(hit.shown[signature]):
        questions.append(f"does {dead[0]} really have no effect? If it acts all the same: kind invalidity, effect warn")
        expected = {"effect": "dormant_announced", "channel": signature.channel}
        return {"kind": "dormancy", "match": told.plain, "dormant": dead[:1], "expected": expected}
    questions.append("does the field still act? If it has no effect: kind dormancy, effect dormant_announced")
    return {"kind": "invalidity", "match": told.plain, "expected": {"effect": "warn", "channel": signature.channel}}


def _required(plain: dict[str, Any]) -> dict[str, Any]:
    """A requirement where the predicate is the violation of one, else a condition."""
    if "not" in plain and "any_of" not in plain:
        guard = {name: condition for name, condition in plain.items() if name != "not"}
        return {"kind": "invariant", **({"given": guard} if guard else {}), "require": dict(plain["not"])}
    return {"kind": "invalidity", "match": dict(plain)}


def _template(told: Told) -> str | None:
    signature = told.aim.signature
    if signature is None:
        said = [
            (one, message.text)
            for one in told.hits
            for message in one.observation.loud
            if message.names(told.aim.field)
        ]
        texts = said if told.aim.announced else []
    else:
        texts = _reasons(told.hits, signature) or [(one, one.shown[signature]) for one in told.hits]
    if not texts:
        return None
    mentioned = () if signature is None else signature.mentions
    names = list(dict.fromkeys([*told.fields, *mentioned, *sorted(told.hits[0].point)]))
    return template_of(texts, names)


def _reasons(hits: Sequence[Seen], signature: Signature) -> list[tuple[Seen, str]]:
    """Where one message lists several fields: the quiet one of each run that gives the reason for this field."""
    found = []
    for one in hits:
        shared = sum(text == one.shown[signature] for text in one.shown.values()) > 1
        quiet = [m for m in one.observation.messages if not m.loud and any(map(m.names, signature.mentions[:1]))]
        if shared and len(quiet) != 1:
            return []
        found += [(one, quiet[0].text)] if quiet else []
    return found if len(found) == len(hits) else []


def _reach(told: Told, sightings: Sightings) -> str | None:
    """The earliest stage at which it showed, where the worker said so."""
    by_case = {id(seen): run for seen, run in zip(sightings.seen, sightings.runs, strict=True)}
    stages = [_stage(told, one, by_case[id(one)]) for one in told.hits]
    known = [stage for stage in stages if stage in REACHES]
    if told.aim.signature is None:
        return "construct" if not known else min(known, key=REACHES.index)
    return min(known, key=REACHES.index) if known else None


def _stage(told: Told, seen: Seen, run: Run) -> Any:
    signature = told.aim.signature
    if signature is None:
        return None
    if signature.kind == "refusal":
        return (run.raw.get("exception") or {}).get("stage")
    return next((one.get("stage") for one in run.raw["messages"] if one["text"] == seen.shown[signature]), None)


def _site(told: Told, hit: Seen) -> dict[str, str] | None:
    signature = told.aim.signature
    if signature is not None:
        return {"file": signature.file, "function": signature.function} if signature.file else None
    said = (
        next((one for one in hit.observation.loud if one.names(told.aim.field)), None) if told.aim.announced else None
    )
    return None if said is None or said.site is None else {"file": said.site["file"], "function": said.site["function"]}


def _nearest(told: Told, hit: Seen) -> dict[str, Any]:
    """The run without the effect that differs least, an accepted one first."""
    silent = [one for one in told.misses if one not in told.counter]

    def distance(seen: Seen) -> tuple[bool, int, int, str]:
        different = [name for name in {**hit.point, **seen.point} if not _same(hit, seen, name)]
        return (seen.refused, len(different), len(seen.point), repr(dict(seen.point)))

    return dict(min(silent, key=distance).point) if silent else {}


def _same(one: Seen, other: Seen, name: str) -> bool:
    return (name in one.point) == (name in other.point) and equal(
        decode(one.point.get(name)), decode(other.point.get(name))
    )


def _open_borders(told: Told, claim: dict[str, Any]) -> list[str]:
    """Bounds that the study saw from afar: the nearest value without the effect lies well beside them."""
    found = []
    for name in told.fields:
        hits = {one.config.value(name) for one in told.hits if type(one.config.value(name)) in (int, float)}
        misses = {one.config.value(name) for one in told.misses if type(one.config.value(name)) in (int, float)}
        condition = told.plain.get(name)
        bounds = (
            {op: value for op, value in condition.items() if op in ("<", "<=", ">", ">=")}
            if isinstance(condition, dict)
            else {}
        )
        for value in bounds.values():
            if isinstance(value, int | float) and (hits - misses) and (misses - hits):
                inner = min(hits - misses, key=lambda one: abs(one - value))
                outer = min(misses - hits, key=lambda one: abs(one - value))
                if abs(inner - outer) > 1 or (isinstance(inner, float) and abs(inner - outer) > 1e-6):
                    found.append(
                        f"{name}: nothing between {outer!r} and {inner!r} was run, so the bound may lie elsewhere"
                    )
    return list(dict.fromkeys(found)) if claim else []


def _identity(native_type: str, plain: dict[str, Any], taken: Collection[str]) -> str:
    predicate = parse_predicate(plain["match"] if "match" in plain else _violated(plain))
    base = f"{native_type}.{name_of(predicate, plain.get('dormant', ()))}"
    number, name = 2, base
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _violated(plain: dict[str, Any]) -> dict[str, Any]:
    guard = plain.get("given")
    return {"all_of": [guard, {"not": plain["require"]}]} if guard else {"not": plain["require"]}


def _ordered(plain: dict[str, Any]) -> dict[str, Any]:
    from llem_rules.corpus.order import KEY_ORDER

    return {key: plain[key] for key in KEY_ORDER if key in plain}
