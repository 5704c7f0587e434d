"""Proved facts about how LLM inference engines treat their configuration.

Public API is re-exported lazily, so that ``import llem_rules`` stays cheap for hooks and command-line start-up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from llem_rules.check import Corpus as Corpus
    from llem_rules.check import Finding as Finding
    from llem_rules.check import Judgement as Judgement
    from llem_rules.check.asking import check as check
    from llem_rules.in_code import InvalidConfig as InvalidConfig
    from llem_rules.in_code import assert_valid_config as assert_valid_config
    from llem_rules.in_code import checked as checked
    from llem_rules.in_code import effective_config as effective_config
    from llem_rules.in_code import explain as explain
    from llem_rules.rules import Dormancy as Dormancy
    from llem_rules.rules import Invalidity as Invalidity
    from llem_rules.rules import Invariant as Invariant
    from llem_rules.rules import Rule as Rule

_HOMES = {
    "Corpus": "llem_rules.check",
    "Dormancy": "llem_rules.rules",
    "Finding": "llem_rules.check",
    "Invalidity": "llem_rules.rules",
    "Invariant": "llem_rules.rules",
    "Judgement": "llem_rules.check",
    "Rule": "llem_rules.rules",
    "InvalidConfig": "llem_rules.in_code",
    "assert_valid_config": "llem_rules.in_code",
    "check": "llem_rules.in_code",
    "checked": "llem_rules.in_code",
    "effective_config": "llem_rules.in_code",
    "explain": "llem_rules.in_code",
}

__all__ = [
    "Corpus",
    "Dormancy",
    "Finding",
    "InvalidConfig",
    "Invalidity",
    "Invariant",
    "Judgement",
    "Rule",
    "__version__",
    "assert_valid_config",
    "check",
    "checked",
    "effective_config",
    "explain",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
