"""Judging configs that are built in code: one config, what it comes to, and a block of code that builds one.

from llem_rules import check, effective_config, explain

check("native.Type", {"n": 0}).effect                    # "error"
effective_config("native.Type", {"temperature": 0.0, "top_p": 0.5})
with checked("native.Type") as kwargs:                   # raises InvalidConfig at the end of the block
    kwargs["n"] = 0
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llem_rules.check.asking import check, meant_by
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.check.within import arguments_at
from llem_rules.formats.sentences import sentence


class InvalidConfig(ValueError):
    """A config that the library refuses, or (strictly) that does not do what it says. ``judgement`` has the findings."""

    def __init__(self, judgement: Judgement, kwargs: Mapping[str, Any]) -> None:
        findings = [finding for finding in judgement.telling if finding.effect != "pass"]
        inside = {(one.within[0],) for one in findings if one.within and one.effect == "error"}
        findings = [
            one for one in findings if one.within or one.fields not in inside
        ]  # what stands there says it better
        named = {(one.effect, _said(one, kwargs)): one.rule.id for one in reversed(findings)}  # two may say the same
        told = [f"{effect}: {said} [{rule}]" for (effect, said), rule in reversed(named.items())]
        told += [f"error: {_no_field(path, judgement.native_type)}" for path in judgement.unknown]
        super().__init__(
            "\n".join((f"{judgement.native_type}: {len(told)} finding{'' if len(told) == 1 else 's'}", *told))
        )
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
    by_field: dict[tuple[str, ...], Finding] = {}
    for finding in judgement.telling:
        if finding.effect != "pass":
            for name in finding.fields:
                by_field.setdefault((*finding.within, name), finding)
    unknown = set(judgement.unknown)
    return [
        Explained(".".join(path), value, {"$absent": True}, "error", None, _no_field(path, native_type))
        if path in unknown
        else _explained(path, value, by_field.get(path), kwargs)
        for path, value in _settings(kwargs, {**by_field, **dict.fromkeys(unknown)}, ())
    ]


def _settings(
    kwargs: Mapping[str, Any], found: Mapping[tuple[str, ...], Finding | None], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The fields of a config, in their order. One is told by its parts where what is said of these says more."""
    for key, value in kwargs.items():
        own = (*path, str(key).replace("-", "_") if path else str(key))
        inside = [
            one.effect if one is not None else "error"
            for place, one in found.items()
            if len(place) > len(own) and place[: len(own)] == own
        ]
        if inside and (own not in found or "error" in inside):
            yield from _settings(value, found, own)
        else:
            yield own, value


def _explained(path: tuple[str, ...], value: Any, finding: Finding | None, kwargs: Mapping[str, Any]) -> Explained:
    field = ".".join(path)
    if finding is None:
        return Explained(field, value, value, "pass", None, None)
    effective = finding.effective.get(path[-1], value if finding.effect == "warn" else {"$absent": True})
    return Explained(field, value, effective, finding.effect, finding.rule.id, _said(finding, kwargs))


def _said(finding: Finding, kwargs: Mapping[str, Any]) -> str:
    """What a rule says, with the field that it is about where it says none."""
    said = sentence(finding, arguments_at(kwargs, finding.within))
    [field, *others] = finding.fields or ("",)
    if others or not field or (field in said and not finding.within):
        field = ""
    place = ".".join((*finding.within, *([field] if field else [])))
    return f"{place}: {said}" if place else said


def _no_field(path: tuple[str, ...], native_type: str) -> str:
    """What is said of a name that the library refuses because there is no such field."""
    meant = meant_by(native_type, path)
    return f"{'.'.join(path)}: there is no such field" + (f"; did you mean {meant}?" if meant else "")


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
    effective = {str(name): value for name, value in kwargs.items()}
    for finding in reversed(judgement.telling):  # the worst has the last word, as in ``explain``
        if finding.effect in ("dormant_announced", "dormant_silent"):
            for name in finding.fields:
                _become(effective, (*finding.within, name), finding.effective.get(name, {"$absent": True}))
    return effective


def _become(kwargs: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a field, or take it out. What holds it is made anew: the caller's config stays as it is."""
    name = next((key for key in kwargs if key.replace("-", "_") == path[0]), path[0])
    if len(path) > 1:
        if name in kwargs:
            kwargs[name] = dict(kwargs[name])
            _become(kwargs[name], path[1:], value)
    elif value == {"$absent": True}:
        kwargs.pop(name, None)
    else:
        kwargs[name] = value


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
