"""The way out of a finding in a file. What stands in a field of something else has to be taken there, too.

A setting inside an option may be all that the option says: without it, or with another value, the option alone may be refused.
Where nothing proves that the library takes what would be left, the whole option is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.fixing import Fix, clears, smallest_fix
from llem_rules.check.judgement import Finding
from llem_rules.formats.found import Part


def way_out(part: Part, kwargs: Mapping[str, Any], finding: Finding, corpus: CompiledCorpus) -> Fix | None:
    """The smallest change that clears a finding on a part; None where none is proved."""
    fix = smallest_fix(
        corpus, part.native_type, kwargs, finding, corpus.around, lambda changed: _stands(part, changed, corpus)
    )
    return fix if fix is not None or finding.effect != "error" else _without(part, corpus, 1)


def _stands(part: Part, kwargs: Mapping[str, Any], corpus: CompiledCorpus) -> bool:
    """Whether the config around a part takes other arguments in its place."""
    outer, field = part.around, part.within
    if outer is None or field is None:
        return True
    others = outer.kwargs.keys() - {field}
    return corpus.taken.inside(outer.native_type, field, others, kwargs.keys()) and _clears(
        outer, {**outer.kwargs, field: dict(kwargs)}, corpus
    )


def _without(part: Part, corpus: CompiledCorpus, steps: int) -> Fix | None:
    """The field dropped that a part stands in, or one further out."""
    outer, field = part.around, part.within
    if outer is None or field is None:
        return None
    left = {name: value for name, value in outer.kwargs.items() if name != field}
    if (
        not corpus.taken.needed(outer.native_type, field)
        and _clears(outer, left, corpus)
        and _stands(outer, left, corpus)
    ):
        return Fix(field, drop=True, outside=steps)
    return _without(outer, corpus, steps + 1)


def _clears(outer: Part, kwargs: Mapping[str, Any], corpus: CompiledCorpus) -> bool:
    before = corpus.judge(outer.native_type, outer.kwargs, corpus.around)
    return clears(corpus.judge(outer.native_type, kwargs, corpus.around), before)
