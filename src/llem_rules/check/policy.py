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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules.corpus.findings import near
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.failure import Failure

if TYPE_CHECKING:
    from llem_rules.check.compiled import CompiledCorpus

LEVELS = (*SEVERITY, "off")
_KINDS: Mapping[str, tuple[type, str, str]] = {
    "strict": (bool, "true or false", "strict = true"),
    "severity": (dict, "a table", 'severity = {"a.Type.rule" = "warn"}'),
    "ignore": (list, "a list of tables", '[[tool.llem-rules.ignore]] with rule = "…" and reason = "…"'),
    "baseline": (str, "the name of a file", 'baseline = ".llem-rules-baseline.json"'),
}
_KEYS = set(_KINDS)


@dataclass(frozen=True)
class Ignore:
    """Findings that a person has looked at. ``reason`` is not optional."""

    rule: str
    reason: str
    files: str = "*"


@dataclass(frozen=True)
class Policy:
    """``severity``: effect by rule (a pattern) or by effect. ``known``: fingerprints of the baseline.

    ``known_entries``: what the baseline says of each; ``where``: the file that the policy stands in.
    """

    strict: bool = False
    severity: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    baseline: Path | None = None
    known: frozenset[str] = frozenset()
    known_entries: tuple[Mapping[str, Any], ...] = ()
    where: str = ""

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
                text = path.read_text(encoding="utf-8")
                tool = tomllib.loads(text).get("tool", {}).get("llem-rules")
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise Failure(f"{path} is not TOML: {error}") from error
            return Policy() if tool is None else _policy(tool, path, text)
    return Policy()


def _policy(tool: Mapping[str, Any], path: Path, text: str) -> Policy:
    if unknown := sorted(tool.keys() - _KEYS):
        meant = near(unknown[0], _KEYS)
        hint = f"did you mean {meant}?" if meant else f"keys: {', '.join(sorted(_KEYS))}"
        raise Failure(f"{_at(path, text, unknown[0])}: [tool.llem-rules] has no {unknown[0]!r}", hint=hint)
    for key, (kind, what, example) in _KINDS.items():
        if key in tool and not isinstance(tool[key], kind):
            raise Failure(f"{_at(path, text, key)}: {key} has to be {what}", hint=example)
    severity = tool.get("severity", {})
    for name, level in severity.items():
        if level not in LEVELS:
            hint = f"levels: {', '.join(LEVELS)}"
            raise Failure(f"{_at(path, text, f'{chr(34)}{level}')}: severity of {name}: {level!r} is none", hint=hint)
    ignores = [_ignore(entry, path, text) for entry in tool.get("ignore", ())]
    baseline = path.parent / tool["baseline"] if tool.get("baseline") else None
    entries = _known(baseline)
    known = frozenset(one["fingerprint"] for one in entries)
    return Policy(bool(tool.get("strict")), severity, tuple(ignores), baseline, known, entries, str(path))


def _ignore(entry: Any, path: Path, text: str) -> Ignore:
    shape = '{rule = "…", reason = "…", files = "…"}'
    if not isinstance(entry, dict):
        raise Failure(f"{_at(path, text, 'ignore')}: an ignore is a table", hint=shape)
    named = str(entry.get("rule") or "ignore")
    if unknown := sorted(entry.keys() - {"rule", "reason", "files"}):
        raise Failure(f"{_at(path, text, unknown[0])}: an ignore has no {unknown[0]!r}", hint=shape)
    if not entry.get("rule") or not entry.get("reason"):
        raise Failure(f"{_at(path, text, named)}: an ignore needs a rule and a reason", hint=shape)
    return Ignore(entry["rule"], entry["reason"], entry.get("files", "*"))


def _known(baseline: Path | None) -> tuple[Mapping[str, Any], ...]:
    """The entries of a baseline. One of the first version held fingerprints alone."""
    if baseline is None or not baseline.is_file():
        return ()
    try:
        held = json.loads(baseline.read_text(encoding="utf-8"))
        entries = [one if isinstance(one, dict) else {"fingerprint": str(one)} for one in held["known"]]
        return tuple({**one, "fingerprint": str(one["fingerprint"])} for one in entries)
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(
            f"{baseline} is no baseline", hint="llem-rules check … --write-baseline makes it again"
        ) from error


def unused_patterns(policy: Policy, corpora: Iterable[CompiledCorpus]) -> Iterator[str]:
    """Rules that the policy names and that no corpus of their engine has: a slip of the pen, or a rule that is gone."""
    names = [*policy.severity, *(one.rule for one in policy.ignores)]
    for corpus in corpora:
        own = [name for name in names if name.startswith(f"{corpus.package}.")]
        ids = [rule.id for native_type in corpus.native_types for rule in corpus.rules_of(native_type)] if own else []
        for name in own:
            if not any(fnmatch(one, name) for one in ids):
                yield f"{policy.where}: no rule of {corpus.engine} {corpus.version} is called {name}"


def _at(path: Path, text: str, token: str) -> str:
    """The place of a word in a file, as ``file:line:column``; the file alone where it is not found as it is."""
    at = text.find(token)
    if at < 0:
        return str(path)
    line = text.count("\n", 0, at) + 1
    return f"{path}:{line}:{at - text.rfind(chr(10), 0, at)}"
