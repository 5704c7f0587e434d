"""People's choice of parameters beside what the library declares: what is exposed, missing, stale, narrower or wider.

models (what people wrote) → comparing (against the discovered schema) → decisions (a file that a person fills in) → applying.
Only ``applying`` changes the models' source, and only as a decision says.
"""

from llem_rules.curation.applying import applied
from llem_rules.curation.comparing import Standing, standings
from llem_rules.curation.decisions import Decision, Decisions, decisions_text, open_decisions, read_decisions
from llem_rules.curation.models import CuratedField, curated_models, source_of

__all__ = [
    "CuratedField",
    "Decision",
    "Decisions",
    "Standing",
    "applied",
    "curated_models",
    "decisions_text",
    "open_decisions",
    "read_decisions",
    "source_of",
    "standings",
]
