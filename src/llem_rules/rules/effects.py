"""The words for what a library does, and which is worse. Plain values: no model of a rule is needed to judge with them."""

from __future__ import annotations

from typing import Literal

Effect = Literal["error", "warn", "dormant_announced", "dormant_silent", "pass"]
Channel = Literal["exception", "warnings", "logger", "none"]
Reach = Literal["construct", "validate", "build", "generate"]
# From the worst for a person to the best: what nobody notices is worse than what was said.
SEVERITY: tuple[Effect, ...] = ("error", "dormant_silent", "dormant_announced", "warn", "pass")
