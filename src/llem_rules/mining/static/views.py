"""Views of a field's value: the same in lower case, its keys, its items as a list.

A view is the field's path with marks behind it (``stop|unique``), so that every test of a field is one of a view too.
``plain`` puts tests of a view as tests of the field, where the language can say them.
"""

from __future__ import annotations

import re
from typing import Any

from llem_rules.rules.predicates import Test

MARK = "|"
LISTS = ("list", "tuple", "set", "sorted", "unique")
MAPPING = ("keys", "values", "items")
_KINDS = {
    "list": "list",
    "sorted": "list",
    "unique": "list",
    "tuple": "tuple",
    "set": "set",
    **dict.fromkeys(("lower", "upper", "strip", "str"), "str"),
    "int": "int",
    "float": "float",
}
_ITERABLE = Test("type_is", ("str", "list", "tuple", "set", "dict"))
_NEVER = Test("in", ())
_ITEMWISE = ("any_item", "each", "contains")
_WORD = re.compile(r"[a-z_][\w-]*", re.IGNORECASE)
_PRINTED = ("none", "true", "false", "nan", "inf")


def view(path: str, step: str) -> str:
    """The path of a view of what the path stands for."""
    last = path.rpartition(MARK)[2] if MARK in path else ""
    if step in {"list", "sorted"} and last in {"unique", "set"}:
        return f"{path.removesuffix(MARK + last)}{MARK}unique"
    if step in LISTS and last == step:
        return path
    return f"{path}{MARK}{step}"


def is_view(path: str) -> bool:
    """Whether the path stands for something made of a field's value."""
    return MARK in path


def base_of(path: str) -> str:
    """The field's own path."""
    return path.partition(MARK)[0]


def kind_of(path: str) -> str | None:
    """The type that a view is certain to have."""
    return _KINDS.get(path.rpartition(MARK)[2]) if is_view(path) else None


def counts(path: str) -> str | None:
    """The path whose length is the view's, None where that is another."""
    base, *steps = path.split(MARK)
    return base if all(step in {"list", "tuple", "sorted", "lower", "upper", *MAPPING} for step in steps) else None


def holds_items(path: str) -> bool:
    """Whether the view is a list of some kind: its truth is whether it has any item."""
    return is_view(path) and path.rpartition(MARK)[2] in {*LISTS, *MAPPING}


def plain(path: str, tests: tuple[Test, ...]) -> tuple[str, tuple[Test, ...]] | None:
    """The field, and tests of it that say the same as the tests of the view; None where the language cannot."""
    base, *steps = path.split(MARK)
    for step in reversed(steps):
        made = _through(step, tests)
        if made is None:
            return None
        tests = made
    return base, tests


def _through(step: str, tests: tuple[Test, ...]) -> tuple[Test, ...] | None:
    if step in {"keys", "values", "lower"}:
        return (Test(step, tests),)
    if step == "upper":
        found = [_lowered(test) for test in tests]
        return None if None in found else (Test("lower", tuple(test for test in found if test is not None)),)
    if step in LISTS:
        found = [_of_list(step, test) for test in tests]
        return None if None in found else tuple(test for test in found if test is not None)
    if step == "strip":
        found = [_stripped(test) for test in tests]
        return None if None in found else tuple(test for test in found if test is not None)
    return None


def _lowered(test: Test) -> Test | None:
    """What ``text.upper()`` equals, in lower case."""
    words = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    if test.operator not in {"==", "!=", "in", "not_in"} or not all(isinstance(word, str) for word in words):
        return None
    known = tuple(word.lower() for word in words if word == word.upper() and word.lower().upper() == word)
    if test.operator in {"==", "!="} and len(known) == 1:
        return Test(test.operator, known[0])
    return Test("in" if test.operator in {"==", "in"} else "not_in", known)


def _of_list(step: str, test: Test) -> Test | None:
    if test.operator in {"type_is", "type_is_not"}:
        return _ITERABLE if (_KINDS[step] in test.operand) == (test.operator == "type_is") else _NEVER
    some = test.operator == "length" and test.operand in ((Test(">", 0),), (Test("==", 0),))
    same = step not in {"set", "unique"} or some
    return test if test.operator in _ITEMWISE or (test.operator == "length" and same) else None


def _stripped(test: Test) -> Test | None:
    """``text.strip()`` against a text without blanks at its ends."""
    match test:
        case Test(operator="==", operand=str() as text) if text == text.strip() and not text.startswith("@"):
            return Test("matches", rf"\A\s*{re.escape(text)}\s*\Z" if text else r"\A\s*\Z")
        case Test(operator="!=", operand="") | Test(operator="not_in"):
            return Test("matches", r"\S") if test.operator == "!=" or "" in test.operand else None
        case Test(operator="in", operand=texts) if "" in texts and not any(isinstance(t, str) and t for t in texts):
            return Test("matches", r"\A\s*\Z")
        case Test(operator="type_is", operand=names) if "str" in names:
            return Test("type_is", ("str",))
    return None


def unprinted(path: str) -> tuple[str, str] | None:
    """Of a view of ``str(value)``: the path of the value, and that of the same view of a value that is a string already."""
    start, step, rest = path.partition(f"{MARK}str")
    return (start, f"{start}{rest}") if step and (not rest or rest.startswith(MARK)) else None


def printed(path: str, test: Test) -> bool | None:
    """What a test says of ``str(value)`` (or its lower case) where the value is no string.

    No plain value prints as a word, but for those of numbers, truths and None. None: that cannot be told.
    """
    if path.rpartition(f"{MARK}str")[2] not in {"", f"{MARK}lower", f"{MARK}strip"}:
        return None
    words = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    if not all(isinstance(word, str) and _is_word(word) for word in words):
        return None
    return {"==": False, "in": False, "!=": True, "not_in": True}.get(test.operator)


def _is_word(word: Any) -> bool:
    return _WORD.fullmatch(word) is not None and word.lower() not in _PRINTED
