"""The dependency graph as Mermaid and as DOT text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MERMAID_EDGES = 500  # what Mermaid draws before it asks for another setting
_SHAPES = {
    "type": ("[[", "]]", "box3d"),
    "field": ("([", "])", "ellipse"),
    "rule": ("[", "]", "box"),
    "parameter": ("{{", "}}", "hexagon"),
    "config": ("[(", ")]", "cylinder"),
}
_ARROWS = {"reads": "-.->", "silences": "==>", "sets": "==>", "declares": "---"}
_STYLES = {"reads": "dashed", "silences": "bold", "sets": "bold"}
Plain = dict[str, list[dict[str, Any]]]


def _named(graph: Plain) -> dict[tuple[str, str], str]:
    return {(node["kind"], node["name"]): f"n{place}" for place, node in enumerate(graph["nodes"])}


def _ends(edge: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    return (edge["from"]["kind"], edge["from"]["name"]), (edge["to"]["kind"], edge["to"]["name"])


def mermaid(graph: Plain) -> str:
    """A flow chart. Where it holds more edges than Mermaid draws by default, its first line says so."""
    return "\n".join(_mermaid(graph)) + "\n"


def _mermaid(graph: Plain) -> Iterator[str]:
    names = _named(graph)
    count = len(graph["edges"])
    if count > MERMAID_EDGES:
        yield f"%% {count} edges: initialise Mermaid with maxEdges above that, or show fewer native types (--type)"
    yield "flowchart LR"
    for node in graph["nodes"]:
        start, end, _ = _SHAPES[node["kind"]]
        label = node["name"].replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
        yield f'  {names[node["kind"], node["name"]]}{start}"{label}"{end}'
    for edge in graph["edges"]:
        one, two = _ends(edge)
        arrow = _ARROWS.get(edge["edge"], "-->")
        yield f"  {names[one]} {arrow}|{edge['edge']}| {names[two]}"


def dot(graph: Plain, name: str) -> str:
    """A graph for Graphviz."""
    names = _named(graph)
    lines = [f"digraph {_quoted(name)} {{", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    for node in graph["nodes"]:
        shape = _SHAPES[node["kind"]][2]
        lines.append(f"  {names[node['kind'], node['name']]} [label={_quoted(node['name'])}, shape={shape}];")
    for edge in graph["edges"]:
        one, two = _ends(edge)
        style = _STYLES.get(edge["edge"], "solid")
        lines.append(f"  {names[one]} -> {names[two]} [label={_quoted(edge['edge'])}, style={style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
