"""Coverage of effect sites: for a person, for machines, and as one self-contained page."""

from __future__ import annotations

import html as markup
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from llem_rules.mining.coverage import CoveredSite
from llem_rules.mining.model import EffectSite
from llem_rules.rules.plain import to_plain

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int], None]
_WHAT = {
    "raise": "raise",
    "warn": "warning",
    "log": "log",
    "collect": "issue",
    "rewrite": "rewrite",
    "constraint": "constraint",
}


def place(site: EffectSite) -> str:
    """``file:line``."""
    return f"{site.file}:{site.line}"


def _by_type(covered: Iterable[CoveredSite]) -> dict[str, list[CoveredSite]]:
    grouped: dict[str, list[CoveredSite]] = {}
    for one in covered:
        grouped.setdefault(one.site.native_type, []).append(one)
    return grouped


def _counts(covered: Sequence[CoveredSite]) -> dict[str, Any]:
    """All sites; those apart and those out of reach, by reason; the rest, and how many of it a confirmed rule triggers."""
    apart = Counter(one.apart for one in covered if one.apart is not None and not one.counted)
    unreachable = Counter(
        _head(one.unreachable) for one in covered if one.counted and not one.reachable and one.unreachable
    )
    reachable = sum(one.reachable for one in covered)
    triggered = sum(one.covered for one in covered)
    told = sum(one.told for one in covered)
    return {
        "sites": len(covered),
        "apart": dict(sorted(apart.items())),
        "unreachable": dict(sorted(unreachable.items())),
        "told": told,
        "reachable": reachable,
        "covered": triggered,
        "share": round(triggered / reachable, 3) if reachable else None,
        "share_untold": round(triggered / (reachable + told), 3) if reachable + told else None,
    }


def _head(reason: str) -> str:
    """What a reason has in common with others of its kind: ``needs a model``, ``needs a package: flash_attn``."""
    first = reason.partition("; ")[0]
    head, _, rest = first.partition(": ")
    return first if head.endswith(("package", "variable", "none")) and " " not in rest else head


def why(one: CoveredSite) -> str:
    """Why a site is not covered, in words."""
    if not one.counted:
        return {
            "quiet": "quiet: said below warning level, announces nothing",
            "assertion": "assertion: what the library takes for certain",
            "passed on": "passed on: the exception was raised elsewhere",
            "filling": "filling: it sets only what was not given",
            "conversion": "conversion: the value only becomes the library's own type",
        }.get(one.apart or "", "not of the config: no field decides")
    if one.unreachable:
        return f"{one.unreachable} (read by a person)" if one.told else one.unreachable
    return f"uncovered; not understood: {one.opaque[0]}" if one.opaque else "uncovered"


def document(engine: str, covered: Sequence[CoveredSite]) -> dict[str, Any]:
    """``--format json``."""
    return {
        "schema_version": 1,
        "command": "coverage",
        "summary": {
            **_counts(covered),
            "engine": engine,
            "native_types": {name: _counts(group) for name, group in _by_type(covered).items()},
        },
        "items": [
            {
                "native_type": one.site.native_type,
                "kind": one.site.kind,
                "file": one.site.file,
                "line": one.site.line,
                "function": one.site.function,
                "field": one.site.field,
                "message": one.site.message,
                "rules": list(one.rules),
                "conditions": [to_plain(condition) for condition in one.conditions],
                "opaque": list(one.opaque),
                "apart": None if one.counted else one.apart,
                "reachable": one.reachable,
                "why": None if one.covered else why(one),
                "told": one.told,
            }
            for one in covered
        ],
    }


def print_text(covered: Sequence[CoveredSite], console: Console) -> None:
    """A table by native type, then every site that no rule covers, with its condition and the reason."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    total = _counts(covered)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("native type", footer="all", no_wrap=True)
    for name, number in zip(_COLUMNS, _numbers(total), strict=True):
        table.add_column(name, footer=number, justify="right")
    for native_type, group in _by_type(covered).items():
        table.add_row(native_type, *_numbers(_counts(group)))
    console.print(table)
    for name in ("apart", "unreachable"):
        for reason, number in total[name].items():
            console.print(f"{name:11}  {number:4}  {reason}", markup=False)
    if total["told"]:
        share = f"{100 * total['covered'] // (total['reachable'] + total['told'])} %"
        console.print(
            f"{'told':11}  {total['told']:4}  of these by a person; without their reasons the share is {share}"
        )
    for one in covered:
        if one.counted and not one.covered:
            what = f"{_WHAT[one.site.kind]}{' of ' + one.site.field if one.site.field else ''}"
            head = "uncovered  " if one.reachable else "unreachable"
            console.print(f"{head}  {place(one.site)}  {what} in {one.site.function}   ({why(one)})", markup=False)
            if one.reachable and one.conditions and not one.opaque:
                condition = json.dumps(to_plain(one.conditions[0]), default=repr)
                console.print(f"             when {condition[:300]}", markup=False)


_COLUMNS = ("sites", "apart", "unreachable", "reachable", "covered", "share")


def _numbers(counts: dict[str, Any]) -> list[str]:
    apart, unreachable = sum(counts["apart"].values()), sum(counts["unreachable"].values())
    return [*map(str, (counts["sites"], apart, unreachable, counts["reachable"], counts["covered"])), _share(counts)]


def _share(counts: dict[str, Any]) -> str:
    return f"{100 * counts['covered'] // counts['reachable']} %" if counts["reachable"] else "none"


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 70rem; margin: 0 auto; padding: 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #8884; }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
code {{ font-size: .85em; overflow-wrap: anywhere; }}
.no {{ color: light-dark(#a11, #f88); }} .yes {{ color: light-dark(#161, #8d8); }}
.off {{ color: light-dark(#555, #aaa); }}
details {{ margin: .5rem 0; }} summary {{ cursor: pointer; }}
</style></head><body><h1>{title}</h1>
<p>Of {reachable} effect sites that can be reached here, a confirmed rule triggers {covered}. There are {sites} sites in all;
the others stand apart or are out of reach:</p>
<table><tr><th>sites</th><th>why they do not count</th></tr>{reasons}</table>
{body}</body></html>
"""


def html(engine: str, covered: Sequence[CoveredSite]) -> str:
    """One page without anything from elsewhere: a section for each native type, its sites inside."""
    parts = []
    for native_type, group in _by_type(covered).items():
        counts = _counts(group)
        rows = "".join(_row(one) for one in group)
        parts.append(
            f"<details><summary><b>{markup.escape(native_type)}</b> {counts['covered']}/{counts['reachable']} "
            f"({_share(counts)})</summary><table><tr><th>site</th><th>what</th><th>rules, or why not</th></tr>{rows}"
            "</table></details>"
        )
    total = _counts(covered)
    reasons = "".join(
        f'<tr><td class="number">{number}</td><td>{markup.escape(reason)}</td></tr>'
        for name in ("apart", "unreachable")
        for reason, number in total[name].items()
    )
    title = f"Coverage of {markup.escape(engine)}"
    return _PAGE.format(title=title, body="\n".join(parts), reasons=reasons, **total)


def _row(one: CoveredSite) -> str:
    found = ", ".join(map(markup.escape, one.rules)) if one.covered else markup.escape(why(one))
    what = markup.escape(f"{_WHAT[one.site.kind]} {one.site.field or ''} in {one.site.function}")
    colour = "yes" if one.covered else "no" if one.reachable else "off"
    return (
        f"<tr><td><code>{markup.escape(place(one.site))}</code></td><td>{what}</td>"
        f'<td class="{colour}"><code>{found}</code></td></tr>'
    )
