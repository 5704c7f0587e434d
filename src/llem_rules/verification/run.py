"""The whole of a verification of one engine: sample, ask both, compare, count, shrink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from llem_rules.check import Corpus
from llem_rules.environments import Facts, Library
from llem_rules.replay.run import live_defaults
from llem_rules.rules.observation import Observation
from llem_rules.verification.causes import Cause, causes_of
from llem_rules.verification.metamorphic import Relations, relate
from llem_rules.verification.oracle import Answered, Kwargs, Oracle, Progress
from llem_rules.verification.pools import make_pools
from llem_rules.verification.sampling import Sampler, shares
from llem_rules.verification.scores import Scores


@dataclass(frozen=True)
class Verification:
    """Scores by native type, every disagreement by cause, and what the metamorphic relations gave."""

    engine: str
    facts: Facts
    scores: Mapping[str, Scores]
    causes: Sequence[Cause]
    unchecked: Mapping[str, int] = field(default_factory=dict)  # native type and reason: configs not seen
    relations: Mapping[str, Relations] = field(default_factory=dict)


@dataclass(frozen=True)
class Steps:
    """What is told while it lasts: sampling, then shrinking."""

    sampling: Progress
    shrinking: Progress


def verify(
    library: Library,
    corpus: Corpus,
    native_types: Sequence[str],
    samples: int,
    seed: int,
    steps: Steps,
    *,
    metamorphic: bool = False,
) -> Verification:
    """Verify native types in an entered session. ``samples`` in all, shared out by the number of fields and rules."""
    oracle = Oracle(library, corpus, live_defaults(library, native_types))
    configs = _sampled(library, oracle, native_types, samples, seed)
    answers = _without_blocked(oracle.ask(configs, steps.sampling))
    causes = causes_of(answers, oracle, steps.shrinking)
    if not metamorphic:
        return _summary(library, answers, causes)
    relations, broken = relate(answers, oracle, seed)
    return replace(_summary(library, answers, [*causes, *broken]), relations=relations)


def replay_cases(library: Library, corpus: Corpus, configs: Sequence[tuple[str, Kwargs]], steps: Steps) -> Verification:
    """The same of configs that were saved."""
    oracle = Oracle(library, corpus, live_defaults(library, sorted({name for name, _ in configs})))
    answers = oracle.ask(configs, steps.sampling)
    return _summary(library, answers, causes_of(answers, oracle, steps.shrinking))


def _sampled(
    library: Library, oracle: Oracle, native_types: Sequence[str], samples: int, seed: int
) -> list[tuple[str, Kwargs]]:
    pools = make_pools(library, oracle.corpus, {name: oracle.defaults[name] for name in native_types}, seed)
    sizes = {name: len(pools[name].fields) + oracle.corpus.looked_at(name) for name in native_types}
    wanted = shares(sizes, samples)
    return [(name, kwargs) for name in native_types for kwargs in Sampler(pools[name], seed).draw(wanted[name])]


def _without_blocked(answers: Sequence[Answered]) -> list[Answered]:
    """Where a native type cannot be built here at all (a package is missing), nothing of it was checked."""
    accepted = {one.native_type for one in answers if not one.seen.refusals}
    defaults = {one.native_type: one.seen for one in answers if not one.kwargs and one.seen.refusals}
    return [
        replace(one, comparison=None, seen=_blocked(defaults[one.native_type]))
        if one.native_type in defaults.keys() - accepted
        else one
        for one in answers
    ]


def _blocked(seen: Observation) -> Observation:
    first = seen.refusals[0]
    return Observation(unchecked=("refused-here", f"{first.exceptions[0]}: {first.message}"))


def _summary(library: Library, answers: Sequence[Answered], causes: Sequence[Cause]) -> Verification:
    scores: dict[str, Scores] = {}
    unchecked: dict[str, int] = {}
    for one in answers:
        score = scores.setdefault(one.native_type, Scores())
        if one.comparison is None:
            score.add_unchecked()
            reason, detail = one.seen.unchecked or ("", "")
            said = f"{one.native_type}: {reason}: {' '.join(detail.split())[:200]}"
            unchecked[said] = unchecked.get(said, 0) + 1
        else:
            score.add(one.comparison, refused=bool(one.seen.refusals))
    return Verification(library.engine.name, library.facts, scores, causes, dict(sorted(unchecked.items())))
