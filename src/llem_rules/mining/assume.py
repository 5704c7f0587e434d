"""Surroundings under which a condition can hold: the real ones where they do, else some that the condition itself asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from llem_rules.rules.branches import Branch, Signed
from llem_rules.rules.config import Config, Surroundings
from llem_rules.rules.evaluate import compile_predicate, literal
from llem_rules.rules.predicates import DOMAINS, Surrounding

_MOST = 6


def assumptions(ways: Sequence[Branch], real: Surroundings) -> Iterator[Surroundings]:
    """The real surroundings first, then those that make the surroundings of each branch true.

    Where the files of the place are not known, there are none.
    """
    real = real if real.files is not None else replace(real, files={})
    yield real
    seen = {repr(real)}
    for branch in ways:
        asked: dict[tuple[str, str], list[Signed]] = {}
        for signed in branch:
            if signed.domain in DOMAINS:
                asked.setdefault((signed.domain, signed.name), []).append(signed)
        if asked:
            choices = [_values(name, group) for name, group in asked.items()]
            for chosen in product(*choices):
                made = _surroundings(dict(zip(asked, chosen, strict=True)), real)
                if repr(made) not in seen:
                    seen.add(repr(made))
                    yield made
                if len(seen) > _MOST:
                    return


def _surroundings(chosen: dict[tuple[str, str], Any], real: Surroundings) -> Surroundings:
    def domain(name: str) -> dict[str, Any] | None:
        held = getattr(real, name)
        own = {key: value for (where, key), value in chosen.items() if where == name}
        if held is None and not own:
            return None
        merged = {**(held or {}), **own}
        return {key: value for key, value in merged.items() if value is not None or name == "platform"}

    return Surroundings(**{name: domain(name) for name in DOMAINS}, files=real.files, configs=real.configs)


def _values(name: tuple[str, str], group: list[Signed]) -> list[Any]:
    """Values of a variable, a fact or a package that give every test the answer asked for."""
    tried: dict[str, Any] = {}
    for value in (None, *(one for signed in group for one in _named(signed)), "1", "0", "1.0", "x", 1, True):
        if name[0] == "platform" or value is None or isinstance(value, str):
            tried[repr(value)] = value
    checks = [(compile_predicate(Surrounding(*name, (one.test,))), one.wanted) for one in group]

    def fits(value: Any) -> bool:
        config = Config({}, surroundings=_surroundings({name: value}, _NOTHING))
        return all(check(config) is wanted for check, wanted in checks)

    return [value for value in tried.values() if fits(value)][:3]


_NOTHING = Surroundings(env={}, platform={}, packages={})


def _named(signed: Signed) -> Iterator[Any]:
    operands = signed.test.operand if isinstance(signed.test.operand, tuple) else (signed.test.operand,)
    for operand in operands:
        value = literal(operand) if isinstance(operand, str | int | float | bool) else None
        if isinstance(value, bool) or value is None:
            continue
        yield value
        if signed.domain == "packages":
            yield from (str(value), f"{value}.1", "0")
        elif isinstance(value, str):
            yield value + "x"
        else:
            yield from (value + 1, value - 1)
