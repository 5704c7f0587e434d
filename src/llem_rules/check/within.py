"""A config together with what stands in its fields: the arguments of other types, judged as those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.corpus import Corpus
from llem_rules.check.judgement import Judgement, worst_first
from llem_rules.rules.config import NOWHERE, Surroundings

Held = tuple[tuple[str, ...], str, Mapping[str, Any]]


def held_within(corpus: Corpus, native_type: str, kwargs: Mapping[str, Any]) -> Iterator[Held]:
    """The fields that hold another type's arguments, at any depth: their path, the type, and the arguments."""
    if not isinstance(corpus, CompiledCorpus):
        return
    for name, inner in corpus.held_in(native_type, kwargs).items():
        value = kwargs[name]
        if not any(str(key).startswith("$") for key in value):
            held = {
                str(key).replace("-", "_"): one for key, one in value.items()
            }  # either is taken, as on the command line
            yield (name,), inner, held
            yield from (((name, *path), deeper, one) for path, deeper, one in held_within(corpus, inner, held))


def judge_whole(
    corpus: Corpus, native_type: str, kwargs: Mapping[str, Any], surroundings: Surroundings = NOWHERE
) -> Judgement:
    """Judge a config, and what stands in its fields. A finding on that says where: ``within``. Names are looked at as well."""
    outer = corpus.judge(native_type, kwargs, surroundings)
    if not isinstance(corpus, CompiledCorpus):
        return outer
    findings, undecided = list(outer.findings), list(outer.undecided)
    unknown: list[tuple[str, ...]] = [(name,) for name in corpus.refused_names(native_type, kwargs)]
    inside = bool(unknown)
    for path, inner, held in held_within(corpus, native_type, kwargs):
        judgement = corpus.judge(inner, held, surroundings)
        findings += [replace(one, within=path) for one in judgement.findings]
        undecided += judgement.undecided
        names = corpus.refused_names(inner, held)
        unknown += [(*path, name) for name in names]
        inside = inside or bool(judgement.findings or judgement.undecided or names)
    return Judgement(native_type, worst_first(findings), tuple(undecided), tuple(unknown)) if inside else outer


def arguments_at(kwargs: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """The arguments that a finding within a field is about."""
    for name in path:
        kwargs = {str(key).replace("-", "_"): one for key, one in kwargs[name].items()}
    return kwargs
