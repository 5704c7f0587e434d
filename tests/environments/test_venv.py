"""Isolated environments: keyed by their recipe, made once, never used half-made; and what is said when one cannot be made."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llem_rules.environments.uv import uv_environment
from llem_rules.environments.venv import venv_python
from llem_rules.rules.failure import NOT_CHECKED, Failure
from tests.environments.recipes import recipe

ROOT = Path(__file__).parents[2]
_ASK = """
import sys, time
from llem_rules.environments.venv import venv_python
from tests.environments.recipes import recipe
print(venv_python(recipe(), None, lambda said: print("said:", said, flush=True)), flush=True)
"""


def silent(_said: str) -> None:
    """No progress is wanted."""


def version_in(python: Path) -> str:
    code = "import packaging; print(packaging.__version__)"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def environments_in(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "environments").iterdir() if not path.name.endswith(".lock"))


def ask() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _ASK], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_made_once_and_served_again(cache: Path) -> None:
    said: list[str] = []
    python = venv_python(recipe(), None, said.append)
    assert version_in(python) == "24.1"
    assert any("packaging" in line for line in said)
    said.clear()
    assert venv_python(recipe(), None, said.append) == python
    assert said == []
    assert len(environments_in(cache)) == 1


@pytest.mark.usefixtures("cache")
def test_the_key_changes_with_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    from llem_rules.environments import venv

    asked: list[tuple[str, list[str]]] = []

    def made(folder: Path, _python: str, requirements: list[str], overrides: list[str], *_more: object) -> None:
        asked.append((folder.name, [*requirements, *overrides]))
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(venv, "make_environment", made)
    recipes = [
        (recipe(), None),
        (recipe("24.0"), None),
        (recipe(requirement="packaging=={version},>1"), None),
        (recipe(overrides=["packaging=={version}"]), None),
        (recipe(torch="2.9.0"), None),
        (recipe(python=">=3.9"), None),
        (recipe(python="<3"), None),
        (recipe(), "23.2"),
    ]
    places = [venv_python(versions, version, silent) for versions, version in recipes]
    # This interpreter satisfies both ranges, so it is the same environment.
    assert places[0] == places[5]
    assert len(set(places)) == len(recipes) - 1
    assert [venv_python(versions, version, silent) for versions, version in recipes] == places
    assert len(asked) == len(recipes) - 1
    assert ["packaging==24.1", "packaging==24.1"] in [lines for _, lines in asked]  # overrides know the version, too


def test_two_at_once(cache: Path) -> None:
    makers = [ask(), ask()]
    outputs = [maker.communicate(timeout=60)[0].splitlines() for maker in makers]
    assert [maker.returncode for maker in makers] == [0, 0]
    assert outputs[0][-1] == outputs[1][-1]
    assert version_in(Path(outputs[0][-1])) == "24.1"
    waited = ["said: another process is making this environment; waiting for it" in lines for lines in outputs]
    made = [any("packaging==24.1" in line for line in lines) for lines in outputs]
    assert made.count(True) == 1
    assert waited.count(True) <= 1
    assert len(environments_in(cache)) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_half_made_one_is_never_used(cache: Path, number: signal.Signals) -> None:
    maker = ask()
    assert maker.stdout is not None
    maker.stdout.readline()  # that it begins
    maker.stdout.readline()  # uv is at work
    maker.send_signal(number)
    maker.wait(timeout=10)
    maker.stdout.close()
    left = environments_in(cache)
    assert all("unfinished" in name for name in left)
    assert number == signal.SIGKILL or left == []
    assert version_in(venv_python(recipe(), None, silent)) == "24.1"
    assert [name for name in environments_in(cache) if "unfinished" not in name] == [
        "tiny-24.1-" + environments_in(cache)[0][-16:]
    ]


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("damage", ["llem-rules.json", "bin/python"])
def test_a_damaged_one_is_made_anew(damage: str) -> None:
    python = venv_python(recipe(), None, silent)
    (python.parents[1] / damage).unlink()
    assert version_in(venv_python(recipe(), None, silent)) == "24.1"


@pytest.mark.usefixtures("cache")
def test_an_impossible_version() -> None:
    with pytest.raises(Failure) as failed:
        venv_python(recipe(), "999.9", silent)
    assert failed.value.code == NOT_CHECKED
    assert "packaging==999.9" in failed.value.message
    assert "check the version" in (failed.value.hint or "")


@pytest.mark.usefixtures("cache")
def test_a_python_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    with pytest.raises(Failure) as failed:
        venv_python(recipe(python="==3.99.*"), None, silent)
    assert failed.value.code == NOT_CHECKED
    assert "3.99" in failed.value.message
    assert "uv python install" in (failed.value.hint or "")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens, held so that nobody else gets it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_no_network(cache: Path, tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "UV_FIND_LINKS",
        "PIP_FIND_LINKS",
        "UV_INDEX",
        "PIP_EXTRA_INDEX_URL",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{closed_port}/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")  # else it takes 9 s: uv tries four times, at growing distances
    began = time.monotonic()
    with pytest.raises(Failure) as failed:
        venv_python(recipe(), None, silent)
    assert time.monotonic() - began < 10
    assert failed.value.code == NOT_CHECKED
    assert f"127.0.0.1:{closed_port}" in failed.value.message
    assert "the package index could not be reached" in (failed.value.hint or "")
    assert environments_in(cache) == []


@pytest.mark.parametrize("place", ["a file/cache", "/proc/llem-rules"])
def test_a_cache_folder_that_cannot_be_made(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("LLEM_RULES_CACHE", str(tmp_path / place))
    with pytest.raises(Failure, match="no environment can be made in the cache folder") as failed:
        venv_python(recipe(), None, silent)
    assert failed.value.code == NOT_CHECKED
    assert "LLEM_RULES_CACHE" in (failed.value.hint or "")


def test_a_lock_that_cannot_be_taken(cache: Path) -> None:
    python = venv_python(recipe(), None, silent)
    lock = python.parents[1].with_name(python.parents[1].name + ".lock")
    lock.unlink()
    lock.mkdir()
    (python.parents[1] / "llem-rules.json").unlink()
    with pytest.raises(Failure, match="no environment can be made"):
        venv_python(recipe(), None, silent)
    assert (cache / "environments").is_dir()


def test_an_engine_without_a_local_environment() -> None:
    versions = recipe().model_copy(update={"environment": None, "unavailable": "its wheel needs a GPU"})
    with pytest.raises(Failure, match="its wheel needs a GPU") as failed:
        venv_python(versions, None, silent)
    assert failed.value.code == NOT_CHECKED


FROM_PIP: list[tuple[dict[str, str], dict[str, str | None]]] = [
    ({"PIP_FIND_LINKS": "/wheels"}, {"UV_FIND_LINKS": "/wheels"}),
    ({"PIP_FIND_LINKS": "/wheels https://a.b/c"}, {"UV_FIND_LINKS": "/wheels,https://a.b/c"}),
    ({"PIP_FIND_LINKS": "/wheels", "UV_FIND_LINKS": "/mine and more"}, {"UV_FIND_LINKS": "/mine and more"}),
    ({"PIP_INDEX_URL": "https://a/simple"}, {"UV_DEFAULT_INDEX": "https://a/simple"}),
    (
        {"PIP_INDEX_URL": "https://a/simple", "UV_INDEX_URL": "https://b"},
        {"UV_DEFAULT_INDEX": None, "UV_INDEX_URL": "https://b"},
    ),
    ({"PIP_EXTRA_INDEX_URL": "https://a https://b"}, {"UV_INDEX": "https://a https://b"}),
    ({"VIRTUAL_ENV": "/mine"}, {"VIRTUAL_ENV": None}),
    ({}, {"UV_FIND_LINKS": None, "UV_DEFAULT_INDEX": None, "UV_INDEX": None}),
]


@pytest.mark.parametrize(("given", "wanted"), FROM_PIP)
def test_a_machine_set_up_for_pip_will_do(
    given: dict[str, str], wanted: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    variables = uv_environment()
    assert {name: variables.get(name) for name in wanted} == wanted
