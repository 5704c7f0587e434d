"""Whether the library changed, or only what is known of it: configs that a change speaks of, put to both versions.

A corpus never says all that a library does. A rule that is new may tell what the version before did as well. So each change is
looked at on configs of its own: those that it names, and those around the bounds of its rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from llem_rules.graph.changes import Change, RuleChange
from llem_rules.graph.changes.claims import ClaimChange, ReachMoved, VerdictChanged
from llem_rules.graph.changes.conditions import PredicateChange
from llem_rules.graph.changes.rules import RuleAdded, RuleRemoved
from llem_rules.graph.points import Point, natural
from llem_rules.graph.sides import Entry
from llem_rules.graph.version import Version, works
from llem_rules.mining.ground import Ground
from llem_rules.replay.points import boundary_points
from llem_rules.rules.kinds import REACHES, RuleBase
from llem_rules.rules.observation import Observation
from llem_rules.rules.predicates import AllOf, Not

_MOST, _FIRST, _NATURAL = 30, 2, 8
_SAYS_NOTHING_OF_THE_LIBRARY = frozenset({"kind_changed", "applies_to_changed", "platforms_changed", "rule_renamed"})

_NOTHING_TO_SEE = frozenset({"unproved", "other", "of_what_is_new_or_gone"})


@dataclass(frozen=True)
class Tried:
    """What both versions did. ``came``: a config that worked, and fares worse now; ``went``: one that fared worse, and works.

    ``missed``: one of which a rule stopped speaking, though the library has not stopped, and no other rule says so. ``asked``:
    how many configs were put to both. ``spared``: configs in use that fare as before.
    """

    came: Point | None
    went: Point | None
    missed: Point | None
    asked: int
    spared: tuple[Point, ...] = ()

    @property
    def library_changed(self) -> bool:
        """Whether some config shows the change."""
        return self.came is not None or self.went is not None


@dataclass(frozen=True)
class Versions:
    """Both versions of a library. ``samples``: configs by native type, such as users' own, that are asked about first."""

    old: Version
    new: Version
    samples: Mapping[str, Sequence[Point]] = field(default_factory=dict)

    def try_change(self, change: Change) -> Tried | None:
        """Look at a change on both. None where it claims nothing of the library, or nothing that is not known to be empty."""
        if not isinstance(change, RuleChange) or change.redundant or change.facet in _NOTHING_TO_SEE:
            return None
        if change.kind in _SAYS_NOTHING_OF_THE_LIBRARY:
            return None
        look = _Look(self, change)
        if isinstance(change, ClaimChange) and not isinstance(change, VerdictChanged):
            came = look.first(look.shared(), look.differs)
            return look.told(came, None)
        came = look.came() if _says_more(change) else None
        return look.told(came, look.went() if _says_less(change) else None)


def _says_more(change: RuleChange) -> bool:
    if isinstance(change, PredicateChange):
        return change.relation.word != "narrowed"
    return isinstance(change, RuleAdded) or (isinstance(change, VerdictChanged) and change.facet.startswith("gained"))


def _says_less(change: RuleChange) -> bool:
    if isinstance(change, PredicateChange):
        return change.relation.word != "widened"
    return isinstance(change, RuleRemoved) or (isinstance(change, VerdictChanged) and change.facet.startswith("lost"))


class _Look:
    """One change of rules, and the configs that may show it."""

    def __init__(self, versions: Versions, change: RuleChange) -> None:
        self._old = versions.old
        self._new = versions.new
        self._change = change
        self._samples = versions.samples.get(change.native_type, ())
        self._asked = 0
        self._missed: Point | None = None
        self._spared: list[Point] = []
        self._shown: list[Point] = []

    def told(self, came: Point | None, went: Point | None) -> Tried | None:
        """What was found; None where there was no config that could be asked about."""
        spared = tuple(point for point in self._spared if point not in self._shown)
        return Tried(came, went, None if went else self._missed, self._asked, spared) if self._asked else None

    def came(self) -> Point | None:
        """A config that worked, and of which the new rule is right."""
        return self._one_way(self._new, self._change.new, self._old, self._change.old, "only_new")

    def went(self) -> Point | None:
        """A config of which the old rule was right, and that works."""
        return self._one_way(self._old, self._change.old, self._new, self._change.new, "only_old")

    def _is_missed(self, rule: RuleBase, point: Point, seen: Observation) -> bool:
        """Whether the head's library does what the base's rule says, and no rule of the head says so."""
        if seen.unchecked or not self._new.suffers(rule, point, seen):
            return False
        return not self._change.lacking and not self._new.knows(rule, point)

    def _one_way(
        self, has: Version, own: Entry | None, lacks: Version, other: Entry | None, named: str
    ) -> Point | None:
        if own is None:
            return None
        rule = own.rule
        silent = other.rule if other is not None and other.in_force else None

        def fits(point: Point) -> bool:
            return has.fires(rule, point) and not (silent is not None and lacks.fires(silent, point))

        def shown(point: Point, there: Observation, here: Observation) -> bool:
            seen, unseen = (here, there) if has is self._new else (there, here)
            if has is self._old and self._missed is None and self._is_missed(rule, point, unseen):
                self._missed = point
            return has.shows(rule, point, seen) and works(unseen) and not lacks.suffers(rule, point, unseen)

        first = [one for name, one in self._change.witnesses.items() if name == named]
        predicate = rule.predicate if silent is None else AllOf((rule.predicate, Not(silent.predicate)))
        ground = Ground(has.side.defaults(rule.native_type), surroundings=has.surroundings)
        more = islice(natural(predicate, ground), _NATURAL)
        return self.first(_distinct((*self._samples, *first, *self._near(), *more), fits), shown)

    def shared(self) -> list[Point]:
        """Configs on which both rules fire."""
        old, new = self._change.old, self._change.new
        if old is None or new is None:
            return []
        return _distinct(self._near(), lambda one: self._old.fires(old.rule, one) and self._new.fires(new.rule, one))

    def _near(self) -> Iterator[Point]:
        entries = [(self._new, self._change.new), (self._old, self._change.old)]
        rules = [(version, entry.rule) for version, entry in entries if entry is not None]
        yield from self._samples
        for _, rule in rules:
            yield Point(rule.kwargs_positive)
            yield Point(rule.kwargs_negative)
        for version, rule in rules:
            for kwargs in boundary_points(rule, version.side.defaults(rule.native_type)):
                yield Point(kwargs)

    def differs(self, point: Point, there: Observation, here: Observation) -> bool:
        """Whether each version shows its own rule, and not the other's."""
        old, new = self._rules()
        if not (self._old.shows(old, point, there) and self._new.shows(new, point, here)):
            return False
        if isinstance(self._change, ReachMoved):
            return self._only_there(old, new, point)
        bare = {"source": None}
        return not (
            self._new.shows(old.model_copy(update=bare), point, here)
            or self._old.shows(new.model_copy(update=bare), point, there)
        )

    def _only_there(self, old: RuleBase, new: RuleBase, point: Point) -> bool:
        """Whether what shows later now does not show as early as before, or the other way round."""
        later = REACHES.index(new.reach) > REACHES.index(old.reach)
        version, rule, stage = (self._new, new, old.reach) if later else (self._old, old, new.reach)
        return not version.suffers(rule, point, version.look(rule, [point], stage)[0])

    def first(self, points: Sequence[Point], shown: Callable[[Point, Observation, Observation], bool]) -> Point | None:
        """The first config that shows it: those in use are all asked, then a few, then all the others at once."""
        own = [point for point in points if point in self._samples]
        others = [point for point in points if point not in self._samples]
        found = self._showing(own, shown)
        self._shown += found
        self._spared += [point for point in own if point not in found]
        for some in (others[:_FIRST], others[_FIRST:]):
            if not found:
                found = self._showing(some, shown)
        return found[0] if found else None

    def _showing(
        self, points: Sequence[Point], shown: Callable[[Point, Observation, Observation], bool]
    ) -> list[Point]:
        old, new = self._rules()
        self._asked += len(points)
        there, here = self._old.look(old, points), self._new.look(new, points)
        return [point for point, before, after in zip(points, there, here, strict=True) if shown(point, before, after)]

    def _rules(self) -> tuple[RuleBase, RuleBase]:
        old, new = self._change.old or self._change.new, self._change.new or self._change.old
        if old is None or new is None:
            raise TypeError("a change of a rule has a rule on some side")
        return old.rule, new.rule


def _distinct(points: Sequence[Point] | Iterator[Point], fits: Callable[[Point], bool]) -> list[Point]:
    """Different configs that fit, without those that speak of other sections: no case can set these."""
    found: dict[str, Point] = {}
    for point in points:
        if len(found) < _MOST and not point.sections and fits(point):
            found.setdefault(repr(sorted(point.kwargs.items())), Point(point.kwargs))
    return list(found.values())
