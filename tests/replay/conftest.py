"""The fake engine, with its faults and what leaks, as the tests of gears and shards ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from llem_rules.engines import NativeType
from llem_rules.engines.base import Call
from llem_rules.environments import Session
from tests.engines import LIMITS, faux, open_faux
from tests.replay.test_judge import TYPE


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = faux(types={TYPE: NativeType(validate=(Call("validate"),))})
    engine = replace(engine, imports=("fauxllm", "fauxllm.leaking", "fauxllm.faults"))
    with open_faux(engine, limits=replace(LIMITS, timeout_s=2.0)) as entered:
        yield entered
