"""The defaults of native types, and how their fields read strings, asked of the live library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.engines.feeding import fed_fields
from llem_rules.environments.gears import reference_of
from llem_rules.environments.memory import Library
from llem_rules.environments.session import FAST, Case, Observation
from llem_rules.rules.reading import Declared, Kind, readings_of

# A string of each kind with what it spells: on its way to the section, code may look at the string itself.
_SPELLED: Mapping[Kind, tuple[tuple[str, Any], ...]] = {
    "bool": (("0", False), ("1", True)),
    "int": (("2", 2),),
    "float": (("0.5", 0.5),),
}


def readings_by_type(session: Library, native_types: Sequence[str]) -> dict[str, dict[str, Kind]]:
    """How fields read strings.

    Those of a type that builds sections read as the section does that they end in, where the live library makes the same of
    a string as of what it spells.
    """
    engine = session.engine
    building = [name for name in native_types if name in engine.native_types and engine.native_types[name].sections]
    wholes = [whole for name in building if (whole := engine.native_types[name].becomes) is not None]
    asked = sorted({*native_types, *wholes, *(engine.native_types if building else ())})
    answers = session.run([{"op": "lift", "native_type": name} for name in asked])
    lifted = {name: one["lifted"] for name, one in zip(asked, answers, strict=True) if "lifted" in one}
    found = {name: readings_of(one) for name, one in lifted.items()}
    fields = {name: tuple(about["given_as"] for about in one["fields"]) for name, one in lifted.items()}
    for name in building:
        own = tuple(lifted.get(name, {}).get("defaults", ()))
        fed = fed_fields(engine, name, {**fields, name: own})
        declared = {one: found[owner][end] for one, (owner, end) in fed.items() if end in found[owner]}
        for one in engine.native_types[name].compared:
            declared.pop(one, None)
        found[name] = {one: declared[one] for one in _reading(session, name, declared)}
    return found


def _reading(session: Library, native_type: str, declared: Mapping[str, Kind]) -> Iterator[str]:
    """The fields that reach their section as they were given."""
    reach = session.engine.native_types[native_type].before_use
    pairs = [(field, *pair) for field, kind in declared.items() for pair in _SPELLED[kind]]
    asked = [{field: value} for field, *pair in pairs for value in pair]
    answers = _seen(session, [{"native_type": native_type, "kwargs": one, "reach": reach} for one in asked])
    otherwise = {
        field
        for (field, *_), spelled, plain in zip(pairs, answers[::2], answers[1::2], strict=True)
        if _outcome(spelled, field) != _outcome(plain, field)
    }
    return (field for field in declared if field not in otherwise)


def _seen(session: Library, cases: Sequence[Case]) -> list[Observation]:
    """What became of cases, in a shared process as far as that goes: they are many, and only compared with each other."""
    library = reference_of(session)
    if library.facts.fork_unclean:
        return library.run(cases)
    answers = library.run([{**case, "gear": FAST} for case in cases])
    left = [index for index, answer in enumerate(answers) if "unchecked" in answer]
    for index, answer in zip(left, library.run([cases[index] for index in left]) if left else (), strict=True):
        answers[index] = answer
    return answers


def _outcome(answer: Mapping[str, Any], field: str) -> Any:
    """What became of a config, apart from how its one field was written."""
    raised = answer.get("exception")
    if raised is not None:
        return raised.get("type"), raised.get("site")
    said = [(one.get("text"), one.get("level")) for one in answer.get("messages", ())]
    return said, {name: value for name, value in answer.get("effective", {}).items() if name != field}


def described_defaults(session: Library, native_types: Sequence[str]) -> dict[str, Declared]:
    """The defaults of each native type with the base arguments that its adapter adds, in the tagged form that JSON can hold."""
    answers = session.run([{"op": "describe", "native_type": name, "kwargs": {}} for name in native_types])
    found: dict[str, Declared] = {}
    readings = readings_by_type(session, native_types)
    for name, answer in zip(native_types, answers, strict=True):
        fields = answer.get("described", {}).get("fields", {})
        about = session.engine.native_types.get(name)
        base = {} if about is None else dict(about.base)
        known = {field: one["default"] for field, one in fields.items() if "default" in one} | base
        found[name] = Declared(known, readings.get(name))
    return found
