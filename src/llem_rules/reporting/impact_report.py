"""What hangs on what: the graph, an impact, and the reach of all changes, as documents and for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llem_rules.graph.comparison import Comparison
from llem_rules.graph.impact import Impact
from llem_rules.graph.order import Application
from llem_rules.graph.usage import UserConfig
from llem_rules.reporting.graph_text import Plain

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 12


def graph_document(
    engine: str, graph: Plain, moot: Mapping[str, Sequence[str]], applied: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """``graph --format json``. ``applied``: what the dormancies do to each config that was given."""
    return {
        "schema_version": 1,
        "command": "graph",
        "summary": {
            "engine": engine,
            "nodes": dict(sorted(Counter(node["kind"] for node in graph["nodes"]).items())),
            "edges": dict(sorted(Counter(edge["edge"] for edge in graph["edges"]).items())),
        },
        "items": graph["nodes"],
        "edges": graph["edges"],
        "moot": {name: list(idle) for name, idle in sorted(moot.items())},
        "configs": list(applied),
    }


def applied(config: UserConfig, found: Sequence[Application], circle: Sequence[str] = ()) -> dict[str, Any]:
    """The dormancies of one config in the order in which they apply, or the circle in which they go."""
    return {
        "config": config.file,
        "native_type": config.native_type,
        "dormancies": [{"rule": one.rule.id, "fields": list(one.fields), "moot_by": one.moot_by} for one in found],
        "circle": list(circle),
    }


def document(engine: str, impact: Impact) -> dict[str, Any]:
    """``impact RULE|FIELD --format json``."""
    return {
        "schema_version": 1,
        "command": "impact",
        "summary": {
            "engine": engine,
            "subject": _called(impact.subject),
            "reaches": dict(sorted(Counter(kind for kind, _ in impact.ways).items())),
            "moot": list(impact.moot),
            "replay": list(impact.replay),
        },
        "items": [
            {"kind": kind, "name": name, "way": [_called(one) for one in way]}
            for (kind, name), way in sorted(impact.ways.items())
        ],
    }


def _called(node: tuple[str, str]) -> str:
    return f"{node[0]} {node[1]}"


def print_impact(engine: str, impact: Impact, console: Console) -> None:
    """For a person: what is reached, nearest first, and what to replay."""
    console.print(_called(impact.subject), markup=False)
    for kind in ("parameter", "config", "rule", "field", "type"):
        nodes = sorted(impact.of_kind(kind), key=lambda node: (len(impact.ways[node]), node))
        if nodes:
            console.print(f"\nreaches {len(nodes)} {kind}{'s' if len(nodes) > 1 else ''}")
        for node in nodes[:_SHOWN]:
            way = impact.ways[node]
            through = f"   through {' → '.join(name for _, name in way[1:-1])}" if len(way) > 2 else ""
            console.print(f"  {node[1]}{through}", markup=False)
        if len(nodes) > _SHOWN:
            console.print(f"  and {len(nodes) - _SHOWN} more")
    if impact.moot:
        console.print(f"\nmakes moot  {', '.join(impact.moot)}", markup=False)
    _print_replay(engine, impact.replay, console)


def _print_replay(engine: str, rules: Sequence[str], console: Console) -> None:
    console.print(f"\nreplay again after a change: {len(rules)} rule{'' if len(rules) == 1 else 's'}")
    if rules and len(rules) <= _SHOWN:
        console.print(f"  llem-rules replay {engine} {' '.join(f'--rule {name}' for name in rules)}", markup=False)


def changed(compared: Comparison, replay: Sequence[str], why: str) -> dict[str, Any]:
    """What the changes of one engine reach."""
    reaching = [one for one in compared.items if one.reach.anything]
    return {
        "engine": compared.engine,
        "base": compared.old.name,
        "first_version": list(compared.first),
        "changes": len(compared.items),
        "reaching": [
            {
                "kind": one.change.kind,
                "subject": one.change.subject,
                "authors": one.verdicts.authors,
                "coverage": one.verdicts.coverage,
                "ways": [list(path) for path in one.reach.paths],
            }
            for one in reaching
        ],
        "assumed": any(one.reach.assumed for one in reaching),
        "replay": list(replay),
        "why": why,
    }


def changed_document(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """``impact --base REF --format json``."""
    summary = {
        "changes": sum(one["changes"] for one in items),
        "reaching": sum(len(one["reaching"]) for one in items),
        "replay": sum(len(one["replay"]) for one in items),
    }
    return {"schema_version": 1, "command": "impact", "summary": summary, "items": list(items)}


def print_changed(items: Sequence[dict[str, Any]], console: Console) -> None:
    """For a person, engine by engine."""
    for one in items:
        first = f" (first version of {', '.join(one['first_version'])})" if one["first_version"] else ""
        known = " (nothing is known of use, so all count as used)" if one["assumed"] else ""
        told = f"{one['changes']} changes since {one['base']}{first}, {len(one['reaching'])} reach something{known}"
        console.print(f"{one['engine']}: {told}", markup=False)
        for change in one["reaching"][: _SHOWN * 2]:
            console.print(f"  {change['authors']:<9} {change['kind']} {change['subject']}", markup=False)
            for way in change["ways"][:3]:
                console.print(f"            {' → '.join(way)}", markup=False)
        more = len(one["reaching"]) - _SHOWN * 2
        if more > 0:
            console.print(f"  and {more} more: llem-rules diff {one['engine']} --base {one['base']}", markup=False)
        console.print(f"  {one['why']}", markup=False, end="")
        _print_replay(one["engine"], one["replay"], console)
