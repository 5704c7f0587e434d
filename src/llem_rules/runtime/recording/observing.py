"""``observe``: a context around a worker's body, and the one line that it leaves."""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Tuple, Type

from llem_rules.inside.raised import describe_exception
from llem_rules.inside.values import encode
from llem_rules.runtime.recording import listening
from llem_rules.runtime.recording.appending import append_record
from llem_rules.runtime.recording.collecting import Collected, Sink
from llem_rules.runtime.recording.effective import read_back
from llem_rules.runtime.recording.hashing import hash_of
from llem_rules.runtime.recording.placing import Places

SCHEMA_VERSION = 1
# Attributes under which exceptions name the field that they are about.
_FIELD_NAMES = ("parameter", "param", "field", "field_name")
Sections = Dict[str, Dict[str, Any]]


def observe(
    path: Any,
    *,
    study_run_id: str,
    engine: str,
    config: Mapping[str, Any],
    cycle: int = 0,
    native_type: Optional[str] = None,
) -> Observer:
    """Record what an engine does with one config: ``with observe(…) as seen:`` around the worker's body.

    ``config`` maps native types to their arguments; with ``native_type`` it is the arguments of that one. One line is added to
    ``path`` when the body ends, however it ends; what it raises is recorded, and goes on. A body that takes its whole process
    down is for ``supervise``.

    Raises:
        OSError: (when a body ends well) the line could not be written.
    """
    return Observer(path, Run(study_run_id, engine, sections_of(config, native_type), cycle))


def report(built: Any, native_type: Optional[str] = None) -> None:
    """Tell the innermost observer of this thread what the engine made of the config. Nothing where nobody observes."""
    found = listening.innermost()
    if isinstance(found, Observer):
        found.report(built, native_type)


def sections_of(config: Mapping[str, Any], native_type: Optional[str]) -> Sections:
    """A config by native type, its values as JSON has them (in the tagged form).

    Raises:
        ValueError: it is not a mapping from native types to mappings.
    """
    sections = {native_type: config} if native_type is not None else config
    made = {}
    for name, kwargs in sections.items():
        if not isinstance(name, str) or "." not in name or not isinstance(kwargs, (Mapping, type(None))):
            raise ValueError("%r: a config maps native types to their arguments; else name the native_type" % (name,))
        made[name] = {str(key): plain(value) for key, value in (kwargs or {}).items()}
    return made


def plain(value: Any) -> Any:
    """A value as JSON has it; what is in the tagged form already stays so."""
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else encode(value)


class Run:
    """What one line is about. ``sections``: the declared config by native type."""

    def __init__(self, study_run_id: str, engine: str, sections: Sections, cycle: int) -> None:
        self.study_run_id, self.engine, self.sections, self.cycle = study_run_id, engine, sections, cycle
        self.packages: Tuple[str, ...] = tuple(dict.fromkeys(name.partition(".")[0] for name in sections)) or (engine,)

    def record(self, outcome: str, seen: Collected, process: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """The line, as a mapping. ``process``: how it ended, where a parent saw it."""
        made = {
            "schema_version": SCHEMA_VERSION,
            "study_run_id": self.study_run_id,
            "config_hash": hash_of(self.sections),
            "cycle": self.cycle,
            "engine": self.engine,
            "library_version": seen.library_version,
            "config": self.sections,
            "outcome": outcome,
            "messages": seen.messages,
            "messages_dropped": seen.dropped,
            "exception": seen.exception,
            "effective": seen.effective,
            "observed_config_hash": hash_of(seen.observed) if seen.observed else None,
        }
        return made if process is None else {**made, "process": process}


class Observer:
    """Listens while its body runs. ``stage``: what the body is at (``construct``, ``validate``, ``build``, ``generate``), if it

    says so. ``sink``: to whom everything is told at once; then no line is written here.
    """

    def __init__(self, path: Any, run: Run, sink: Optional[Sink] = None) -> None:
        self.stage: Optional[str] = None
        self.thread = 0
        self._path = os.fspath(path)
        self._run = run
        self._sink = sink
        self._seen = Collected(sink)
        self._places = Places(run.packages)

    def __enter__(self) -> Observer:
        self._seen = Collected(self._sink)
        self.thread = threading.get_ident()
        self._places.forget_what_was_said()
        listening.listen(self)
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], _where: Optional[TracebackType]
    ) -> None:
        listening.leave(self)
        if error is not None and not _is_clean_exit(error):
            self.note_exception(error)
        self._seen.close(self._places.version())
        if self._sink is None:
            self._append("success" if self._seen.exception is None else "exception", error)

    def _append(self, outcome: str, error: Optional[BaseException]) -> None:
        try:
            append_record(self._path, self._run.record(outcome, self._seen))
        except OSError as problem:
            if error is None:
                raise
            # What the body raised matters more to whoever catches it; the loss is said all the same.
            sys.stderr.write("llem-rules: %s cannot be written: %s\n" % (self._path, problem))

    def report(self, built: Any, native_type: Optional[str] = None) -> None:
        """The object that the engine made of the config (or a mapping of effective values): what was kept, the hash of it all.

        Raises:
            ValueError: the config has several native types, and it is not said which this is.
        """
        name = native_type or self._only_type(built)
        effective, state = read_back(self._run.sections.get(name, {}), built)
        self._seen.of_version(self._places.version())
        self._seen.keep(name, effective, hash_of(state))

    def _only_type(self, built: Any) -> str:
        named = [name for name in self._run.sections if name.rpartition(".")[2] == type(built).__name__]
        known = named or list(self._run.sections)
        if len(known) != 1:
            raise ValueError("name the native_type: one of %s" % ", ".join(self._run.sections))
        return known[0]

    def note_exception(self, error: BaseException) -> None:
        """Record an exception as what the run ended with."""
        sites = next(self._places.sites(), None)
        if sites is None:
            kinds = [base.__name__ for base in type(error).__mro__ if base is not object]
            described: Dict[str, Any] = {
                "type": type(error).__name__,
                "mro": kinds,
                "message": str(error),
                "site": None,
            }
            described.update(module=type(error).__module__, field=None)
        else:
            described = describe_exception(error, object, sites, _FIELD_NAMES)
        self._seen.fail({**described, "stage": self.stage})

    def owns(self, logger_name: str) -> bool:
        """Whether a logger is the engine's."""
        return self._places.owns(logger_name)

    def say(self, channel: str, level: str, text: str, more: Any) -> None:
        """Something was said. Its place is looked for once."""
        known = self._seen.is_known(channel, level, text, self.stage)
        site = None if known else self._places.of_stack(sys._getframe(2))
        if not known:
            self._seen.of_version(self._places.version())
        self._seen.say(channel, level, text, self.stage, site, more)

    @property
    def record(self) -> Dict[str, Any]:
        """The line as it would be now."""
        return self._run.record("success" if self._seen.exception is None else "exception", self._seen)


def _is_clean_exit(error: BaseException) -> bool:
    return isinstance(error, SystemExit) and error.code in (None, 0)
