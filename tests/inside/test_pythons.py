"""The worker under other interpreters: a container may bring any from 3.9 on. And what every module of it must keep to."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from llem_rules import inside
from llem_rules.environments.gears import Gears
from tests.engines import LIMITS, case, faux, open_faux

MODULES = sorted(Path(inside.__file__).parent.glob("*.py"))
VERSIONS = ("3.9", "3.10", "3.12", "3.13", "3.14")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_each_module_is_python_3_9_and_stands_on_the_standard_library(module: Path) -> None:
    tree = ast.parse(module.read_text(), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"torch"}


@cache
def interpreter(version: str) -> str | None:
    """An installed Python of a version, where pyenv or uv has put them; nothing is downloaded."""
    homes = (Path.home() / ".pyenv" / "versions", Path.home() / ".local" / "share" / "uv" / "python")
    found = [path for home in homes for path in home.glob(f"*{version}.*/bin/python{version}")]
    found += [path for path in (Path("/usr/bin"), Path("/usr/local/bin")) if (path / f"python{version}").exists()]
    return (
        str(next((path if path.name.startswith("python") else path / f"python{version}" for path in found), "")) or None
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("tidy")
def test_the_worker_runs_under_other_pythons(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    with open_faux(python=python) as session:
        assert session.facts.python.startswith(version)
        seen = session.run(
            [
                case("Strict", size=0),
                case("Sampling", how="two_warnings"),
                case("Sampling", how="levels"),
                case("Sampling", how="mutate", stop=["a"]),
                case("faults.Segfault", go=True),
                case("faults.Memory", go=True),
                case("faults.KillParent", go=True),
                case("Plain", nope=1),
                {"op": "describe", "native_type": "fauxllm.Greedy", "kwargs": {}},
            ]
        )
    assert seen[0]["exception"]["site"]["function"] == "Strict._check"
    assert [m["text"] for m in seen[1]["messages"]] == ["first", "second", "second"]
    assert [m["text"] for m in seen[2]["messages"]] == ["info text", "warning", "error"]
    assert {m["site"]["function"] for m in seen[2]["messages"]} == {"Sampling._levels"}
    assert seen[3]["effective"] == {"stop": ["a", "</s>"]}
    assert [one["unchecked"]["reason"] for one in seen[4:7]] == ["crashed", "out-of-memory", "worker-died"]
    assert seen[7]["exception"]["site"]["function"] == "Plain"
    assert seen[8]["described"]["fields"]["extra"] == {"default": 3}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("tidy")
def test_the_fast_gear_runs_under_other_pythons(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    engine = replace(faux(), imports=("fauxllm", "fauxllm.leaking"))
    hows = ("variable", "folder", "once", "default_warning", "filters", "level", "captured", "printed")
    cases = [case("leaking.Left", how=how, seen="clean") for how in hows for _ in range(2)]
    with open_faux(engine, python=python, limits=replace(LIMITS, timeout_s=3.0)) as session:
        gears = Gears(session, share=1.0)
        seen = gears.run(cases)
        thread, after = session.run([{**one, "gear": "fast"} for one in (case("leaking.Left", how="thread"), cases[0])])
    assert (gears.checks.disagreed, gears.checks.back) == (set(), {})
    assert all(one["effective"] == {} for one in seen)
    assert thread["unchecked"]["reason"] == "starts-thread"
    assert after["effective"] == {}
