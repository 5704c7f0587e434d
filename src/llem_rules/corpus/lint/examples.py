"""Checks on the positive and the negative: the rule's own predicate, asked of its own kwargs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llem_rules.corpus.findings import Finding
from llem_rules.corpus.lint.subject import Subject
from llem_rules.rules.config import Config
from llem_rules.rules.predicates import GIVING, AtMostOneOf, Field, RequiredKey, expressions, walk


def examples_agree(subject: Subject) -> Iterator[Finding]:
    """L033, L034: the predicate is true of the positive and false of the negative. L035: the two differ."""
    rule = subject.rule
    if _same(rule.kwargs_positive, rule.kwargs_negative):
        yield subject.finding("L035", ("kwargs_negative",), "kwargs_positive and kwargs_negative are the same")
        return
    defaults = subject.known.defaults(rule.native_type)
    for key, kwargs, wanted in (
        ("kwargs_positive", rule.kwargs_positive, True),
        ("kwargs_negative", rule.kwargs_negative, False),
    ):
        # None: the surroundings or another section decide, and nobody knows them here.
        truth = rule.fires(Config.of(kwargs, defaults))
        hopeless = subject.always_fires if truth else subject.never_fires is not None  # reported as such
        if truth is (not wanted) and not hopeless and not _depends_on_default(subject, kwargs, defaults):
            fires = "does not fire on its own positive" if wanted else "fires on its own negative"
            yield subject.finding("L033" if wanted else "L034", (key,), f"the rule {fires}: {_shown(kwargs)}")


def _same(left: Any, right: Any) -> bool:
    """The same value and the same types all the way down: 1, 1.0 and True are three different examples."""
    return repr(_sorted(left)) == repr(_sorted(right))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _sorted(value[key]) for key in sorted(value, key=str)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _depends_on_default(subject: Subject, kwargs: dict[str, Any], defaults: dict[str, Any]) -> bool:
    """Whether the predicate reads the value of a field that was not given and whose default nobody knows."""
    known = {*kwargs, *defaults}
    return any(path.partition(".")[0] not in known for path in _read_by_value(subject))


def _read_by_value(subject: Subject) -> Iterator[str]:
    for part in walk(subject.rule.predicate):
        match part:
            case Field(path=path, tests=tests) if any(test.operator not in GIVING for test in tests):
                yield path
            case RequiredKey(path=str() as path):
                yield path
            case AtMostOneOf() | RequiredKey():
                continue
    for expression in expressions(subject.rule.predicate):
        yield from expression.fields


def _shown(kwargs: dict[str, Any]) -> str:
    text = "{" + ", ".join(f"{key}: {value!r}" for key, value in kwargs.items()) + "}"
    return text if len(text) <= 80 else text[:77] + "…}"


CHECKS = (examples_agree,)
