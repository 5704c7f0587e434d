"""The language: kinds of rule, predicates, references, messages, evidence. Imports nothing of ours.

One evaluator (``evaluate``) serves everything. No engine's name and no rule's id stands here.
"""

from llem_rules.rules.config import NOWHERE, Config, Surroundings
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import Dormancy, Invalidity, Invariant, Rule, RuleBase, rule_from, to_document
from llem_rules.rules.parse import PredicateError, parse_predicate
from llem_rules.rules.plain import to_plain

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
