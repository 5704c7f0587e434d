"""Toys with one planted site each: a reason is given exactly where no config can get there, and names what is lacking."""

from __future__ import annotations

import contextlib
import dataclasses
import textwrap
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from llem_rules.environments import Library
from llem_rules.inside.looking import Lookout
from llem_rules.mining.coverage import grouped
from llem_rules.mining.reach import Look, Reasons
from llem_rules.mining.static import mine_static
from tests.mining.static.toy_reader import ToyReader

TYPE = "toy.config.Config"
OTHER = """
class Platform:
    device_type = "cpu"
    def is_cuda(self):
        return False
HERE = Platform()
"""
HEAD = """
import importlib.util
import os
from dataclasses import dataclass
from types import SimpleNamespace
from .other import HERE
LATER = SimpleNamespace(on=False)
def keeps_absent():
    return _absent_there
def keeps_version():
    return _absent_known
def may_change():
    return _changes
def change(to):
    global _changes
    _changes = to
class Pair(SimpleNamespace):
    def __iter__(self):
        return iter(("small", None))
def version_of(name):
    there = importlib.util.find_spec(name) is not None
    return there, "1" if there else "none"
_absent_there = importlib.util.find_spec("absent_package") is not None
_absent_known, _absent_version = version_of("absent_package")
_changes = importlib.util.find_spec("absent_package") is not None
def load(name):
    return Pair(kind="small", layers=2)
def has(package):
    return importlib.util.find_spec(package) is not None
def has_absent():
    return has("no_such_package_anywhere")
def note(text):
    if not has_absent():
        raise ValueError(text)
@dataclass
class Config:
    n: object = 1
    flag: object = False
    model: object = "m"
    def __post_init__(self):
        self.loaded = load(self.model)
"""

CASES = [
    # name, body, the reason's beginning; "" where the site can be reached; "foreign" where it is not of the config
    ("field", "if self.n == 2: raise ValueError('x')", ""),
    (
        "model",
        "if self.loaded.kind == 'big': raise ValueError('x')",
        "needs a model: self.loaded.kind == 'big' is False here",
    ),
    ("model that is right", "if self.loaded.kind == 'small': raise ValueError('x')", ""),
    (
        "model by a local",
        "kind = self.loaded.kind\nif kind == 'big': raise ValueError('x')",
        "needs a model: kind == 'big'",
    ),
    (
        "local chosen by a field",
        "kind = self.loaded.kind\nif self.flag: kind = 'big'\nif kind == 'big': raise ValueError('x')",
        "",
    ),
    (
        "model and field",
        "if self.n == 2 and self.loaded.layers > 9: raise ValueError('x')",
        "needs a model: self.loaded.layers > 9",
    ),
    ("model or field", "if self.n == 2 or self.loaded.layers > 9: raise ValueError('x')", ""),
    (
        "not or",
        "if not (self.n == 2 or self.loaded.layers < 9): raise ValueError('x')",
        "needs a model: self.loaded.layers < 9",
    ),
    ("model against a field", "if self.loaded.layers > self.n: raise ValueError('x')", ""),
    (
        "behind a field",
        "if self.n == 2:\n  if self.loaded.layers > 9: raise ValueError('x')",
        "needs a model: self.loaded.layers > 9",
    ),
    ("early return", "if self.loaded.layers < 9: return\nif self.n == 2: raise ValueError('x')", "needs a model"),
    (
        "model by a local that is kept",
        "kind, rest = load(self)\nself.loaded = kind\nif kind == 'big': raise ValueError('x')",
        "needs a model: kind == 'big'",
    ),
    (
        "what changes in a loop",
        "for i in range(3):\n  if i == 2:\n    raise ValueError('x')\n  break",
        "",
    ),
    (
        "platform",
        "if self.n == 2 and HERE.is_cuda(): raise ValueError('x')",
        "needs another platform: HERE.is_cuda() is False",
    ),
    ("this platform", "if self.n == 2 and not HERE.is_cuda(): raise ValueError('x')", ""),
    ("package", "if self.n == 2 and has_absent(): raise ValueError('x')", "needs a package: no_such_package_anywhere"),
    ("no package", "if self.n == 2 and not has_absent(): raise ValueError('x')", ""),
    (
        "package there",
        "if self.n == 2 and not has('ast'): raise ValueError('x')",
        "needs another version of a package, or none: ast",
    ),
    (
        "import",
        "if self.n == 2:\n  import no_such_package\n  raise ValueError('x')",
        "needs a package: no_such_package",
    ),
    (
        "refusal in a helper before",
        "note('y')\nif self.n == 2: raise TypeError('x')",
        "needs a package: no_such_package_anywhere",
    ),
    (
        "refusal before",
        "if not has_absent(): raise ImportError('y')\nif self.n == 2: raise ValueError('x')",
        "needs a package: no_such_package_anywhere",
    ),
    (
        "variable",
        "if self.n == 2 and os.environ.get('TOY_SWITCH') == '1': raise ValueError('x')",
        "needs an environment variable: TOY_SWITCH",
    ),
    ("never", "if self.n == 2 and LATER.on: raise ValueError('x')", "never: LATER.on is False in this version"),
    ("helper", "if self.n == 2: note('x')", ""),
    ("unconditional helper", "note('x')", "foreign"),
    ("packages only", "if not has_absent(): raise ValueError('x')", "foreign"),
    ("packages, kept by the module", "if not keeps_absent(): raise ValueError('x')", "foreign"),
    ("kept by the module with more", "if not keeps_version(): raise ValueError('x')", "foreign"),
    ("kept, and changed later", "if not may_change(): raise ValueError('x')", ""),
    ("what may raise", "try:\n  int(self.n)\nexcept TypeError:\n  raise ValueError('x')", ""),
]


class ToyLibrary:
    """A library in this process: the ops that reasons ask for."""

    def __init__(self, reader: ToyReader) -> None:
        self.engine = dataclasses.replace(reader.engine, of_model=("loaded",))
        self.facts = SimpleNamespace(device="cpu", fork_unclean=())
        self._reader = reader

    def run(self, requests: Iterable[dict[str, Any]], _done: object = None) -> list[dict[str, Any]]:
        """Answers in order."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["op"]:
            case "source":
                module = self._reader.module(request["module"])
                return {} if module is None else {"file": module.file, "text": module.text}
            case "hierarchy":
                found = self._reader.hierarchy(request["native_type"])
                assert found is not None
                classes = [{"module": one.module, "qualname": one.qualname} for one in found.classes]
                return {"classes": classes, "flavour": found.flavour}
            case "values":
                return {"values": self._reader.values(request["names"])}
            case "ask":
                answers = self._reader.answers(request["module"], request["expressions"])
                return {"answers": {text: answer and list(answer) for text, answer in answers.items()}}
        assert request["op"] == "look"
        return {"looked": Lookout("toy/", "toy", request["places"]).watching(_built(self._reader, request["kwargs"]))}


def _built(reader: ToyReader, kwargs: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        with contextlib.suppress(ValueError, ImportError):
            reader.build(kwargs)
        return {}

    return run


def judged(body: str) -> str:
    """The reason of the one planted site."""
    text = HEAD + textwrap.indent(body, "        ") + "\n"
    reader = ToyReader({"toy.other": OTHER, "toy.config": text})
    wanted = "TypeError" if "raise TypeError" in body else "ValueError"
    sites = grouped([one for one in mine_static(reader, TYPE) if one.site.exception == wanted])
    library = cast("Library", ToyLibrary(reader))
    [key] = sites
    reasons, foreign = Reasons(library, [Look(TYPE, {}, "construct")]).judge(sites)
    return "foreign" if key in foreign else reasons.get(key, "")


@pytest.mark.parametrize(("body", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_planted(body: str, reason: str) -> None:
    found = judged(body)
    assert found.startswith(reason) if reason else found == ""


MUTATIONS = [
    # What makes the one reachable makes the other not.
    ("if self.loaded.kind == 'big': raise ValueError('x')", "if self.loaded.kind != 'big': raise ValueError('x')"),
    ("if self.n and HERE.is_cuda(): raise ValueError('x')", "if self.n or HERE.is_cuda(): raise ValueError('x')"),
    ("if self.n and has_absent(): raise ValueError('x')", "if self.n and not has_absent(): raise ValueError('x')"),
]


@pytest.mark.parametrize(("out_of_reach", "in_reach"), MUTATIONS)
def test_a_mutation_changes_the_reason(out_of_reach: str, in_reach: str) -> None:
    assert judged(out_of_reach).startswith("needs")
    assert judged(in_reach) == ""
