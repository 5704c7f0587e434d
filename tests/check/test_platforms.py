"""What holds on one platform alone is said of it: `--platform`, and `differs` at the machine door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llem_rules.check.compiled import load_compiled
from llem_rules.check.corpus import Corpus
from llem_rules.check.platforms import judge_on, on_platform
from llem_rules.cli.app import run
from llem_rules.rules.kinds import rule_from
from llem_rules.rules.predicates import Surrounding


def rule(name: str, match: dict[str, Any]) -> Any:
    return rule_from(
        {
            "id": f"toy.Config.{name}",
            "kind": "invalidity",
            "native_type": "toy.Config",
            "match": match,
            "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
            "kwargs_positive": {},
            "kwargs_negative": {},
        }
    )


CORPUS = Corpus(
    "toy",
    "1",
    [
        rule("everywhere", {"a": {"<": 0}}),
        rule("on-cuda", {"a": {">": 10}, "platform": {"device": "cuda"}}),
        rule("on-cpu", {"a": {">": 20}, "platform": {"device": "cpu"}}),
    ],
    {"toy.Config": {"a": 1}},
)
# The value, the effect on both, and on each where they differ.
CASES = [
    (1, "pass", None),
    (-1, "error", None),
    (11, "pass", ("pass", "error")),
    (21, "pass", ("error", "error")),
]


@pytest.mark.parametrize(("value", "effect", "each"), CASES)
def test_the_door(value: int, effect: str, each: tuple[str, str] | None) -> None:
    answer = judge_on(CORPUS, "toy.Config", {"a": value}).to_door()
    assert answer["effect"] == effect
    assert (each is not None) == ("differs" in answer)
    if each is not None:
        assert (answer["differs"]["cpu"]["effect"], answer["differs"]["cuda"]["effect"]) == each


def test_where() -> None:
    told = judge_on(CORPUS, "toy.Config", {"a": 21})
    assert {one.rule.id: told.where(one) for one in told.judgement.findings} == {
        "toy.Config.on-cpu": ("cpu",),
        "toy.Config.on-cuda": ("cuda",),
    }


def test_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A committed rule of one device, on its own positive: said of it, and not of the other."""
    rule = next(
        one for one in load_compiled("vllm").rules
        if any(isinstance(part, Surrounding) and part.domain == "platform" for part in getattr(one.predicate, "parts", ()))
        and not any("$" in json.dumps(value) for value in one.kwargs_positive.values())
    )  # fmt: skip
    path = tmp_path / "config.json"
    path.write_text(json.dumps(rule.kwargs_positive), encoding="utf-8")
    told = {}
    for device in ("cpu", "cuda"):
        run(["check", str(path), "--type", rule.native_type, "--platform", device, "--format", "json"])
        told[device] = [one["rule"] for one in json.loads(capsys.readouterr().out)["items"]]
    assert (rule.id in told["cpu"]) != (rule.id in told["cuda"])


def test_no_device_is_no_fact() -> None:
    assert on_platform(None).platform is None
    assert on_platform("cuda").platform == {"device": "cuda"}


def test_the_text_says_what_holds_on_one_platform_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "vllm.yaml"
    path.write_text("model: org/model\nkda-prefill-backend: flashkda\n")
    assert run(["check", str(path), "--strict"]) == 0  # no finding as long as nobody says which platform it is for
    said = capsys.readouterr().out
    [line] = [one for one in said.splitlines() if one.startswith("on cpu alone  error")]
    assert f"{path}:2:22" in line
    assert "flashkda-prefill-on-cpu" in line
    assert "--platform cpu|cuda" in said
    assert run(["check", str(path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["summary"]["error"], told["summary"]["differs"]) == (0, 1)
    assert told["differs"][0]["platforms"] == ["cpu"]
    assert run(["check", str(path), "--platform", "cuda"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["check", str(path), "--platform", "cpu"]) == 1
