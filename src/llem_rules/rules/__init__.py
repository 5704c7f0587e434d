"""The language: kinds, predicates, references, messages, evidence. Imports nothing of ours.

One evaluator (``evaluate``) serves everything. No engine's name and no rule's id stands here. What this module re-exports is
loaded on first use: the models of rules cost more than all of judging a config.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llem_rules.rules.config import NOWHERE, Config, Surroundings
    from llem_rules.rules.evaluate import compile_predicate
    from llem_rules.rules.kinds import Dormancy, Invalidity, Invariant, Rule, RuleBase, rule_from, to_document
    from llem_rules.rules.parse import PredicateError, parse_predicate
    from llem_rules.rules.plain import to_plain

_HOMES = {
    "config": ("NOWHERE", "Config", "Surroundings"),
    "evaluate": ("compile_predicate",),
    "kinds": ("Dormancy", "Invalidity", "Invariant", "Rule", "RuleBase", "rule_from", "to_document"),
    "parse": ("PredicateError", "parse_predicate"),
    "plain": ("to_plain",),
}

__all__ = [
    "NOWHERE",
    "Config",
    "Dormancy",
    "Invalidity",
    "Invariant",
    "PredicateError",
    "Rule",
    "RuleBase",
    "Surroundings",
    "compile_predicate",
    "parse_predicate",
    "rule_from",
    "to_document",
    "to_plain",
]


def __getattr__(name: str) -> object:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
