"""What parameters each native type takes, from the live library, as one JSON Schema document an engine."""

from llem_rules.discovery.schema import discover, schema_text

__all__ = ["discover", "schema_text"]
