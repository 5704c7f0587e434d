"""Judging one config from Python, with the corpora kept between calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from llem_rules.check.compiled import CompiledCorpus, load_compiled
from llem_rules.check.judgement import Judgement
from llem_rules.check.platforms import around
from llem_rules.check.within import judge_whole
from llem_rules.engines import engine_for_type
from llem_rules.rules.failure import Failure


@lru_cache(maxsize=8)
def _corpus(engine: str, version: str | None) -> CompiledCorpus:
    return load_compiled(engine, version)


def check(
    native_type: str,
    kwargs: Mapping[str, Any],
    *,
    engine: str | None = None,
    version: str | None = None,
    here: bool = False,
) -> Judgement:
    """Judge one config with the corpus of its engine, and what stands in its fields.

    ``here``: it runs on this machine and in this environment, whose files, variables and packages count.

    Raises:
        Failure: no engine has this native type, or nothing is validated for it.
    """
    found = engine_for_type(native_type) if engine is None else None
    name = engine or (found.name if found is not None else None)
    if name is None:
        raise Failure(f"no engine has a package for {native_type}", hint="name the engine")
    corpus = _corpus(name, version)
    return judge_whole(corpus, native_type, kwargs, around(corpus.package, None, here=here))


def meant_by(native_type: str, path: Sequence[str]) -> str | None:
    """The field that a name was probably to be, of a type or of what stands in its fields."""
    from llem_rules.corpus.findings import near

    found = engine_for_type(native_type)
    if found is None:
        return None
    corpus = _corpus(found.name, None)
    for name in path[:-1]:
        native_type = corpus.holds.get(native_type, {}).get(name, "")
    return near(path[-1], corpus.schema.get(native_type, {}).get("properties", {}))
