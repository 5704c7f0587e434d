"""What a project says of findings: ``[tool.llem-rules]`` in its ``pyproject.toml``.

[tool.llem-rules]
strict = true
severity = {"native.Type.some-rule" = "error", dormant_silent = "off"}
baseline = ".llem-rules-baseline.json"
[[tool.llem-rules.ignore]]
rule = "native.Type.other-*"
files = "deploy/*.yaml"
reason = "the gateway sets it"
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.failure import Failure

LEVELS = (*SEVERITY, "off")
_KEYS = {"strict", "severity", "ignore", "baseline"}


@dataclass(frozen=True)
class Ignore:
    """Findings that a person has looked at. ``reason`` is not optional."""

    rule: str
    reason: str
    files: str = "*"


@dataclass(frozen=True)
class Policy:
    """``severity``: effect by rule (a pattern) or by effect. ``known``: fingerprints of the baseline."""

    strict: bool = False
    severity: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    baseline: Path | None = None
    known: frozenset[str] = frozenset()

    def level(self, rule: str | None, effect: str, file: str) -> tuple[str, str | None]:
        """The effect that a finding counts as (``off``: it is not reported), and the reason where one was given."""
        for one in self.ignores:
            if rule is not None and fnmatch(rule, one.rule) and fnmatch(file, one.files):
                return "off", one.reason
        by_rule = next((to for name, to in self.severity.items() if rule is not None and fnmatch(rule, name)), None)
        return by_rule or self.severity.get(effect, effect), None


def load_policy(start: Path) -> Policy:
    """The policy of the nearest ``pyproject.toml`` at or above a folder; the plain one where none has any.

    Raises:
        Failure: (2) it is not TOML, or says what is not understood here.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            import tomllib

            try:
                tool = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("llem-rules")
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise Failure(f"{path} is not TOML: {error}") from error
            return Policy() if tool is None else _policy(tool, path)
    return Policy()


def _policy(tool: Mapping[str, Any], path: Path) -> Policy:
    if unknown := tool.keys() - _KEYS:
        raise Failure(
            f"{path}: [tool.llem-rules] has no {sorted(unknown)[0]!r}", hint=f"keys: {', '.join(sorted(_KEYS))}"
        )
    severity = tool.get("severity", {})
    for name, level in severity.items():
        if level not in LEVELS:
            raise Failure(f"{path}: severity of {name}: {level!r} is none", hint=f"levels: {', '.join(LEVELS)}")
    ignores = []
    for entry in tool.get("ignore", ()):
        if not entry.get("rule") or not entry.get("reason"):
            raise Failure(f"{path}: an ignore needs a rule and a reason", hint='{rule = "…", reason = "…"}')
        ignores.append(Ignore(entry["rule"], entry["reason"], entry.get("files", "*")))
    baseline = path.parent / tool["baseline"] if tool.get("baseline") else None
    return Policy(bool(tool.get("strict")), severity, tuple(ignores), baseline, frozenset(_known(baseline)))


def _known(baseline: Path | None) -> Iterable[str]:
    if baseline is None or not baseline.is_file():
        return []
    try:
        held = json.loads(baseline.read_text(encoding="utf-8"))
        return [str(one) for one in held["known"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(
            f"{baseline} is no baseline", hint="llem-rules check … --write-baseline makes it again"
        ) from error
