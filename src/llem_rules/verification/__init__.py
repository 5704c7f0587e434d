"""Verification: the whole corpus held against the live library, on configs that no rule was written for.

pools (which values) → sampling (which configs) → compare (predicted against observed) → scores and causes → shrinking.
"""

from llem_rules.verification.run import Verification, replay_cases, verify

__all__ = ["Verification", "replay_cases", "verify"]
