"""One line that says what a rule is about."""

from __future__ import annotations

import json
import re

from llem_rules.reporting.condition import clause, sentence
from llem_rules.rules.kinds import DormantField, RuleBase
from llem_rules.rules.messages import parse_template

_LONGEST = 160
_DOTS = re.compile(r"…[…\s]*…")
_LISTED = re.compile(r"^-\s+`[^`]+`:\s+")  # an issue in a list begins with its field


def title(rule: RuleBase) -> str:
    """The summary that a person wrote, else what the library says, else what becomes of which field, else when."""
    if rule.summary:
        return rule.summary
    if rule.message_template is not None:
        parts = parse_template(rule.message_template).parts
        said = "".join("…" if field else text for text, field in parts)
        line = " ".join(_LISTED.sub("", said).strip(" -").split())
        if re.search(r"\w", line):
            return _DOTS.sub("…", line)
    become = [_becomes(name, one) for name, one in rule.dormant_fields.items()]
    if become:
        return "; ".join(become)
    when = sentence(clause(rule.predicate))
    return f"Fires when {when if len(when) <= _LONGEST else when[:_LONGEST].rpartition(' ')[0] + ' …'}"


def _becomes(name: str, one: DormantField) -> str:
    if not one.replaced:
        return f"{name} has no effect"
    if one.effective == {"$absent": True}:
        return f"{name} is dropped"
    return f"{name} becomes {json.dumps(one.effective, ensure_ascii=False, default=repr)}"
