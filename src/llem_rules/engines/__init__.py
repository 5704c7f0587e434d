"""One module an engine, found through the entry-point group ``llem_rules.engines``. No other room knows an engine's name.

A new engine is one module here (or in a package of your own) and one ``engine_versions/<engine>.yaml``.
"""

from llem_rules.engines.base import Call, Engine, Fixture, Landmark, NativeType, Producer
from llem_rules.engines.registry import engine_for_type, engine_names, find_engine

__all__ = [
    "Call",
    "Engine",
    "Fixture",
    "Landmark",
    "NativeType",
    "Producer",
    "engine_for_type",
    "engine_names",
    "find_engine",
]
