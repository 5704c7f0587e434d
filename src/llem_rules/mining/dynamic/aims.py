"""What one inference is about: a signature, or a field that is rewritten in one way. An aim labels every case seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from llem_rules.mining.dynamic.pools import is_plain
from llem_rules.mining.dynamic.signatures import Seen, Signature
from llem_rules.rules.evaluate import operand_reader
from llem_rules.rules.values import ABSENT, SCRATCH, Opaque, decode, equal

ANY_VALUE: Any = object()  # an effective value of which nothing is claimed


@dataclass(frozen=True)
class Aim:
    """Either ``signature``, or ``field`` with what it becomes: a plain value, a reference, or ANY_VALUE.

    ``instead``: other things that the field becomes; where one of them shows as well, nothing can be told apart.
    """

    signature: Signature | None = None
    field: str = ""
    announced: bool = False
    effective: Any = ANY_VALUE
    instead: tuple[Any, ...] = ()

    @property
    def words(self) -> str:
        """For a person."""
        if self.signature is None:
            becomes = "" if self.effective is ANY_VALUE else f" to {self.effective!r}"
            return f"{self.field} is rewritten{becomes}, {'announced' if self.announced else 'silently'}"
        one = self.signature
        what = one.exception or f"{one.level.lower()} through {one.channel}"
        about = one.field or ", ".join(one.mentions)
        return f"{what} at {one.file}:{one.function}:{one.line}" + (f" about {about}" if about else "")

    def label(self, seen: Seen) -> bool | None:
        """Whether the effect shows; None where it could not (an earlier refusal), or where nothing could be seen."""
        if seen.observation.unchecked:
            return None
        if self.signature is not None:
            return True if self.signature in seen.shown else (None if seen.refused else False)
        if seen.refused:
            return None
        effective = seen.observation.effective
        if self.field not in effective or seen.observation.is_silent(self.field) is self.announced:
            return False
        other = any(becomes(one, effective[self.field], seen) for one in self.instead)
        if self.effective is ANY_VALUE:
            return not other
        mine = becomes(self.effective, effective[self.field], seen)
        return None if mine and other else mine


def becomes(pattern: Any, effective: Any, seen: Seen) -> bool:
    """Whether an effective value is what the pattern says."""
    wanted = operand_reader(pattern)(seen.config)
    value = decode(effective)
    return equal(wanted, value) and type(wanted) is type(value)


def aims_of(seen: Iterable[Seen]) -> list[Aim]:
    """One aim for every signature and every way of rewriting, in a fixed order."""
    signatures: dict[Signature, bool] = {}
    rewritten: dict[tuple[str, bool], list[Seen]] = defaultdict(list)
    for one in seen:
        for signature in one.shown:
            accounted = signature.kind == "message" and _rewrites(one, signature)
            signatures[signature] = signatures.get(signature, True) and accounted
        for name in one.observation.effective:
            rewritten[name, not one.observation.is_silent(name)].append(one)
    aims = [Aim(signature) for signature in sorted(one for one, accounted in signatures.items() if not accounted)]
    for (name, announced), where in sorted(rewritten.items(), key=lambda item: item[0]):
        aims += _ways(name, announced, where)
    return aims


def _rewrites(seen: Seen, signature: Signature) -> bool:
    """Whether the message announces a rewriting; then the rewriting is what is inferred."""
    return not seen.refused and any(name in seen.observation.effective for name in signature.mentions)


def _ways(name: str, announced: bool, where: list[Seen]) -> list[Aim]:
    """The fewest patterns that say what the field becomes, the widest first; ANY_VALUE for what is left."""
    left = list(where)
    patterns: list[Any] = []
    while left and len(patterns) < 4:
        best = max(_patterns(name, left), key=lambda one: len(_explained(one, name, left)), default=None)
        covered = [] if best is None else _explained(best[0], name, left)
        if best is None or (len(covered) < 2 and len(left) > 2):
            break
        patterns.append(best[0])
        left = [one for one in left if not any(one is other for other in covered)]
    if len(left) > len(where) / 2:  # the new value is computed from the one given
        return [Aim(field=name, announced=announced)]
    ways = [
        Aim(field=name, announced=announced, effective=one, instead=tuple(o for o in patterns if o is not one))
        for one in patterns
    ]
    return [*ways, Aim(field=name, announced=announced, instead=tuple(patterns))] if left else ways


def _patterns(name: str, where: list[Seen]) -> list[tuple[Any]]:
    found: dict[str, tuple[Any]] = {}
    for one in where:
        value = one.observation.effective[name]
        if isinstance(value, str) and value.startswith(SCRATCH):
            continue  # no value of anybody's config
        decoded = decode(value)
        if not isinstance(decoded, Opaque) and (is_plain(value) or decoded is ABSENT):
            plain = f"@@{value[1:]}" if isinstance(value, str) and value.startswith("@") else value
            found.setdefault(f"{type(value).__name__} {value!r}", (plain,))
    for one in where[:12]:
        wanted = decode(one.observation.effective[name])
        if isinstance(wanted, bool) or not isinstance(wanted, int | float | str):
            continue
        for other in one.config.defaults:
            if other != name and equal(one.config.value(other), wanted):
                found.setdefault(f"@{other}", (f"@{other}",))
    return list(found.values())


def _explained(pattern: Any, name: str, where: list[Seen]) -> list[Seen]:
    only = pattern[0] if isinstance(pattern, tuple) else pattern
    return [one for one in where if becomes(only, one.observation.effective[name], one)]
