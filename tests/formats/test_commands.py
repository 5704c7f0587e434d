"""Command lines as the program's own parser reads them, and what is judged of a project's policy."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema

from llem_rules.check.policy import Policy
from llem_rules.cli.app import run
from llem_rules.cli.checking import Shelf, judge_found
from llem_rules.formats import read_command

FILES = Path(__file__).parent / "files"
SERVE = ["vllm", "serve"]


@pytest.mark.parametrize(
    ("words", "kwargs"),
    [
        (["M"], {"model": "M"}),
        (["M", "--max-num-seqs", "4"], {"model": "M", "max_num_seqs": 4}),
        (["M", "--max_num_seqs=4"], {"model": "M", "max_num_seqs": 4}),
        (["-tp", "2", "M"], {"model": "M", "tensor_parallel_size": 2}),
        (["M", "--enforce-eager", "--no-async-scheduling"], {"model": "M", "enforce_eager": True, "async_scheduling": False}),
        (["M", "--max-model-len", "32k"], {"model": "M", "max_model_len": 32_000}),
        (["M", "--max-model-len", "32K"], {"model": "M", "max_model_len": 32_768}),
        (["M", "--max-model-len", "auto"], {"model": "M", "max_model_len": -1}),
        (["M", "--compilation-config", '{"mode": 3}'], {"model": "M", "compilation_config": {"mode": 3}}),
        (["M", "--compilation-config.mode", "3"], {"model": "M", "compilation_config": {"mode": 3}}),
        (["M", "--served-model-name", "a", "b", "--port", "1"], {"model": "M", "served_model_name": ["a", "b"]}),
        (["M", "--seed", "-1"], {"model": "M", "seed": -1}),
        (["M", "-O3"], {"model": "M", "optimization_level": "3"}),
        (["M", "-O=2"], {"model": "M", "optimization_level": "2"}),
        (["M", "-qfp8"], {"model": "M", "quantization": "fp8"}),
        (["M", "--no-enable-prefix-cach"], {"model": "M", "enable_prefix_caching": False}),
        (["M", "--quantization", "None"], {"model": "M", "quantization": None}),
        (["M", "--device-ids", "0, GPU-1"], {"model": "M", "device_ids": [0, "GPU-1"]}),
        (["M", "--kv-transfer-config", '{"x": 1.5k}'], {"model": "M", "kv_transfer_config": {"x": 1500}}),
        (["M", "--hf-overrides.a.b", "2K", "--hf-overrides.c+", "d,e"],
         {"model": "M", "hf_overrides": {"a": {"b": 2048}, "c": ["d", "e"]}}),
    ],
)  # fmt: skip
def test_read(words: list[str], kwargs: dict[str, Any]) -> None:
    [part] = read_command(SERVE + words).parts
    assert dict(part.kwargs) == kwargs
    assert part.problems == []


@pytest.mark.parametrize(
    ("words", "says", "meant"),
    [
        (
            ["M", "--gpu-memory-utilisation", "0.9"],
            "--gpu-memory-utilisation: no such option",
            "--gpu-memory-utilization",
        ),
        (["M", "--max-num-seqs", "four"], "--max-num-seqs: invalid int value: 'four'", None),
        (["M", "--max-num-seqs"], "--max-num-seqs: expected an argument", None),
        (["M", "--max-num-seqs", "None"], "--max-num-seqs: invalid int value: 'None'", None),
        (
            ["M", "--max-num", "4"],
            "--max-num: may be --max-num-active-seqs, --max-num-batched-tokens, "
            "--max-num-queued-reqs, --max-num-queued-tokens",
            None,
        ),
        (["M", "--enforce-eager=true"], "--enforce-eager: takes no value", None),
        (["M", "--enforce-eager", "true"], "true: an argument too many", None),
        (["M", "--model", "X"], "M: an argument too many beside --model", None),
        (["--model=X", "M"], "M: an argument too many beside --model", None),
        (["M", "--fingerprint-mode", "ful"], "--fingerprint-mode: ful is none of custom, full, hash, none", "full"),
        (["M", "--max-model-len", "1.5K"], "--max-model-len: invalid size value: '1.5K'", None),
        (["M", "--pooler-config", "null"], "--pooler-config: wants an object, not null", None),
        (["M", "--compilation-config", "{"], "--compilation-config: invalid JSON value: '{'", None),
    ],
)
def test_refused_by_the_parser(words: list[str], says: str, meant: str | None) -> None:
    [problem] = read_command(SERVE + words).parts[0].problems
    assert (problem.message, problem.suggestion) == (says, meant)


@pytest.mark.parametrize(
    "words",
    [
        ["python3", "-m", "vllm.entrypoints.openai.api_server", "--model", "M", "--max-num-seqs", "0"],
        ["/usr/bin/vllm", "serve", "M", "--max-num-seqs", "0"],
        ["bash", "-c", "cd / && VLLM_X=1 exec vllm serve M --max-num-seqs 0"],
    ],
)
def test_spellings_of_one_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--", *words]) == 1
    assert "max_num_seqs-below" in capsys.readouterr().out


def test_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--", "ls", "-l"]) == 2
    assert "vllm serve" in capsys.readouterr().err


POLICY = "[tool.llem-rules]\n{}\n"


@pytest.mark.parametrize(
    ("policy", "code", "says"),
    [
        ("", 1, "max_num_seqs"),
        ('severity = {"vllm.EngineArgs.max_num_seqs-*" = "warn", "vllm.EngineArgs.gpu*" = "off"}', 0, "warning"),
        ('[[tool.llem-rules.ignore]]\nrule = "vllm.EngineArgs.*"\nreason = "a trial"', 0, ""),
        ('[[tool.llem-rules.ignore]]\nrule = "*"\nfiles = "other/*"\nreason = "r"', 1, "max_num_seqs"),
        ('[[tool.llem-rules.ignore]]\nrule = "*"', 2, "needs a rule and a reason"),
        ('[[tool.llem-rules.ignore]]\nrule = "a.*"\nreasn = "r"', 2, "an ignore has no 'reasn'"),
        ('colour = "red"', 2, "has no 'colour'"),
        ("stric = true", 2, "did you mean strict?"),
        ('severity = "error"', 2, "severity has to be a table"),
        ('strict = "no"', 2, "strict has to be true or false"),
        ("ignore = 3", 2, "ignore has to be a list of tables"),
        ("baseline = 3", 2, "baseline has to be the name of a file"),
        ('severity = {"vllm.EngineArgs.max_num_seq-*" = "off"}', 1, "is called vllm.EngineArgs.max_num_seq-*"),
        ('severity = {error = "loud"}', 2, "'loud' is none"),
    ],
)
def test_policy(
    policy: str,
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pyproject.toml").write_text(POLICY.format(policy))
    shutil.copy(FILES / "serve-refused/serving.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["check", "serving.yaml"]) == code
    said = capsys.readouterr()
    assert says in said.out + said.err


def test_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text(POLICY.format('baseline = "known.json"'))
    shutil.copy(FILES / "serve-refused/serving.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["check", "serving.yaml", "--write-baseline"]) == 0
    assert run(["check", "serving.yaml"]) == 0
    path = tmp_path / "serving.yaml"
    path.write_text("# moved\n" + path.read_text() + "pipeline-parallel-size: 0\n")
    capsys.readouterr()
    assert run(["check", "serving.yaml"]) == 1
    assert capsys.readouterr().out.count("error  ") == 1


def test_a_baseline_can_be_read_and_forgets_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(POLICY.format('baseline = "known.json"'))
    monkeypatch.chdir(tmp_path)
    refused = '{"vllm.SamplingParams": {"n": 0}}'
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(refused)
    assert run(["check", "one.json", "two.json", "--write-baseline"]) == 0
    assert "2 known findings (2 new, 0 gone)" in capsys.readouterr().err
    entries = json.loads((tmp_path / "known.json").read_text())["known"]
    assert [one["file"] for one in entries] == ["one.json", "two.json"]
    assert entries[0] | {"fingerprint": ""} == {
        "fingerprint": "",
        "file": "one.json",
        "native_type": "vllm.SamplingParams",
        "rule": "vllm.SamplingParams.n-below-1",
        "fields": ["n"],
    }
    (tmp_path / "one.json").write_text('{"vllm.SamplingParams": {"n": 1}}')
    assert run(["check", "one.json", "--write-baseline"]) == 0
    assert "1 known finding (0 new, 1 gone)" in capsys.readouterr().err
    assert run(["check", "one.json", "two.json"]) == 0
    # One of the first version held fingerprints alone.
    (tmp_path / "known.json").write_text(json.dumps({"schema_version": 1, "known": [entries[1]["fingerprint"]]}))
    assert run(["check", "two.json"]) == 0
    assert run(["check", "two.json", "--write-baseline"]) == 0
    assert json.loads((tmp_path / "known.json").read_text())["known"] == [entries[1]]


SCHEMAS = Path(__file__).parents[1] / "graph" / "schemas"
PUBLISHED = Path(__file__).parents[2] / "schemas"
LOUD = ["serve-refused/serving.yaml", "llama-2-chat-first/generation_config.json", "typo/generation_config.json",
        "request-refused/request.json", "grid/study.yaml", "docker-shell/Dockerfile"]  # fmt: skip


def said_of(output: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["check", *(str(FILES / name) for name in LOUD), "--format", output]) == 1
    return capsys.readouterr().out


def test_json_is_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said_of("json", capsys))
    schema = json.loads((PUBLISHED / "check-report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert {item["effect"] for item in document["items"]} >= {"error", "warn", "dormant_announced"}


def test_sarif_is_sarif(capsys: pytest.CaptureFixture[str]) -> None:
    log = json.loads(said_of("sarif", capsys))
    jsonschema.Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))).validate(log)
    [run_] = log["runs"]
    refused = next(one for one in run_["results"] if "serving.yaml" in json.dumps(one) and one["level"] == "error")
    region = refused["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 15, "endLine": 3, "endColumn": 16}
    assert run_["tool"]["driver"]["rules"][refused["ruleIndex"]]["id"] == refused["ruleId"]


def test_junit_is_junit(capsys: pytest.CaptureFixture[str]) -> None:
    text = said_of("junit", capsys)
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(text)
    suite = ET.fromstring(text)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(suite)), str(len(suite.findall("*/failure"))))


def test_annotations_are_annotations(capsys: pytest.CaptureFixture[str]) -> None:
    for line in said_of("github", capsys).splitlines():
        assert re.fullmatch(
            r"::(error|warning|notice) file=[^,:]+,line=\d+,col=\d+,endLine=\d+,title=[^,:]+::.+", line
        ), line


APART = ["vllm", "serve", "m", "--kda-prefill-backend", "flashkda"]  # refused on one platform, taken on the other


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("text", "on cpu alone  error  command line:1:36"),
        ("json", '"platforms": ["cpu"]'),
        ("sarif", '"platforms": ["cpu"]'),
        ("sarif", '"text": "on cpu alone: --kda-prefill-backend'),
        ("github", "::notice file=command line,line=1,col=36,"),
        ("github", "::on cpu alone: --kda-prefill-backend"),
        ("junit", "<system-out>vllm.EngineArgs.flashkda-prefill-on-cpu: on cpu alone: "),
    ],
)
def test_every_answer_tells_what_differs(output: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--format", output, "--", *APART]) == 0
    told = capsys.readouterr().out
    assert says in (json.dumps(json.loads(told)) if output in ("json", "sarif") else told)


@pytest.mark.parametrize(("platform", "code"), [("cpu", 1), ("cuda", 0)])
def test_what_differs_is_a_finding_on_its_platform(platform: str, code: int) -> None:
    assert run(["check", "--platform", platform, "--", *APART]) == code


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({}, False)],
)
def test_colour(
    variables: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["check", str(FILES / LOUD[0])]) == 1
    assert ("\x1b[31merror\x1b[0m" in capsys.readouterr().out) is coloured


def test_a_finding_says_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(FILES / "beams-too-few/generation_config.json")]) == 1
    said = capsys.readouterr().out
    for part in ("GenerationConfig.num_return_sequences-within-num_beams", "refused when the config is built (ValueError)",
                 "since 4.", "smallest fix: num_return_sequences: 2", ":3:27", "llem-rules explain"):  # fmt: skip
        assert part in said, said


def test_what_a_refusal_hides_is_said_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "generation_config.json"
    path.write_text('{"do_sample": false, "max_new_tokens": -1, "top_k": 20}')
    assert run(["check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "1 error, 1 ignored." in said
    assert "greedy-ignores-top_k" in said


def test_explain_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "vllm.SamplingParams.greedy-ignores-top_p"]) == 0
    said = capsys.readouterr().out
    for part in ("fires when", "versions  0.8.5.post2 to", "proof     state", "positive  {", "negative  {", "points",
                 "vllm/sampling_params.py · SamplingParams.__post_init__"):  # fmt: skip
        assert part in said, said


def test_strict(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(FILES / "sections/config.yaml")
    assert run(["check", file]) == 0
    assert run(["check", file, "--strict"]) == 1
    assert "greedy-ignores-top_p" in capsys.readouterr().out


def test_explain_a_config(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(FILES / "sections/config.yaml")]) == 0
    said = capsys.readouterr().out
    assert "greedy-ignores-top_p" in said
    assert "0.5       1.0" in said


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [
        ("--fault-tolerance-config", "{}", "fault_tolerance_config"),
        ("--structured-outputs-config", '{"backend": "auto"}', "structured_outputs_config"),
    ],
)
def test_a_mapping_on_a_command_line_has_become_a_config(option: str, value: str, field: str) -> None:
    """What is refused of a mapping in Python is none when the command's parser has made the config of it."""
    more = {"reasoning_parser_plugin": "parsers.py"} if field == "structured_outputs_config" else {}
    words = ["vllm", "serve", "m", option, value, *(("--reasoning-parser-plugin", "parsers.py") if more else ())]
    shelf = Shelf(None, None)
    [verdict, *_] = judge_found(read_command(words), None, shelf, Policy())
    assert [note.rule for note in verdict.notes if note.effect == "error"] == []
    written = shelf.for_type("vllm.EngineArgs").judge("vllm.EngineArgs", {field: json.loads(value), **more})
    assert written.effect == "error"
