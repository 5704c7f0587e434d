"""Where a live library runs: ``venv`` (isolated, pinned, cached), ``here`` (this interpreter); and sessions with a worker.

Knows processes and folders; knows nothing of rules' verdicts.
"""

from llem_rules.environments.facts import Facts
from llem_rules.environments.memory import Library, RememberingSession
from llem_rules.environments.session import Session
from llem_rules.environments.settings import Limits
from llem_rules.environments.worker import LocalPython

__all__ = ["Facts", "Library", "Limits", "LocalPython", "RememberingSession", "Session"]
