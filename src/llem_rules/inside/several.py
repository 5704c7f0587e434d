"""Several cases in one process, the library's state put back between them: the fast gear.

What it shows is a lead until it has been checked: a case that needs a process of its own is not seen here, and says so.
"""

import _thread
import sys
from typing import Any, Callable, Dict

from .baseline import Baseline
from .case import unchecked
from .guarding import Guard

Run = Callable[[Dict[str, Any]], Dict[str, Any]]


class Several:
    """Runs cases one after the other. ``spent``: the process is no longer what it was, and the next case needs another."""

    def __init__(self, run: Run, baseline: Baseline) -> None:
        self.spent = False
        self._run = run
        self._baseline = baseline
        self._guard = Guard()

    def see(self, case: Dict[str, Any]) -> Dict[str, Any]:
        """The raw observation of a case."""
        guard, baseline = self._guard, self._baseline
        modules, threads = len(sys.modules), _thread._count()
        baseline.enter()
        guard.stopped, guard.listening = None, True
        try:
            observation = self._run(case)
        finally:
            guard.listening = False
            changed = baseline.restore()
        if guard.stopped is not None:
            self.spent = True  # it was stopped anywhere, so anything may be half done
            return unchecked(*guard.stopped)
        if _thread._count() > threads:
            self.spent = True
            return unchecked("starts-thread", "it starts a thread")
        # A module is imported once. What its import said or did would be done again in a fork for the next case.
        self.spent |= len(sys.modules) != modules and (changed or bool(observation.get("messages")))
        if baseline.drew:
            return unchecked("draws", "it draws random numbers")
        return observation
