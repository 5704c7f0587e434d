"""Lifts: what a native type declares of its fields, as invariants with exact boundaries.

``inside/lifting.py`` reads the declarations in the live library and tries a grid of values; here they become candidates,
and what does not agree with the grid, or cannot be said, becomes a note. Nothing here reads source.
"""

from llem_rules.mining.lift.lifted import Lifted, lift, read_declarations

__all__ = ["Lifted", "lift", "read_declarations"]
