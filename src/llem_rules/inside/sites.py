"""Where in the library something happened: file, function and line of the innermost frame inside its package."""

import inspect
import sys
from types import CodeType, FrameType, TracebackType
from typing import Any, Dict, Optional, Tuple

Site = Dict[str, Any]
_INLINED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})


class Sites:
    """Attributes frames to the library. ``helpers`` are files that only pass a message on (its logging module).

    What such a file raises is its own all the same.
    """

    def __init__(self, package: str, folder: str, helpers: Tuple[str, ...]) -> None:
        self._package = package
        self._folder = folder
        self._helpers = helpers

    def of_stack(self, frame: Optional[FrameType]) -> Optional[Site]:
        """The innermost frame of the library, from a frame outwards."""
        while frame is not None:
            site = self._site(frame.f_code, frame.f_lineno, frame)
            if site is not None and site["file"] not in self._helpers:
                return site
            frame = frame.f_back
        return None

    def of_traceback(self, traceback: Optional[TracebackType]) -> Optional[Site]:
        """The innermost frame of the library that an exception passed through."""
        found = None
        while traceback is not None:
            frame = traceback.tb_frame
            found = self._site(frame.f_code, traceback.tb_lineno, frame) or found
            traceback = traceback.tb_next
        return found

    def of_field(self, owner: Any, field: str) -> Optional[Site]:
        """The class that declares a field, for constraints that no code of the library's raises."""
        for cls in getattr(owner, "__mro__", ()):
            if field in _own_annotations(cls):
                return self.of_class(cls)
        return None

    def of_class(self, cls: Any) -> Optional[Site]:
        """A class itself: the site of what Python raises for it, such as an unknown keyword."""
        module = sys.modules.get(getattr(cls, "__module__", ""))
        name = self._relative(getattr(module, "__file__", None) or "")
        return {"file": name, "function": cls.__qualname__, "line": 0} if name else None

    def _relative(self, filename: str) -> Optional[str]:
        if not self._folder or not filename.startswith(self._folder):
            return None
        return self._package + "/" + filename[len(self._folder) :]

    def _site(self, code: CodeType, line: int, frame: FrameType) -> Optional[Site]:
        name = self._relative(code.co_filename)
        if name is None:
            return None
        return {"file": name, "function": _qualified(code, frame), "line": line}


def _own_annotations(cls: Any) -> Dict[str, Any]:
    try:
        return inspect.get_annotations(cls)
    except Exception:  # Python 3.9 has no such function; 3.14 evaluates what may not be there
        return vars(cls).get("__annotations__") or {}


def _qualified(code: CodeType, frame: FrameType) -> str:
    # From Python 3.12 on these have no frame of their own (PEP 709): what happens in one is the function's around it.
    while code.co_name in _INLINED and frame.f_back is not None:
        frame = frame.f_back
        code = frame.f_code
    known = getattr(code, "co_qualname", None)  # Python 3.11 and newer
    if isinstance(known, str):
        return known.replace(".<locals>", "")
    owner = frame.f_locals.get("self", frame.f_locals.get("cls"))
    cls = owner if isinstance(owner, type) else type(owner)
    for base in cls.__mro__ if owner is not None else ():
        member = base.__dict__.get(code.co_name)
        inner = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
        if getattr(inner, "__code__", None) is code:
            return "%s.%s" % (base.__qualname__, code.co_name)
    return code.co_name
