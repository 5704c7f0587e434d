"""The static miner: effect sites in the library's source, with their complete path conditions as predicates.

``mine`` runs the stages of a native type; ``execute`` and ``evaluate`` follow the source with symbolic values (``symbols``)
under formulas (``formulas``); ``settle`` makes predicates of them. No engine is named here, and nothing of the library is run.
"""

from llem_rules.mining.static.mine import Exploration, explore, mine_static

__all__ = ["Exploration", "explore", "mine_static"]
