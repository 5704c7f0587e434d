"""Findings on a config: for a person with code frames, and as a document for machines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llem_rules.check import HERE, Corpus, Finding, Judgement
from llem_rules.corpus.reader import YamlDocument
from llem_rules.rules.config import Config
from llem_rules.rules.messages import parse_template

if TYPE_CHECKING:
    from rich.console import Console

Judged = tuple[YamlDocument, tuple[str, ...], Judgement, Corpus]
_WORDS = {
    "error": ("error", "red", "refused"),
    "dormant_silent": ("ignored", "yellow", "silently"),
    "dormant_announced": ("ignored", "yellow", "with a message"),
    "warn": ("warning", "yellow", "warned of"),
}


def sentence(finding: Finding, kwargs: dict[str, Any]) -> str:
    """What a rule says, with the config's own values where the message names them."""
    rule = finding.rule
    if rule.summary:
        return rule.summary
    if rule.message_template is None:
        return f"{', '.join(finding.fields) or 'this config'}: {finding.effect}"
    config = Config.of(kwargs, surroundings=HERE)
    parts = parse_template(rule.message_template).parts
    said = "".join(("…" if text == "*" else str(config.value(text))) if field else text for text, field in parts)
    # In a list of issues each begins with its field, which the code frame points at anyway.
    return re.sub(r"^-\s+`[^`]+`:\s+", "", said).strip(" -")


def document(judged: Sequence[Judged]) -> dict[str, Any]:
    """``--format json``."""
    items = []
    for read, base, judgement, corpus in judged:
        kwargs = _kwargs(read, base)
        for finding in judgement.telling:
            if finding.effect == "pass":
                continue
            spans = [read.span((*base, name)) for name in finding.fields]
            items.append(
                {
                    "file": read.file,
                    "native_type": judgement.native_type,
                    "engine": corpus.engine,
                    "engine_version": corpus.version,
                    "rule": finding.rule.id,
                    "effect": finding.effect,
                    "reach": finding.rule.reach,
                    "message": sentence(finding, kwargs),
                    "fields": list(finding.fields),
                    "effective": dict(finding.effective),
                    "positions": [{"line": span.line, "column": span.column} for span in spans],
                }
            )
    effects = [item["effect"] for item in items]
    names = ("error", "warn", "dormant_announced", "dormant_silent")
    summary = {"configs": len(judged), **{name: effects.count(name) for name in names}}
    return {"schema_version": 1, "command": "check", "summary": summary, "items": items}


def _kwargs(read: YamlDocument, base: tuple[str, ...]) -> dict[str, Any]:
    data = read.data
    for key in base:
        data = data[key]
    return data or {}


def print_judgement(
    read: YamlDocument, base: tuple[str, ...], judgement: Judgement, corpus: Corpus, console: Console
) -> None:
    """One config's findings, worst first; nothing at all when there are none."""
    findings = [finding for finding in judgement.telling if finding.effect != "pass"]
    if not findings:
        return
    looked = corpus.looked_at(judgement.native_type)
    console.print(
        f"{read.file} · {judgement.native_type} · {corpus.engine} {corpus.version} · {looked} rules looked at\n",
        markup=False,
    )
    kwargs = _kwargs(read, base)
    for finding in findings:
        _print_finding(finding, kwargs, read, base, console)
    counts = [f"{sum(_WORDS[f.effect][0] == word for f in findings)} {word}" for word in _order(findings)]
    console.print(f"{', '.join(counts)}.   explain a rule: llem-rules explain {findings[0].rule.id}\n", markup=False)


def _order(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(_WORDS[finding.effect][0] for finding in findings))


def _print_finding(
    finding: Finding, kwargs: dict[str, Any], read: YamlDocument, base: tuple[str, ...], console: Console
) -> None:
    word, colour, how = _WORDS[finding.effect]
    console.print(f"[{colour}]{word}[/{colour}]  ", end="")
    console.print(f"{sentence(finding, kwargs)}   {finding.rule.id}", markup=False)
    lines = read.text.splitlines()
    for name in finding.fields:
        span = read.span((*base, name))
        source = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
        margin = " " * len(str(span.line))
        width = max(1, span.end_column - span.column) if span.end_line == span.line else 1
        note = f"→ {json.dumps(finding.effective[name])}" if name in finding.effective else _note(finding, how)
        console.print(f"{margin} ╭─ {read.file}:{span.line}:{span.column}", markup=False)
        console.print(f"{span.line} │ {source}", markup=False)
        console.print(f"{margin} │ {' ' * (span.column - 1)}{'^' * width} {note}", markup=False)
    console.print()


def _note(finding: Finding, how: str) -> str:
    late = " at generation" if finding.rule.reach == "generate" else ""
    if finding.effect != "error":
        return f"has no effect{late} ({how})" if finding.effect.startswith("dormant") else how + late
    stage = {
        "construct": "when the config is built",
        "validate": "when it is validated",
        "build": "at start-up",
        "generate": "only at generation",
    }
    name = f" ({finding.rule.expected.exception})" if finding.rule.expected.exception else ""
    return f"refused {stage[finding.rule.reach]}{name}"
