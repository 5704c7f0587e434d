"""Disagreements as lines of JSON: saved once, they are asked again later, and are gone when they are mended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from llem_rules.environments.wire import with_string_keys
from llem_rules.rules.failure import Failure
from llem_rules.verification.causes import Cause


def lines_of(causes: Iterable[Cause]) -> Iterator[str]:
    """One line a minimal config."""
    for cause in causes:
        for one in cause.minimal:
            line = {
                "native_type": cause.native_type,
                "kwargs": with_string_keys(one.kwargs),
                "kind": cause.disagreement.kind,
                "effect": cause.disagreement.effect,
                "cause": cause.disagreement.cause,
            }
            yield json.dumps(line) + "\n"


def read_cases(text: str, name: str, native_types: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """The configs of a file of such lines; only ``native_type`` and ``kwargs`` are read.

    Raises:
        Failure: a line is none, or names a native type that is not among ``native_types``.
    """
    found: list[tuple[str, Mapping[str, Any]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            native_type, kwargs = case["native_type"], case["kwargs"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            hint = 'a line is {"native_type": …, "kwargs": {…}}, as verify --save writes it'
            raise Failure(f"{name}:{number}: not a saved disagreement: {error}", hint=hint) from error
        if native_type not in native_types or not isinstance(kwargs, dict):
            raise Failure(f"{name}:{number}: {native_type!r} is no native type here, or its kwargs are no mapping")
        found.append((native_type, kwargs))
    return found
