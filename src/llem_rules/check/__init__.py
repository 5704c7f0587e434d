"""Judging configs with what is proved: compile a corpus, index it by field, evaluate. Touches no live library.

Names are loaded on first use: who judges with a compiled corpus needs none of the models of rules.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llem_rules.check.asking import check
    from llem_rules.check.compiled import CompiledCorpus, load_compiled
    from llem_rules.check.corpus import Corpus
    from llem_rules.check.here import HERE
    from llem_rules.check.judgement import Finding, Judgement
    from llem_rules.check.load import load_corpus, swept_versions

_HOMES = {
    "compiled": ("CompiledCorpus", "load_compiled"),
    "corpus": ("Corpus",),
    "here": ("HERE",),
    "judgement": ("Finding", "Judgement"),
    "asking": ("check",),
    "load": ("load_corpus", "swept_versions"),
}

__all__ = [
    "HERE",
    "CompiledCorpus",
    "Corpus",
    "Finding",
    "Judgement",
    "check",
    "load_compiled",
    "load_corpus",
    "swept_versions",
]


def __getattr__(name: str) -> object:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)


class _Callable(ModuleType):
    """``from llem_rules import check`` gives a function, as the command is called, and this package bears the same name."""

    def __call__(self, native_type: str, kwargs: Any, **options: Any) -> Any:
        """Judge one config: see ``asking.check``."""
        from llem_rules.check.asking import check as ask

        return ask(native_type, kwargs, **options)


sys.modules[__name__].__class__ = _Callable
