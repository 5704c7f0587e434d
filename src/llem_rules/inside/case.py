"""One case, in the process that is its own: build, validate, build further, use; what was raised, said and changed."""

import dataclasses
import time
from typing import Any, Dict, List, Tuple

from .capture import Capture
from .decoding import BadValue, Decoder
from .names import resolve
from .raised import describe_exception, is_out_of_memory
from .sites import Sites
from .using import STAGE, Make, Uses
from .values import encode, same
from .waiting import Waits
from .watching import Unseen

REACHES = ("construct", "validate", "build", STAGE)
_GONE = object()
_PLAIN = frozenset((bool, int, float, str))


class CaseRunner:
    """Runs cases against the imported library; ``run`` once a process in the reference gear."""

    def __init__(self, engine: Dict[str, Any], sites: Sites, decoder: Decoder, uses: Uses) -> None:
        self._engine = engine
        self._sites = sites
        self._package = str(engine["package"])
        self._decoder = decoder
        self._uses = uses
        self._classes: Dict[str, Any] = {}
        self._loggers = tuple(engine.get("loggers", ()))
        self._waits = Waits()

    def run(self, case: Dict[str, Any]) -> Dict[str, Any]:
        """The raw observation of ``{"native_type", "kwargs", "reach"}``; or ``{"unchecked": {"reason", "detail"}}``."""
        name, reach = str(case["native_type"]), str(case.get("reach") or "construct")
        about = self._engine["native_types"].get(name, {})
        try:
            cls = self._classes.get(name) or self._classes.setdefault(name, resolve(name, self._package))
        except Exception as error:
            return unchecked("missing-type", "%s: %s" % (type(error).__name__, error))
        use = self._uses.of(name, reach)
        if isinstance(use, str):
            return unchecked("unusable", use)
        capture = Capture(self._sites, self._loggers)
        capture.install()
        observation: Dict[str, Any] = {"stage": "construct"}
        started = time.perf_counter()
        self._waits.begin()
        try:
            subject, built = self._stages(cls, about, case["kwargs"], reach, capture, observation)
            if use is not None:
                observation["stage"] = capture.stage = STAGE
                observation["use"] = use.observe(
                    built, self._given(about, case["kwargs"]), self._without(cls, about, case["kwargs"]), capture.close
                )
        except BadValue as error:
            return unchecked("unbuildable", str(error))
        except Unseen as error:
            return unchecked("unseen", str(error))
        except BaseException as error:
            if is_out_of_memory(error):
                return unchecked("out-of-memory", "the case went over the memory limit of a case")
            names = tuple(self._engine.get("exception_field", ()))
            observation["exception"] = describe_exception(error, cls, self._sites, names)
        else:
            # What properties say or raise when we read them back is not what the user's config did.
            capture.close()
            observation["effective"] = self._effective(about, case["kwargs"], subject, built)
        finally:
            self._waits.end()
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
        built = subject = cls(**self._given(about, kwargs, base=True))
        if wanted >= 1:
            for call in about.get("validate", ()):
                arguments = self._decoder.decode(call["args"])
                into["stage"] = capture.stage = "validate"
                getattr(subject, call["method"])(*arguments)
        if wanted >= 2 and about.get("build"):
            into["stage"] = capture.stage = "build"
            built = getattr(subject, about["build"])()
        return subject, built

    def _given(self, about: Dict[str, Any], kwargs: Dict[str, Any], *, base: bool = False) -> Dict[str, Any]:
        more = {key: value for key, value in about.get("base", {}).items() if base and key not in kwargs}
        return {**self._decoder.decode(more), **self._decoder.decode(kwargs)}

    def _without(self, cls: Any, about: Dict[str, Any], kwargs: Dict[str, Any]) -> Make:
        def make(name: str) -> Any:
            fewer = {key: value for key, value in kwargs.items() if key != name}
            # A capture that is closed: what is said of another config is not said of this one.
            silent = Capture(self._sites, ())
            return self._stages(cls, about, fewer, "build", silent, {})[1]

        return make

    def _effective(self, about: Dict[str, Any], kwargs: Dict[str, Any], subject: Any, built: Any) -> Dict[str, Any]:
        changed: Dict[str, Any] = {}
        unread = {*about.get("unread", ()), *_handed_on(type(subject))}
        for name, given in kwargs.items():
            if given is None or name in unread:
                continue  # None is the libraries' word for "not given": whatever becomes of it, nothing was rewritten
            try:
                value = read_field(about, name, subject, built)
                if type(value) in _PLAIN and type(value) is type(given) and value == given:
                    continue
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


def _handed_on(cls: Any) -> List[str]:
    """The arguments of a dataclass that it hands on and keeps nowhere (``InitVar``): what reads back is not what was given."""
    declared = getattr(cls, "__dataclass_fields__", {})
    return [name for name, field in declared.items() if field._field_type is dataclasses._FIELD_INITVAR]  # type: ignore[attr-defined]


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
