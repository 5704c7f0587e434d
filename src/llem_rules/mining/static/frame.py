"""One function being followed: its names, the state of objects, and the path that leads here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from llem_rules.mining.library import Module
from llem_rules.mining.model import Step
from llem_rules.mining.static.choices import choice
from llem_rules.mining.static.formulas import Formula, both, either
from llem_rules.mining.static.items import exists, speaks_of
from llem_rules.mining.static.symbols import Unknown, Value

if TYPE_CHECKING:
    from llem_rules.mining.static.world import World

K = TypeVar("K")
Path = tuple[Formula, ...]
Ending = Literal["live", "raised", "gone"]
Attributes = dict[tuple[int, str], Value]


@dataclass
class Exit:
    """A way out of a function: the path there, what is returned, the state of objects."""

    path: Path
    value: Value
    line: int
    attributes: Attributes


@dataclass
class Loop:
    """Forks of the frame that left an iteration early."""

    continued: list[Frame] = field(default_factory=list)
    broken: list[Frame] = field(default_factory=list)


@dataclass
class Frame:
    """Mutable: statements move its path and state on.

    ``came``: the calls that lead here, this function being the last; ``at``: the line of the statement that is followed.
    ``caught``: the classes that enclosing handlers catch, each with its bases; ``handling``: those that the handler which is
    followed has caught. ``ending``: ``raised`` where every way to this place has raised (what follows on the other ways does
    not deny it), ``gone`` where the function was left otherwise.
    """

    world: World
    module: Module
    function: str
    owner: tuple[str, str] | None
    names: dict[str, Value]
    attributes: Attributes
    path: Path = ()
    ending: Ending = "live"
    exits: list[Exit] = field(default_factory=list)
    loops: tuple[Loop, ...] = ()
    trail: tuple[str, ...] = ()
    catching: str | None = None
    caught: tuple[frozenset[str] | None, ...] = ()
    handling: tuple[frozenset[str] | None, ...] = ()
    quantified: tuple[tuple[str, str], ...] = ()
    came: tuple[Step, ...] = ()
    at: int = 0

    def fork(self, *more: Formula) -> Frame:
        """A copy that goes its own way from here, under more conditions."""
        return replace(self, names=dict(self.names), attributes=dict(self.attributes), path=self.path + more)

    def way(self, line: int) -> tuple[Step, ...]:
        """The calls that lead to a line of this function."""
        return (*self.came[:-1], replace(self.came[-1], line=line)) if self.came else ()

    @property
    def left(self) -> int:
        """How often the block was left early so far: returns, ``continue``, ``break``."""
        return len(self.exits) + sum(len(loop.continued) + len(loop.broken) for loop in self.loops)

    def become(self, other: Frame) -> None:
        """Go on where the other stands."""
        self.names, self.attributes = other.names, other.attributes
        self.path, self.ending = other.path, other.ending

    def condition(self, start: int = 0) -> Formula:
        """The path from there on as one formula; loops over a field's items say that some item leads here."""
        formula = both(*self.path[start:])
        for path, item in reversed(self.quantified):
            if speaks_of(formula, item):
                formula = exists(path, item, formula)
        return formula


def meet(frames: Iterable[Frame], start: int) -> tuple[Path, dict[str, Value], Attributes, Ending]:
    """Where ways come together again; they have the first ``start`` conditions in common.

    A way that raised is not denied to the others: an earlier refusal masks what follows, and replay counts that apart.
    """
    ways = [frame for frame in frames if frame.ending != "gone"]
    if not ways:
        return (), {}, {}, "gone"
    live = [frame for frame in ways if frame.ending == "live"]
    prefix = ways[0].path[:start]
    rest = either(*(both(*frame.path[start:]) for frame in ways))
    path = prefix if rest == both() else (*prefix, rest)
    if not live:
        return path, ways[0].names, ways[0].attributes, "raised"
    guards = [both(*frame.path[start:]) for frame in live]
    return (
        path,
        _together([frame.names for frame in live], guards, _unassigned),
        _together([frame.attributes for frame in live], guards, live[0].world.untouched),
        "live",
    )


def _together(states: list[dict[K, Value]], guards: list[Formula], missing: Callable[[K], Value]) -> dict[K, Value]:
    if len(states) == 1:
        return states[0]
    joined: dict[K, Value] = {}
    for key in dict.fromkeys(key for state in states for key in state):
        values = [state[key] if key in state else missing(key) for state in states]
        joined[key] = choice(list(zip(guards, values, strict=True)))
    return joined


def _unassigned(_name: str) -> Value:
    return Unknown("…", "it is not assigned on every path")


def leave(world: World, entry: Path, exits: list[Exit]) -> tuple[Value, Attributes]:
    """What a call gives back and the state of objects after it."""
    if len(exits) == 1:
        return exits[0].value, exits[0].attributes
    guards = [both(*one.path[len(entry) :]) for one in exits]
    value = choice([(guard, one.value) for guard, one in zip(guards, exits, strict=True)])
    return value, _together([one.attributes for one in exits], guards, world.untouched)
