"""The reports of ``docs/examples``: changes picked at random, each put to both versions of the library.

``docs/examples/make.sh`` makes the reports; the corpora that they speak of are committed beside them and in ``corpus/``.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import jsonschema
import pytest

from llem_rules.cli.comparing import compare_sides
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.schemas import schema
from llem_rules.environments.choose import open_session
from llem_rules.graph.changes import Change
from llem_rules.reporting.documents import publish
from tests.graph.confirming import Both, Live

publish()
EXAMPLES = find_project().root / "docs" / "examples"
VERSIONS = {"transformers": ("4.57.6", "5.23.0"), "vllm": ("0.17.1", "0.32.0")}
PICKED, SEED = 40, 6
Report = dict[str, Any]


def report_of(engine: str) -> Report:
    """The committed report."""
    report: Report = json.loads((EXAMPLES / engine / f"since-{VERSIONS[engine][0]}.json").read_text())
    return report


def picked(items: Sequence[Report]) -> list[Report]:
    """One of every kind and of every thing that a report can say of both versions, the rest from all; always the same ones."""
    draw = random.Random(SEED)
    groups: dict[tuple[str, Any], list[Report]] = defaultdict(list)
    for item in items:
        groups[item["kind"], item["tried"] and item["tried"]["library_changed"]].append(item)
    chosen = [draw.choice(group) for _, group in sorted(groups.items(), key=lambda pair: repr(pair[0]))]
    rest = [item for item in items if item not in chosen]
    return [*chosen, *draw.sample(rest, min(len(rest), max(0, PICKED - len(chosen))))]


def versions(engine: str) -> Iterator[tuple[Both, dict[str, Change]]]:
    """Both versions, running, and the changes of the committed corpora by fingerprint."""
    old, new = VERSIONS[engine]
    compared = compare_sides(engine, str(EXAMPLES / engine / old), f"corpus/{engine}", None, [], None)
    changes = {item.change.fingerprint: item.change for item in compared.items}
    with (
        open_session(engine, "venv", version=old, report=lambda _: None) as before,
        open_session(engine, "venv", version=new, report=lambda _: None) as after,
    ):
        yield Both(Live(old, before), Live(new, after)), changes


@pytest.fixture(scope="module")
def transformers() -> Iterator[tuple[Both, dict[str, Change]]]:
    """Of transformers."""
    yield from versions("transformers")


@pytest.fixture(scope="module")
def vllm() -> Iterator[tuple[Both, dict[str, Change]]]:
    """Of vLLM."""
    yield from versions("vllm")


@pytest.mark.parametrize("engine", VERSIONS)
def test_a_report_is_one(engine: str) -> None:
    report, (old, new) = report_of(engine), VERSIONS[engine]
    jsonschema.validate(report, schema("diff-report"))
    sides = [report["summary"][side]["library_version"] for side in ("base", "head")]
    assert sides == [old, new]
    assert len(picked(report["items"])) >= 20
    assert sum(item["tried"] is not None and item["tried"]["library_changed"] for item in report["items"]) >= 20
    text = (EXAMPLES / engine / f"since-{old}.md").read_text()
    assert f"({old})" in text.splitlines()[1]
    assert len(text) <= 65_536


def _confirm(engine: str, place: int, live: tuple[Both, dict[str, Change]]) -> None:
    both, changes = live
    items = picked(report_of(engine)["items"])
    item = items[place % len(items)]
    change = changes.get(item["fingerprint"])
    assert change is not None, f"{item['subject']} did not change: make the reports again (docs/examples/make.sh)"
    assert both.problems(change, item["tried"]) == [], item["explanation"]


@pytest.mark.slow
@pytest.mark.parametrize("place", range(PICKED))
def test_what_changed_in_transformers(place: int, transformers: tuple[Both, dict[str, Change]]) -> None:
    _confirm("transformers", place, transformers)


@pytest.mark.slow
@pytest.mark.xdist_group("vllm")
@pytest.mark.parametrize("place", range(PICKED))
def test_what_changed_in_vllm(place: int, vllm: tuple[Both, dict[str, Change]]) -> None:
    _confirm("vllm", place, vllm)


@pytest.mark.slow
@pytest.mark.xdist_group("vllm")
@pytest.mark.parametrize("engine", VERSIONS)
def test_a_report_of_the_wrong_thing_is_refuted(engine: str, request: pytest.FixtureRequest) -> None:
    """The confirmation itself can fail: a change that is told the other way round is not so."""
    both, changes = request.getfixturevalue(engine)
    upside_down = Both(both.new, both.old)
    seen = [item for item in report_of(engine)["items"] if item["tried"] and item["tried"]["library_changed"]]
    for item in random.Random(SEED).sample(seen, 10):
        if item["kind"] in {"rule_added", "rule_removed", "verdict_changed", "predicate_widened", "predicate_narrowed"}:
            assert upside_down.problems(changes[item["fingerprint"]], item["tried"]), item["explanation"]
