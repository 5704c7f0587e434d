"""What one run of the static miner shares: names, the object under study, what was found, and the budget."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llem_rules.mining.library import ClassName, Module
from llem_rules.mining.model import EffectSite, Step
from llem_rules.mining.static.coercion import Coercion
from llem_rules.mining.static.formulas import FALSE, Formula, both, either
from llem_rules.mining.static.names import Names
from llem_rules.mining.static.symbols import ClassValue, FieldValue, Function, Unknown, Value
from llem_rules.rules.kinds import Reach

MOST_STEPS = 30_000
DEEPEST = 24


@dataclass(frozen=True)
class Raw:
    """A site with the formula under which it is reached."""

    site: EffectSite
    formula: Formula
    trail: tuple[str, ...]
    way: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Issue:
    """An entry into a collection of issues."""

    key: str | None
    message: str | None
    formula: Formula
    file: str
    line: int
    function: str
    trail: tuple[str, ...]
    way: tuple[Step, ...] = ()


@dataclass
class World:
    """Shared and mutable. ``call`` follows a function: set by ``calls``, so that evaluation need not import it.

    ``ask`` evaluates an expression of a module's names in the live library; ``device``: what that runs on. ``coerced``: the
    fields that hold what pydantic made of the value given, for the function that is followed now. ``used``: values of a wrong
    type that Python refuses (see ``implicit``), and the paths to their uses. ``one_of_several``: see
    ``implicit.spread_over``.
    """

    names: Names
    native_type: str
    classes: tuple[ClassName, ...]
    fields: frozenset[str]
    declared: bool
    stage: Reach = "construct"
    raws: list[Raw] = field(default_factory=list)
    issues: dict[int, list[Issue]] = field(default_factory=dict)
    cuts: dict[str, None] = field(default_factory=dict)
    steps: int = 0
    made: dict[int, tuple[str, str]] = field(default_factory=dict)
    held_in: dict[int, str] = field(default_factory=dict)
    spread: Formula = FALSE
    call: Callable[..., Value] | None = None
    ask: Callable[[str, str], str | None] | None = None
    device: str = ""
    used: dict[Formula, list[frozenset[Formula]]] = field(default_factory=dict)
    one_of_several: bool = False
    coerced: Mapping[str, Coercion] = field(default_factory=dict)
    _count: int = 0

    def next_number(self) -> int:
        """A number for a new object or collection."""
        self._count += 1
        return self._count

    def untouched(self, key: tuple[int, str]) -> Value:
        """An attribute that nothing on the path has assigned."""
        number, name = key
        if number == 0 and (name in self.fields):
            return FieldValue(name)
        if number in self.held_in:
            return FieldValue(f"{self.held_in[number]}.{name}")
        return Unknown(f"self.{name}", "it is not assigned on the path")

    def holder(self, path: str, cls: ClassValue) -> int:
        """The number of the object that a field holds, of a class that it is declared to have."""
        number = next((one for one, held in self.held_in.items() if held == path), None)
        if number is None:
            number = self.next_number()
            self.held_in[number], self.made[number] = path, (cls.module, cls.qualname)
        return number

    def held(self, collection: int) -> Formula:
        """When a collection has an entry."""
        return either(*(issue.formula for issue in self.issues.get(collection, ())))

    def spend(self, what: str) -> bool:
        """Whether there is budget for one more step; what is left undone is noted."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.cuts[f"{what}: the budget of {MOST_STEPS} steps is spent"] = None
            return False
        return True

    def of(self, number: int) -> tuple[ClassName, ...]:
        """The classes of an object, nearest first."""
        if number == 0:
            return self.classes
        return self.names.classes(*self.made[number])

    def member(self, number: int, name: str, after: tuple[str, str] | None = None) -> Member | None:
        """A name in the bodies of an object's classes; ``after``: behind that class, as ``super()`` looks."""
        return member_of(self.names, self.of(number), name, after)


@dataclass(frozen=True)
class Member:
    """Where a class body binds a name."""

    module: Module
    owner: tuple[str, str]
    statement: ast.stmt

    @property
    def decorators(self) -> tuple[str, ...]:
        """The last parts of the decorators' names."""
        found = getattr(self.statement, "decorator_list", ())
        bare = [one.func if isinstance(one, ast.Call) else one for one in found]
        return tuple(ast.unparse(one).rpartition(".")[2] for one in bare)

    def function(self) -> Function | None:
        """The function, where it is one."""
        if isinstance(self.statement, ast.FunctionDef | ast.AsyncFunctionDef):
            return Function(self.module, self.statement, f"{self.owner[1]}.{self.statement.name}", self.owner)
        return None


def member_of(
    names: Names, classes: tuple[ClassName, ...], name: str, after: tuple[str, str] | None = None
) -> Member | None:
    """The nearest class body that binds a name. Setters and the like are passed over for the getter."""
    waiting = after is not None
    for one in classes:
        here = (one.module, one.qualname)
        if waiting:
            waiting = here != after
            continue
        found = names.class_def(*here)
        for statement in found[1].body if found else ():
            if _binds(statement, name):
                assert found is not None
                made = Member(found[0], here, statement)
                if "setter" not in made.decorators and "overload" not in made.decorators:
                    return made
    return None


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
            return own == name
        case ast.AnnAssign(target=ast.Name(id=own)):
            return own == name
        case ast.Assign(targets=targets):
            return any(isinstance(one, ast.Name) and one.id == name for one in targets)
    return False


def class_member(names: Names, value: ClassValue, name: str) -> Member | None:
    """The same for a class itself."""
    return member_of(names, names.classes(value.module, value.qualname), name)


def whole(parts: tuple[Formula, ...], *more: Any) -> Formula:
    """A path as one formula."""
    return both(*parts, *more)
