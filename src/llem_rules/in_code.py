"""Judging configs that are built in code: one config, what it comes to, and a block of code that builds one.

from llem_rules import check, effective_config, explain

check("vllm.SamplingParams", {"n": 0}).effect            # "error"
effective_config("vllm.SamplingParams", {"temperature": 0.0, "top_p": 0.5})
with checked("vllm.SamplingParams") as kwargs:           # raises InvalidConfig at the end of the block
    kwargs["n"] = 0
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llem_rules.check.asking import check
from llem_rules.check.judgement import Judgement
from llem_rules.formats.sentences import sentence


class InvalidConfig(ValueError):
    """A config that the library refuses, or (strictly) that does not do what it says. ``judgement`` has the findings."""

    def __init__(self, judgement: Judgement, kwargs: Mapping[str, Any]) -> None:
        told = [
            f"{finding.effect}: {sentence(finding, kwargs)} [{finding.rule.id}]"
            for finding in judgement.telling
            if finding.effect != "pass"
        ]
        super().__init__("\n".join((f"{judgement.native_type}: {len(told)} findings", *told)))
        self.judgement = judgement


@dataclass(frozen=True)
class Explained:
    """A field: what was declared, what the library makes of it, and the rule that says so (None: as declared)."""

    field: str
    declared: Any
    effective: Any
    effect: str
    rule: str | None
    reason: str | None


def explain(
    native_type: str, kwargs: Mapping[str, Any], *, engine: str | None = None, version: str | None = None
) -> list[Explained]:
    """The declared and the effective config side by side, field by field, with the reason. Worst findings first say.

    Raises:
        Failure: as ``check`` does.
    """
    judgement = check(native_type, kwargs, engine=engine, version=version)
    by_field: dict[str, Any] = {}
    for finding in judgement.telling:
        if finding.effect != "pass":
            for name in finding.fields:
                by_field.setdefault(name, finding)
    rows = []
    for name, value in kwargs.items():
        if name not in by_field:
            rows.append(Explained(name, value, value, "pass", None, None))
            continue
        finding = by_field[name]
        effective = finding.effective.get(name, value if finding.effect == "warn" else {"$absent": True})
        rows.append(Explained(name, value, effective, finding.effect, finding.rule.id, sentence(finding, kwargs)))
    return rows


def effective_config(
    native_type: str, kwargs: Mapping[str, Any], *, engine: str | None = None, version: str | None = None
) -> dict[str, Any]:
    """The config that will really run: what is dropped or without effect is left out, what is replaced is replaced.

    Raises:
        InvalidConfig: the library refuses it, so nothing will run.
        Failure: as ``check`` does.
    """
    judgement = check(native_type, kwargs, engine=engine, version=version)
    if judgement.effect == "error":
        raise InvalidConfig(judgement, kwargs)
    rows = explain(native_type, kwargs, engine=engine, version=version)
    return {row.field: row.effective for row in rows if row.effective != {"$absent": True}}


def assert_valid_config(
    native_type: str,
    kwargs: Mapping[str, Any],
    *,
    strict: bool = False,
    engine: str | None = None,
    version: str | None = None,
) -> None:
    """Refuse a config that the library refuses; with ``strict`` also one of which something is ignored or warned of.

    Raises:
        InvalidConfig: with every finding.
        Failure: as ``check`` does.
    """
    judgement = check(native_type, kwargs, engine=engine, version=version)
    if judgement.effect == "error" or (strict and judgement.effect != "pass"):
        raise InvalidConfig(judgement, kwargs)


@contextmanager
def checked(
    native_type: str, *, strict: bool = False, engine: str | None = None, version: str | None = None
) -> Iterator[dict[str, Any]]:
    """A mapping to build a config in, judged at the end of the block.

    Raises:
        InvalidConfig: as ``assert_valid_config`` does.
    """
    kwargs: dict[str, Any] = {}
    yield kwargs
    assert_valid_config(native_type, kwargs, strict=strict, engine=engine, version=version)
