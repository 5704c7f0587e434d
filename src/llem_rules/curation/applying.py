"""Decisions as edits of the models' source: formatting and comments stay, and nothing changes that nobody decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import libcst as cst

from llem_rules.curation.decisions import Bounds, Decision
from llem_rules.rules.failure import Failure

_TYPES = {"boolean": "bool", "integer": "int", "number": "float", "string": "str", "array": "list", "object": "dict"}


def applied(source: str, decisions: Sequence[Decision]) -> tuple[str, list[Decision]]:
    """The source with all decisions that were made, and those of them that changed it.

    Raises:
        Failure: (2) a decision names no section, or one that is not there; the source is no Python.
    """
    made = [one for one in decisions if one.made]
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        raise Failure(f"the models' source is no Python: {error}") from error
    edit = _Edit(made)
    edited = module.visit(edit)
    lost = [one for one in made if _changes(one) and one not in edit.done]
    if lost:
        one = lost[0]
        what = f"no curated model {one.section!r}" if one.section else "no section is named"
        raise Failure(
            f"{one.native_type}.{one.field}: {what}", hint="section: the name of the class that has the field"
        )
    return edited.code, edit.done


def _changes(one: Decision) -> bool:
    return bool(one.expose or one.remove or one.kind == "wider")


class _Edit(cst.CSTTransformer):
    def __init__(self, decisions: Sequence[Decision]) -> None:
        super().__init__()
        self.done: list[Decision] = []
        self._decisions = decisions

    def leave_ClassDef(  # noqa: N802  # libcst's name
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        mine = [one for one in self._decisions if one.section == original_node.name.value and _changes(one)]
        body = updated_node.body
        if not mine or not isinstance(body, cst.IndentedBlock):
            return updated_node
        lines = list(body.body)
        for one in mine:
            lines = _edited(lines, one)
            self.done.append(one)
        return updated_node.with_changes(body=body.with_changes(body=lines))


def _edited(lines: list[cst.BaseStatement], one: Decision) -> list[cst.BaseStatement]:
    places = [index for index, line in enumerate(lines) if _field_of(line) is not None]
    here = next((index for index in places if _field_of(lines[index]) == one.field), None)
    if one.remove:
        return [line for index, line in enumerate(lines) if index != here]
    new = cst.parse_statement(_declaration(one))
    if here is not None:
        old = lines[here]
        assert isinstance(old, cst.SimpleStatementLine)
        assert isinstance(new, cst.SimpleStatementLine)
        return [*lines[:here], old.with_changes(body=new.body), *lines[here + 1 :]]
    last = places[-1] + 1 if places else len(lines)
    return [*lines[:last], new, *lines[last:]]


def _field_of(line: cst.BaseStatement) -> str | None:
    if isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.AnnAssign):
        target = line.body[0].target
        return target.value if isinstance(target, cst.Name) else None
    return None


def _declaration(one: Decision) -> str:
    """``name: type | None = …``, narrowed as was decided."""
    if isinstance(one.narrow, list):
        return f"{one.field}: Literal[{', '.join(map(_literal, one.narrow))}] | None = None"
    kind = _annotation(one.about)
    if isinstance(one.narrow, Bounds):
        bounds = one.narrow.model_dump(exclude_none=True)
        said = ", ".join(f"{name}={int(bound) if bound == int(bound) else bound}" for name, bound in bounds.items())
        return f"{one.field}: {kind} | None = Field(default=None, {said})"
    return f"{one.field}: {kind} | None = None"


def _annotation(about: dict[str, Any]) -> str:
    if "enum" in about:
        return f"Literal[{', '.join(_literal(one) for one in about['enum'] if one is not None)}]"
    if "anyOf" in about:
        parts = [_annotation(one) for one in about["anyOf"] if one.get("type") != "null"]
        return " | ".join(dict.fromkeys(parts)) or "object"
    kind = _TYPES.get(str(about.get("type")), "object")
    items = about.get("items")
    return f"list[{_annotation(items)}]" if kind == "list" and items else kind


def _literal(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
