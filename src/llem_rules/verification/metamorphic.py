"""Relations between a config and one made of it, tried on the live library.

``order``: the order of kwargs does not matter. ``default``: setting a field to its default changes nothing.
``dormant``: leaving a field that the corpus calls dormant out of the effective config changes none of the others.
``fixed_point``: the corpus's effective config is changed no further, neither by the library nor by the corpus.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from llem_rules.rules.observation import Observation
from llem_rules.rules.values import decode, equal
from llem_rules.verification.causes import Cause, Minimal
from llem_rules.verification.comparing import Disagreement
from llem_rules.verification.oracle import Answered, Kwargs, Oracle
from llem_rules.verification.shrinking import Trial, shrink, total_weight

RELATIONS = ("order", "default", "dormant", "fixed_point")
_SHARE = 10  # one sample in so many is put to the relations
_GONE = {"$absent": True}


@dataclass(frozen=True)
class Relations:
    """How often one relation was tried, and how often it did not hold."""

    tried: int
    broken: int


@dataclass(frozen=True)
class _Claim:
    """A relation, and the field that it adds or leaves out."""

    native_type: str
    relation: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.relation} {self.field}".strip()


def relate(answers: Sequence[Answered], oracle: Oracle, seed: int) -> tuple[dict[str, Relations], list[Cause]]:
    """Counts by relation, and what breaks one, shrunk."""
    rng = random.Random(f"{seed} relations")
    sound = [one for one in answers if one.comparison is not None and one.kwargs]
    chosen = rng.sample(sound, min(len(sound), max(1, len(answers) // _SHARE)))
    claims = [(claim, one.kwargs) for one in chosen for claim in _claims(one, oracle, rng)]
    details = _try(claims, oracle)
    broken: dict[_Claim, list[Kwargs]] = defaultdict(list)
    for (claim, kwargs), detail in zip(claims, details, strict=True):
        if detail:
            broken[claim].append(kwargs)
    counts = {
        name: Relations(
            sum(
                claim.relation == name and detail is not None
                for (claim, _), detail in zip(claims, details, strict=True)
            ),
            sum(len(several) for claim, several in broken.items() if claim.relation == name),
        )
        for name in RELATIONS
    }
    return counts, _causes(broken, oracle)


def _claims(one: Answered, oracle: Oracle, rng: random.Random) -> Iterator[_Claim]:
    yield _Claim(one.native_type, "order")
    free = [name for name, value in oracle.defaults[one.native_type].items() if _addable(name, value, one.kwargs)]
    if free:
        yield _Claim(one.native_type, "default", rng.choice(free))
    if dormant := sorted(_dormant(one)):
        yield _Claim(one.native_type, "dormant", rng.choice(dormant))
    if one.judgement.to_door()["effective"]:
        yield _Claim(one.native_type, "fixed_point")


def _addable(name: str, value: Any, kwargs: Kwargs) -> bool:
    plain = value is None or isinstance(value, bool | int | float | str)
    return name not in kwargs and not name.startswith("_") and plain


def _try(claims: Sequence[tuple[_Claim, Kwargs]], oracle: Oracle) -> list[str | None]:
    """How each relation breaks: a text; empty where it holds; None where it says nothing of the config."""
    before = oracle.ask([(claim.native_type, kwargs) for claim, kwargs in claims])
    changed = [_changed(claim, one, oracle) for (claim, _), one in zip(claims, before, strict=True)]
    after = iter(
        oracle.ask(
            [
                (claim.native_type, kwargs)
                for (claim, _), kwargs in zip(claims, changed, strict=True)
                if kwargs is not None
            ]
        )
    )
    return [
        None if kwargs is None else _breaks(claim, one, next(after))
        for (claim, _), one, kwargs in zip(claims, before, changed, strict=True)
    ]


def _changed(claim: _Claim, before: Answered, oracle: Oracle) -> Kwargs | None:
    """The config made by a relation; None where the relation says nothing of this one."""
    kwargs = before.kwargs
    if before.comparison is None or (before.seen.refusals and claim.relation in ("dormant", "fixed_point")):
        return None
    match claim.relation:
        case "order" if len(kwargs) > 1:
            return dict(reversed(list(kwargs.items())))
        case "default" if claim.field not in kwargs:
            return {**kwargs, claim.field: oracle.defaults[claim.native_type][claim.field]}
        case "dormant" if claim.field in _dormant(before):
            return {name: value for name, value in _applied(before).items() if name != claim.field}
        case "fixed_point" if before.judgement.to_door()["effective"]:
            return _applied(before)
    return None


def _dormant(one: Answered) -> set[str]:
    """The given fields that the corpus calls dormant."""
    return {name for finding in one.judgement.findings if finding.rule.dormant_fields for name in finding.fields}


def _applied(one: Answered) -> Kwargs:
    """The config with the effective values that the corpus names."""
    joined = {**one.kwargs, **one.judgement.to_door()["effective"]}
    return {name: value for name, value in joined.items() if value != _GONE}


def _breaks(claim: _Claim, before: Answered, after: Answered) -> str | None:
    if after.comparison is None:
        return None
    match claim.relation:
        case "order":
            return _differs(_shown(before.seen), _shown(after.seen))
        case "default":
            if before.judgement.effect != after.judgement.effect:
                return ""  # the corpus knows that giving this default is not the same
            return _differs(_shown(before.seen), _shown(after.seen, claim.field))
        case "dormant":
            # Nothing is claimed of what another dormant field becomes, where the corpus names no value.
            names = after.kwargs.keys() - (_dormant(before) - before.judgement.to_door()["effective"].keys())
            return _differs(_end(before, names), _end(after, names))
    return _moves(before.judgement.to_door()["effective"].keys(), after)


def _moves(names: Set[str], after: Answered) -> str:
    """How an effective config does not stay as it is, in the fields that the corpus named."""
    if after.seen.refusals:
        return f"the library raises {after.seen.refusals[0].exceptions[0]}"
    if changed := sorted(names & after.seen.effective.keys()):
        return f"the library changes {', '.join(changed)} again"
    claimed = after.judgement.to_door()["effective"]
    again = [name for name, value in claimed.items() if not equal(decode(value), decode(after.kwargs.get(name)))]
    return f"the corpus changes {', '.join(again)} again" if again else ""


def _shown(seen: Observation, without: str = "") -> Mapping[str, Any]:
    return {
        "effect": "error" if seen.refusals else "accepted",
        "raised": sorted(f"{one.exceptions[0]} {one.field}" for one in seen.refusals),
        "said": sorted(f"{one.site}" for one in seen.loud),
        **_kept(seen, without),
    }


def _kept(seen: Observation, without: str) -> Mapping[str, Any]:
    changed = {name: value for name, value in sorted(seen.effective.items()) if name != without}
    return {"effect": "error" if seen.refusals else "accepted", "effective": changed}


def _end(one: Answered, names: Iterable[str]) -> Mapping[str, Any]:
    """What fields are in the end, whether the library changed them or not."""
    values = {name: one.seen.effective.get(name, one.kwargs.get(name)) for name in sorted(names)}
    return {
        "effect": "error" if one.seen.refusals else "accepted",
        "values": {name: decode(value) for name, value in values.items()},
    }


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Where ``before`` has less to compare, only that is compared."""
    found = [
        f"{name}: {before[name]!r}, then {after[name]!r}" for name in before if not equal(before[name], after[name])
    ]
    return "; ".join(found)[:300]


def _causes(broken: Mapping[_Claim, Sequence[Kwargs]], oracle: Oracle) -> list[Cause]:
    owners = sorted(broken, key=lambda one: (one.native_type, str(one)))
    smallest = [min(broken[claim], key=total_weight) for claim in owners]

    def ask(trials: Sequence[Trial]) -> list[bool]:
        return [bool(one) for one in _try([(owners[index], kwargs) for index, kwargs in trials], oracle)]

    made = shrink(smallest, [oracle.defaults.get(claim.native_type, {}) for claim in owners], ask)
    details = _try(list(zip(owners, made, strict=True)), oracle)
    return [
        Cause(
            claim.native_type,
            Disagreement("relation", "pass", str(claim), detail or ""),
            len(broken[claim]),
            (Minimal(kwargs, detail or ""),),
        )
        for claim, kwargs, detail in zip(owners, made, details, strict=True)
    ]
