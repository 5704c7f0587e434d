"""Whether a version of a library still has what the producers rely on, and what is nearest to what it has not.

Knows landmarks and pins; knows nothing of rules.
"""

from llem_rules.probing.landmarks import Wanted, landmarks_of
from llem_rules.probing.probe import bare, declared, judge, probe

__all__ = ["Wanted", "bare", "declared", "judge", "landmarks_of", "probe"]
