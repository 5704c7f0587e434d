"""Lint's findings for people: place, code, message, code frame; then how many, and how to learn more."""

from __future__ import annotations

from llem_rules.corpus.lint import LintResult
from llem_rules.reporting.frames import code_frame

_BOLD, _RED, _DIM, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def lint_text(result: LintResult, *, colour: bool = False) -> str:
    """One block for each finding and a last line; empty where there are none."""
    if not result.findings:
        return ""
    lines = {name: text.split("\n") for name, text in result.texts.items()}
    blocks = []
    for finding in result.findings:
        place = f"{_BOLD}{finding.place}{_PLAIN}" if colour else finding.place
        code = f"{_RED}{finding.code}{_PLAIN}" if colour else finding.code
        block = [f"{place}  {code} {finding.sentence}"]
        frame = code_frame(lines.get(finding.file, ()), finding.span)
        block += [frame] if frame else []
        if finding.hint:
            block.append(f"    {_DIM}{finding.hint}{_PLAIN}" if colour else f"    {finding.hint}")
        blocks.append("\n".join(block))
    return "\n".join([*blocks, last_line(result)]) + "\n"


def last_line(result: LintResult) -> str:
    """How much was found in how many files; for a clean result, how much was looked at."""
    if not result.findings:
        return f"{_count(result.files, 'file')}, {_count(result.rules, 'rule')}: all is well"
    count = len(result.findings)
    bad = len({finding.file for finding in result.findings})
    where = f"in {bad} of {_count(result.files, 'file')}"
    return f"{_count(count, 'problem')} {where}. What a code means: llem-rules explain {result.findings[0].code}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
