"""What stands in a field of a config is judged as the arguments of its own type, and told with the path to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llem_rules import InvalidConfig, assert_valid_config, check, effective_config, explain
from llem_rules.cli.app import run

ARGS = "vllm.EngineArgs"
# Arguments, the effect, a field that is told, and what it becomes (where it does).
CASES: list[tuple[dict[str, Any], str, str | None, dict[str, Any]]] = [
    ({"compilation_config": {"mode": 9}}, "error", "compilation_config.mode", {}),
    ({"compilation_config": {"mode": 3}}, "pass", None, {}),
    ({"speculative_config": {"method": "ngram", "num-speculative-tokens": 0}},
     "error", "speculative_config.num_speculative_tokens", {}),
    ({"attention_config": {"backend": "auto"}},
     "dormant_silent", "attention_config.backend", {"attention_config.backend": None}),
    ({"speculative_config": {"method": "ngram", "num_speculative_tokens": 2, "draft_load_config": {"device": 1}}},
     "error", "speculative_config.draft_load_config", {}),
    ({"max_num_seqs": 0, "attention_config": {"backend": "auto"}}, "error", "max_num_seqs", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kwargs", "effect", "field", "effective"), CASES)
def test_from_python_and_at_the_door(
    kwargs: dict[str, Any],
    effect: str,
    field: str | None,
    effective: dict[str, Any],
    tmp_path: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    door = check(ARGS, kwargs).to_door()
    assert (door["effect"], door["effective"]) == (effect, effective)
    assert field is None or field in door["fields"]
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"native_type": ARGS, "kwargs": kwargs}))
    assert run(["check", "--jsonl", str(lines)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["effect"], answer["effective"]) == (effect, effective)
    assert field is None or field in answer["fields"]


def test_what_will_run_is_told_inside() -> None:
    kwargs = {"attention_config": {"backend": "auto"}, "max_num_seqs": 4}
    assert effective_config(ARGS, kwargs) == {"attention_config": {"backend": None}, "max_num_seqs": 4}
    assert kwargs == {"attention_config": {"backend": "auto"}, "max_num_seqs": 4}
    rows = {row.field: row for row in explain(ARGS, kwargs)}
    assert list(rows) == ["attention_config.backend", "max_num_seqs"]
    assert rows["attention_config.backend"].effective is None
    with pytest.raises(InvalidConfig, match=r"compilation_config.mode: Input should be 0, 1, 2 or 3"):
        assert_valid_config(ARGS, {"compilation_config": {"mode": 9}})
