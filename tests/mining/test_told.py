"""What a person says of a site holds until a case or a rule shows otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from llem_rules.corpus.locate import Project, find_project
from llem_rules.corpus.unreached import Unreached, load_unreached
from llem_rules.mining.coverage import CoveredSite
from llem_rules.mining.model import EffectSite
from llem_rules.mining.told import reached, with_told
from llem_rules.rules.failure import Failure

SITE = EffectSite(
    "toy.A", "toy/a.py", 10, "A.check", "raise", "construct", "exception", exception="ValueError", message="no {n} here"
)
FILLED = replace(SITE, kind="rewrite", message=None, field="n")
BARE = CoveredSite(SITE, (), (), (), None)
TOLD = Unreached.model_validate(
    {"site": "toy/a.py:A.check", "message": "no {n}", "needs": "the network", "why": "it asks a server for its list"}
)


@pytest.mark.parametrize(
    ("covered", "entry", "seen", "unreachable", "refuted", "idle"),
    [
        (BARE, TOLD, set(), "needs the network: it asks a server for its list", 0, 0),
        (BARE, TOLD.model_copy(update={"needs": "nothing"}), set(), "never: it asks a server for its list", 0, 0),
        (BARE, TOLD, {("toy.A", "toy/a.py", 10)}, None, 1, 0),
        (BARE, TOLD, {("toy.B", "toy/a.py", 10)}, "needs the network: it asks a server for its list", 0, 0),
        (replace(BARE, rules=("r",)), TOLD, set(), None, 1, 0),
        (replace(BARE, unreachable="needs a model: x"), TOLD, set(), "needs a model: x", 0, 1),
        (replace(BARE, apart="assertion"), TOLD, set(), None, 0, 1),
        (BARE, TOLD.model_copy(update={"message": "another"}), set(), None, 0, 1),
        (BARE, TOLD.model_copy(update={"needs": "no field"}), set(), None, 0, 0),
        (BARE, TOLD.model_copy(update={"site": "toy/a.py:A.other"}), set(), None, 0, 1),
        (BARE, TOLD.model_copy(update={"native_type": "toy.B"}), set(), None, 0, 1),
        (BARE, TOLD.model_copy(update={"message": None}), set(), "needs the network: it asks a server for its list", 0, 0),
        (replace(BARE, site=FILLED), TOLD.model_copy(update={"message": None, "field": "n"}), set(),
         "needs the network: it asks a server for its list", 0, 0),
        (replace(BARE, site=FILLED), TOLD.model_copy(update={"message": None, "field": "m"}), set(), None, 0, 1),
    ],
)  # fmt: skip
def test_told(
    covered: CoveredSite,
    entry: Unreached,
    seen: set[tuple[str, str, int]],
    unreachable: str | None,
    refuted: int,
    idle: int,
) -> None:
    told = with_told([covered], [entry], seen)
    assert (told.covered[0].unreachable, len(told.refuted), len(told.idle)) == (unreachable, refuted, idle)
    assert told.covered[0].told == (unreachable == entry.reason)
    assert (told.covered[0].apart == "not of the config") == (entry.needs == "no field")


def test_what_the_evidence_reached() -> None:
    entry = {
        "rule": {"native_type": "toy.A"},
        "positive": {"site": "toy/a.py:A.check:10"},
        "negative": {"effect": "pass"},
    }
    assert reached([entry]) == {("toy.A", "toy/a.py", 10)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- site: toy/a.py:A.check\n  needs: a miracle\n  why: nobody knows that yet\n", "toy.yaml:2:10"),
        ("- site: A.check\n  needs: a model\n  why: nobody knows that yet\n", "toy.yaml:1:9"),
        ("- site: toy/a.py:A.check\n  needs: a model\n", "toy.yaml:1:3"),
        ("- site: [\n", "toy.yaml:2:1"),
    ],
)
def test_a_file_with_problems(text: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "toy.yaml").write_text(text)
    with pytest.raises(Failure) as caught:
        load_unreached("toy", Project(tmp_path, "tree"), "1.0")
    assert place in caught.value.message


@pytest.mark.parametrize(("version", "found"), [("0.17.1", 2), ("0.22.0rc1", 2), ("0.23.0", 1)])
def test_entries_of_some_versions(version: str, found: int, tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    entry = "- site: toy/a.py:A.check\n  needs: a model\n  why: nobody knows that yet\n"
    (tmp_path / "sites" / "toy.yaml").write_text(entry + entry + '  versions: ">=0.17,<0.23"\n')
    assert len(load_unreached("toy", Project(tmp_path, "tree"), version)) == found


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_the_committed_files_can_be_read(engine: str) -> None:
    entries = load_unreached(engine, find_project(), "1.0")
    assert len({(one.site, one.message, one.field, one.native_type) for one in entries}) == len(entries)
