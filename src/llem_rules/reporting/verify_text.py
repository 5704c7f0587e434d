"""A verification for a person at a terminal, and as the page that is committed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from llem_rules.environments.gears import Checks
from llem_rules.environments.wire import with_string_keys
from llem_rules.reporting.gears import isolation_lines
from llem_rules.reporting.verify_report import VerifyResult
from llem_rules.verification.accepted import AcceptedResult
from llem_rules.verification.causes import Cause
from llem_rules.verification.scores import Scores

if TYPE_CHECKING:
    from rich.console import Console

WORDS = {
    "false_alarm": "false alarm",
    "inexact": "another effective value",
    "missed": "missed",
    "other_site": "refused by another site too",
    "relation": "relation broken",
}
_HEADINGS = ("native type", "samples", "refused", "false errors", "error recall", "dormant recall", "exact")


def print_result(result: VerifyResult, console: Console) -> None:
    """A table by native type, then every cause with its minimal configs, then the bars."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    whole = result.whole
    remembered = f" ({result.remembered:,} remembered)" if result.remembered else ""
    console.print(f"environment  {result.library}", markup=False)
    console.print(f"verified     {whole.samples:,} configs{remembered} · {result.seconds:.1f} s")
    for line in isolation_lines(result.checks):
        console.print(line, markup=False)
    console.print()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    for heading, total in zip(_HEADINGS, _row("all", whole), strict=True):
        table.add_column(heading, footer=total, justify="left" if heading == "native type" else "right")
    for name, scores in result.verification.scores.items():
        table.add_row(*_row(name, scores))
    console.print(table)
    for line in _cause_lines(result.verification.causes):
        console.print(line, markup=False)
    for reason, count in result.verification.unchecked.items():
        console.print(f"unchecked    {count:,} configs: {reason}", markup=False)
    for name, one in result.verification.relations.items():
        console.print(f"relation     {name}: tried {one.tried:,} times, broken {one.broken:,}", markup=False)
    for bar, holds in result.bars.items():
        console.print(f"{'[green]holds[/green]' if holds else '[red]fails[/red]'}        {bar}")


def print_accepted(result: AcceptedResult, library: str, checks: Checks | None, console: Console) -> None:
    """A table by native type, then the mined rules that fire wrongly."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    console.print(f"environment  {library}", markup=False)
    for line in isolation_lines(checks):
        console.print(line, markup=False)
    console.print()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("native type", "mined rules", "drawn", "accepted", "provoked", "false alarms", ""):
        table.add_column(heading, justify="left" if heading in ("native type", "") else "right")
    for name, one in result.counts.items():
        counts = (one.mined_rules, one.drawn, one.accepted, one.provoked, one.false_alarms)
        table.add_row(name, *(f"{count:,}" for count in counts), one.short)
    console.print(table)
    for line in _cause_lines(result.causes):
        console.print(line, markup=False)


def _row(name: str, scores: Scores) -> list[str]:
    return [
        name,
        f"{scores.samples:,}",
        f"{scores.refused:,}",
        str(scores.error.false_alarm),
        _share(scores.error.recall, scores.refused),
        _share(scores.dormant_recall, _dormancies(scores)),
        f"{scores.exact:,}/{scores.effective:,}",
    ]


def _share(value: float, of: int) -> str:
    return f"{100 * value:.1f} %" if of else "-"


def _dormancies(scores: Scores) -> int:
    both = (scores.by_effect["dormant_announced"], scores.by_effect["dormant_silent"])
    return sum(one.hit + one.missed for one in both)


def _cause_lines(causes: Sequence[Cause]) -> Iterator[str]:
    for cause in causes:
        what = cause.disagreement
        yield f"{WORDS[what.kind]} ({what.effect})  {cause.native_type}  {cause.count} configs  {what.cause}"
        for one in cause.minimal:
            yield f"  {_config(one.kwargs)}"
            yield f"    {one.detail}"
    if causes:
        yield ""


def _config(kwargs: object) -> str:
    return json.dumps(with_string_keys(kwargs), default=repr)


def markdown(result: VerifyResult, command: str) -> str:
    """The page: the same bytes for the same evidence."""
    return "\n".join(_page(result, command)) + "\n"


def _page(result: VerifyResult, command: str) -> Iterator[str]:
    yield f"# What is not agreed on: {result.verification.engine}"
    yield ""
    yield f"Made by `{command}`; not for editing. {result.library}."
    yield ""
    yield "The corpus's answer to sampled configs is held against the library's. What they disagree on stands below, by cause."
    yield ""
    yield "| " + " | ".join(_HEADINGS) + " |"
    yield "|---|" + "---:|" * (len(_HEADINGS) - 1)
    for name, scores in result.verification.scores.items():
        yield "| " + " | ".join(_row(f"`{name}`", scores)) + " |"
    yield "| " + " | ".join(_row("all", result.whole)) + " |"
    yield from _section("Could not be checked", result.verification.unchecked.items())
    yield from _section(
        "Metamorphic relations",
        (
            (name, f"tried {one.tried:,} times, broken {one.broken:,}")
            for name, one in result.verification.relations.items()
        ),
    )
    for kind, words in WORDS.items():
        own = [cause for cause in result.verification.causes if cause.disagreement.kind == kind]
        if own:
            yield from ("", f"## {words.capitalize()}", "")
            for cause in own:
                what = cause.disagreement
                yield f"- `{cause.native_type}`, {what.effect}: `{what.cause}` ({cause.count} configs)"
                for one in cause.minimal:
                    yield f"  - `{_config(one.kwargs)}`: {_plain(one.detail)}"


def _section(title: str, lines: object) -> Iterator[str]:
    rows = [f"- {_plain(str(name))}: {value}" for name, value in lines]  # type: ignore[attr-defined]
    if rows:
        yield from ("", f"## {title}", "", *rows)


def _plain(text: str) -> str:
    """Text in which Markdown finds nothing of its own."""
    return "".join("\\" + character if character in "\\`*_[]<>|" else character for character in text)
