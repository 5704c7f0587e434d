"""Whether the corpus explains what a run showed: a rule that fires on its config, and claims just this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from llem_rules.mining.dynamic.aims import Aim
from llem_rules.mining.dynamic.signatures import Seen, Signature
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.messages import parse_template
from llem_rules.rules.observation import Observation
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.showing import announcement, shows

_ANNOUNCING = ("warn", "dormant_announced")


class Explainer:
    """Rules that may explain. A rule whose condition cannot be decided for want of surroundings counts as one that fires."""

    def __init__(self, rules: Iterable[RuleBase]) -> None:
        self._rules: dict[str, list[RuleBase]] = defaultdict(list)
        for rule in rules:
            self._rules[rule.native_type].append(rule)
        self._words = {rule.id: _longest(rule) for group in self._rules.values() for rule in group}

    def explains(self, native_type: str, seen: Seen, aim: Aim) -> bool:
        """Whether some rule explains that the aim's effect shows in this case."""
        return next(self.explaining(native_type, seen, aim), None) is not None

    def explaining(self, native_type: str, seen: Seen, aim: Aim) -> Iterator[RuleBase]:
        """The rules that do."""
        for rule in self._rules.get(native_type, ()):
            if self._speaks_of(rule, seen, aim) and rule.fires(seen.config) is not False and _claims(rule, seen, aim):
                yield rule

    def _speaks_of(self, rule: RuleBase, seen: Seen, aim: Aim) -> bool:
        """A quick look before a slow one: the kind of effect, and the longest text of the rule's message."""
        effect = rule.expected.effect
        if aim.signature is None:
            return effect in ("dormant_silent", "dormant_announced") and aim.field in rule.dormant_fields
        if aim.signature.kind == "refusal":
            text = " ".join(seen.shown.get(aim.signature, "").split())
            return effect == "error" and self._words[rule.id] in text
        return effect in _ANNOUNCING


def _claims(rule: RuleBase, seen: Seen, aim: Aim) -> bool:
    if aim.signature is None:
        return _claims_rewriting(rule, seen, aim)
    if aim.signature.kind == "refusal":
        return _claims_refusal(rule, seen, aim.signature)
    return _claims_message(rule, seen, aim.signature)


def _claims_refusal(rule: RuleBase, seen: Seen, signature: Signature) -> bool:
    text = seen.shown[signature]
    own = tuple(one for one in seen.observation.refusals if one.message == text)
    return shows(rule, Observation(refusals=own), seen.config).shown


def _claims_message(rule: RuleBase, seen: Seen, signature: Signature) -> bool:
    accepted = replace(
        seen.observation, refusals=(), exception=None
    )  # what it said, before whatever came of it in the end
    said = announcement(rule, accepted, seen.config)
    if said is None or said.text != seen.shown[signature]:
        return False
    if _one_of_several(seen, signature) and not {*rule.dormant_fields, *fields_of(rule.predicate)} & set(
        signature.mentions
    ):
        return False
    if _one_of_several(seen, signature) and rule.dormant_fields and signature.mentions[0] not in rule.dormant_fields:
        return False
    return shows(rule, accepted, seen.config).shown


def _one_of_several(seen: Seen, signature: Signature) -> bool:
    """Whether one message speaks of several fields, each for a reason of its own."""
    text = seen.shown[signature]
    return bool(signature.mentions) and sum(other == text for other in seen.shown.values()) > 1


def _claims_rewriting(rule: RuleBase, seen: Seen, aim: Aim) -> bool:
    if aim.announced != (rule.expected.effect == "dormant_announced"):
        return False
    return shows(rule, seen.observation, seen.config).shown


def _longest(rule: RuleBase) -> str:
    """The longest constant text of a rule's message, in single blanks; empty where it claims none."""
    if rule.message_template is None:
        return ""
    texts = (" ".join(text.split()) for text, is_field in parse_template(rule.message_template).parts if not is_field)
    return max(texts, key=len, default="")
