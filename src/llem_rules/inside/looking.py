"""Looking on while a case runs: which lines of the library it reached, and what expressions stood for there."""

import dis
import importlib
import sys
from types import CodeType, FrameType
from typing import Any, Callable, Dict, FrozenSet, List, Optional, Tuple

from .values import text_of

MOST_ASKED = 8  # times that one expression is asked in one case
_LONGEST = 120
_WHOLE = 20000


class Lookout:
    """Watches lines while ``watching`` runs something. ``places``: ``[{"file", "line", "ask": [expressions]}]``.

    An expression is evaluated in the frame that is about to run the line, with the frame's own names. What it raises
    counts as no answer. The process is the case's own, so nothing that an expression does is seen by another case.
    """

    def __init__(self, folder: str, package: str, places: List[Dict[str, Any]]) -> None:
        self._asked: Dict[str, Dict[int, List[str]]] = {}
        for one in places:
            name = folder + str(one["file"])[len(package) + 1 :]
            lines = self._asked.setdefault(name, {})
            lines.setdefault(int(one["line"]), []).extend(one.get("ask", ()))
        self._names = {folder + str(one["file"])[len(package) + 1 :]: str(one["file"]) for one in places}
        self._lines: Dict[CodeType, FrozenSet[int]] = {}
        self._seen: Dict[Tuple[str, int], Dict[str, Any]] = {}

    def watching(self, run: Callable[[], Dict[str, Any]]) -> List[Dict[str, Any]]:
        """``[{"file", "line", "hits", "answers": {expression: [[truth, text], …]}}]`` of the lines that were reached."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            run()
        finally:
            sys.settrace(before)
        return [{"file": file, "line": line, **seen} for (file, line), seen in sorted(self._seen.items())]

    def _enter(self, frame: FrameType, _event: str, _about: Any) -> Optional[Callable[..., Any]]:
        asked = self._asked.get(frame.f_code.co_filename)
        if asked is None:
            return None
        code = frame.f_code
        if code not in self._lines:
            self._lines[code] = frozenset(line for _, line in dis.findlinestarts(code) if line in asked)
        return self._step if self._lines[code] else None

    def _step(self, frame: FrameType, event: str, _about: Any) -> Optional[Callable[..., Any]]:
        if event == "line" and frame.f_lineno in self._lines[frame.f_code]:
            name = frame.f_code.co_filename
            seen = self._seen.setdefault((self._names[name], frame.f_lineno), {"hits": 0, "answers": {}})
            seen["hits"] += 1
            if seen["hits"] <= MOST_ASKED:
                for expression in self._asked[name][frame.f_lineno]:
                    answer = ask(expression, {**frame.f_globals, **frame.f_locals})
                    known = seen["answers"].setdefault(expression, [])
                    if answer is not None and answer not in known:
                        known.append(answer)
        return self._step


def ask(expression: str, names: Dict[str, Any], longest: int = _LONGEST) -> Optional[List[Any]]:
    """Truth and text of an expression's value; None where it has none."""
    try:
        value = eval(compile(expression, "<asked>", "eval"), names)
        return [bool(value), text_of(repr(value), longest)]
    except MemoryError:
        raise
    except Exception:
        return None


def ask_module(module: str, expressions: List[str], package: str) -> Dict[str, Any]:
    """The same for expressions of a module's own names: ``{"answers": {expression: [truth, text] or None}}``."""
    if module.partition(".")[0] != package:
        return {"error": "%s is not inside the package %s" % (module, package)}
    try:
        names = dict(vars(importlib.import_module(module)))
    except Exception as error:
        return {"error": "%s: %s" % (type(error).__name__, text_of(error))}
    return {"answers": {one: ask(one, dict(names), _WHOLE) for one in expressions}}
