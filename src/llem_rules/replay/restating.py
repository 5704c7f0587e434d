"""A rule as another version of the library shows it: the same condition and words, that version's exception and site.

What a person wrote of one version often holds in another but for the exception's class, or for the function that raises it.
The claim is only restated here; replay proves it, or does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llem_rules.replay.verdict import Verdict
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase, Source
from llem_rules.rules.messages import parse_template


def restated(verdict: Verdict) -> RuleBase | None:
    """The rule with the exception and the site that its positive shows; None where its words are not found there."""
    rule = verdict.rule
    if rule.message_template is None:
        return None
    pattern = parse_template(rule.message_template).pattern(Config.of(rule.kwargs_positive).value)
    if rule.expected.effect == "error":
        for refusal in verdict.positive.refusals:
            if pattern.search(refusal.message):
                return _with(rule, {"exception": refusal.exceptions[0]}, refusal.site)
        return None
    for message in verdict.positive.messages:
        if message.loud and pattern.search(message.text):
            return _with(rule, {"channel": message.channel}, message.site)
    return None


def _with(rule: RuleBase, expected: Mapping[str, Any], site: Mapping[str, Any] | None) -> RuleBase | None:
    source = None if site is None else Source(file=site["file"], function=site["function"])
    changed = rule.model_copy(update={"expected": rule.expected.model_copy(update=dict(expected)), "source": source})
    return None if changed == rule else changed
