"""JSON and YAML that other tools read: values as they read them, and where each key and value stands.

Unlike rule files these may have anchors, merge keys and several documents. JSON keeps JSON's numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from llem_rules.corpus.findings import START, Location, Span
from llem_rules.corpus.reader import parse_yaml
from llem_rules.corpus.yaml_problems import syntax_finding
from llem_rules.rules.failure import Failure

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Tree:
    """One document: plain values, and spans of keys and values by location."""

    data: Any
    keys: dict[Location, Span] = field(default_factory=dict)
    values: dict[Location, Span] = field(default_factory=dict)

    def key(self, location: Location) -> Span:
        """Where a key is, or the nearest thing around it."""
        return self.keys.get(location) or self.value(location)

    def value(self, location: Location) -> Span:
        """Where a value is, or the nearest thing around it."""
        for end in range(len(location), -1, -1):
            if (found := self.values.get(location[:end])) is not None:
                return found
        return START


def read_trees(text: str, file: str) -> list[Tree]:
    """The documents of a file.

    Raises:
        Failure: (2) it is neither JSON nor YAML.
    """
    if file.endswith(".json") or text.lstrip()[:1] in ("{", "["):
        document = parse_yaml(text, file)
        if document.data is None and document.findings:
            first = document.findings[0]
            raise Failure(f"{first.place}: {first.sentence}", hint=first.hint)
        return [Tree(document.data, document.keys, document.values)]
    try:
        return list(_documents(text))
    except yaml.YAMLError as error:
        found = syntax_finding(file, text, error)
        raise Failure(f"{found.place}: {found.sentence}", hint=found.hint) from error
    except (ValueError, RecursionError) as error:
        raise Failure(f"{file} is not readable: {error}") from error


def _documents(text: str) -> Iterator[Tree]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            tree = Tree(loader.construct_document(node))
            _walk(node, (), tree, 0)
            yield tree
    finally:
        loader.dispose()


def _walk(node: Any, location: Location, tree: Tree, depth: int) -> None:
    if depth > 60:
        return
    tree.values[location] = _span(node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*location, index), tree, depth + 1)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*location, key.value)
            tree.keys[place] = _span(key)
            _walk(value, place, tree, depth + 1)


def _span(node: Any) -> Span:
    start, end = node.start_mark, node.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
