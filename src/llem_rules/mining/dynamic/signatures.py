"""What one case showed, as a set of signatures: the same signature, the same effect site speaking of the same fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from llem_rules.rules.config import Config
from llem_rules.rules.observation import Message, Observation, Refusal

Point = Mapping[str, Any]
_BRACKETS = re.compile(r"\[((?:'\w+'(?:, )?)+)\]")
_VALUES = re.compile(r"'[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, order=True)
class Signature:
    """One way in which the library speaks. ``mentions``: fields that the text names; ``shape``: only where no line tells."""

    kind: Literal["refusal", "message"]
    file: str
    function: str
    line: int
    exception: str = ""
    channel: str = "exception"
    level: str = ""
    field: str = ""
    mentions: tuple[str, ...] = ()
    shape: str = ""


@dataclass(frozen=True)
class Seen:
    """One case: the kwargs, the same for the evaluator, what was observed, and the signatures with their texts."""

    point: Point
    config: Config
    observation: Observation
    shown: Mapping[Signature, str]

    @property
    def refused(self) -> bool:
        """Whether the library raised."""
        return bool(self.observation.refusals)

    @property
    def accepted(self) -> bool:
        """Whether it built, and said and changed nothing."""
        seen = self.observation
        return not (seen.unchecked or seen.refusals or seen.loud or seen.effective)


class Reader:
    """Reads observations of one native type."""

    def __init__(self, fields: Collection[str], usual: Collection[str]) -> None:
        self._usual = frozenset(usual)
        self._fields = frozenset(fields)
        names = "|".join(sorted(map(re.escape, fields), key=len, reverse=True)) or "(?!)"
        self._names = re.compile(rf"(?<![A-Za-z0-9_])(?:{names})(?![A-Za-z0-9_])")

    def read(self, point: Point, config: Config, raw: Mapping[str, Any]) -> Seen:
        """Name what was seen."""
        observation = Observation.from_raw(raw, self._usual)
        shown: dict[Signature, str] = {}
        for refusal in observation.refusals:
            shown.setdefault(self._of_refusal(refusal, point), refusal.message)
        for message in observation.loud:
            for signature in self._of_message(message, point):
                shown.setdefault(signature, message.text)
        return Seen(point, config, observation, shown)

    def _of_refusal(self, refusal: Refusal, point: Point) -> Signature:
        file, function, line = _place(refusal.site)
        name = refusal.field or ""
        mentions = () if name else self._mentions(refusal.message, point)
        shape = _shape(refusal.message, point) if name else ""
        return Signature(
            "refusal", file, function, line, refusal.exceptions[0], field=name, mentions=mentions, shape=shape
        )

    def _of_message(self, message: Message, point: Point) -> Iterator[Signature]:
        file, function, line = _place(message.site)
        listed = _BRACKETS.search(message.text)
        names = re.findall(r"\w+", listed[1]) if listed else []
        # A list of fields in one announcement: each of them has its own reason to be there.
        each = bool(names) and self._fields.issuperset(names)
        groups: list[tuple[str, ...]] = [(name,) for name in names] if each else [self._mentions(message.text, point)]
        for mentions in groups:
            yield Signature(
                "message", file, function, line, channel=message.channel, level=message.level, mentions=mentions
            )

    def _mentions(self, text: str, point: Point) -> tuple[str, ...]:
        for value in point.values():
            if isinstance(value, str) and value in self._fields:
                text = text.replace(value, "")
        return tuple(sorted(set(self._names.findall(text))))


def _place(site: Mapping[str, Any] | None) -> tuple[str, str, int]:
    return ("", "", 0) if site is None else (str(site["file"]), str(site["function"]), int(site["line"]))


def _shape(text: str, point: Point) -> str:
    for value in sorted((str(value) for value in point.values()), key=len, reverse=True):
        if len(value) > 2:
            text = text.replace(value, "#")
    return _VALUES.sub("#", text)[:200]
