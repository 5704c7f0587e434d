"""Which rule holds on which version of a library: every rule replayed on each, and what became of it between neighbours.

releases (which versions) → one (a version, replayed) → shelf (kept: a sweep goes on where it was) → matrix (all of them).
Knows nothing of how a matrix is shown.
"""

from llem_rules.compat.matrix import matrix_of, unknown_in
from llem_rules.compat.one import replay_version
from llem_rules.compat.releases import choose
from llem_rules.compat.shelf import Shelf
from llem_rules.compat.sweep import Heeding, Sweep, sweep

__all__ = ["Heeding", "Shelf", "Sweep", "choose", "matrix_of", "replay_version", "sweep", "unknown_in"]
