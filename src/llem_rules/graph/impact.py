"""What hangs on a rule or a field, and the smallest set of rules to replay after a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llem_rules.corpus.findings import near
from llem_rules.graph.changes import SchemaChange, schema_changes
from llem_rules.graph.changes.rules import about
from llem_rules.graph.matching import match
from llem_rules.graph.network import Graph, Node, field_node, reached
from llem_rules.graph.order import moot
from llem_rules.graph.sides import Entry, Side
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import RuleBase, to_document
from llem_rules.rules.predicates import AllOf
from llem_rules.rules.reason import never

_SAYS_NOTHING_NEW = ("id", "summary", "added_by", "cross_validated_by", "tags", "references", "applies_to", "kind")


@dataclass(frozen=True)
class Impact:
    """What one rule or field reaches: nodes with the way there, rules that it makes moot, and rules to replay."""

    subject: Node
    ways: dict[Node, list[Node]]
    moot: tuple[str, ...]
    replay: tuple[str, ...]

    def of_kind(self, kind: str) -> list[Node]:
        """The nodes of one kind that are reached."""
        return sorted(node for node in self.ways if node[0] == kind)


def find_subject(name: str, rules: Sequence[RuleBase], graph: Graph) -> Node:
    """The node that a person means: a rule's id, or a field with its native type (in full, or its last part).

    Raises:
        Failure: (2) there is none, or several fields are called so.
    """
    if any(rule.id == name for rule in rules):
        return ("rule", name)
    fields = sorted(node for node in graph.nodes if node[0] == "field")
    same = [node for node in fields if node[1] == name] or [node for node in fields if node[1].endswith(f".{name}")]
    if len(same) == 1:
        return same[0]
    if same:
        shown = ", ".join(one for _, one in same[:6])
        raise Failure(f"several fields are called {name}", hint=f"name one of them in full: {shown}")
    meant = near(name, [*(rule.id for rule in rules), *(one for _, one in fields)])
    raise Failure(f"{name!r} is neither a rule nor a field", hint=f"did you mean {meant}?" if meant else None)


def impact_of(subject: Node, rules: Sequence[RuleBase], graph: Graph) -> Impact:
    """What hangs on a rule or a field."""
    ways = reached(graph, subject)
    if subject[0] == "rule":
        rule = next(one for one in rules if one.id == subject[1])
        same_type = [one for one in rules if one.native_type == rule.native_type]
        idle = moot(same_type).get(rule.id, [])
        return Impact(subject, ways, tuple(idle), tuple(sorted({rule.id, *_masked(rule, same_type)})))
    touching = {rule.id for rule in rules if _about_field(rule, subject)}
    return Impact(subject, ways, (), tuple(sorted(touching)))


def _about_field(rule: RuleBase, field: Node) -> bool:
    return any(field_node(rule.native_type, name) == field for name in about(rule))


def replay_set(old: Side, new: Side) -> tuple[list[str], str]:
    """Ids of the head's rules whose evidence a change can touch, and why these.

    Another version of the library touches all. Else it is: rules that are new or say something else, rules about a field
    whose default or type is another, and rules that a changed refusal can mask or no longer masks.
    """
    rules = [entry.rule for entry in new.entries or ()]
    if old.version != new.version:
        return sorted(rule.id for rule in rules), f"the library is {new.version}, and was {old.version}"
    matching = match(old.entries or (), new.entries or ())
    changed = [two.rule for one, two in matching.pairs if _evidence(one) != _evidence(two)]
    changed += [entry.rule for entry in matching.added]
    before = [one.rule for one, two in matching.pairs if _evidence(one) != _evidence(two)]
    gone = [*before, *(entry.rule for entry in matching.removed)]
    found = {rule.id for rule in changed}
    for rule in (*changed, *gone):
        found.update(_masked(rule, (one for one in rules if one.native_type == rule.native_type)))
    found |= _about_changed_fields(old, new, rules)
    return sorted(found), f"the library is still {new.version}"


def _evidence(entry: Entry) -> str:
    """All of a rule on which its evidence depends."""
    plain = to_document(entry.rule)
    return repr(sorted((key, repr(value)) for key, value in plain.items() if key not in _SAYS_NOTHING_NEW))


def _masked(refusal: RuleBase, rules: Iterable[RuleBase]) -> list[str]:
    """Rules that can fire on a config that the refusal stops first, as far as they share a field."""
    if refusal.expected.effect != "error":
        return []
    own = set(about(refusal))
    return [
        rule.id
        for rule in rules
        if rule.id != refusal.id
        and own & set(about(rule))
        and never(AllOf((refusal.predicate, rule.predicate))) is None
    ]


def _about_changed_fields(old: Side, new: Side, rules: Sequence[RuleBase]) -> set[str]:
    if old.schema is None or new.schema is None:
        return set()
    changes: list[SchemaChange] = schema_changes(old.schema, new.schema)
    fields = {(change.native_type, change.field) for change in changes}
    return {rule.id for rule in rules for name in about(rule) if (rule.native_type, name) in fields}
