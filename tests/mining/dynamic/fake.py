"""A library in this process: toy classes are really built, and what they do is written down as the worker writes it."""

from __future__ import annotations

import copy
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from llem_rules.engines.base import Engine
from llem_rules.environments import Facts
from llem_rules.environments.session import Case, Done

FILE = "toy/toys.py"
_SAID: list[dict[str, Any]] = []


def say(text: str, level: str = "WARNING") -> None:
    """What a toy's logger says."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    code = frame.f_back.f_code
    site = {"file": _file(code.co_filename), "function": code.co_qualname, "line": frame.f_back.f_lineno}
    _SAID.append({"channel": "logger", "level": level, "text": text, "site": site})


class Toy:
    """Fields with defaults; ``check`` refuses, warns and rewrites."""

    defaults: ClassVar[dict[str, Any]]
    size: Any  # what some toy assigns
    least: Any
    length: Any
    top: Any

    def __init__(self, **given: Any) -> None:
        unknown = given.keys() - self.defaults.keys()
        if unknown:
            raise TypeError(f"unexpected keyword argument {sorted(unknown)[0]!r}")
        for name, value in {**copy.deepcopy(self.defaults), **given}.items():
            setattr(self, name, value)
        self.check()

    def __getattr__(self, name: str) -> Any:  # for the type checker: fields are set by name
        raise AttributeError(name)

    def check(self) -> None:
        """What the toy does with its fields."""


def observe(make: Callable[..., Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The raw observation of one construction."""
    _SAID.clear()
    raw: dict[str, Any] = {"stage": "construct"}
    try:
        made = make(**copy.deepcopy(kwargs))
    except Exception as error:  # noqa: BLE001 - whatever a toy throws
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename.startswith("toy/")]
        frame = (own or frames)[-1]
        site = {"file": _file(frame.filename), "function": frame.name, "line": frame.lineno}
        mro = [base.__name__ for base in type(error).__mro__ if base is not object]
        raw["exception"] = {"mro": mro, "message": str(error), "site": site, "field": None}
    else:
        read = {name: getattr(made, name) for name in kwargs}
        raw["effective"] = {n: read[n] for n, given in kwargs.items() if not _same(given, read[n])}
    raw["messages"] = [dict(message) for message in _SAID]
    return raw


def _file(name: str) -> str:
    return name if name.startswith("toy/") else FILE


def _same(given: Any, effective: Any) -> bool:
    nan = given != given and effective != effective  # noqa: PLR0124
    return given is None or nan or bool(given == effective)


class FakeLibrary:
    """Counts the cases that it ran. ``made``: other classes, by native type, each with its defaults."""

    def __init__(
        self, toys: Iterable[type[Toy]] = (), made: Mapping[str, tuple[Any, dict[str, Any]]] | None = None
    ) -> None:
        self.engine = Engine(name="toy", package="toy", native_types={})
        self.cases = 0
        self._toys = {f"toy.{one.__name__}": (one, one.defaults) for one in toys} | dict(made or {})

    @property
    def facts(self) -> Facts:
        """Nothing of interest."""
        return Facts("1", sys.version, "Linux", "x86_64", "cpu", {}, {}, 0.0, {}, ())

    def run(self, cases: Iterable[Case], done: Done | None = None) -> list[dict[str, Any]]:
        """Build every case."""
        answers = []
        for index, case in enumerate(cases):
            answers.append(self._answer(case))
            if done is not None:
                done(index, answers[-1])
        return answers

    def _answer(self, case: Case) -> dict[str, Any]:
        make, defaults = self._toys[case["native_type"]]
        if case.get("op") == "describe":
            return {"described": {"fields": {name: {"default": value} for name, value in defaults.items()}}}
        self.cases += 1
        return observe(make, dict(case["kwargs"]))
