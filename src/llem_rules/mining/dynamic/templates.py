"""What several messages of one site have in common, with the fields that they print in the gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.messages import parse_template

_TOKEN = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\w+|\s+|.", re.DOTALL)
_GAP = None
_MOST = 12  # messages that are compared
_SHORT = 12  # letters that the constant text of a template needs at least


def template_of(said: Sequence[tuple[Seen, str]], fields: Sequence[str]) -> str | None:
    """The template of messages, each with the case that it was said of; None where they have nothing in common."""
    plain = [(seen, text) for seen, text in said if not any(map(_blank, seen.point.values()))]
    spread = list({text: (seen, text) for seen, text in plain or said}.values())
    chosen = spread[:: max(1, len(spread) // _MOST)][:_MOST]
    texts = [" ".join(text.split()) for _, text in chosen]
    pieces: list[str | None] = [*_TOKEN.findall(texts[0])]
    for text in texts[1:]:
        pieces = _common(pieces, _TOKEN.findall(text))
    constants = _constants(pieces)
    for names in (fields, ()):
        template = _filled(constants, texts, [seen for seen, _ in chosen], names)
        if template is not None and all(_found(template, seen, text) for seen, text in spread):
            return template
    longest = max((text for text in constants if text), key=len, default="").strip()
    return _escaped(longest) if len(longest) >= _SHORT else None


def _blank(value: object) -> bool:
    """Whether a value cannot be found again once runs of white space are one blank."""
    return isinstance(value, str) and (not value or value != " ".join(value.split()))


def _common(pieces: list[str | None], tokens: list[str]) -> list[str | None]:
    matcher = SequenceMatcher(a=[piece or "\0" for piece in pieces], b=tokens, autojunk=False)
    kept: list[str | None] = []
    own = other = 0
    for a, b, size in matcher.get_matching_blocks():
        if a > own or b > other:
            kept.append(_GAP)
        kept += pieces[a : a + size]
        own, other = a + size, b + size
    return kept


def _constants(pieces: Sequence[str | None]) -> list[str]:
    """Constant texts; between each two of them is one gap. Blanks and lone marks between gaps belong to the gap."""
    texts = [""]
    for piece in pieces:
        if piece is not _GAP:
            texts[-1] += piece
        elif len(texts) > 1 and not re.search(r"\w", texts[-1]):
            texts[-1] = ""
        else:
            texts.append("")
    return texts


def _filled(constants: Sequence[str], texts: Sequence[str], seen: Sequence[Seen], fields: Sequence[str]) -> str | None:
    pattern = re.compile("^" + "(.*?)".join(map(re.escape, constants)) + "$", re.DOTALL)
    matches = [pattern.match(text) for text in texts]
    made = _escaped(constants[0])
    for index, constant in enumerate(constants[1:], 1):
        printed = [match[index] if match is not None else None for match in matches]
        made += "{" + _name(printed, seen, fields) + "}" + _escaped(constant)
    return made if len(re.sub(r"\{[^}]*\}", "", made)) >= _SHORT else None


def _name(printed: Sequence[str | None], seen: Sequence[Seen], fields: Sequence[str]) -> str:
    """The field whose value every message prints in a gap."""
    for name in fields:
        values = [one.config.value(name) for one in seen]
        if all(text in {str(value), repr(value)} for text, value in zip(printed, values, strict=True)):
            return name
    return "*"


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _found(template: str, seen: Seen, text: str) -> bool:
    try:
        return parse_template(template).pattern(seen.config.value).search(" ".join(text.split())) is not None
    except ValueError:
        return False
