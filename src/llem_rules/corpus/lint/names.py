"""Checks on names: ids, native types, fields, references, files, versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from llem_rules.corpus.findings import Finding, Location, near
from llem_rules.corpus.lint.known import packages
from llem_rules.corpus.lint.subject import Subject
from llem_rules.rules.expressions import is_reference, parse_expression, split_section
from llem_rules.rules.predicates import DOMAINS

# What a person would take for arithmetic over fields.
_ALMOST = re.compile(r"(?:(?:len|min|max|abs)\(|[-+(]|[0-9.]+\s*[-+*/%]).*@[A-Za-z_]")


def id_names_the_type(subject: Subject) -> Iterator[Finding]:
    """L020: the id starts with the native type."""
    rule = subject.rule
    if not rule.id.startswith(rule.native_type + ".") or "." in rule.id[len(rule.native_type) + 1 :]:
        message = f"the id {rule.id!r} is not {rule.native_type!r}, a dot, and a name"
        yield subject.finding("L020", ("id",), message)


def file_is_named_after_the_type(subject: Subject) -> Iterator[Finding]:
    """L023: in ``rules/<engine>/`` a file holds one native type, or what it does in one later stage, and is called like it."""
    path = PurePath(subject.located.document.file)
    last = subject.rule.native_type.rpartition(".")[2]
    if path.parent.parent.name != "rules":
        return
    if path.stem not in {last, f"{last}.{subject.rule.reach}"}:
        yield subject.finding("L023", ("native_type",), f"a rule for {last} in a file that is called {path.name}")
    engine = subject.known.engine
    if engine is not None and engine.name != path.parent.name:
        message = f"a rule for the engine {engine.name} in the folder of {path.parent.name}"
        yield subject.finding("L023", ("native_type",), message)


def type_lies_in_the_package(subject: Subject) -> Iterator[Finding]:
    """L018: nothing outside the engine's own package is ever imported. L017: the native type exists."""
    rule, engine = subject.rule, subject.known.engine
    if engine is None:
        package = rule.native_type.partition(".")[0]
        message = f"{rule.native_type!r} lies in the package of no engine ({', '.join(packages())})"
        yield subject.finding("L018", ("native_type",), message, suggestion=near(package, packages(), 0.75))
        return
    discovered = subject.known.discovered
    missing = discovered is not None and discovered.resolve(rule.native_type) is None
    if missing and rule.native_type not in engine.native_types:
        meant = _type_near(rule.native_type, subject.known.native_types)
        message = f'unknown native type "{rule.native_type}"'
        yield subject.finding("L017", ("native_type",), message, suggestion=meant)
    for key in ("kwargs_positive", "kwargs_negative", *rule.predicate_parts):
        for location, name in _natives(subject.plain[key], (key,)):
            if name.partition(".")[0] != engine.package:
                message = f"{name!r} lies outside of the engine's package, {engine.package}"
                yield subject.finding("L018", location, message)


def _type_near(name: str, known: Iterable[str]) -> str | None:
    """The native type that was probably meant, by the last part: the packages in front are alike anyway."""
    by_last = {one.rpartition(".")[2]: one for one in known}
    meant = near(name.rpartition(".")[2], by_last, 0.8)
    return None if meant is None else by_last[meant]


def _natives(value: Any, location: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _natives(item, (*location, index))
    elif isinstance(value, dict):
        if isinstance(value.get("$native"), str):
            yield (*location, "$native"), value["$native"]
        for key, item in value.items():
            yield from _natives(item, (*location, key))


def fields_exist(subject: Subject) -> Iterator[Finding]:
    """L016: every field that the rule names is one of the native type, or said to be ``removed`` from it."""
    named: list[tuple[Location, str]] = [(("kwargs_positive", name), name) for name in subject.rule.kwargs_positive]
    named += [(("kwargs_negative", name), name) for name in subject.rule.kwargs_negative]
    if isinstance(subject.plain.get("dormant"), dict):
        named += [(("dormant", name), name) for name in subject.rule.dormant_fields]
    elif isinstance(subject.plain.get("dormant"), list):
        named += [(("dormant", index), name) for index, name in enumerate(subject.plain["dormant"])]
    for part in subject.rule.predicate_parts:
        named += _fields_in(subject.plain[part], (part,))
    removed = getattr(subject.rule, "removed", ())
    for location, path in named:
        if path not in removed:
            yield from _field(subject, location, path, "L016", f'unknown field "{path.partition(".")[0]}"')


def _field(subject: Subject, location: Location, path: str, code: str, message: str) -> Iterator[Finding]:
    discovered = subject.known.discovered
    if discovered is None:
        return
    report, meant = discovered.unknown_field(subject.rule.native_type, path.partition(".")[0])
    if report:
        message = f"{message} of {subject.rule.native_type}"
        yield subject.finding(code, location, message, suggestion=meant, on_key=isinstance(location[-1], str))


def _fields_in(plain: Any, location: Location) -> list[tuple[Location, str]]:
    """The fields that a predicate names, each with where it stands."""
    found: list[tuple[Location, str]] = []
    for key, value in plain.items() if isinstance(plain, dict) else ():
        here = (*location, key)
        if key in {"all_of", "any_of"}:
            for index, item in enumerate(value):
                found += _fields_in(item, (*here, index))
        elif key in {"not", "fields"}:
            found += _fields_in(value, here)
        elif key == "at_most_one_of" or (key == "required_key" and not isinstance(value, dict)):
            names = [value] if isinstance(value, str) else value
            found += [((*here, index), name) for index, name in enumerate(names)]
        elif key == "required_key":
            found += [((*here, name), name) for name in value]
        elif key not in DOMAINS:
            found.append((here, key))
    return found


def references_lead_somewhere(subject: Subject) -> Iterator[Finding]:
    """L025: a reference names a field of the native type, or a field of a section that exists."""
    places = [(part, subject.plain[part]) for part in subject.rule.predicate_parts]
    if isinstance(subject.plain.get("dormant"), dict):
        places.append(("dormant", subject.plain["dormant"]))
    for key, value in places:
        for location, text in _references(value, (key,)):
            if not is_reference(text):
                message = f"{text!r} is a text, not a reference: a reference starts with @"
                yield subject.finding("L015", location, message, hint=f'write "@{text}"')
                continue
            try:
                names = parse_expression(text).names
            except ValueError as error:  # inside a predicate this was reported when it was parsed
                yield subject.finding("L015", location, str(error))
                continue
            for name in names:
                yield from _reference(subject, location, name)


def _references(value: Any, location: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, (*location, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in {"matches", "type_is", "type_is_not"} and not str(key).startswith("$"):
                yield from _references(item, (*location, key))
    elif isinstance(value, str) and (is_reference(value) or _ALMOST.match(value)):
        yield location, value


def _reference(subject: Subject, location: Location, name: str) -> Iterator[Finding]:
    section = split_section(name)
    if section is None:
        for finding in _field(subject, location, name, "L025", f"@{name} refers to an unknown field"):
            yield subject.finding("L025", location, finding.message, suggestion=finding.suggestion)
        return
    native_type, path = section
    engine, discovered = subject.known.engine, subject.known.discovered
    if engine is not None and "." in native_type and native_type.partition(".")[0] != engine.package:
        message = f"@{name} refers to a section outside of the engine's package, {engine.package}"
        yield subject.finding("L025", location, message)
    elif discovered is not None and discovered.resolve(native_type) is None:
        message = f"@{name} refers to an unknown section, {native_type}"
        yield subject.finding("L025", location, message, suggestion=_type_near(native_type, discovered.native_types))
    elif discovered is not None:
        report, meant_field = discovered.unknown_field(native_type, path.partition(".")[0])
        if report:
            message = f"@{name} refers to an unknown field of {native_type}"
            yield subject.finding("L025", location, message, suggestion=meant_field)


def versions_are_specifiers(subject: Subject) -> Iterator[Finding]:
    """L024: ``applies_to`` is a version specifier."""
    if subject.rule.applies_to is None:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(subject.rule.applies_to)
    except InvalidSpecifier:
        message = f"{subject.rule.applies_to!r} is not a version specifier"
        yield subject.finding("L024", ("applies_to",), message, hint='write one such as ">=5.0,<6"')


CHECKS = (
    id_names_the_type,
    file_is_named_after_the_type,
    type_lies_in_the_package,
    fields_exist,
    references_lead_somewhere,
    versions_are_specifiers,
)
