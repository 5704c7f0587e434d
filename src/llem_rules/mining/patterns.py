"""A string that a regular expression finds: one, small, and checked."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_LETTERS = "a1 A_-.,0{}[]()\n"


@lru_cache(maxsize=512)
def matching(pattern: str) -> str | None:
    """A string in which the pattern is found; None where none was made."""
    parser = importlib.import_module("re._parser")  # the grammar of patterns, as the interpreter itself reads it
    try:
        nodes = parser.parse(pattern)
        made = (_sequence(nodes, times) for times in range(4))
        return next((one for one in made if re.search(pattern, one)), None)
    except (re.error, RecursionError, OverflowError, KeyError):
        return None


def _sequence(nodes: Iterable[tuple[Any, Any]], times: int) -> str:
    """What the nodes find. ``times``: how often something optional is repeated."""
    return "".join(_node(str(operation), argument, times) for operation, argument in nodes)


def _node(operation: str, argument: Any, times: int) -> str:
    match operation:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return next(letter for letter in _LETTERS if ord(letter) != argument)
        case "ANY":
            return "a"
        case "IN":
            return _one_of(argument)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = argument
            return _sequence(inner, times) * int(max(least, min(times, most)))
        case "SUBPATTERN":
            return _sequence(argument[3], times)
        case "ATOMIC_GROUP":
            return _sequence(argument, times)
        case "BRANCH":
            return _sequence(argument[1][0], times)
    return ""  # anchors, look-around, back-references: the check tells


def _one_of(members: list[tuple[Any, Any]]) -> str:
    words = [(str(operation), argument) for operation, argument in members]
    negated = words[:1] == [("NEGATE", None)]
    found = [letter for letter in (*map(chr, _starts(words)), *_LETTERS) if _in(letter, words) is not negated]
    return found[0] if found else ""


def _starts(words: list[tuple[str, Any]]) -> Iterable[int]:
    for operation, argument in words:
        if operation == "LITERAL":
            yield argument
        elif operation == "RANGE":
            yield argument[0]


def _in(letter: str, words: list[tuple[str, Any]]) -> bool:
    return any(_is(letter, operation, argument) for operation, argument in words)


def _is(letter: str, operation: str, argument: Any) -> bool:
    match operation:
        case "LITERAL":
            return bool(ord(letter) == argument)
        case "RANGE":
            return bool(argument[0] <= ord(letter) <= argument[1])
        case "CATEGORY":
            kind = str(argument).removeprefix("CATEGORY_")
            opposite = kind.startswith("NOT_")
            letters = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
            known = letters.get(kind.removeprefix("NOT_"))
            return known is not None and (re.fullmatch(known, letter) is not None) is not opposite
    return False
