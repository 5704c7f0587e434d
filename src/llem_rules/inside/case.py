"""One case, in the process that is its own: build, validate, build further; what was raised, said and changed."""

import time
from typing import Any, Dict, List, Optional, Tuple

from .capture import Capture
from .names import resolve
from .sites import Sites
from .values import BadValue, Decoder, encode, same

REACHES = ("construct", "validate", "build", "generate")
LONGEST_MESSAGE = 8000
_GONE = object()


class Unbuildable(Exception):
    """The case cannot be put to the library here; the reason is for a person."""


class CaseRunner:
    """Runs cases against the imported library. One instance a process; ``run`` once a process in the reference gear."""

    def __init__(self, engine: Dict[str, Any], sites: Sites, scratch: str) -> None:
        self._engine = engine
        self._sites = sites
        self._package = str(engine["package"])
        self._decoder = Decoder(lambda name: resolve(name, self._package), scratch)

    def run(self, case: Dict[str, Any]) -> Dict[str, Any]:
        """The raw observation of ``{"native_type", "kwargs", "reach"}``; or ``{"unchecked": {"reason", "detail"}}``."""
        name, reach = str(case["native_type"]), str(case.get("reach") or "construct")
        about = self._engine["native_types"].get(name, {})
        try:
            cls = resolve(name, self._package)
        except Exception as error:
            return unchecked("missing-type", "%s: %s" % (type(error).__name__, error))
        capture = Capture(self._sites, tuple(self._engine.get("loggers", ())))
        capture.install()
        observation: Dict[str, Any] = {"stage": "construct"}
        started = time.perf_counter()
        try:
            self._stages(cls, about, case["kwargs"], reach, capture, observation)
        except BadValue as error:
            return unchecked("unbuildable", str(error))
        except MemoryError:
            return unchecked("out-of-memory", "the case went over the memory limit of a case")
        except BaseException as error:
            observation["exception"] = self._exception(error, cls)
        observation["duration_ms"] = round((time.perf_counter() - started) * 1000, 3)
        observation["messages"] = capture.messages
        if capture.dropped:
            observation["messages_dropped"] = capture.dropped
        return observation

    def _stages(
        self, cls: Any, about: Dict[str, Any], kwargs: Dict[str, Any], reach: str, capture: Capture, into: Dict[str, Any]
    ) -> None:
        wanted = REACHES.index(reach)
        base = {key: value for key, value in about.get("base", {}).items() if key not in kwargs}
        given = {**self._decoder.decode(base), **self._decoder.decode(kwargs)}
        built = subject = cls(**given)
        if wanted >= 1:
            for method in about.get("validate", ()):
                into["stage"] = capture.stage = "validate"
                getattr(subject, method)()
        if wanted >= 2 and about.get("build"):
            into["stage"] = capture.stage = "build"
            built = getattr(subject, about["build"])()
        into["effective"] = self._effective(about, kwargs, subject, built)

    def _effective(self, about: Dict[str, Any], kwargs: Dict[str, Any], subject: Any, built: Any) -> Dict[str, Any]:
        changed: Dict[str, Any] = {}
        for name in kwargs:
            if name in about.get("unread", ()):
                continue
            value = read_field(about, name, subject, built)
            if value is _GONE:
                changed[name] = {"$absent": True}
                continue
            # A fresh copy: a library may change a declared list in place.
            declared = self._decoder.decode(kwargs[name])
            if not same(declared, value):
                changed[name] = encode(value)
        return changed

    def _exception(self, error: BaseException, cls: Any) -> Dict[str, Any]:
        described: Dict[str, Any] = {
            "type": type(error).__name__,
            "module": type(error).__module__,
            "mro": [base.__name__ for base in type(error).__mro__ if base is not object],
            "message": _text(error),
            "site": self._sites.of_traceback(error.__traceback__) or self._sites.of_class(cls),
            "field": self._named_field(error),
        }
        listed = self._listed(error, cls)
        if listed is not None:
            described["errors"] = listed
        return described

    def _named_field(self, error: BaseException) -> Optional[str]:
        for attribute in self._engine.get("exception_field", ()):
            value = getattr(error, attribute, None)
            if isinstance(value, str):
                return value
        return None

    def _listed(self, error: BaseException, cls: Any) -> Optional[List[Dict[str, Any]]]:
        """The single errors of a pydantic ValidationError, each with its own field and site."""
        listing = getattr(error, "errors", None)
        if type(error).__name__ != "ValidationError" or not callable(listing):
            return None
        try:
            entries: Tuple[Dict[str, Any], ...] = tuple(listing())
        except Exception:
            return None
        found = []
        for entry in entries:
            location = [str(part) for part in entry.get("loc", ())]
            cause = (entry.get("ctx") or {}).get("error")
            site = self._sites.of_traceback(cause.__traceback__) if isinstance(cause, BaseException) else None
            field = location[0] if location else (self._named_field(cause) if isinstance(cause, BaseException) else None)
            if site is None and location:
                site = self._sites.of_field(cls, location[0])
            found.append(
                {
                    "field": field,
                    "path": ".".join(location),
                    "type": str(entry.get("type")),
                    "message": str(entry.get("msg"))[:LONGEST_MESSAGE],
                    "exception": type(cause).__name__ if isinstance(cause, BaseException) else None,
                    "site": site,
                }
            )
        return found


def read_field(about: Dict[str, Any], name: str, subject: Any, built: Any) -> Any:
    """The value that a declared field has in the end, or a marker where it is gone."""
    places = about.get("places", {}).get(name)
    if built is not subject:
        for path in [places] if places else [section + "." + name for section in about.get("sections", ())]:
            value = _follow(built, path)
            if value is not _GONE:
                return value
    try:
        return getattr(subject, about.get("attributes", {}).get(name, name))
    except AttributeError:
        return _GONE
    except Exception as error:
        return "unreadable: %s" % type(error).__name__


def _follow(start: Any, path: str) -> Any:
    value = start
    for part in path.split("."):
        if value is None:
            return _GONE
        try:
            value = getattr(value, part)
        except Exception:
            return _GONE
    return value


def _text(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST_MESSAGE]
    except Exception:
        return "<the exception cannot be printed>"


def unchecked(reason: str, detail: str) -> Dict[str, Any]:
    """An observation that says why there is none."""
    return {"unchecked": {"reason": reason, "detail": detail[:2000]}}
