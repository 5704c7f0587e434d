"""Why a site cannot be reached here: the guards on the way to it, on what they depend, and what the live library answers.

Says "needs a model", "needs a package" and the like only where that was shown; knows nothing of rules.
"""

from llem_rules.mining.reach.reasons import Look, Reasons

__all__ = ["Look", "Reasons"]
