"""What miners emit: effect sites with their conditions, and candidates made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from llem_rules.rules.kinds import AddedBy, Channel, Reach
from llem_rules.rules.predicates import Predicate

SiteKind = Literal["raise", "warn", "log", "rewrite", "collect", "constraint", "implicit"]


class NoValue:
    """The effective value of a rewrite cannot be written."""


NO_VALUE = NoValue()


@dataclass(frozen=True)
class Opaque:
    """A part of a path condition that the predicate language cannot say: its source text, and why."""

    text: str
    why: str


@dataclass(frozen=True)
class EffectSite:
    """A place in the library's source that raises, warns, logs, collects an issue or rewrites a field.

    ``file`` is relative to site-packages, ``function`` a qualified name. ``kind``: ``constraint`` is one that no code
    raises (a declared bound), ``implicit`` one that Python raises by itself (``"" < 1``).
    ``field``: what is rewritten, or the key of a collected issue. ``effective``: the value that a
    rewrite sets, in the tagged form or as a reference. ``message``: a template, see docs/language.md. ``level``: of a log
    record. ``stage``: the reach at which the site is entered. ``converts``: a rewrite that only puts the given value into the
    library's own type (a mapping into an object, a string into the member or the dtype that it names): no effect.
    ``again``: it raises what was caught.
    """

    native_type: str
    file: str
    line: int
    function: str
    kind: SiteKind
    stage: Reach
    channel: Channel
    exception: str | None = None
    level: str | None = None
    message: str | None = None
    field: str | None = None
    effective: Any = NO_VALUE
    converts: bool = False
    again: bool = False

    @property
    def key(self) -> tuple[str, str, int, str, str | None]:
        """What tells sites apart within one version of the library."""
        return (self.native_type, self.file, self.line, self.kind, self.field)


@dataclass(frozen=True)
class Step:
    """One function on the way to a site: where its definition begins, and the line in it that leads on."""

    module: str
    function: str
    defined: int
    line: int


@dataclass(frozen=True)
class Finding:
    """One way to reach a site: when ``condition`` holds and nothing in ``opaque`` stands against it.

    ``condition`` is complete where ``opaque`` is empty; else it is the part that could be said (weaker than the truth), and the
    rest goes to guided probing. ``path`` names the calls that lead from the entry point to the site. ``ways``: every chain of
    calls that leads to the site, whatever its condition. ``lacking``: what the stages as they are run here do not have, so
    that no config leads there; None where that is not known.
    """

    site: EffectSite
    condition: Predicate
    opaque: tuple[Opaque, ...] = ()
    path: tuple[str, ...] = ()
    ways: tuple[tuple[Step, ...], ...] = ()
    lacking: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the whole condition is known."""
        return not self.opaque


@dataclass(frozen=True)
class Candidate:
    """A rule without examples. ``plain`` holds the rule's document so far: kind, match or given and require, expected, …

    ``sites`` are where its effect shows; ``found_by`` all miners that came to it independently. ``shown``: kwargs with which
    the effect was seen, where that is what the predicate was inferred from.
    """

    native_type: str
    name: str
    plain: Mapping[str, Any]
    added_by: AddedBy
    sites: tuple[EffectSite, ...] = ()
    found_by: tuple[AddedBy, ...] = field(default=())
    shown: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
