"""Cases that the benchmarks share: distinct configs of one native type, most of them legal, some refused, some warned about."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any

from llem_rules.engines import Engine, find_engine
from llem_rules.environments import Limits, Session
from llem_rules.environments.choose import place_of

Kwargs = dict[str, Any]


def _generation(n: int) -> Kwargs:
    usual: Kwargs = {"do_sample": True, "temperature": 0.1 + n / 1e5, "top_p": 0.9}
    odd: dict[int, Kwargs] = {0: {"max_new_tokens": -n}, 1: {"do_sample": False, "temperature": 0.1 + n / 1e5}}
    return odd.get(n % 10, usual)


def _sampling(n: int) -> Kwargs:
    usual: Kwargs = {"temperature": 0.1 + n / 1e5, "top_p": 0.9}
    odd: dict[int, Kwargs] = {0: {"temperature": -1.0 - n}, 1: {"temperature": 1e-4 + n / 1e8}}
    return odd.get(n % 10, usual)


def _engine_args(n: int) -> Kwargs:
    usual: Kwargs = {"max_num_seqs": 1 + n, "seed": n}
    odd: dict[int, Kwargs] = {0: {"max_num_seqs": -n}, 1: {"gpu_memory_utilization": 1.1 + n}}
    return odd.get(n % 10, usual)


# Name on the command line: engine, native type, the stage that it is taken to, and the n-th config.
SUBJECTS: dict[str, tuple[str, str, str, Callable[[int], Kwargs]]] = {
    "generation": ("transformers", "transformers.GenerationConfig", "validate", _generation),
    "sampling": ("vllm", "vllm.SamplingParams", "construct", _sampling),
    "engine-args": ("vllm", "vllm.EngineArgs", "build", _engine_args),
}


def cases_of(subject: str, count: int, start: int = 0) -> list[Kwargs]:
    """Distinct requests."""
    _engine, native_type, reach, make = SUBJECTS[subject]
    return [{"native_type": native_type, "kwargs": make(n), "reach": reach} for n in range(start, start + count)]


def session_of(subject: str, env: str = "venv", **limits: Any) -> Session:
    """A session (not yet entered) with the engine of a subject, in the pinned version."""
    engine = engine_of(subject)
    return Session(engine, place_of(engine.name, env, None, "none", lambda _text: None), Limits(**limits))


def engine_of(subject: str) -> Engine:
    """The engine of a subject."""
    return find_engine(SUBJECTS[subject][0])


def parser(description: str | None) -> argparse.ArgumentParser:
    """The arguments that all of them have."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("subject", choices=sorted(SUBJECTS))
    return made


def load() -> list[float]:
    """What else the machine does, to read the figures by."""
    return [round(one, 1) for one in os.getloadavg()]
