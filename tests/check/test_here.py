"""What is known of the place: checkpoints on this machine, and all of it for a config that runs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llem_rules.check import HERE, Corpus
from llem_rules.check.here import runs_here
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


def rule_of(match: dict[str, Any]) -> Any:
    return rule_from(
        {
            "id": f"{TYPE}.of-files",
            "kind": "invalidity",
            "native_type": TYPE,
            "match": match,
            "expected": {"effect": "error", "channel": "exception"},
            "kwargs_positive": {},
            "kwargs_negative": {},
        }
    )


# What is at a path, asked of a config that may be for another place, and of one that runs here.
@pytest.mark.parametrize(
    ("tests", "value", "elsewhere", "here"),
    [
        ({"path_is": "folder"}, "model", True, True),
        ({"path_is": "folder"}, "model/config.json", False, False),
        ({"path_is": "file"}, "model/config.json", True, True),
        ({"path_is": "nothing"}, "model", False, False),
        ({"path_is": "nothing"}, "model/params.json", None, True),
        ({"path_is": "nothing"}, "org/known", None, False),
        ({"path_is": "repository"}, "org/known", None, True),
        ({"path_is": "repository"}, "org/other", None, False),
        ({"path_is": "repository"}, "model", False, False),
        ({"path_is": "nothing"}, "", None, True),
        ({"path_is": "nothing"}, "a\0b", None, True),
        ({"path_is": "file"}, 1, False, False),
        ({"holds": "config.json"}, "model", True, True),
        ({"holds": "params.json"}, "model", False, False),
        ({"holds": "params.json"}, "elsewhere", None, False),
        ({"holds": "params.json"}, "model/config.json", False, False),
        ({"parent": {"path_is": "folder"}}, "model/out.json", True, True),
        ({"parent": {"path_is": "folder"}}, "elsewhere/out.json", None, False),
    ],
)
def test_files(
    tests: dict[str, Any],
    value: Any,
    elsewhere: bool | None,
    here: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/config.json").write_text("{}")
    (tmp_path / "hub/models--org--known").mkdir(parents=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.chdir(tmp_path)
    for around, wanted in ((HERE, elsewhere), (runs_here("lib"), here)):
        corpus = Corpus("lib", "1", [rule_of({"path": tests})], {TYPE: {"path": None, "n": 1}})
        for n in range(3):  # what is learned of the first answers like the first
            judged = corpus.judge(TYPE, {"path": value, "n": n}, around)
            assert {True: ("error", 0), False: ("pass", 0), None: ("pass", 1)}[wanted] == (
                judged.effect,
                len(judged.undecided),
            )


def test_variables_packages_and_the_system_of_what_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIB_LIMIT", "3")
    monkeypatch.delenv("LIB_OTHER", raising=False)
    rules: dict[str, dict[str, Any]] = {
        "variable": {"env": {"LIB_LIMIT": "3"}},
        "no variable": {"env": {"LIB_OTHER": {"absent": True}}},
        "package": {"packages": {"pydantic": {">=": "2"}}},
        "no package": {"packages": {"no-such-package": {"absent": True}}},
        "system": {"platform": {"system": "windows"}},
        "device": {"platform": {"device": "cpu"}},
    }
    for package, device, known in (
        ("pydantic", "cuda", set(rules)),
        ("lib", None, {"variable", "no variable", "system"}),
    ):
        around = runs_here(package, device)
        for name, match in rules.items():
            judged = Corpus("lib", "1", [rule_of(match)], {TYPE: {"a": None}}).judge(TYPE, {"a": 1}, around)
            wanted = "error" if name in known and name not in ("system", "device") else "pass"
            assert (judged.effect, not judged.undecided) == (wanted, name in known), (package, name)


@pytest.mark.parametrize(
    ("made", "known"), [("folder", True), ("file", False), ("config", True), ("broken", False), ("nothing", False)]
)
def test_the_config_of_a_model_that_runs_here(made: str, known: bool, tmp_path: Path) -> None:
    """A folder without one has none, as the library finds; nothing is said of one that cannot be read, or is in the hub."""
    folder = tmp_path / "model"
    if made == "file":
        folder.write_text("")
    elif made != "nothing":
        folder.mkdir()
    if made in ("config", "broken"):
        (folder / "config.json").write_text("{}" if made == "config" else "{")
    judged = Corpus("lib", "1", [RULE], {TYPE: {}}).judge(TYPE, {"model": str(folder), "tokens": 3}, runs_here("lib"))
    assert (judged.effect, not judged.undecided) == ("pass", known)
