"""What has to hold of every rule that we ship, and of the evidence that is committed with it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import jsonschema
import pytest

from llem_rules.check.load import load_corpus, validated_document
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.corpus.schemas import schema
from llem_rules.engines import find_engine
from llem_rules.reporting.documents import publish
from llem_rules.rules.kinds import KINDS, SEVERITY, RuleBase

publish()
ENGINES = ("transformers", "vllm")
AT_LEAST = 40


def rules_of(engine: str) -> tuple[RuleBase, ...]:
    return read_rulebook(engine, find_project()).rules


@pytest.mark.parametrize("engine", ENGINES)
def test_enough_rules_of_every_kind_and_effect(engine: str) -> None:
    rules = rules_of(engine)
    assert len(rules) >= AT_LEAST
    assert Counter(str(getattr(rule, "kind", "")) for rule in rules).keys() == set(KINDS)
    assert Counter(rule.expected.effect for rule in rules).keys() == set(SEVERITY)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_rule_is_confirmed_in_the_committed_evidence(engine: str) -> None:
    document = validated_document(engine)
    jsonschema.validate(document, schema("invariants.validated"))
    verdicts = {entry["id"]: entry["verdict"] for entry in document["rules"]}
    assert verdicts == {rule.id: "confirmed" for rule in rules_of(engine)}


def test_enough_rules_about_the_moment_of_generation() -> None:
    """Confirmed, and of the dormancies among them enough that are proved by behaviour."""
    used = [one for one in validated_document("transformers")["rules"] if one["rule"].get("reach") == "generate"]
    confirmed = [one for one in used if one["verdict"] == "confirmed"]
    behaving = [one for one in confirmed if one["rule"]["kind"] == "dormancy" and one.get("proof") == "behaviour"]
    assert len(confirmed) >= 40
    assert len(behaving) >= 15


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rule_fires_on_a_library_default(engine: str) -> None:
    """Save one that speaks of what has to be given: then the library refuses the empty construction too."""
    corpus = load_corpus(engine)
    refused = {
        entry["id"]
        for entry in validated_document(engine)["rules"]
        if all(value is None for value in entry["rule"]["kwargs_positive"].values())
        and entry["positive"]["effect"] == "error"
    }
    firing = {
        finding.rule.id for native_type in corpus.native_types for finding in corpus.judge(native_type, {}).findings
    }
    assert firing <= refused
    assert len(firing) <= 2


@pytest.mark.parametrize("engine", ENGINES)
def test_every_rule_cites_its_source_and_the_evidence_was_seen_there(engine: str) -> None:
    package = find_engine(engine).package
    for entry in validated_document(engine)["rules"]:
        source = entry["rule"].get("source")
        assert source, entry["id"]
        assert source["file"].startswith(f"{package}/"), entry["id"]
        here = "cpu" in entry.get("holds_on", ["cpu"])  # its own observations are of the CPU
        if here and entry["rule"]["expected"]["effect"] in {"error", "warn", "dormant_announced"}:
            assert _seen_at(entry).startswith(f"{source['file']}:"), entry["id"]


def _seen_at(entry: dict[str, Any]) -> str:
    return str(entry["positive"].get("site"))
