"""Command lines as the live parser reads them: sampled ones, right and wrong, and what it makes of each."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llem_rules.check.policy import Policy
from llem_rules.cli.checking import Shelf, judge_found
from llem_rules.environments import LocalPython
from llem_rules.environments.choose import place_of
from llem_rules.formats import read_command
from tests.formats.carriers import OPTIONS

VALUES = {
    "int": ["4", "0", "-1", "x", "None", "", "1_0", "4.0", "1k"],
    "size": ["4", "1k", "1K", "1.5k", "1.5K", "-1", "auto", "x", "None"],
    "size_or_auto": ["auto", "AUTO", "-1", "2k", "x", ""],
    "float": ["0.5", "1", "nan", "x", "1e3", "None", "-1"],
    "str": ["a", "None", "", "4", "a,b", "-x", "a b"],
    "commas": ["0,1", "a, b", "4", ""],
    "json": ["{}", '{"a": 1}', "x", "null", "None", "[1]", "3"],
    "json_sized": ["{}", '{"no_such": 1}', '{"no_such": 2k}', "x", "null", "None"],
    "json_or_str": ['{"a": 1}', "x", "None", ' {"a": 2} '],
}
# Options of which the parser does more than read a value, and one that prints.
APART = {"help", "config", "log_level", "log_config_file", "lora_modules", "model", "model_tag"}
FIELDS = [name for name, about in OPTIONS.items() if about["options"] and name not in APART]


def spelled(option: str, rng: random.Random) -> str:
    """An option as people write it, or nearly."""
    if not option.startswith("--"):
        return option
    kind = rng.random()
    if kind < 0.08:
        return option[: max(4, len(option) - rng.randint(1, 6))]
    if kind < 0.13:
        return "--no-" + option[2:]
    if kind < 0.2:
        return "--" + option[2:].replace("-", "_")
    return option.replace("e", "a", 1) if kind < 0.22 else option


def words(rng: random.Random) -> Iterator[str]:
    name = rng.choice(FIELDS)
    about: dict[str, Any] = OPTIONS[name]
    option = spelled(rng.choice(about["options"]), rng)
    if about["kind"] in ("switch", "flag"):
        yield from rng.choices([[option], [f"{option}=true"], [option, "true"]], [12, 1, 1])[0]
        return
    if about["kind"].startswith("json") and rng.random() < 0.3:
        yield from rng.choice(
            [[f"{option}.a.b", "1"], [f"{option}.x+", "1,2"], [f"{option}.k=2k"], [f"{option}.k", "text"]]
        )
        return
    known = VALUES[about["kind"]] + [str(one) for one in about.get("choices", ())] * 2
    values = rng.choices(known, k=rng.choice([0, 1, 1, 2, 3]) if about["many"] else int(rng.random() < 0.95))
    if len(values) == 1 and rng.random() < 0.4:
        yield f"{option}={values[0]}"
    else:
        yield from (option, *values)


def lines(count: int, seed: int) -> Iterator[list[str]]:
    rng = random.Random(seed)
    for _ in range(count):
        line = ["M"] * (rng.random() < 0.9)
        for _ in range(rng.choice([0, 1, 1, 1, 2])):
            line += words(rng)
        if rng.random() < 0.05:
            line.append(rng.choice(["N", "-O3", "-O=2", "-q8", "-q=fp8"]))
        yield line


@pytest.mark.slow
@pytest.mark.xdist_group("vllm")
def test_as_the_live_parser_reads_it() -> None:
    asked = list(lines(2000, seed=5))
    place = place_of("vllm", "venv", None, "none", lambda _text: None)
    assert isinstance(place, LocalPython)
    ran = subprocess.run(
        [place.python, "-P", Path(__file__).with_name("live_parser.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"},
    )
    answers = [json.loads(line.removeprefix("PARSED")) for line in ran.stdout.splitlines() if line.startswith("PARSED")]
    assert len(answers) == len(asked)
    shelf = Shelf(None, None)
    counts: Counter[str] = Counter()
    for line, answer in zip(asked, answers, strict=True):
        found = read_command(["vllm", "serve", *line])
        [part] = found.parts
        if "refused" in answer:
            said = [note for verdict in judge_found(found, None, shelf, Policy()) for note in verdict.notes]
            # A class that is no native type checks its own keys.
            errors = [note for note in said if note.effect == "error"]
            assert errors or "Unexpected keyword" in answer["refused"], (line, answer)
            counts["refused"] += 1
            continue
        assert part.problems == [], (line, answer)
        for name, value in answer["set"].items():
            if OPTIONS[name]["kind"] != "json_sized":  # an object of the library's own by then
                read = json.loads(json.dumps(part.kwargs[name], default=repr))
                assert repr(read) == repr(value), line
                counts["set"] += 1
    assert counts["refused"] > 400
    assert counts["set"] > 700
