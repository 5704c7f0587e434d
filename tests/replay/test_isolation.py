"""Isolation is real: what a case shows does not depend on which cases ran before it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from llem_rules.environments.session import FAST
from llem_rules.replay.plan import make_plan
from llem_rules.rules.observation import Observation
from tests.live import all_rules, live_session

CASES = 200


def _cases(engine: str) -> list[dict[str, Any]]:
    """Cases that say something: the pairs of all rules, those with messages and rewriting among them."""
    plan = make_plan(all_rules(engine), {})
    chosen = random.Random(7).sample(plan.points, min(CASES, len(plan.points)))
    return [point.request() for point in chosen]


def _seen(engine: str, cases: list[dict[str, Any]]) -> list[object]:
    return [Observation.from_raw(raw).fingerprint() for raw in live_session(engine).run(cases)]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["transformers", pytest.param("vllm", marks=pytest.mark.xdist_group("vllm"))])
def test_random_order_shows_the_same_as_file_order(engine: str) -> None:
    cases = _cases(engine)
    assert len(cases) == CASES
    in_order, again = _seen(engine, cases), _seen(engine, cases)
    # A library may answer differently by its own choice (it picks a free port): that says nothing about isolation.
    stable = [i for i in range(CASES) if in_order[i] == again[i]]
    assert len(stable) >= 0.98 * CASES
    for seed in (1, 2):
        shuffled = list(range(CASES))
        random.Random(seed).shuffle(shuffled)
        seen = dict(zip(shuffled, _seen(engine, [cases[i] for i in shuffled]), strict=True))
        assert [seen[i] for i in stable] == [in_order[i] for i in stable]


# What one case leaves in the process would be missing from the next: said once, and entered into a registry once.
LEAVE_SOMETHING: list[tuple[str, str, dict[str, Any]]] = [
    ("vllm", "vllm.EngineArgs", {"model_class_overrides": {"MyModel": "my_package:Model"}}),
    ("transformers", "transformers.GenerationConfig", {"top_k": 5}),
]


@pytest.mark.parametrize(
    ("engine", "native_type", "kwargs"),
    [pytest.param(*case, marks=pytest.mark.xdist_group(case[0])) for case in LEAVE_SOMETHING],
    ids=[f"{case[0]} {next(iter(case[2].values()))}" for case in LEAVE_SOMETHING],
)
def test_a_shared_process_shows_it_every_time(engine: str, native_type: str, kwargs: dict[str, Any]) -> None:
    session = live_session(engine)
    reach = session.engine.native_types[native_type].before_use
    case = {"native_type": native_type, "kwargs": kwargs, "reach": reach}
    [alone] = session.run([case])
    shared = session.run([{**case, "gear": FAST}] * 3)
    expected = Observation.from_raw(alone).fingerprint()
    assert [Observation.from_raw(one).fingerprint() for one in shared] == [expected] * 3
