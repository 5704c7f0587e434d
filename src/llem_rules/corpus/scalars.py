"""Plain scalars by YAML 1.2's core schema, and those that a YAML 1.1 reader takes for something else."""

from __future__ import annotations

import re
from typing import Any

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST_INT = 4000  # Python refuses to parse ints above 4,300 digits

_TRUTHS = frozenset(
    form for word in ("yes", "no", "on", "off", "y", "n") for form in (word, word.capitalize(), word.upper())
)
_OLD_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")
_OLD_OCTAL = re.compile(r"[-+]?0[0-9]+")
_NEW_OCTAL = re.compile(r"0o[0-7]+")
_BINARY = re.compile(r"[-+]?0b[01_]+")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_UNDERSCORED = re.compile(r"[-+]?(?:0x)?[0-9][0-9a-fA-F]*_[0-9a-fA-F_]*(?:\.[0-9_]*)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?")


def resolve(text: str) -> Any:
    """The value of a plain scalar: null, true and false, ints, floats; everything else is the string itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INT.fullmatch(text):
        return int(text) if len(text) < _LONGEST_INT else text
    if _FLOAT.fullmatch(text):
        return float(text)
    if text.startswith("0x") and re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return int(text[2:], 16)
    return int(text[2:], 8) if _NEW_OCTAL.fullmatch(text) else text


def trap(text: str) -> tuple[str, str] | None:
    """Why a plain scalar means different things to different YAML readers, and what to write instead."""
    if text in _TRUTHS:
        truth = "true" if text.lower() in {"yes", "on", "y"} else "false"
        return f"{text!r} is a string here, and {truth} to a YAML 1.1 reader", f'write {truth}, or "{text}"'
    if not text or text[0] not in _NUMBER_STARTS:
        return None
    return _number_trap(text)


def _number_trap(text: str) -> tuple[str, str] | None:
    quoted = f'"{text}"'
    if _OLD_OCTAL.fullmatch(text):
        return f"{text!r} is {int(text)} here, and octal to a YAML 1.1 reader", f"write {int(text)}, or {quoted}"
    if _NEW_OCTAL.fullmatch(text):
        value = int(text[2:], 8)
        return f"{text!r} is {value} here, and a string to a YAML 1.1 reader", f"write {value}"
    if _BINARY.fullmatch(text):
        return f"{text!r} is a string here, and a binary number to a YAML 1.1 reader", f"write {quoted}"
    if _FLOAT.fullmatch(text) and not _INT.fullmatch(text) and not _OLD_FLOAT.fullmatch(text):
        return f"{text!r} is a number here, and a string to a YAML 1.1 reader", f"write {both_readers(text)}"
    if _SEXAGESIMAL.fullmatch(text):
        return f"{text!r} is a string here, and base 60 to a YAML 1.1 reader", f"write {quoted}"
    plain = text.replace("_", "")
    if _UNDERSCORED.fullmatch(text) or (plain != text and plain and not isinstance(resolve(plain), str)):
        return f"{text!r} is a string here, and {plain} to a YAML 1.1 reader", f"write {plain}, or {quoted}"
    if _DATE.fullmatch(text):
        return f"{text!r} is a string here, and a date to a YAML 1.1 reader", f"write {quoted}"
    return None


def both_readers(text: str) -> str:
    """A float such that every reader takes it for one: with a point, and a sign in the exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{exponent if exponent[0] in '+-' else '+' + exponent}"
