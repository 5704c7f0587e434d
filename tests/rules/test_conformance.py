"""Every case in tests/conformance, through the compiled evaluator and through the reference."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from llem_rules.rules import (
    Config,
    PredicateError,
    Surroundings,
    compile_predicate,
    parse_predicate,
    to_plain,
)
from llem_rules.rules.predicates import AllOf, Not, Predicate
from tests.rules import reference

FOLDER = Path(__file__).parents[1] / "conformance"
FILES = sorted(FOLDER.glob("*.yaml"))
KEYS = {"name", "predicate", "given", "require", "config", "defaults", "sections", "surroundings", "fires"}
ANSWERS = {True: True, False: False, "unknown": None}


def load(path: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return cases


CASES = [(path.stem, case) for path in FILES if path.stem != "malformed" for case in load(path)]
MALFORMED = load(FOLDER / "malformed.yaml")
each_case = pytest.mark.parametrize("case", [pytest.param(case, id=f"{stem}:{case['name']}") for stem, case in CASES])


def predicate_of(case: dict[str, Any]) -> Predicate:
    if "predicate" in case:
        return parse_predicate(case["predicate"])
    violated = Not(parse_predicate(case["require"]))
    return AllOf((parse_predicate(case["given"]), violated)) if "given" in case else violated


def config_of(case: dict[str, Any]) -> Config:
    return Config.of(
        case["config"],
        case.get("defaults"),
        {name: Config.of(kwargs) for name, kwargs in case.get("sections", {}).items()},
        Surroundings(**case.get("surroundings", {})),
    )


def world_of(case: dict[str, Any]) -> reference.World:
    return reference.World(
        case["config"], case.get("defaults", {}), case.get("sections", {}), case.get("surroundings", {})
    )


@each_case
def test_compiled(case: dict[str, Any]) -> None:
    assert compile_predicate(predicate_of(case))(config_of(case)) is ANSWERS[case["fires"]]


@each_case
def test_reference(case: dict[str, Any]) -> None:
    if "predicate" in case:
        answer = reference.fires(case["predicate"], world_of(case))
    else:
        answer = reference.violated(case.get("given"), case["require"], world_of(case))
    assert answer is ANSWERS[case["fires"]]


@each_case
def test_written_back(case: dict[str, Any]) -> None:
    predicate = predicate_of(case)
    rewritten = parse_predicate(to_plain(predicate))
    assert compile_predicate(rewritten)(config_of(case)) is ANSWERS[case["fires"]]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in MALFORMED])
def test_malformed(case: dict[str, Any]) -> None:
    with pytest.raises(PredicateError) as caught:
        parse_predicate(case["predicate"])
    assert caught.value.code == case["code"]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 250
    assert set(Counter(stem for stem, _ in CASES)) == {path.stem for path in FILES} - {"malformed"}


def test_every_answer_occurs() -> None:
    assert {case["fires"] for _, case in CASES} == set(ANSWERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_well_formed_file(path: Path) -> None:
    cases = load(path)
    names = Counter(case["name"] for case in cases)
    bodies = Counter(repr({key: value for key, value in case.items() if key != "name"}) for case in cases)
    assert [name for name, count in names.items() if count > 1] == []
    assert [body for body, count in bodies.items() if count > 1] == []
    for case in cases:
        if path.stem == "malformed":
            assert set(case) == {"name", "predicate", "code"}
        else:
            assert set(case) <= KEYS, case["name"]
            assert ("predicate" in case) != ("require" in case), case["name"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_yaml_1_2_reads_the_same(path: Path) -> None:
    assert repr(YAML(typ="safe", pure=True).load(path)) == repr(load(path))
