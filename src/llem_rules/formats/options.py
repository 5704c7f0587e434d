"""The options of a command: which one a word means, as the program's own parser finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from llem_rules.corpus.findings import near

Table = Mapping[str, Mapping[str, Any]]
_NEGATIVE = re.compile(r"-\d+|-\d*\.\d+")


class Meant(NamedTuple):
    """``field``: what an option gives; ``off``: it is the ``--no-…`` of a switch; ``value``: what is written to it."""

    field: str
    off: bool = False
    value: str | None = None


class Options:
    """The options of one command, by their spellings."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._known = {one: Meant(field) for field, about in table.items() for one in about["options"]}
        for field, about in table.items():
            if about["kind"] == "switch":
                self._known |= {
                    f"--no-{one[2:]}": Meant(field, off=True) for one in about["options"] if one.startswith("--")
                }

    def find(self, name: str) -> list[Meant]:
        """What a name may mean: one thing where it is an option, or begins as one alone does."""
        if name in self._known:
            return [self._known[name]]
        begun = {meant[:2]: meant for one, meant in self._known.items() if one.startswith(name)}
        if not name.startswith("--") and (short := self._known.get(name[:2])) is not None:  # `-q8`
            begun[short[:2]] = short._replace(value=name[2:])
        return list(begun.values())

    def spellings(self, name: str) -> list[str]:
        """The options that begin so."""
        return [one for one in self._known if one.startswith(name)]

    def meant_by(self, name: str) -> str | None:
        """The option that is nearly called so."""
        return near(name, [*self._known], 0.75)

    def is_value(self, text: str) -> bool:
        """Whether a word is read as a value where an option might stand."""
        if not text.startswith("-") or text == "-":
            return True
        if self.find(spelled_with_dashes(text.partition("=")[0])):
            return False
        return _NEGATIVE.fullmatch(text) is not None or " " in text


def spelled_with_dashes(text: str) -> str:
    """An option's name with ``-`` for ``_``, up to the first dot: what follows are keys."""
    if not text.startswith("--"):
        return text
    name, dot, keys = text.partition(".")
    return name.replace("_", "-") + dot + keys
