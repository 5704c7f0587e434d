"""What a rule says of a config, in the library's words, with the config's own values in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from llem_rules.check.here import HERE
from llem_rules.check.judgement import Finding
from llem_rules.rules.config import Config
from llem_rules.rules.messages import parse_template


def sentence(finding: Finding, kwargs: Mapping[str, Any]) -> str:
    """What a rule says, with the config's own values where the message names them."""
    rule = finding.rule
    if rule.summary:
        return rule.summary
    if rule.message_template is None:
        return f"{', '.join(finding.fields) or 'this config'}: {finding.effect}"
    config = Config.of(kwargs, surroundings=HERE)
    parts = parse_template(rule.message_template).parts
    said = "".join(("…" if text == "*" else str(config.value(text))) if field else text for text, field in parts)
    said = re.sub(r"…[.…]+", "…", said)
    # In a list of issues each begins with its field, which the code frame points at anyway.
    return re.sub(r"^-\s+`[^`]+`:\s+", "", said).strip(" -")
