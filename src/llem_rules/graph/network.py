"""The dependency graph itself: native types, fields, rules, curated parameters, users' configs, and what ties them.

Nodes are ``(kind, name)``; edges say ``declares``, ``reads``, ``silences``, ``sets``, ``exposes`` or ``narrows``. The only
module that loads networkx.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from llem_rules.corpus.discovered import Discovered
from llem_rules.graph.usage import Usage
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import expressions, fields_of

if TYPE_CHECKING:
    import networkx

Kind = Literal["type", "field", "rule", "parameter", "config"]
Node = tuple[Kind, str]
Graph: TypeAlias = "networkx.MultiDiGraph[Node]"


def build(
    rules: Iterable[RuleBase], schema: Discovered | None, usage: Usage, native_types: Sequence[str] = ()
) -> Graph:
    """The graph of an engine; only of some native types, where these are named."""
    import networkx

    graph: Graph = networkx.MultiDiGraph()
    wanted = set(native_types)
    for start, end, word, native_type in _edges(rules, schema, usage):
        if not wanted or native_type in wanted:
            graph.add_node(start)
            graph.add_node(end)
            graph.add_edge(start, end, key=word)
    for rule in rules:
        if ("rule", rule.id) in graph:
            graph.nodes["rule", rule.id].update(effect=rule.expected.effect, reach=rule.reach)
    return graph


def field_node(native_type: str, name: str) -> Node:
    """The node of a field."""
    return ("field", f"{native_type}.{name}")


_Edge = tuple[Node, Node, str, str]


def _edges(rules: Iterable[RuleBase], schema: Discovered | None, usage: Usage) -> Iterator[_Edge]:
    """Edges with the native type that they belong to."""
    for name in schema.native_types if schema is not None else ():
        for field in schema.fields(name) if schema is not None else ():
            yield ("type", name), field_node(name, field), "declares", name
    for rule in rules:
        yield from _of_rule(rule)
    for one in usage.parameters or ():
        word = "exposes" if one.choices is None else "narrows"
        yield ("parameter", one.name), field_node(one.native_type, one.field), word, one.native_type
    for config in usage.configs:
        for field in config.kwargs:
            yield ("config", config.file), field_node(config.native_type, field), "sets", config.native_type


def _of_rule(rule: RuleBase) -> Iterator[_Edge]:
    node: Node = ("rule", rule.id)
    read = list(fields_of(rule.predicate))
    for field in (*read, *(name for name in rule.dormant_fields if name not in read)):
        yield ("type", rule.native_type), field_node(rule.native_type, field), "declares", rule.native_type
    for field in read:
        yield node, field_node(rule.native_type, field), "reads", rule.native_type
    for expression in expressions(rule.predicate):
        for name in expression.names:
            if name not in expression.fields:
                yield node, ("field", name), "reads", rule.native_type
    for field, about in rule.dormant_fields.items():
        word = "sets" if about.replaced else "silences"
        yield node, field_node(rule.native_type, field), word, rule.native_type


def reached(graph: Graph, start: Node) -> dict[Node, list[Node]]:
    """What a change of a node reaches, with the shortest way there.

    From a field to its rules, its parameters and the configs that set it; from a rule to the fields that it makes dormant,
    to those that it reads, and on from these to parameters and configs, and from dormant ones to other rules.
    """
    import networkx

    flow = _flow(graph)
    if start not in flow:
        return {}
    ways: dict[Node, list[Node]] = {}
    for way in networkx.single_source_shortest_path(flow, start).values():
        bare: list[Node] = [(one[0], one[1]) for one in way]
        if bare[-1] != start and len(bare) < len(ways.get(bare[-1], [*bare, start])):
            ways[bare[-1]] = bare
    return ways


def _flow(graph: Graph) -> Any:
    """Which node a change goes on to. A field that is only read does not hand a change on to other rules."""
    import networkx

    flow: networkx.DiGraph[tuple[str, ...]] = networkx.DiGraph()
    for start, end, word in graph.edges(keys=True):
        match start[0], word:
            case "type", _:
                flow.add_edge(start, end)
            case "rule", "reads":
                flow.add_edge(end, start)
                flow.add_edge(start, (*end, "asked"))
            case "rule", _:
                flow.add_edge(start, end)
            case _:
                flow.add_edge(end, start)
                flow.add_edge((*end, "asked"), start)
    return flow


def plain(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """Nodes and edges as plain values, sorted."""
    nodes = [{"kind": kind, "name": name, **graph.nodes[kind, name]} for kind, name in sorted(graph.nodes)]
    edges = [
        {"from": {"kind": one[0], "name": one[1]}, "to": {"kind": two[0], "name": two[1]}, "edge": word}
        for one, two, word in sorted(graph.edges(keys=True))
    ]
    return {"nodes": nodes, "edges": edges}
