"""Whether what people wrote says a mined rule already: the same, or all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.mining.compare import agree, covered, same_meaning, same_site
from llem_rules.mining.solve import Ground, Unsolved, solve
from llem_rules.rules.kinds import RuleBase


@dataclass(frozen=True)
class Told:
    """``twin``: the id of the authored rule that says the same; None where several together cover it."""

    reason: str
    twin: str | None = None


def told_by(
    rule: RuleBase,
    shown: Sequence[Mapping[str, Any]],
    authored: Sequence[RuleBase],
    confirmed: Collection[str],
    ground: Ground,
) -> Told | None:
    """How authored rules of one native type say what ``rule`` does; None where they do not.

    ``shown``: where its effect was seen, if that is all that speaks for it. ``confirmed``: ids; only these can cover a site.
    """
    twin = next((one for one in authored if same_meaning(one, rule)), None)
    if twin is not None:
        return Told("the authored rule says the same", twin.id)
    near = [one for one in authored if same_site(one, rule)]
    own = set(map(id, near))
    others = [one for one in authored if id(one) not in own]
    if near:
        rule = _sketched(rule, ground)
        twin = next((one for one in near if agree(one, rule, ground, others)), None)
        if twin is not None:
            return Told("the authored rule fires on the same sampled configs, at the same site", twin.id)
    sure = [one for one in near if one.id in confirmed]
    proof = covered(rule, sure, ground, others) if sure else None
    if proof is None and shown and all(_fires(sure, ground, kwargs) for kwargs in shown):
        proof = "wherever it was seen"  # what an inferred condition claims beyond that is a guess
    if proof is None:
        return None
    some = ", ".join(one.id for one in sure[:3]) + (" and others" if len(sure) > 3 else "")
    return Told(f"covered ({proof}) by authored rules at the same site: {some}")


def _sketched(rule: RuleBase, ground: Ground) -> RuleBase:
    """The rule with a first pair, around which points are sampled."""
    pair = solve(rule.predicate, ground)
    if isinstance(pair, Unsolved):
        return rule
    return rule.model_copy(update={"kwargs_positive": pair.positive, "kwargs_negative": pair.negative})


def _fires(rules: Iterable[RuleBase], ground: Ground, kwargs: Mapping[str, Any]) -> bool:
    config = ground.config(kwargs)
    return any(rule.fires(config) for rule in rules)
