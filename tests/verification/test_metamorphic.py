"""Metamorphic relations on a live toy library: each of its classes breaks one, and only that one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llem_rules.check import Corpus
from llem_rules.engines import Engine, NativeType
from llem_rules.environments import Limits, LocalPython, Session
from llem_rules.replay.run import live_defaults
from llem_rules.rules import rule_from
from llem_rules.verification.metamorphic import RELATIONS, relate
from llem_rules.verification.oracle import Oracle

NAMES = ("Calm", "Ordered", "Shy", "Leaky", "Restless")
ENGINE = Engine(
    name="toyconf",
    package="toyconf",
    native_types={f"toyconf.{name}": NativeType() for name in NAMES},
    environment={"PYTHONPATH": str(Path(__file__).parent / "toys")},
)


def _dormancy(name: str, match: dict[str, Any], dormant: Any) -> Any:
    return rule_from(
        {
            "id": f"toyconf.{name}.made",
            "kind": "dormancy",
            "native_type": f"toyconf.{name}",
            "match": match,
            "dormant": dormant,
            "expected": {"effect": "dormant_silent", "channel": "none"},
            "kwargs_positive": {},
            "kwargs_negative": {},
        }
    )


RULES = (
    _dormancy("Calm", {"t": 0, "p": {"!=": 1.0}}, {"p": {"effective": 1.0}}),
    _dormancy("Leaky", {"old": {"present": True}}, {"old": {"effective": {"$absent": True}}}),
    _dormancy("Restless", {"n": {"present": True}}, {"n": {"effective": "@n + 1"}}),
)


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Session(ENGINE, LocalPython(Path(sys.executable)), Limits(jobs=1)) as session:
        defaults = live_defaults(session, sorted(ENGINE.native_types))
        yield Oracle(session, Corpus("toyconf", "1", RULES, defaults), defaults)


@pytest.mark.parametrize(
    ("name", "kwargs", "broken", "smallest"),
    [
        ("Calm", {"t": 0, "p": 0.5}, [], {}),
        ("Ordered", {"a": 7, "b": 8}, ["order"], {"a": 0, "b": 0}),
        ("Shy", {"t": 1}, ["default"], {}),
        ("Leaky", {"new": 3, "old": 4}, ["dormant"], {"new": 0, "old": 1}),
        ("Restless", {"n": 4}, ["fixed_point"], {"n": 0}),
    ],
)
def test_relations(
    name: str, kwargs: dict[str, Any], broken: list[str], smallest: dict[str, Any], oracle: Oracle
) -> None:
    counts, causes = relate(oracle.ask([(f"toyconf.{name}", kwargs)]), oracle, seed=0)
    assert [relation for relation in RELATIONS if counts[relation].broken] == broken
    assert [dict(minimal.kwargs) for cause in causes for minimal in cause.minimal] == ([smallest] if broken else [])
