"""What a rule says of a config, in the library's words, with the config's own values in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from llem_rules.check.here import HERE
from llem_rules.check.judgement import Finding
from llem_rules.rules.config import Config
from llem_rules.rules.messages import parse_template
from llem_rules.rules.values import SCALARS


def sentence(finding: Finding, kwargs: Mapping[str, Any]) -> str:
    """What a rule says, with the config's own values where the message names them."""
    rule = finding.rule
    if rule.summary:
        return rule.summary
    if rule.message_template is None:
        return f"{', '.join(finding.fields) or 'this config'}: {_without_words(finding, kwargs)}"
    config = Config.of(kwargs, surroundings=HERE)
    parts = parse_template(rule.message_template).parts
    said = "".join(("…" if text == "*" else str(config.value(text))) if field else text for text, field in parts)
    said = re.sub(r"…[.…]+", "…", said)
    # In a list of issues each begins with its field, which the code frame points at anyway.
    return re.sub(r"^-\s+`[^`]+`:\s+", "", said).strip(" -")


_EFFECTS = {"warn": "something is said of it", "pass": "as the library means it"}


def _without_words(finding: Finding, kwargs: Mapping[str, Any]) -> str:
    """What is said where the library says nothing that could be quoted."""
    if finding.effect != "error":
        return _EFFECTS.get(finding.effect, "has no effect")
    value = kwargs.get(finding.fields[0]) if len(finding.fields) == 1 else None
    got = f", got {value!r}" if value.__class__ in SCALARS and value is not None else ""
    return f"refused with {finding.rule.expected.exception or 'an exception'}{got}"
