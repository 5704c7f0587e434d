"""What a rule speaks of and a version of the library has not: no config there can be as the rule says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llem_rules.graph.sides import Side
from llem_rules.graph.within import surely_within
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import Field, Test, fields_of


def lacking(side: Side, rule: RuleBase, defaults: Mapping[str, Any]) -> tuple[str, ...]:
    """The native type of a rule, or the fields without which it cannot fire, where a side has not got them.

    ``defaults``: decoded, of the side that the rule is from. Empty where nothing is lacking, where the side holds no schema,
    and where the type takes any keyword there.
    """
    if side.schema is None:
        return ()
    if side.schema.resolve(rule.native_type) is None:
        return (rule.native_type,)
    if side.schema.accepts_unknown(side.schema.resolve(rule.native_type) or ""):
        return ()
    known = side.schema.fields(rule.native_type)
    named = {*fields_of(rule.predicate), *rule.dormant_fields}
    unknown = sorted(name for name in named if name.partition(".")[0] not in known)
    return tuple(name for name in unknown if _has_to_be_given(name, rule, defaults))


def _has_to_be_given(name: str, rule: RuleBase, defaults: Mapping[str, Any]) -> bool:
    if name in rule.dormant_fields and name not in fields_of(rule.predicate):
        return False
    return surely_within(rule.predicate, Field(name.partition(".")[0], (Test("present", True),)), defaults)
