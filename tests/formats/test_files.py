"""Files as people have them: what each is taken for, what is said of it and where, and that the live library agrees.

Values, not texts, of configs that are public; what is expected was seen with ``llem-rules try``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from llem_rules.check.policy import Policy
from llem_rules.cli.app import run
from llem_rules.cli.checking import Shelf, judge_found, parts_of
from llem_rules.engines import find_engine
from llem_rules.formats import Part, read_file
from llem_rules.formats.judging import inner_parts, judge_part

HERE = Path(__file__).parent
FOLDER = HERE / "files"
EXPECTED: dict[str, list[str]] = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*"))
each_file = pytest.mark.parametrize("name", FILES)


def parts(path: Path) -> list[Part]:
    return parts_of(read_file(path), None)


def told(path: Path) -> list[str]:
    return [
        f"{note.about[0][1].line}:{note.about[0][1].column} {note.effect} {note.name}"
        for verdict in judge_found(read_file(path), None, Shelf(None, None), Policy())
        for note in verdict.notes
    ]


def test_there_are_enough() -> None:
    assert len(FILES) >= 30
    assert set(EXPECTED) == set(FILES)


@each_file
def test_what_is_said(name: str) -> None:
    assert told(FOLDER / name) == EXPECTED[name]


@pytest.mark.parametrize("name", [one for one in FILES if EXPECTED.get(one) and one.endswith((".json", ".yaml"))])
def test_fix_leaves_nothing_that_it_could_fix(name: str, tmp_path: Path) -> None:
    path = tmp_path / Path(name).name
    shutil.copy(FOLDER / name, path)
    run(["check", str(path), "--fix"])
    if any(part.keys for part in parts(path)):
        assert not any(" error " in one and "unknown-field" not in one for one in told(path))


def test_comments_stay(tmp_path: Path) -> None:
    path = tmp_path / "serving.yaml"
    shutil.copy(FOLDER / "serve-refused/serving.yaml", path)
    assert run(["check", str(path), "--fix"]) == 0
    assert path.read_text() == (
        "model: m\ntensor-parallel-size: 2\nmax-num-seqs: 1  # none\ngpu-memory-utilization: 1.0\nenforce-eager: true\n"
    )


@pytest.mark.slow
@pytest.mark.xdist_group("vllm")
@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_the_live_library_agrees(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused where an error is said, taken where none is; what is said of the rest shows. A small model stands for each."""
    asked: list[tuple[str, Part]] = [
        (name, part) for name in FILES for part in parts(FOLDER / name) if part.engine == engine
    ]
    # Using a quantization config takes the package and the device that it is for.
    types = find_engine(engine).native_types
    lines = [
        {"native_type": part.native_type, "kwargs": _without_model(part.kwargs)}
        | ({"reach": types[part.native_type].before_use} if name.endswith("/config.json") else {})
        for name, part in asked
    ]
    source = tmp_path / "lines.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(["try", engine, "--jsonl", str(source)]) == 0
    seen = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shelf = Shelf(None, None)
    for (name, part), answer in zip(asked, seen, strict=True):
        corpus = shelf.for_type(part.native_type)
        inside = (part, *inner_parts(part, corpus))
        effects = {judge_part(read_file(FOLDER / name), one, corpus, Policy()).effect for one in inside}
        assert (answer["effect"] == "error") == ("error" in effects), (name, answer)
        assert effects == {"pass"} or answer["effect"] != "pass", (name, answer, effects)


def _without_model(kwargs: Any) -> dict[str, Any]:
    of_model = ("model", "trust_remote_code", "bad_words_ids")  # ids beyond the small model's vocabulary are refused
    return {name: value for name, value in kwargs.items() if name not in of_model}
