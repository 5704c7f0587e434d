"""Checkpoints on this machine: rules that ask for a config.json are decided where it is at hand, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.check import HERE, Corpus
from llem_rules.rules import rule_from

TYPE = "lib.T"
RULE = rule_from(
    {
        "id": f"{TYPE}.too-many",
        "kind": "invalidity",
        "native_type": TYPE,
        "match": {"tokens": {">": "@model.config_json.block_size"}},
        "expected": {"effect": "error", "channel": "exception"},
        "message_template": "more than {model.config_json.block_size}",
        "kwargs_positive": {},
        "kwargs_negative": {},
    }
)


@pytest.mark.parametrize(
    ("text", "effect", "undecided"),
    [
        ('{"block_size": 2}', "error", 0),
        ('{"block_size": 3}', "pass", 0),
        ('{"block_size": "3"}', "pass", 0),
        ("{}", "pass", 0),
        ("[]", "pass", 1),
        ("{", "pass", 1),
        (None, "pass", 1),
    ],
)
def test_a_config_at_hand(text: str | None, effect: str, undecided: int, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    judged = Corpus("lib", "1", [RULE], {TYPE: {}}).judge(TYPE, {"model": str(tmp_path), "tokens": 3}, HERE)
    assert (judged.effect, len(judged.undecided)) == (effect, undecided)


def test_a_folder_elsewhere() -> None:
    judged = Corpus("lib", "1", [RULE], {TYPE: {}}).judge(TYPE, {"model": "/not/here", "tokens": 3}, HERE)
    assert [rule.id for rule in judged.undecided] == [RULE.id]
