"""Sites that a rule's positive reaches on the way to its effect and its negative does not: they share its condition."""

from __future__ import annotations

from collections.abc import Sequence

from llem_rules.environments import Library
from llem_rules.replay.evidence import site_text
from llem_rules.replay.plan import Point
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation, texts_of


def announced_sites(session: Library, rules: Sequence[RuleBase]) -> dict[str, tuple[str, ...]]:
    """For each rule, ``file:function:line`` of every message at warning level or above that only its positive shows."""
    points = [Point(rule.native_type, kwargs, rule.reach) for rule in rules for kwargs in _pair(rule)]
    raw = session.run([point.request() for point in points])
    base = sorted({(point.native_type, point.reach) for point in points})
    empty = session.run([Point(name, {}, reach).request() for name, reach in base])
    usual = {key: texts_of(one) for key, one in zip(base, empty, strict=True)}
    said = [
        {site_text(message.site) for message in Observation.from_raw(one, usual[key]).loud if message.site is not None}
        for point, one in zip(points, raw, strict=True)
        for key in [(point.native_type, point.reach)]
    ]
    pairs = zip(rules, said[::2], said[1::2], strict=True)
    return {rule.id: tuple(sorted(positive - negative)) for rule, positive, negative in pairs if positive - negative}


def _pair(rule: RuleBase) -> tuple[dict[str, object], dict[str, object]]:
    return rule.kwargs_positive, rule.kwargs_negative


__all__ = ["announced_sites"]
