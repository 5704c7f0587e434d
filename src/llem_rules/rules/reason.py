"""What can be proved about predicates without a library: never true, always true, equivalent.

Interval, set and type reasoning over every field, through ``any_of``, ``not`` and references. Sound: what is claimed
is proved; what cannot be proved is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice, product
from typing import Any

from llem_rules.rules.branches import Branch, Signed, branches
from llem_rules.rules.cells import cells_for, may
from llem_rules.rules.config import Config
from llem_rules.rules.contradictions import contradiction
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.expressions import Expression
from llem_rules.rules.parse import Literal
from llem_rules.rules.predicates import NESTED, AllOf, Not, Predicate, Test

_BUDGET = 3000
_WITNESSES = 200


class Verdict(Enum):
    """What is known about whether some config makes a predicate true."""

    SATISFIABLE = "satisfiable"
    UNSATISFIABLE = "unsatisfiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """A verdict with its evidence: kwargs that fire, or the tests that contradict each other."""

    verdict: Verdict
    witness: Mapping[str, Any] | None = None
    because: str = ""


class _TooManyBranchesError(Exception):
    """The predicate has more branches than is worth looking at."""


@dataclass
class _Judge:
    """Counts contradictions looked for, and remembers the first one found."""

    left: int = _BUDGET
    first: Branch | None = None
    found: int = field(default=0)

    def __call__(self, branch: Branch) -> Branch | None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyBranchesError
        conflict = contradiction(branch)
        if conflict is not None:
            self.first = self.first or conflict
            self.found += 1
        return conflict


def satisfiable(predicate: Predicate) -> Answer:
    """Whether some config makes the predicate true: a witness, a proof that there is none, or unknown."""
    judge = _Judge()
    fires = compile_predicate(predicate)
    tried = 0
    possible = False
    try:
        for branch in branches(predicate, True, judge):
            possible = True
            for kwargs in islice(_witnesses(branch), _WITNESSES - tried):
                tried += 1
                if fires(Config(kwargs)) is True:
                    return Answer(Verdict.SATISFIABLE, kwargs)
            if tried >= _WITNESSES:
                break
    except _TooManyBranchesError:
        return Answer(Verdict.UNKNOWN)
    return Answer(Verdict.UNKNOWN) if possible else Answer(Verdict.UNSATISFIABLE, None, _words(judge))


def never(predicate: Predicate) -> str | None:
    """Why the predicate can never be true, in words; None where that is not proved."""
    judge = _Judge()
    try:
        possible = next(branches(predicate, True, judge), None) is not None
    except _TooManyBranchesError:
        return None
    return None if possible else _words(judge)


def always(predicate: Predicate) -> bool:
    """Whether the predicate is proved to be true of every config."""
    return never(Not(predicate)) is not None


def equivalent(left: Predicate, right: Predicate) -> bool:
    """Whether the two are proved to be true of the same configs."""
    return never(AllOf((left, Not(right)))) is not None and never(AllOf((right, Not(left)))) is not None


def _words(judge: _Judge) -> str:
    """The contradiction as a person would say it; empty where the predicate has no branch at all (``any_of: []``)."""
    if judge.first is None:
        return ""
    said = " and ".join(dict.fromkeys(map(_said, judge.first)))
    return said if judge.found == 1 else f"{said}, and so in every branch"


def _said(signed: Signed) -> str:
    name = signed.name if signed.domain in {"field", "count"} else f"{signed.domain} {signed.name}"
    text = f"{name} {_told(signed.test)}".strip()
    return text if signed.wanted else f"not ({text})"


def _told(test: Test) -> str:
    match test:
        case Test(operator="present", operand=given):
            return "present" if given else "absent"
        case Test(operator="given", operand=given):
            return "given" if given else "not given"
        case Test(operator=operator, operand=inner) if operator in NESTED:
            return f"{operator} ({' and '.join(map(_told, inner))})"
        case Test(operator="type_is" | "type_is_not" as operator, operand=names):
            return f"{operator} {' or '.join(names)}"
    return f"{test.operator} {_shown(test.operand)}"


def _shown(operand: Any) -> str:
    match operand:
        case Expression(text=text):
            return text
        case Literal(value=value):
            return repr(value)
        case tuple():
            return f"[{', '.join(map(_shown, operand))}]"
        case None | bool():
            return {None: "null", True: "true", False: "false"}[operand]
    return str(operand) if not isinstance(operand, str) else repr(operand)


def _witnesses(branch: Branch) -> Iterator[dict[str, Any]]:
    """Kwargs that could make a conjunction true; not all do, so they are tried."""
    groups: dict[str, list[Signed]] = {}
    for signed in branch:
        if signed.domain == "field":
            groups.setdefault(signed.name, []).append(signed)
            if isinstance(signed.test.operand, Expression):
                for name in signed.test.operand.fields:
                    groups.setdefault(name, [])
    values = [[*_values(group)] for group in groups.values()]
    for chosen in product(*values):
        kwargs: dict[str, Any] = {}
        if all(_put(kwargs, path, value) for path, value in zip(groups, chosen, strict=True)):
            yield kwargs


def _values(group: list[Signed]) -> Iterator[Any]:
    tests = [one.test for one in group]
    cells = cells_for(tests, () if tests else (0, 7))
    return (cell.value for cell in cells if all(may(cell, one.test, one.wanted) for one in group))


def _put(kwargs: dict[str, Any], path: str, value: Any) -> bool:
    *outer, last = path.split(".")
    for part in outer:
        inner = kwargs.setdefault(part, {})
        if not isinstance(inner, dict):
            return False
        kwargs = inner
    if isinstance(kwargs.get(last), dict) and value is not kwargs.get(last):
        return False
    kwargs[last] = value
    return True
