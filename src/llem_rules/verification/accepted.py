"""The other way round: of configs that the library accepts, on how many does a mined rule claim a refusal?

A mined rule that fires on an accepted config, or on a library default, is wrong, whatever its two examples show. Near-legal
configs are drawn until enough were accepted; then, because they seldom come near a rule, configs on which each rule fires.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llem_rules.check import Corpus
from llem_rules.environments import Facts, Library
from llem_rules.replay.run import live_defaults
from llem_rules.verification.causes import Cause, causes_of
from llem_rules.verification.comparing import Comparison
from llem_rules.verification.oracle import Answered, Kwargs, Oracle, Progress
from llem_rules.verification.pools import make_pools, rules_of
from llem_rules.verification.sampling import Sampler

_ROUND = 500  # configs that are put to the library before it is counted how many were accepted
_TRIES = 6  # so many times the wanted number of configs are drawn at most
_EACH = 15  # configs on which one rule fires


@dataclass(frozen=True)
class AcceptedCount:
    """One native type. ``provoked``: configs that were chosen because a mined rule fires on them.

    ``short``: why fewer configs than wanted were accepted; empty where they were enough.
    """

    mined_rules: int
    accepted: int
    drawn: int
    provoked: int
    false_alarms: int
    short: str


@dataclass(frozen=True)
class AcceptedResult:
    """Counts by native type, and the mined rules that fire wrongly, with minimal configs."""

    engine: str
    facts: Facts
    counts: Mapping[str, AcceptedCount]
    causes: Sequence[Cause]


def mined_only(corpus: Corpus, defaults: Mapping[str, Mapping[str, object]]) -> Corpus:
    """The corpus of what miners found alone and call an error."""
    rules = [rule for rule in corpus.rules if rule.added_by != "authored" and rule.expected.effect == "error"]
    return Corpus(corpus.engine, corpus.version, rules, defaults)


def verify_accepted(
    library: Library, corpus: Corpus, native_types: Sequence[str], wanted: int, seed: int, progress: Progress
) -> AcceptedResult:
    """Draw near-legal configs of each type until ``wanted`` are accepted, or its fields allow no more."""
    defaults = live_defaults(library, native_types)
    mined = mined_only(corpus, defaults)
    oracle = Oracle(library, mined, defaults)
    pools = make_pools(
        library, Oracle(library, corpus, defaults).corpus, {name: defaults[name] for name in native_types}, seed
    )
    counts: dict[str, AcceptedCount] = {}
    false: list[Answered] = []
    for name in native_types:
        counts[name], found = _one_type(name, Sampler(pools[name], seed), oracle, wanted, progress)
        false += found
    return AcceptedResult(library.engine.name, library.facts, counts, causes_of(false, oracle, progress))


def _one_type(
    name: str, sampler: Sampler, oracle: Oracle, wanted: int, progress: Progress
) -> tuple[AcceptedCount, list[Answered]]:
    mined = sum(1 for _ in rules_of(oracle.corpus, name))
    if not mined:
        return AcceptedCount(0, 0, 0, 0, 0, "no mined rule calls anything of it an error"), []
    accepted = drawn = 0
    false: list[Answered] = []
    short = ""
    while accepted < wanted and not short:
        configs = [(name, kwargs) for kwargs in sampler.draw(min(_ROUND, wanted), legal=True)]
        answers = oracle.ask(configs, lambda done, _total, base=drawn: progress(base + done, wanted))  # type: ignore[misc]
        drawn += len(configs)
        accepted += sum(not one.seen.refusals and not one.seen.unchecked for one in answers)
        false += [_errors_only(one) for one in answers if _is_false(one)]
        if len(configs) < min(_ROUND, wanted):
            short = "its fields and their values allow no more configs"
        elif drawn >= wanted * _TRIES and accepted < wanted:
            short = (
                "the library refuses most of its configs here" if accepted else "the library accepts none of them here"
            )
    provoked = oracle.ask([(name, kwargs) for kwargs in _provoking(name, sampler, oracle, wanted * _TRIES)])
    false += [_errors_only(one) for one in provoked if _is_false(one)]
    short = short if accepted < wanted else ""
    return AcceptedCount(mined, accepted, drawn, len(provoked), len(false), short), false


def _provoking(name: str, sampler: Sampler, oracle: Oracle, most: int) -> Iterator[Kwargs]:
    """New configs, wild ones too, on which rules fire that have not fired often yet."""
    fired: Counter[str] = Counter()
    for kwargs in sampler.draw(most):
        rules = [finding.rule.id for finding in oracle.judge(name, kwargs).findings]
        if any(fired[rule] < _EACH for rule in rules):
            fired.update(rules)
            yield kwargs


def _is_false(one: Answered) -> bool:
    return one.comparison is not None and not one.seen.refusals and one.judgement.effect == "error"


def _errors_only(one: Answered) -> Answered:
    found = [each for each in one.comparison.disagreements if each.kind == "false_alarm"] if one.comparison else []
    return Answered(one.native_type, one.kwargs, one.judgement, one.seen, Comparison(disagreements=found))
