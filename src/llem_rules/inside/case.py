"""One case, in the process that is its own: build, validate, build further; what was raised, said and changed."""

import time
from typing import Any, Dict, Tuple

from .capture import Capture
from .decoding import BadValue, Decoder
from .names import resolve
from .raised import describe_exception, is_out_of_memory
from .sites import Sites
from .values import encode, same

REACHES = ("construct", "validate", "build", "generate")
_GONE = object()


class CaseRunner:
    """Runs cases against the imported library. One instance a process; ``run`` once a process in the reference gear."""

    def __init__(self, engine: Dict[str, Any], sites: Sites, decoder: Decoder) -> None:
        self._engine = engine
        self._sites = sites
        self._package = str(engine["package"])
        self._decoder = decoder

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
            subject, built = self._stages(cls, about, case["kwargs"], reach, capture, observation)
        except BadValue as error:
            return unchecked("unbuildable", str(error))
        except BaseException as error:
            if is_out_of_memory(error):
                return unchecked("out-of-memory", "the case went over the memory limit of a case")
            names = tuple(self._engine.get("exception_field", ()))
            observation["exception"] = describe_exception(error, cls, self._sites, names)
        else:
            # What properties say or raise when we read them back is not what the user's config did.
            capture.close()
            observation["effective"] = self._effective(about, case["kwargs"], subject, built)
        observation["duration_ms"] = round((time.perf_counter() - started) * 1000, 3)
        observation["messages"] = capture.messages
        if capture.dropped:
            observation["messages_dropped"] = capture.dropped
        return observation

    def _stages(
        self,
        cls: Any,
        about: Dict[str, Any],
        kwargs: Dict[str, Any],
        reach: str,
        capture: Capture,
        into: Dict[str, Any],
    ) -> Tuple[Any, Any]:
        wanted = REACHES.index(reach)
        base = {key: value for key, value in about.get("base", {}).items() if key not in kwargs}
        given = {**self._decoder.decode(base), **self._decoder.decode(kwargs)}
        built = subject = cls(**given)
        if wanted >= 1:
            for call in about.get("validate", ()):
                arguments = self._decoder.decode(call["args"])
                into["stage"] = capture.stage = "validate"
                getattr(subject, call["method"])(*arguments)
        if wanted >= 2 and about.get("build"):
            into["stage"] = capture.stage = "build"
            built = getattr(subject, about["build"])()
        return subject, built

    def _effective(self, about: Dict[str, Any], kwargs: Dict[str, Any], subject: Any, built: Any) -> Dict[str, Any]:
        changed: Dict[str, Any] = {}
        for name, given in kwargs.items():
            if name in about.get("unread", ()):
                continue
            try:
                value = read_field(about, name, subject, built)
                # A fresh copy of what was declared: a library may change a list in place.
                if value is _GONE:
                    changed[name] = {"$absent": True}
                elif not same(self._decoder.decode(given), value):
                    changed[name] = encode(value)
            except MemoryError:
                raise
            except Exception as error:
                changed[name] = {"$object": "unreadable: %s" % type(error).__name__}
        return changed


def read_field(about: Dict[str, Any], name: str, subject: Any, built: Any) -> Any:
    """The value that a declared field has in the end, or a marker where it is gone. What reading it raises passes through."""
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


def unchecked(reason: str, detail: str) -> Dict[str, Any]:
    """An observation that says why there is none."""
    return {"unchecked": {"reason": reason, "detail": detail[:2000]}}
