"""``fmt``: a table of before and after, and what holds for any file: settled, same meaning, same comments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from llem_rules.corpus.formatting import comments_of, formatted
from llem_rules.corpus.order import KEY_ORDER
from llem_rules.corpus.reader import parse_yaml, read_yaml
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Dormancy, Invalidity, Invariant
from tests.rules.strategies import configs, predicates

ROOT = Path(__file__).parents[2]
_LARGE = 30_000  # bytes; more takes seconds each
REAL = [
    pytest.param(path, marks=pytest.mark.slow) if path.stat().st_size > _LARGE else path
    for path in sorted((ROOT / "rules").rglob("*.yaml"))
]
RULE = """\
- id: vllm.SamplingParams.a
  kind: invalidity
  native_type: vllm.SamplingParams
  match: {n: {"<": 1}}
  expected: {effect: error, channel: exception, exception: ValueError}
  message_template: "n must be at least 1"
  kwargs_positive: {n: 0}
  kwargs_negative: {n: 1}
"""
OTHER = RULE.replace(".a\n", ".b\n")
LONG = ", ".join(f"word{number}" for number in range(30))


def fmt(text: str) -> str:
    return formatted(parse_yaml(text, "f.yaml"), Path("f.yaml"))


def moved(key: str, to_top: str = "- ") -> str:
    """The rule with one key as its first."""
    lines = RULE.splitlines()
    line = next(line for line in lines if f" {key}:" in line)
    rest = [one for one in lines if one != line]
    return "\n".join([to_top + line[2:], "  " + rest[0][2:], *rest[1:]]) + "\n"


CASES = {
    "as it should be": (RULE, RULE),
    "no blank line between rules": (RULE + OTHER, RULE + "\n" + OTHER),
    "many blank lines": ("\n\n" + RULE + "\n\n\n" + OTHER + "\n\n", RULE + "\n" + OTHER),
    "blank lines inside": (RULE.replace("  match", "\n  match"), RULE),
    "kind first": (moved("kind"), RULE),
    "negative first": (moved("kwargs_negative"), RULE),
    "spacing": (RULE.replace('{n: {"<": 1}}', '{ n:   {"<":   1 } }'), RULE),
    "trailing blanks": (RULE.replace("invalidity\n", "invalidity   \n"), RULE),
    "windows": (RULE.replace("\n", "\r\n"), RULE),
    "wide dash": (RULE.replace("\n  ", "\n    ").replace("- id", "-   id"), RULE),
    "indented list": ("".join(f"  {line}\n" for line in RULE.splitlines()), RULE),
    "header": (
        "# yaml-language-server: $schema=x\n# about a\n" + RULE,
        "# yaml-language-server: $schema=x\n\n# about a\n" + RULE,
    ),
    "comment moves with its key": (
        moved("kwargs_negative").replace("  kind:", "  # of a kind\n  kind:"),
        RULE.replace("  kind:", "  # of a kind\n  kind:"),
    ),
    "comment at the end of a line": (
        moved("kind").replace("kind: invalidity", "kind: invalidity # always"),
        RULE.replace("kind: invalidity", "kind: invalidity # always"),
    ),
    "comment between rules": (RULE + "\n# section\n\n" + OTHER, RULE + "\n# section\n\n" + OTHER),
    "comment of the next rule": (RULE + "# about b\n" + OTHER, RULE + "\n# about b\n" + OTHER),
    "comment at the end": (RULE + "# the end\n", RULE + "\n# the end\n"),
    "long list": (
        RULE.replace("{n: 0}", f"{{stop: [{LONG}]}}"),
        RULE.replace(
            "{n: 0}",
            """
    stop: [
      word0, word1, word2, word3, word4, word5, word6, word7, word8, word9, word10, word11, word12, word13, word14,
      word15, word16, word17, word18, word19, word20, word21, word22, word23, word24, word25, word26, word27, word28,
      word29
    ]""",
        ).replace("kwargs_positive: \n", "kwargs_positive:\n"),
    ),
    "wide mapping": (
        RULE.replace("{n: 0}", "{n: 0, stop: " + "a" * 60 + ", model: " + "b" * 50 + "}"),
        RULE.replace("{n: 0}", "\n    n: 0\n    stop: " + "a" * 60 + "\n    model: " + "b" * 50).replace(": \n", ":\n"),
    ),
    "block lists are indented": (
        RULE.replace('{n: {"<": 1}}', "\n    any_of:\n    - n: 0\n    -   n: -1").replace(": \n", ":\n"),
        RULE.replace('{n: {"<": 1}}', "\n    any_of:\n      - n: 0\n      - n: -1").replace(": \n", ":\n"),
    ),
    "numbers and quotes as written": (
        RULE.replace("{n: 0}", "{n: 1.0e-05, stop: ['a', \"b\", c], seed: null, model: .inf, x: -0.0, y: 0x1F}"),
        RULE.replace("{n: 0}", "{n: 1.0e-05, stop: ['a', \"b\", c], seed: null, model: .inf, x: -0.0, y: 0x1F}"),
    ),
    "block text keeps its lines and its hash": (
        RULE.replace('"n must be at least 1"', "|\n    # not a comment\n    n\n\n    m"),
        RULE.replace('"n must be at least 1"', "|\n    # not a comment\n    n\n\n    m"),
    ),
    "a long message stays in one piece": (
        RULE.replace("n must be", "n must " + "really " * 30 + "be"),
        RULE.replace("n must be", "n must " + "really " * 30 + "be"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_before_and_after(name: str) -> None:
    before, after = CASES[name]
    assert fmt(before) == after
    assert fmt(after) == after


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no rules"),
        (RULE + "  kind: invalidity\n", "stands here twice"),
        (RULE.replace("invalidity", "invalid"), "kind is"),
        (RULE.replace("n: 0", "n: no"), "YAML 1.1"),
    ],
)
def test_leaves_a_file_with_problems_alone(text: str, message: str) -> None:
    with pytest.raises(Failure, match=message) as caught:
        fmt(text)
    assert caught.value.hint is not None
    assert "llem-rules lint" in caught.value.hint


def test_rather_refuses_than_lose_a_comment() -> None:
    text = RULE.replace("{n: 0}", "{n: 0, # why\n    seed: 1}")
    try:
        after = fmt(text)
    except Failure as failure:
        assert "# why" in failure.message  # noqa: PT017
    else:
        assert "# why" in after


def test_order_names_every_key_once() -> None:
    keys = {name for model in (Invalidity, Dormancy, Invariant) for name in model.model_fields}
    assert set(KEY_ORDER) == keys
    assert len(KEY_ORDER) == len(keys)


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_real_files_are_settled_and_keep_all_they_say(path: Path) -> None:
    before = read_yaml(path)
    text = formatted(before, path)
    after = parse_yaml(text, "f")
    assert after.data == before.data or repr(after.data) == repr(before.data) or _same(before.data, after.data)
    assert sorted(comments_of(after)) == sorted(comments_of(before))
    assert formatted(after, path) == text
    overlong = [line for line in text.split("\n") if len(line) > 120 and "{" in line.partition(": ")[2][:1]]
    assert not overlong


def _same(left: Any, right: Any) -> bool:
    return sorted(map(repr, left)) == sorted(map(repr, right)) or [set(one) for one in left] == [set(o) for o in right]


rules = st.builds(
    lambda match, positive, negative, flow: (
        {
            "kwargs_negative": negative,
            "kind": "invalidity",
            "match": match,
            "native_type": "vllm.SamplingParams",
            "expected": {"channel": "exception", "effect": "error", "exception": "ValueError"},
            "kwargs_positive": positive,
        },
        flow,
    ),
    predicates,
    configs,
    configs,
    st.sampled_from((True, False, None)),
)


@settings(max_examples=40)
@given(st.lists(rules, min_size=1, max_size=3))
def test_any_rule_settles_and_keeps_its_meaning(drawn: list[tuple[dict[str, Any], bool | None]]) -> None:
    named = [{**rule, "id": f"vllm.SamplingParams.r{number}"} for number, (rule, _) in enumerate(drawn)]
    text = yaml.safe_dump(named, default_flow_style=drawn[0][1], sort_keys=False, allow_unicode=True)
    document = parse_yaml(text, "f.yaml")
    if document.findings:  # PyYAML writes 1e+308, which other readers take for a string
        return
    after = formatted(document, Path("f.yaml"))
    assert formatted(parse_yaml(after, "f.yaml"), Path("f.yaml")) == after
