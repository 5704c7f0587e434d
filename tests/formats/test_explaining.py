"""`explain` of configs: every setting with what becomes of it, and every reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.schemas import schema
from llem_rules.reporting.documents import publish

FILES = Path(__file__).parent / "files"
SERVE = ["--", "vllm", "serve", "m"]
# Arguments, and lines of which each part has to stand in one line of the answer, in this order.
TOLD: list[tuple[list[str], list[list[str]]]] = [
    (
        [str(FILES / "sections/config.yaml")],
        [["3  top_p", "0.5", "1.0", "ignored: ", "greedy-ignores-top_p"], ["1 of 2 settings as declared, 1 rewritten"]],
    ),
    (
        [*SERVE, "--max-num-seqs", "0", "--seed", "4"],
        [
            ["--max-num-seqs", "0", "-", "refused: Input should be"],
            ["--seed", "4", "4"],
            ["2 of 3 settings as declared, 1 refused; nothing runs until what is refused is mended"],
        ],
    ),
    (
        [*SERVE, "--compilation-config", '{"mode": 9, "cudagraph_mode": "NONE"}'],
        [["--compilation-config.mode", "9", "-", "refused: "], ["--compilation-config.cudagraph_mode", '"NONE"', '"NONE"']],
    ),
    ([str(FILES / "typo/generation_config.json")], [["temprature", "0.7", "warned of: ", "did you mean temperature?"]]),
    ([*SERVE, "--kda-prefill-backend", "flashkda"], [["--kda-prefill-backend", "on cpu alone, refused: "]]),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "lines"), TOLD, ids=[" ".join(one[0])[-50:] for one in TOLD])
def test_every_setting(arguments: list[str], lines: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *arguments]) == 0
    said = capsys.readouterr().out.splitlines()
    for parts in lines:
        assert any(in_order(line, parts) for line in said), (parts, said)


def in_order(line: str, parts: list[str]) -> bool:
    at = 0
    for part in parts:
        at = line.find(part, at) + len(part)
        if at < len(part):
            return False
    return True


@pytest.mark.parametrize(
    ("options", "effect", "on"),
    [([], "pass", ["cpu"]), (["--platform", "cpu"], "error", []), (["--platform", "cuda"], "pass", None)],
)
def test_on_a_platform(
    options: list[str], effect: str, on: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    publish()
    assert run(["explain", "--format", "json", *options, *SERVE, "--kda-prefill-backend", "flashkda"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schema("explain-report"))
    [backend] = [one for one in told["items"] if one["field"] == "--kda-prefill-backend"]
    assert backend["effect"] == effect
    assert [one["on"] for one in backend["reasons"]] == ([on] if on is not None else [])


@pytest.mark.parametrize(
    ("what", "key", "value"),
    [
        ("vllm.SamplingParams.greedy-ignores-top_p", "verdict", "confirmed"),
        ("L012", "code", "L012"),
    ],
)
def test_the_document(what: str, key: str, value: Any, capsys: pytest.CaptureFixture[str]) -> None:
    publish()
    assert run(["explain", what, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schema("explain-report"))
    assert told["items"][0][key] == value


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            "transformers.AqlmConfig.in_group_size-not-an-int",
            ["holds on  cpu, cuda", "on cuda   confirmed: all that was seen"],
        ),
        ("transformers.GenerationConfig._commit_hash-dropped", ["1 fired and showed it, 601 neither", "NVIDIA H100"]),
    ],
)
def test_what_other_platforms_showed(rule: str, says: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", rule]) == 0
    said = capsys.readouterr().out
    assert [one for one in says if one not in said] == []


def test_nothing_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    assert run(["explain", str(tmp_path / "Dockerfile")]) == 4
    assert "nothing to explain" in capsys.readouterr().err
