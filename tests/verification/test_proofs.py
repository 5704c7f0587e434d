"""What is proved to be the same is the same on every config; what is not can be told apart by one that is built for it."""

from __future__ import annotations

import pytest

from llem_rules.check import load_corpus
from llem_rules.graph.within import surely_within
from llem_rules.replay.points import Siblings, points_of
from llem_rules.rules.config import NOWHERE, Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.mutants import mutants_of
from llem_rules.verification.proofs import Proofs
from llem_rules.verification.witnesses import Witnesses

# The engine, every how many-th rule, of how few survivors among its mutants neither holds.
ENGINES = [("transformers", 12, 0.06), ("vllm", 90, 0.06)]


@pytest.mark.parametrize(("engine", "every", "most"), ENGINES)
def test_mutants_are_told_apart_or_proved_to_be_the_same(engine: str, every: int, most: float) -> None:
    corpus = load_corpus(engine)
    mutants = left = 0
    for rule in corpus.rules[::every]:
        defaults = corpus.defaults(rule.native_type)
        own = [one for one in corpus.rules if one.native_type == rule.native_type]
        proofs, siblings = Proofs(own, defaults, NOWHERE, surely_within), Siblings.of(own)
        bases = [dict(rule.kwargs_positive), dict(rule.kwargs_negative)]
        witnesses = Witnesses(rule, bases, defaults, NOWHERE, siblings, proofs.objects)
        configs = [Config.of(near.kwargs, defaults) for near in points_of(rule, defaults, siblings)]
        truths = [rule.fires(config) for config in configs]
        for mutant in mutants_of(rule)[:40]:
            fires = compile_predicate(mutant.predicate)
            answers = [fires(config) for config in configs]
            still_open = dict(zip((True, False), proofs.open(rule, mutant.predicate), strict=True))
            for side, open_here in still_open.items():
                told = [at for at, own in enumerate(truths) if own is side and answers[at] is (not side)]
                if not open_here:
                    assert not told, (rule.id, mutant.text, configs[told[0]].given)
            mutants += 1
            found = any(witnesses.of(mutant.predicate, side, 1) for side, open_here in still_open.items() if open_here)
            left += any(still_open.values()) and not found and truths == answers
    assert mutants > 300
    assert left / mutants <= most, f"{left} of {mutants}"
