"""Numbers spelled as strings, as pydantic's lax mode reads them: regular expressions for a kind and for a bound.

Facts: pydantic-core 2.50, tried over every string of up to six characters. Left out: whole numbers with zeros before the
sign (``0-5``), and bounds on floats written with an exponent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

_DIGITS = "[0-9]+(?:_[0-9]+)*"
_ZEROS = "(?:0[0_]*)?"
INTEGER = rf"^\s*[+-]?(?:0[0_]*(?=[0-9]))?{_DIGITS}(?:\.0+)?\s*\Z"
_DECIMAL = rf"(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})"
_PLAIN = rf"(?:{_DIGITS}\.?[0-9]*|\.[0-9]+)"
_ALONE = r"(?!\s+\S*_|\S*_\S*\s)"  # a float with underscores has no blanks around it
NUMBER = rf"(?i)^{_ALONE}\s*[+-]?(?:{_DECIMAL}(?:e[+-]?{_DIGITS})?|inf|infinity|nan)\s*\Z"
FINITE_NUMBER = rf"(?i)^{_ALONE}\s*[+-]?{_DECIMAL}(?:e[+-]?{_DIGITS})?\s*\Z"
WITHOUT_EXPONENT = rf"(?i)^{_ALONE}\s*[+-]?(?:{_PLAIN}|inf|infinity|nan)\s*\Z"
FALSE = ("0", "off", "f", "false", "n", "no")  # in any case
TRUE = ("1", "on", "t", "true", "y", "yes")
BOOLEAN = rf"(?i)^(?:{'|'.join((*FALSE, *TRUE))})\Z"


def otherwise(pattern: str) -> str:
    """Strings that one of these patterns does not find."""
    flags, _, body = pattern.partition("^")
    return f"{flags}^(?!{body})"


def any_case(values: list[str]) -> str:
    """Strings that are one of some, whatever their case, with dashes for underscores or not."""
    return rf"(?i)^(?:{'|'.join(re.escape(value).replace('_', '[-_]') for value in values)})\Z"


def spelled(values: list[int]) -> str:
    """Strings that spell one of some whole numbers."""
    sides = [("-" if value < 0 else r"-?" if value == 0 else r"") + str(abs(value)) for value in values]
    return rf"^\s*\+?{_ZEROS}(?:{'|'.join(sides)})(?:\.0+)?\s*\Z"


def one_of(values: list[int]) -> str:
    """Strings that a field of whole numbers reads as one of some."""
    sides = [("-" if value < 0 else "[+-]?" if value == 0 else "[+]?", "_?".join(str(abs(value)))) for value in values]
    return rf"^\s*(?:{'|'.join(f'{sign}{_ZEROS}{digits}' for sign, digits in sides)})(?:\.0+)?\s*\Z"


def integer_within(operator: str, bound: int) -> str:
    """Strings that spell a whole number on the right side of a bound."""
    if operator in (">", "<"):
        bound += 1 if operator == ">" else -1
    up = operator in (">", ">=")
    towards, away = ("[+]?", "-") if up else ("-", "[+]?")
    size = bound if up else -bound
    parts = [rf"{towards}{_ZEROS}(?:{_at_least(max(size, 0))})"]
    if size <= 0:
        parts.append(rf"{away}{_ZEROS}(?:{_at_most(-size)})")
    return rf"^\s*(?:{'|'.join(parts)})(?:\.0+)?\s*\Z"


def _at_least(size: int) -> str:
    digits = str(size)
    if size == 0:
        return _DIGITS
    return "|".join([rf"[1-9](?:_?[0-9]){{{len(digits)},}}", *_same_length(digits, up=True), "_?".join(digits)])


def _at_most(size: int) -> str:
    digits = str(size)
    shorter = ["0"] + ([rf"[1-9](?:_?[0-9]){{0,{len(digits) - 2}}}"] if len(digits) > 1 else [])
    return "|".join([*shorter, *_same_length(digits, up=False), "_?".join(digits)])


def _same_length(digits: str, *, up: bool) -> Iterator[str]:
    for index, digit in enumerate(digits):
        other = _other(int(digit), up=up, lowest=1 if index == 0 else 0)
        if other:
            left = len(digits) - index - 1
            yield "_?".join([*digits[:index], other]) + (rf"(?:_?[0-9]){{{left}}}" if left else "")


def _other(digit: int, *, up: bool, lowest: int = 0) -> str:
    low, high = (digit + 1, 9) if up else (lowest, digit - 1)
    return "" if low > high else str(low) if low == high else f"[{low}-{high}]"


def number_within(operator: str, bound: float) -> str:
    """Strings without an exponent that spell a number on the right side of a bound; NaN is on neither."""
    up = operator in (">", ">=")
    strict = operator in (">", "<")
    towards, away = ("[+]?", "-") if up else ("-", "[+]?")
    from decimal import Decimal

    exact = Decimal(repr(bound)) if isinstance(bound, float) else Decimal(bound)
    size = exact if up else -exact
    parts = [rf"{towards}inf(?:inity)?"]
    if size > 0 or (size == 0 and strict):
        parts.append(rf"{towards}(?:{'|'.join(_beyond(size, strict=strict))})")
    else:
        parts.append(rf"{towards}{_PLAIN}")
        parts.append(rf"{away}(?:{'|'.join(_below(-size, strict=strict))})")
    return rf"(?i)^{_ALONE}\s*(?:{'|'.join(parts)})\s*\Z"


def _split(size: Decimal) -> tuple[str, str]:
    whole, _, fraction = format(size, "f").partition(".")
    return whole, fraction.rstrip("0")


def _whole(pattern: str, *, also_empty: bool) -> str:
    return f"(?:{_ZEROS}(?:{pattern}))?" if also_empty else f"{_ZEROS}(?:{pattern})"


def _beyond(size: Decimal, *, strict: bool) -> Iterator[str]:
    whole, fraction = _split(size)
    yield rf"{_whole(_at_least(int(whole) + 1), also_empty=False)}(?:\.[0-9]*)?"
    same = _whole(whole, also_empty=whole == "0")
    for index, digit in enumerate(fraction):
        if other := _other(int(digit), up=True):
            yield rf"{same}\.{fraction[:index]}{other}[0-9]*"
    yield rf"{same}\.{fraction}[0-9]*[1-9][0-9]*"
    if not strict:
        yield rf"{same}\.{fraction}[0-9]*" if fraction else rf"{_whole(whole, also_empty=False)}(?:\.[0-9]*)?"


def _below(size: Decimal, *, strict: bool) -> Iterator[str]:
    whole, fraction = _split(size)
    if int(whole) > 0:
        yield rf"{_whole(_at_most(int(whole) - 1), also_empty=False)}(?:\.[0-9]*)?"
        yield r"\.[0-9]+"
    same = _whole(whole, also_empty=whole == "0")
    for index, digit in enumerate(fraction):
        if other := _other(int(digit), up=False):
            yield rf"{same}\.{fraction[:index]}{other}[0-9]*"
        if index:
            yield rf"{same}\.{fraction[:index]}"
    if fraction:
        yield rf"{_whole(whole, also_empty=False)}\.?"
    if not strict:
        yield rf"{same}\.{fraction}0*" if fraction else rf"{_whole(whole, also_empty=False)}(?:\.0*)?"
        if not fraction and whole == "0":
            yield r"\.0+"
