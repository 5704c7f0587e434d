"""Guided probing: configs put to the live library, and the smallest predicates that separate what was seen.

Data goes one way: ``hints`` and defaults → ``pools`` of values → ``explore`` → ``signatures`` → one ``aim`` for each →
``inference`` (``scan``, ``atoms``, ``learner``, ``trials``) → ``candidates``. What cannot be told is said, with the reason.
``targets`` and ``completing`` put the static miner's unfinished findings to it.
"""

from llem_rules.mining.dynamic.completing import Completed, complete
from llem_rules.mining.dynamic.fields import fields_of_type
from llem_rules.mining.dynamic.hints import Hints, hints_from
from llem_rules.mining.dynamic.probe import Probed, Untold, probe

__all__ = ["Completed", "Hints", "Probed", "Untold", "complete", "fields_of_type", "hints_from", "probe"]
