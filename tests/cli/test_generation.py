"""How the commands speak of what only shows at generation."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from llem_rules.check.corpus import Corpus
from llem_rules.cli.app import run
from llem_rules.corpus.findings import Span
from llem_rules.corpus.reader import parse_yaml
from llem_rules.corpus.schemas import schema
from llem_rules.formats import Found, Part, Place
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.reporting.check_text import file_text
from llem_rules.reporting.documents import publish
from llem_rules.reporting.rule_text import rule_text
from llem_rules.rules import rule_from

publish()
TYPE = "transformers.GenerationConfig"
REFUSED: dict[str, Any] = {
    "id": f"{TYPE}.refused",
    "native_type": TYPE,
    "kind": "invalidity",
    "match": {"top_p": {"<": 0}},
    "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
    "message_template": "`top_p` has to be a float",
    "reach": "generate",
    "kwargs_positive": {"top_p": -0.5},
    "kwargs_negative": {"top_p": 0.5},
}
IGNORED: dict[str, Any] = {
    "id": f"{TYPE}.ignored",
    "native_type": TYPE,
    "kind": "dormancy",
    "match": {"top_p": {">": 1}},
    "dormant": ["top_p"],
    "expected": {"effect": "dormant_silent", "channel": "none"},
    "reach": "generate",
    "kwargs_positive": {"top_p": 1.5},
    "kwargs_negative": {"top_p": 0.5},
}


@pytest.mark.parametrize(
    ("rule", "text", "says"),
    [
        (REFUSED, "top_p: -0.5", "refused only at generation (ValueError)"),
        (IGNORED, "top_p: 1.5", "has no effect, and nothing is said at generation"),
        ({**REFUSED, "reach": "construct"}, "top_p: -0.5", "refused when the config is built (ValueError)"),
        ({**IGNORED, "reach": "construct"}, "top_p: 1.5", "has no effect, and nothing is said"),
    ],
)
def test_check_says_when_it_bites(rule: dict[str, Any], text: str, says: str) -> None:
    corpus = Corpus("transformers", "1", [rule_from(rule)], {})
    kwargs = dict(parse_yaml(text, "config.yaml").data)
    judgement = corpus.judge(TYPE, kwargs)
    span = Span(1, 8, 1, 9)
    part = Part("transformers", TYPE, kwargs, {"top_p": Place(span, span, "top_p")})
    verdict = Verdict(Found("config.yaml", text, "yaml"), part, corpus, judgement)
    verdict.notes = [Note(one.effect, "said", (("top_p", span),), one) for one in judgement.findings]
    assert says in file_text([verdict])


def test_explain_says_which_proof_holds() -> None:
    seen = {"effect": "pass", "channel": "none"}
    entry = {
        "verdict": "confirmed",
        "proof": "behaviour",
        "rule": IGNORED,
        "positive": {**seen, "behaviour": {"top_p": "no_difference"}},
        "negative": {**seen, "behaviour": {"top_p": "differs"}},
        "table": {"true_positive": 1, "true_negative": 1},
    }
    text = rule_text(entry, {"library": "transformers", "library_version": "1", "device": "cpu"})
    assert "reach      generate: only at generation: the config itself is accepted" in text
    assert "top_p: without it, the same tokens" in text
    assert "top_p: without it, other tokens" in text


TRIED: list[tuple[str, list[str], str, list[str]]] = [
    # kwargs, options, effect, lines
    (
        '{"max_matching_ngram_size": 3}', [], "dormant_silent (proof: behaviour)",
        ["to the stage generate", "behaviour  max_matching_ngram_size: never read while it generated"],
    ),
    (
        '{"do_sample": true, "top_p": 1.5}', [], "pass",
        ["behaviour  do_sample: without it, other tokens", "behaviour  top_p: without it, the same tokens"],
    ),
    ('{"do_sample": true, "top_p": -0.5}', [], "error", ["raised     ValueError: `top_p` has to be a float"]),
    ('{"do_sample": true, "top_p": -0.5}', ["--reach", "validate"], "pass", ["to the stage validate"]),
]  # fmt: skip


@pytest.mark.parametrize(("kwargs", "options", "effect", "lines"), TRIED)
def test_try_goes_as_far_as_generation(
    kwargs: str, options: list[str], effect: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["try", "transformers", "--type", TYPE, "--kwargs", kwargs, *options]) == 0
    said = capsys.readouterr().out
    assert f"effect     {effect}\n" in said
    assert [line for line in lines if line not in said] == []


def test_the_door_tells_what_was_seen_of_each_field(capsys: pytest.CaptureFixture[str]) -> None:
    kwargs = '{"do_sample": true, "typical_p": 0.5}'
    assert run(["try", "transformers", "--type", TYPE, "--kwargs", kwargs, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, schema("try-report"))
    assert report["items"][0]["behaviour"] == {"do_sample": "differs", "typical_p": "differs"}
