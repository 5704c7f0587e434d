"""What a file is taken for, and what is said of one that is nearly such a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llem_rules.cli.app import run

GRID = """\
base: {vllm.SamplingParams: {max_tokens: 16}}
grid:
  vllm.SamplingParams.top_p: [0.5, 2.0]
  vllm.SamplingParams.n: [1, 2]
"""
ROWS = [
    # the file's name, its text, the exit code, what is said
    ("config.json", '{"architectures": ["A"]}', 4, "nothing to check"),
    ("config.json", '{"quantization_config": null}', 4, "nothing to check"),
    ("config.json", '{"quantization_config": 3}', 2, ":1:25: quantization_config is not a mapping"),
    ("config.json", '{"quantization_config": {"bits": 4}}', 1, "no `quant_method`"),
    ("config.json", '{"quantization_config": {"quant_method": "gptqq"}}', 0, 'skipped; did you mean "gptq"?'),
    ("config.json", '{"quantization_config": {"quant_method": "gguf"}}', 4, "nothing to check"),
    ("config.json", '{"quantization_config": {"load_in_4bit": true, "load_in_8bit": true}}', 1, "4bit-and-8bit"),
    ("request.json", '{"prompt": "a", "top_p": "1.5"}', 1, "top_p: refused with TypeError, got '1.5'"),
    ("other.json", '{"a": 1}', 2, "'a' is not a native type"),
    ("vllm.yaml", "model: m\nmax-num-seqs: 0\n", 1, "vllm.yaml:2:15"),
    ("vllm.yaml", "model: m\nmax-nun-seqs: 4\n", 1, "vllm.yaml:2:1\n"),
    ("vllm.yaml", "model: m\nenforce-eager: 'true'\n", 1, "enforce-eager: takes no value"),
    ("vllm.yaml", "model: m\nenable-prefix-caching: false\n", 0, ""),
    ("vllm.yaml", "model: m\noptimization-level: 3\n", 0, ""),
]


@pytest.mark.parametrize(("name", "text", "code", "says"), ROWS)
def test_a_file(name: str, text: str, code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert run(["check", str(path)]) == code
    told = capsys.readouterr()
    assert says in told.out + told.err
    assert says or not told.out + told.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["vllm serve m --max-num-seqs 0"], 1, "vllm.EngineArgs.max_num_seqs-below-1"),
        (["vllm serve m"], 0, ""),
        (["vllm serv m"], 2, "is no command of an engine"),
        (["vllm", "serv", "m"], 2, "known: vllm serve, python -m"),
        (["nowhere.yaml"], 2, "nowhere.yaml:1:1: no such file"),
        (["nowhere.yaml", "either.json"], 2, "not checked: nowhere.yaml:1:1: no such file"),
    ],
)
def test_arguments(arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--", *arguments]) == code
    told = capsys.readouterr()
    assert says in told.out + told.err


@pytest.mark.parametrize(
    ("others", "code"),
    [([], 3), (["good"], 3), (["bad"], 1), (["bad", "nowhere"], 2), (["good", "nowhere"], 2)],
)
def test_one_file_that_cannot_be_checked_stops_no_other(
    others: list[str], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {"good": "vllm.SamplingParams: {n: 1}", "bad": "vllm.SamplingParams: {n: 0}"}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    unproved = tmp_path / "extra_llm_api_options.yaml"  # of an engine of which nothing is proved
    unproved.write_text("print_iter_log: true\n")
    files = [str(unproved), *(str(tmp_path / f"{name}.yaml") for name in others)]
    assert run(["check", *files, "--format", "json"]) == code
    told = capsys.readouterr()
    assert "no rule of" in told.err
    if others:
        document = json.loads(told.out)
        assert document["summary"]["error"] == others.count("bad")
        assert document["summary"]["unchecked"] == len(document["unchecked"]) == 1 + others.count("nowhere")


def test_every_member_of_a_study_is_explained_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(GRID)
    assert run(["check", str(path)]) == 1
    assert capsys.readouterr().out.count("top_p-in-range") == 2  # the finding, and how to explain it
    assert run(["explain", str(path)]) == 0
    told = capsys.readouterr().out
    assert [f"config {number}" in told for number in range(1, 6)] == [True] * 4 + [False]
    assert told.count("refused: top_p") == 2


@pytest.mark.parametrize(("version", "effect"), [("0.32.0", "error"), ("0.12.0.post2", "warning")])
def test_the_parser_of_one_version_is_known(version: str, effect: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--engine-version", version, "--", "vllm", "serve", "m", "--swap-space", "4"])
    assert f"{effect}  --swap-space: no such option" in capsys.readouterr().out
