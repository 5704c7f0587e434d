"""What the cells of a config's values settle: rules that answer the same for every config of the same fields and cells.

A rule that compares given fields with constants alone, or with what nobody gave, has one answer for all values between the
same cuts; one that compares two of them with each other has one for all of which the same one is the greater. It is asked once
for each combination of cells. An answer *true* is not kept, since a finding is about the values themselves; *false* stays so
whatever becomes known of the surroundings; *undecided* stays so while none become known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from llem_rules.rules.config import CONFIG_JSON, NOWHERE, Surroundings
from llem_rules.rules.expressions import Expression
from llem_rules.rules.predicates import (
    COMPARISONS,
    Field,
    Predicate,
    Surrounding,
    asks_for_files,
    expressions,
    operators_in,
    paths_of,
    walk,
)

if TYPE_CHECKING:
    from llem_rules.check.index import Indexed

Pair = tuple[str, str]  # a field, and the one that it is compared with


class Settled:
    """``false`` and ``undecided``: the rules that are, as masks. ``rules``: the undecided, in order.

    ``folders``: the fields that may name a folder whose files these ask for.
    """

    __slots__ = ("false", "folders", "left", "places", "rules", "undecided")

    def __init__(self, false: int, undecided: int, rules: tuple[Any, ...], folders: tuple[str, ...]) -> None:
        self.false = false
        self.undecided = undecided
        self.rules = rules
        self.folders = folders
        self.left = 0
        self.places: tuple[int, ...] = ()

    def places_of(self, left: int) -> tuple[int, ...]:
        """The places of the rules of a mask, which mostly is the one of the last time."""
        if left != self.left:
            self.left, self.places = left, tuple(bits(left))
        return self.places

    def stays(self, given: Mapping[str, Any], defaults: Mapping[str, Any], around: Surroundings) -> bool:
        """Whether the undecided rules are undecided in these surroundings too."""
        if around is NOWHERE:
            return True
        if around.env is not None or around.platform is not None or around.packages is not None:
            return False
        # Of a folder whose files are not known, no config.json is.
        known = around.configs if around.files is None else around.files
        if known is None:
            return True
        folders = [given[name] if name in given else defaults.get(name) for name in self.folders]
        return not any(isinstance(one, str) and one in known for one in folders)


def settled_by(asked: Iterable[tuple[int, Indexed]], config: Any) -> Settled:
    """Ask rules that values in the same cells answer alike."""
    false = undecided = 0
    rules: list[Any] = []
    folders: set[str] = set()
    for place, rule in asked:
        answer = rule.compiled(config)
        if answer is False:
            false |= 1 << place
        elif answer is None and not _asks_for_parents(rule.predicate):
            undecided |= 1 << place
            rules.append(rule)
            folders.update(_folders(rule.predicate))
    return Settled(false, undecided, tuple(rules), tuple(sorted(folders)))


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def compared(predicate: Predicate, fields: frozenset[str]) -> frozenset[Pair] | None:
    """Which given fields a rule compares with each other, as they are; None where it compares more than that."""
    found: set[Pair] = set()
    for part in walk(predicate):
        if not any(path.partition(".")[0] in fields for one in expressions(part) for path in one.fields):
            continue
        if not isinstance(part, Field):
            if isinstance(part, Surrounding):
                return None
            continue  # what it is made of comes by itself
        for test in part.tests:
            named = [path for one in expressions(Field("", (test,))) for path in one.fields]
            if not any(path.partition(".")[0] in fields for path in named):
                continue
            plainly = test.operator in COMPARISONS and test.operand == Expression(f"@{named[0]}")
            if not plainly or not {part.path, named[0]} <= fields:
                return None
            found.add((part.path, named[0]))
    return frozenset(found)


def _folders(predicate: Predicate) -> Iterator[str]:
    for path in paths_of(predicate):
        name, _, rest = path.partition(".")
        if rest.partition(".")[0] == CONFIG_JSON:
            yield name
    for part in walk(predicate):
        if isinstance(part, Field) and asks_for_files(part.tests):
            yield part.path.partition(".")[0]


def _asks_for_parents(predicate: Predicate) -> bool:
    """Whether a rule may be decided by the folder around what a value names."""
    return any(isinstance(part, Field) and "parent" in operators_in(part.tests) for part in walk(predicate))
