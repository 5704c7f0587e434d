"""Found by every Python that ``llem-rules observe`` starts, before its own ``sitecustomize``: it starts the recorder.

The worker's interpreter need not have llem-rules: the recorder is loaded from where it lies, and needs nothing else.
"""

from __future__ import annotations

import atexit
import importlib.machinery
import importlib.util
import json
import os
import sys
from typing import Any, Dict


def _load(package: str) -> None:
    """``llem_rules`` as a package, where the interpreter does not have it by itself."""
    if importlib.util.find_spec("llem_rules") is None:
        spec: Any = importlib.util.spec_from_file_location(
            "llem_rules", os.path.join(package, "__init__.py"), submodule_search_locations=[package]
        )
        module = importlib.util.module_from_spec(spec)
        sys.modules["llem_rules"] = module
        spec.loader.exec_module(module)


def _begin(told: Dict[str, Any]) -> None:
    _load(told["package"])
    from llem_rules.runtime.recording.collecting import Spool
    from llem_rules.runtime.recording.observing import Observer, Run

    observer = Observer(os.devnull, Run(told["run"], told["engine"], told["sections"], 0), Spool(told["spool"]))
    observer.__enter__()
    before = sys.excepthook

    def hook(kind: Any, error: BaseException, traceback: Any) -> None:
        if isinstance(error, Exception):
            observer.note_exception(error)
        before(kind, error, traceback)

    sys.excepthook = hook
    atexit.register(observer.__exit__, None, None, None)


def _next() -> None:
    """The ``sitecustomize`` that this one stands before."""
    here = os.path.dirname(os.path.abspath(__file__))
    paths = [path for path in sys.path if os.path.abspath(path or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", paths)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


if "LLEM_RULES_OBSERVE" in os.environ:
    _begin(json.loads(os.environ["LLEM_RULES_OBSERVE"]))
_next()
