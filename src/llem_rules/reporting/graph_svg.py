"""The dependency graph as one SVG image, drawn without any other program: a column for each kind of node."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import Any

from llem_rules.reporting.graph_text import Plain

_COLUMNS = ("config", "parameter", "type", "field", "rule")
_COLOURS = {"config": "#7a5195", "parameter": "#bc5090", "type": "#444444", "field": "#2a6f97", "rule": "#b5532a"}
_LINES = {"silences": "#c1121f", "sets": "#c1121f", "reads": "#8d99ae", "declares": "#cccccc"}
_ROW, _TOP, _CHARACTER, _GAP, _SWEEPS = 20, 40, 7, 140, 4
_STYLE = (
    "text{font:12px ui-monospace,monospace;fill:#222}path{fill:none;stroke-width:1}"
    "@media(prefers-color-scheme:dark){svg{background:#111}text{fill:#ddd}}"
)
Key = tuple[str, str]


def svg(graph: Plain, title: str) -> str:
    """The image as text. Every node and edge has its name as a tool tip."""
    keys = [(node["kind"], node["name"]) for node in graph["nodes"]]
    places, width, height = _laid_out(keys, graph["edges"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
    ]
    parts += [_line(edge, places) for edge in graph["edges"]]
    parts += [_node(key, places[key]) for key in keys]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _laid_out(keys: list[Key], edges: list[dict[str, Any]]) -> tuple[dict[Key, tuple[int, int]], int, int]:
    columns = [[key for key in keys if key[0] == kind] for kind in _COLUMNS]
    columns = [column for column in columns if column]
    _untangle(columns, edges)
    places: dict[Key, tuple[int, int]] = {}
    x = 20
    for column in columns:
        for row, key in enumerate(column):
            places[key] = (x, _TOP + row * _ROW)
        x += max(len(name) for _, name in column) * _CHARACTER + _GAP
    height = _TOP + max((len(column) for column in columns), default=0) * _ROW + 20
    return places, max(x - _GAP + 40, 200), height


def _untangle(columns: list[list[Key]], edges: list[dict[str, Any]]) -> None:
    """Put every node near the middle of those that it is tied to, a few times over."""
    tied: dict[Key, list[Key]] = defaultdict(list)
    for edge in edges:
        one, two = _ends(edge)
        tied[one].append(two)
        tied[two].append(one)
    for _ in range(_SWEEPS):
        rows = {key: row / len(column) for column in columns for row, key in enumerate(column)}
        for column in columns:
            column.sort(key=lambda key: (_middle([rows[other] for other in tied[key]], rows[key]), key))
            rows.update({key: row / len(column) for row, key in enumerate(column)})


def _middle(rows: list[float], own: float) -> float:
    return sum(rows) / len(rows) if rows else own


def _ends(edge: dict[str, Any]) -> tuple[Key, Key]:
    return (edge["from"]["kind"], edge["from"]["name"]), (edge["to"]["kind"], edge["to"]["name"])


def _line(edge: dict[str, Any], places: dict[Key, tuple[int, int]]) -> str:
    one, two = _ends(edge)
    left, right = sorted((one, two), key=lambda key: places[key][0])
    x1, y1 = places[left][0] + len(left[1]) * _CHARACTER + 16, places[left][1]
    x2, y2 = places[right][0] - 4, places[right][1]
    middle = (x1 + x2) // 2
    colour = _LINES.get(edge["edge"], "#555555")
    told = escape(f"{one[1]} {edge['edge']} {two[1]}")
    return f'<path d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}" stroke="{colour}"><title>{told}</title></path>'


def _node(key: Key, place: tuple[int, int]) -> str:
    (kind, name), (x, y) = key, place
    return (
        f'<g><circle cx="{x + 4}" cy="{y}" r="4" fill="{_COLOURS[kind]}"/>'
        f'<text x="{x + 12}" y="{y + 4}">{escape(name)}</text><title>{escape(f"{kind} {name}")}</title></g>'
    )
