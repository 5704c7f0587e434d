"""Whether a message says that a field does nothing, and which field it means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llem_rules.rules.messages import parse_template

_DEAD = re.compile(
    r"ignor|no effect|not (?:be )?used|only used|unused|not (?:be )?applied|not (?:be )?respected|does(?:n't| not) apply"
    r"|overrid|overwr|replac|reset|disabl(?:ed|ing)|will be set|setting \S+ to|switch(?:ed|ing)? to|autoswitch"
    r"|fall(?:s|ing)? ?back|defaulting to|adjust|convert(?:ed|ing)|clamp|truncat|forc(?:ed|ing)|unset|remov(?:ed|ing) ",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_NEXT = 16  # characters between a verb and its object: an article, a word such as "parameter", a quote
_BAD_VALUE = re.compile(r"\bshould be\b|\bmust be\b|\bexpected\b|\bdeprecated\b", re.IGNORECASE)


def says_dead(message: str | None) -> bool:
    """Whether a message announces that what was given is not used as given."""
    return message is not None and _DEAD.search(message) is not None


def says_bad_value(message: str | None) -> bool:
    """Whether a message complains of a value, without saying that it is not used."""
    return message is not None and _BAD_VALUE.search(message) is not None and not says_dead(message)


def field_meant(message: str | None, fields: Sequence[str]) -> str | None:
    """The field of these that the message calls dead; where it calls none so, the first that it names.

    In the sentence that says so: what is being ignored or set (`ignoring x`), else the last name before that word
    (`x is ignored`), else the first after it. Elsewhere backticked names come first.
    """
    if message is None:
        return None
    for sentence in re.split(r"(?<=[.;])\s+", message):
        dead = _DEAD.search(sentence)
        named = [(one.start(), one[0]) for one in _WORD.finditer(sentence) if one[0] in fields] if dead else []
        if dead and named:
            return _object(sentence, dead, named)
    quoted = re.findall(r"[`'\"]([A-Za-z_]\w*)", message)
    return next((word for word in (*quoted, *_WORD.findall(message)) if word in fields), None)


def _object(sentence: str, dead: re.Match[str], named: Sequence[tuple[int, str]]) -> str:
    before = [name for at, name in named if at < dead.start()]
    after = [(at, name) for at, name in named if at >= dead.start()]
    doing = re.compile(r"\w*ing\b").match(sentence, dead.start())
    if after and (not before or (doing and after[0][0] - doing.end() <= _NEXT)):
        return after[0][1]
    return before[-1]


def usable_template(message: str | None) -> str | None:
    """The template, where it is one and has words of its own."""
    if message is None:
        return None
    try:
        parts = parse_template(message).parts
    except ValueError:
        return None
    words = "".join(text for text, is_field in parts if not is_field)
    return message if re.search(r"[A-Za-z]{2}", words) else None
