"""The recorder: what an engine says and does while a worker runs, one line a run in ``runtime_observations.jsonl``.

Standard library only, Python 3.9 or newer: it is imported by workers in whatever environment an engine lives.
"""

from llem_rules.runtime.recording.hashing import hash_of
from llem_rules.runtime.recording.observing import Observer, observe, report
from llem_rules.runtime.recording.supervising import supervise

__all__ = ["Observer", "hash_of", "observe", "report", "supervise"]
