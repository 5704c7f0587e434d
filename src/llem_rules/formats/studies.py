"""The members of a study, as parts of the file that it stands in."""

from __future__ import annotations

from typing import Any

from llem_rules.check.grids import Study, StudyFailure, study_of
from llem_rules.corpus.findings import Span
from llem_rules.engines import engine_for_type
from llem_rules.formats.found import Found, Part, Place
from llem_rules.formats.mappings import inner_places
from llem_rules.formats.tree import Tree, read_trees
from llem_rules.rules.failure import Failure

MOST = 1_000  # members that are told one by one


def placed_study(text: str, file: str, native_type: str | None) -> tuple[Study, Tree]:
    """A study and the places in its text.

    Raises:
        Failure: (2) it is not readable, or no study; with its place in the file.
    """
    trees = read_trees(text, file)
    if len(trees) != 1 or trees[0].data is None:
        raise Failure(f"{file} is no study", hint="one document: a list of configs, or {base: …, grid: …}")
    try:
        return study_of(trees[0].data, native_type), trees[0]
    except StudyFailure as failure:
        at = trees[0].key(failure.location)
        raise Failure(f"{file}:{at.line}:{at.column}: {failure.message}") from failure


def study_parts(found: Found, native_type: str | None) -> list[Part]:
    """A part for each member: where a field comes from the grid, its place is the axis.

    Raises:
        Failure: (2) it is no study, or too large to be told one by one.
    """
    study, tree = placed_study(found.text, found.file, native_type)
    if study.count > MOST:
        hint = f"llem-rules check --grid {found.file} --summary"
        raise Failure(f"{found.file} holds {study.count:,} configs", hint=hint)
    parts = []
    for number, (entry, sections) in enumerate(study.members(), 1):
        for name, kwargs in sections.items():
            engine = engine_for_type(name)
            places = {field: _place(tree, entry, name, field, native_type, value) for field, value in kwargs.items()}
            label = f"config {number}"
            part = Part(engine.name if engine else "", name, kwargs, places, (entry,), label)
            plain = tree.data[entry] if isinstance(tree.data, list) else None
            if isinstance(plain, dict) and "grid" not in plain:  # a config as it is: it can be written back
                part.path = (entry,) if native_type is not None else (entry, name)
                part.keys = {str(field): str(field) for field in kwargs}
                part.inner = inner_places(tree, part.path)
            parts.append(part)
    return parts


def _place(tree: Any, entry: int, section: str, field: str, native_type: str | None, value: Any) -> Place:
    root: tuple[Any, ...] = (entry,) if isinstance(tree.data, list) else ()
    own = (field,) if native_type is not None else (section, field)
    axis = field if native_type is not None else f"{section}.{field}"
    for location in ((*root, "grid", axis), (*root, "base", *own), (*root, *own)):
        if location in tree.keys:
            key: Span = tree.key(location)
            if location[-2:-1] == ("grid",):
                return Place(key, tree.value((*location, _index(tree.data, location, value))), field)
            return Place(key, tree.value(location), field)
    return Place(tree.value(root), tree.value(root), field)


def _index(data: Any, location: tuple[Any, ...], value: Any) -> int:
    """Which of an axis's values a member has."""
    for key in location:
        data = data[key]
    return next((at for at, one in enumerate(data) if one.__class__ is value.__class__ and one == value), 0)
