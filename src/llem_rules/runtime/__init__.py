"""What runs in the field: recording what an engine does with a study's configs, and what can be learned from it.

``recording`` runs inside a study's workers: standard library only, so that importing this package costs nothing. All other
modules read what was recorded, and stand on the floors below. Nothing here writes a rule file; a person's command does.
"""

from llem_rules.runtime.recording import Observer, hash_of, observe, report, supervise

__all__ = ["Observer", "hash_of", "observe", "report", "supervise"]
