"""A small corpus of made rules, and observations as a worker would write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from llem_rules.check import Corpus
from llem_rules.rules import rule_from
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.observation import Observation

TYPE = "lib.T"
SITE = {"file": "lib/t.py", "function": "T.check", "line": 7}
DEFAULTS: dict[str, Any] = {"n": 1, "t": 1.0, "p": 1.0, "mode": "a", "stop": None}


def rule(name: str, match: dict[str, Any], effect: str, **more: Any) -> RuleBase:
    """A rule of the made type. ``dormant`` makes it a dormancy."""
    channel = {"error": "exception", "warn": "logger", "dormant_announced": "logger"}.get(effect, "none")
    return rule_from(
        {
            "id": f"{TYPE}.{name}",
            "kind": "dormancy" if "dormant" in more else "invalidity",
            "native_type": TYPE,
            "match": match,
            "expected": {"effect": effect, "channel": channel},
            "kwargs_positive": {},
            "kwargs_negative": {},
            **more,
        }
    )


RULES = (
    rule("n-below-one", {"n": {"<": 1}}, "error", message_template="n must be at least 1, got {n}"),
    rule("p-when-greedy", {"t": 0.0, "p": {"!=": 1.0}}, "dormant_silent", dormant={"p": {"effective": 1.0}}),
    rule("stop-unused", {"stop": {"present": True}, "mode": "b"}, "dormant_announced", dormant=["stop"],
         message_template="stop is not used"),
    rule("t-odd", {"t": {">": 5}}, "warn", message_template="t={t} is odd"),
    rule("n-off", {"n": 100}, "pass", dormant=["n"]),
)  # fmt: skip


def corpus(rules: Iterable[RuleBase] = RULES) -> Corpus:
    """Rules, with the defaults of the made type."""
    return Corpus("lib", "1", rules, {TYPE: DEFAULTS})


def seen(
    *, raised: str | None = None, said: str | Sequence[str] | None = None, level: str = "WARNING", effective: Any = None
) -> Observation:
    """What a worker saw."""
    raw: dict[str, Any] = {"stage": "construct", "messages": [], "effective": effective or {}}
    if raised is not None:
        raw["exception"] = {"mro": ["ValueError", "Exception"], "type": "ValueError", "message": raised, "field": None,
                            "site": SITE}  # fmt: skip
    if said is not None:
        texts = [said] if isinstance(said, str) else said
        raw["messages"] = [{"channel": "logger", "level": level, "text": text, "site": SITE} for text in texts]
    return Observation.from_raw(raw)
