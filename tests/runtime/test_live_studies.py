"""Real studies against the live libraries: every line there, deaths recorded, and rules that were left out found again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from llem_rules.runtime.gaps import gaps_of
from llem_rules.runtime.recording import hash_of
from tests.runtime.leaving_out import AGREEMENT, explained_by_group, found_again, halves, removable
from tests.runtime.studies import STUDIES, record, recorded

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("vllm")]
ENGINES = {name: study.engine for name, study in STUDIES.items()}


@pytest.mark.parametrize("name", ["transformers", "vllm"])
def test_eight_processes_lose_no_line(name: str) -> None:
    members = STUDIES[name].members()
    lines = [json.loads(line) for line in (recorded(name) / "runtime_observations.jsonl").read_text().splitlines()]
    assert len(lines) >= 400
    assert Counter(one["config_hash"] for one in lines) == Counter(hash_of(one) for one in members)
    outcomes = Counter(one["outcome"] for one in lines)
    assert outcomes["success"] >= 200
    assert outcomes["exception"] >= 100
    assert outcomes["subprocess_died"] == 0


@pytest.mark.parametrize(("name", "by"), [("transformers", "SIGKILL"), ("vllm", "SIGSEGV")])
def test_killed_workers_leave_their_lines(tmp_path: Path, name: str, by: str) -> None:
    members = [one for one in STUDIES[name].members() if len(json.dumps(one)) < 120][:48]
    deaths = dict.fromkeys(range(0, len(members), 6), by)
    path = record(STUDIES[name], members, tmp_path, deaths)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert sorted(one["config_hash"] for one in lines) == sorted(hash_of(one) for one in members)
    died = {one["config_hash"]: one["process"]["signal"] for one in lines if one["outcome"] == "subprocess_died"}
    refused = {one["config_hash"] for one in lines if one["outcome"] == "exception"}
    assert died == {hash_of(members[at]): by for at in deaths if hash_of(members[at]) not in refused}
    assert died


@pytest.mark.parametrize("name", ["transformers", "vllm"])
def test_nothing_is_proposed_that_the_corpus_explains(name: str) -> None:
    """What is left are effects that no rule claims; of these, every hit is one that no rule explains."""
    half = halves(recorded(name), ENGINES[name])
    for sighted in half.first:
        found = gaps_of(sighted, half.corpus, half.corpus.rules, "runtime-warnings")
        assert found.explained >= 40
        assert len(found.told) + len(found.untold) <= 5


def test_left_out_rules_that_announce_themselves_are_found_again() -> None:
    """On the study's half that was looked at, on the half that was held back, and on configs that nobody ran."""
    tried: dict[str, tuple[float, float]] = {}
    for name in ("transformers", "vllm"):
        half = halves(recorded(name), ENGINES[name])
        known = {
            repr(told.aim)
            for sighted in half.first
            for told in gaps_of(sighted, half.corpus, half.corpus.rules, "runtime-warnings").told
        }
        for removed in removable(half, "runtime-warnings"):
            tried[removed.rule.id] = found_again(half, removed, known)
    lost = {rule: shares for rule, shares in tried.items() if min(shares) < AGREEMENT}
    assert len(tried) >= 40
    assert len(lost) <= len(tried) / 10, lost


def test_rules_of_other_types_are_found_again_too() -> None:
    """Studies that were made from the declared types of fields alone, and that no part of the inference was made with.

    Where the half that is looked at has no config that came past the place and did not show it, the answer has to be that
    nothing can be told.
    """
    tried: dict[str, float] = {}
    for name in ("engine", "weights"):
        half = halves(recorded(name), ENGINES[name])
        known = {
            repr(told.aim)
            for sighted in half.first
            for told in gaps_of(sighted, half.corpus, half.corpus.rules, "runtime-warnings").told
        }
        for removed in removable(half, "runtime-warnings"):
            share, _ = found_again(half, removed, known)
            if removed.contrast:
                tried[removed.rule.id] = share
            else:
                assert share == 0, removed.rule.id
    lost = {rule: round(share, 3) for rule, share in tried.items() if share < AGREEMENT}
    assert len(tried) >= 40
    assert len(lost) <= len(tried) / 10, lost


def test_left_out_silent_dormancies_are_found_through_groups() -> None:
    tried: dict[str, float] = {}
    for name in ("vllm", "quantization"):
        half = halves(recorded(name), ENGINES[name])
        for removed in removable(half, "equivalence-groups"):
            tried[removed.rule.id] = explained_by_group(half, removed)
    lost = {rule: round(share, 3) for rule, share in tried.items() if share < AGREEMENT}
    assert len(tried) >= 10
    assert len(lost) <= len(tried) / 5, lost
