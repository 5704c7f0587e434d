"""One small class for each kind of change, and the comparisons that find them. ``KINDS`` names them all."""

from llem_rules.graph.changes.compare_rules import rule_changes
from llem_rules.graph.changes.compare_schemas import schema_changes
from llem_rules.graph.changes.model import KINDS, Change, Concern
from llem_rules.graph.changes.rules import RuleChange
from llem_rules.graph.changes.schemas import SchemaChange

__all__ = ["KINDS", "Change", "Concern", "RuleChange", "SchemaChange", "rule_changes", "schema_changes"]
