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
from llem_rules.rules.predicates import fields_of, paths_of


def restated(verdict: Verdict) -> RuleBase | None:
    """The rule with the exception and the site that its positive shows; None where its words are not found there."""
    rule = verdict.rule
    if rule.message_template is None:
        return None
    pattern = parse_template(rule.message_template).pattern(Config.of(rule.kwargs_positive).value)
    if rule.expected.effect == "error":
        for refusal in verdict.positive.refusals:
            if pattern.search(refusal.message):
                about = _name_there(rule, refusal.field)
                return _with(rule, {"exception": refusal.exceptions[0]}, refusal.site, about)
        return None
    for message in verdict.positive.messages:
        if message.loud and pattern.search(message.text):
            return _with(rule, {"channel": message.channel}, message.site)
    return None


def with_plain_negative(verdict: Verdict, rule: RuleBase) -> RuleBase:
    """The rule with the empty config as its negative, where the type refuses the one that it has for another reason.

    A value that one field alone may have can be of no use to the type that builds it, whatever the value is.
    """
    if not verdict.negative.refusals or not rule.kwargs_negative:
        return rule
    return rule.model_copy(update={"kwargs_negative": {}})


def _name_there(rule: RuleBase, name: str | None) -> str | None:
    """What the refusal calls the field, where that is no name of the rule's: the end of a path, or an unknown key."""
    if name is None or name in fields_of(rule.predicate):
        return None
    ends = {path.rpartition(".")[2] for path in paths_of(rule.predicate)}
    return name if name in ends or (rule.source is not None and rule.source.field == name) else "*"


def _with(
    rule: RuleBase, expected: Mapping[str, Any], site: Mapping[str, Any] | None, about: str | None = None
) -> RuleBase | None:
    source = None
    if site is not None:
        named = {} if about is None else {"field": about}
        source = Source(file=site["file"], function=site["function"], **named)
    changed = rule.model_copy(update={"expected": rule.expected.model_copy(update=dict(expected)), "source": source})
    return None if changed == rule else changed
