"""A mutation score as plain values, for a person at a terminal, and as the page that is committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llem_rules.verification.tally import ENDS, Ended, Tally, tallies, whole

if TYPE_CHECKING:
    from rich.console import Console

SCORE = 0.95
_HEADINGS = ("native type", "rules", "mutants", "killed", "equivalent", "masked", "alike", "survived", "score", "least")
_MOST = 40  # survivors that a terminal shows


@dataclass(frozen=True)
class MutationResult:
    """Every mutant of an engine's confirmed rules with its end, and on what that rests."""

    engine: str
    library: str
    points: int
    remembered: int
    ended: Sequence[Ended]

    @property
    def whole(self) -> Tally:
        """All rules together."""
        return whole(self.ended)

    @property
    def survivors(self) -> list[Ended]:
        """The mutants that nothing speaks against."""
        return [one for one in self.ended if one.end == "survived"]

    @property
    def bars(self) -> dict[str, bool]:
        """What the evidence must reach."""
        return {f"mutation score {SCORE:.0%}": self.whole.score >= SCORE}


def document(result: MutationResult) -> dict[str, Any]:
    """``--format json``."""
    by_type, by_change = tallies(result.ended)
    return {
        "schema_version": 1,
        "command": "mutation",
        "summary": {
            **_of_rules(result.whole),
            "engine": result.engine,
            "library": result.library,
            "points": result.points,
            "remembered": result.remembered,
            "native_types": {name: _of_rules(tally) for name, tally in by_type.items()},
            "changes": {change: _counts(tally) for change, tally in by_change.items()},
            "bars": result.bars,
        },
        "items": [
            {"rule": one.rule.id, "change": one.mutant.change, "text": one.mutant.text} for one in result.survivors
        ],
    }


def _of_rules(tally: Tally) -> dict[str, Any]:
    return {"rules": tally.rules, **_counts(tally)}


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "mutants": tally.mutants,
        **{end: tally.ends[end] for end in ENDS},
        "score": tally.score,
        "least": tally.least,
    }


def print_result(result: MutationResult, console: Console) -> None:
    """A table by native type, the kinds of change, then what survived."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    by_type, by_change = tallies(result.ended)
    console.print(f"environment  {result.library}", markup=False)
    console.print(f"evidence     {result.points:,} points, of which {result.remembered:,} were remembered")
    console.print()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    for heading, total in zip(_HEADINGS, _row("all", result.whole), strict=True):
        table.add_column(heading, footer=total, justify="left" if heading == "native type" else "right")
    for name, tally in by_type.items():
        table.add_row(*_row(name, tally))
    console.print(table)
    for change, tally in by_change.items():
        console.print(f"{change:12} {tally.mutants:,} mutants · score {_percent(tally.score)}")
    survivors = result.survivors
    for one in survivors[:_MOST]:
        console.print(f"survived     {one.rule.id}  {one.mutant.change}: {one.mutant.text}", markup=False)
    if len(survivors) > _MOST:
        console.print(f"             and {len(survivors) - _MOST:,} more: --format json lists all")
    for bar, holds in result.bars.items():
        console.print(f"{'[green]holds[/green]' if holds else '[red]fails[/red]'}        {bar}")


def _row(name: str, tally: Tally) -> list[str]:
    counts = (tally.rules, tally.mutants, *(tally.ends[end] for end in ENDS))
    return [name, *(f"{count:,}" for count in counts), _percent(tally.score), _percent(tally.least)]


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def markdown(result: MutationResult, command: str) -> str:
    """The page: the same bytes for the same evidence."""
    return "\n".join(_page(result, command)) + "\n"


def _page(result: MutationResult, command: str) -> Iterator[str]:
    by_type, by_change = tallies(result.ended)
    yield f"# Mutation score of the corpus: {result.engine}"
    yield ""
    yield f"Made by `{command}`; not for editing. {result.library}."
    yield ""
    yield "Each confirmed predicate is changed a little, and the evidence of replay has to contradict the change; for what it"
    yield "does not, more configs are made that tell the two apart. *Equivalent* and *masked* ones are proved to make no"
    yield "difference that a config could show. *Alike* ones differ from the rule on five configs or more that were seen, and"
    yield "on none does the library side with either: another refusal comes first, or another rule claims the same."
    yield "The corpus with such a mutant answers these configs as it does with the rule, so the score is of the others;"
    yield "*least* is the score if every alike one counted as survived."
    yield ""
    yield "| " + " | ".join(_HEADINGS) + " |"
    yield "|---|" + "---:|" * (len(_HEADINGS) - 1)
    for name, tally in by_type.items():
        yield "| " + " | ".join(_row(f"`{name}`", tally)) + " |"
    yield "| " + " | ".join(_row("all", result.whole)) + " |"
    yield ""
    yield "| change | " + " | ".join(_HEADINGS[2:]) + " |"
    yield "|---|" + "---:|" * len(_HEADINGS[2:])
    for change, tally in by_change.items():
        yield "| " + " | ".join([change, *_row(change, tally)[2:]]) + " |"
    if result.survivors:
        yield from ("", "## What survived", "")
        for one in result.survivors:
            yield f"- `{one.rule.id}`: {one.mutant.change}, `{one.mutant.text}`"
