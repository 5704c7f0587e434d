"""Proposals as YAML: read back as they were, clean for lint, and added to rule files once, beside all that was there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from llem_rules.check import Corpus
from llem_rules.corpus.documents import load_rules, rules_in
from llem_rules.corpus.lint.run import lint_paths
from llem_rules.corpus.locate import Project
from llem_rules.corpus.reader import parse_yaml
from llem_rules.mining.dynamic.aims import Aim
from llem_rules.rules.kinds import rule_from, to_document
from llem_rules.runtime.fragment import append, fragment
from llem_rules.runtime.gaps import gaps_of
from llem_rules.runtime.inferring import Told
from llem_rules.runtime.proposals import MARK, Proposal, proposal_of
from tests.runtime.made import TYPE, record, seen

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff"),
    max_size=12,
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
KWARGS = st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), PLAIN, max_size=3)


def proposal(**changed: Any) -> Proposal:
    document = {
        "id": f"{TYPE}.k-below-0",
        "kind": "invalidity",
        "native_type": TYPE,
        "match": {"k": {"<": 0}},
        "expected": {"effect": "error", "channel": "exception", "exception": "ValueError"},
        "message_template": "k must be positive, got {k}",
        "kwargs_positive": {"k": -1},
        "kwargs_negative": {"k": 0},
        "added_by": "runtime_warning",
        **changed,
    }
    return Proposal(Told(Aim(), {"k": {"<": 0}}, ("k",), (), ()), document, ("is the bound right?",))


@given(KWARGS, KWARGS, TEXT.filter(lambda one: not one.startswith("@")))
def test_round_trip(positive: dict[str, Any], negative: dict[str, Any], word: str) -> None:
    made = proposal(kwargs_positive=positive, kwargs_negative=negative, match={"k": {"in": [word, "@low"]}})
    text = fragment([made], "study s")
    read = rules_in(parse_yaml(text, "f"), Path("f"))
    assert read.findings == ()
    assert to_document(read.rules[0].rule) == to_document(rule_from(made.document))
    assert f"# {MARK}: is the bound right?" in text


def project(folder: Path, text: str | None = None) -> Project:
    (folder / "rules" / "faux").mkdir(parents=True, exist_ok=True)
    (folder / "engine_versions").mkdir(exist_ok=True)
    if text is not None:
        (folder / "rules" / "faux" / "Config.yaml").write_text(text)
    return Project(folder, "tree")


BEFORE = """\
# What people know
- id: faux.Config.mode-known   # a remark
  kind: invalidity
  native_type: faux.Config
  match:    {mode: odd}
  expected: {effect: error, channel: exception, exception: ValueError}
  kwargs_positive: {mode: odd}
  kwargs_negative: {mode: even}

# the end
"""


@pytest.mark.parametrize("before", [None, BEFORE, BEFORE.rstrip("\n"), BEFORE + "\n\n"])
def test_append_touches_nothing_else_and_adds_once(tmp_path: Path, before: str | None) -> None:
    home = project(tmp_path, before)
    path = tmp_path / "rules" / "faux" / "Config.yaml"
    other = proposal(id=f"{TYPE}.k-above-9", match={"k": {">": 9}}, kwargs_positive={"k": 10})
    for count in (2, 0):
        known = [one.rule for one in load_rules("faux", home)]
        assert sum(append([proposal(), other], "faux", home, known, "study s").values()) == count
    after = path.read_text()
    assert after.startswith(before or "# yaml-language-server")
    assert [one["id"].rpartition(".")[2] for one in yaml.safe_load(after)][-2:] == ["k-below-0", "k-above-9"]


def test_append_leaves_out_what_is_said_in_other_words(tmp_path: Path) -> None:
    home = project(tmp_path)
    same = proposal(id=f"{TYPE}.other-name", match={"k": {"type_is": ["int", "float"], "<": 0}})
    assert append([proposal()], "faux", home, [rule_from(same.document)], "s") == {}


@given(st.lists(st.sampled_from(range(6)), max_size=6))
def test_appending_again_is_idle(tmp_path_factory: pytest.TempPathFactory, numbers: list[int]) -> None:
    home = project(tmp_path_factory.mktemp("p"))
    made = [proposal(id=f"{TYPE}.n-{n}", match={"k": n}, kwargs_positive={"k": n}) for n in dict.fromkeys(numbers)]

    def add() -> dict[Path, int]:
        return append(made, "faux", home, [one.rule for one in load_rules("faux", home)], "s")

    assert sum(add().values()) == len(made)
    assert add() == {}


def test_a_rule_file_with_problems_is_left_alone(tmp_path: Path) -> None:
    home = project(tmp_path, "- id: x\n")
    with pytest.raises(Exception, match="kind is missing"):
        append([proposal()], "faux", home, [], "s")
    assert (tmp_path / "rules" / "faux" / "Config.yaml").read_text() == "- id: x\n"


def test_a_proposal_of_a_real_type_is_clean_for_lint(tmp_path: Path) -> None:
    name = "transformers.GenerationConfig"
    records = []
    for k in (-3, -1, 0, 2, 5):
        one = record(
            {"max_new_tokens": k}, **({"raised": f"max_new_tokens must be at least 0, got {k}"} if k < 0 else {})
        )
        records.append({**one, "config": {name: {"max_new_tokens": k}}})
    sighted = seen(records, known := Corpus("faux", "1.0", [], {}))
    [told] = gaps_of(sighted, known, [], "runtime-warnings").told
    made = proposal_of(told, sighted)
    assert made.document["message_template"] == "max_new_tokens must be at least 0, got {max_new_tokens}"
    assert (made.document["kwargs_positive"], made.document["kwargs_negative"]) == (
        {"max_new_tokens": -1},
        {"max_new_tokens": 0},
    )
    assert made.document["source"] == {"file": "faux/config.py", "function": "Config.check"}
    path = tmp_path / "rules" / "transformers" / "GenerationConfig.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(fragment([made], "study s"))
    assert [one.sentence for one in lint_paths([path]).findings] == []
