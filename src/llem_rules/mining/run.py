"""Mining an engine: every native type through the miners, then one merge with what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.engines.feeding import fed_fields, switches
from llem_rules.environments import Library
from llem_rules.mining.candidates import make_candidates
from llem_rules.mining.carry import Feeding, candidate_of, carry
from llem_rules.mining.dynamic import Completed, complete
from llem_rules.mining.ground import with_examples
from llem_rules.mining.library import LibraryReader
from llem_rules.mining.lift import lift
from llem_rules.mining.merge import Merged, merge
from llem_rules.mining.model import Candidate, Finding
from llem_rules.mining.nest import declared_fields, nest, sections_of
from llem_rules.mining.solve import Ground
from llem_rules.mining.static import mine_static
from llem_rules.rules.kinds import RuleBase

# Refusals of values that nobody's config holds: floats that are whole numbers beyond 64 bits. One for every number would
# bury the rules that people meet.
_IDLE = ("float-too-large",)

Tell = Callable[[str, int, int], None]  # native type, types done, types in all


@dataclass(frozen=True)
class Mined:
    """All that mining found.

    ``left``: findings that became no candidate, with the reason. ``idle``: candidates about values that no config holds.
    ``missing``: native types that this version does not have. ``completed``: what probing made of partial findings.
    """

    findings: tuple[Finding, ...]
    merged: Merged
    left: tuple[tuple[Finding, str], ...]
    missing: tuple[str, ...]
    completed: Completed
    idle: int = 0


def find_sites(reader: LibraryReader, native_types: Sequence[str], tell: Tell) -> tuple[list[Finding], list[str]]:
    """The findings of the static miner for every native type, and the types that this version does not have."""
    findings: list[Finding] = []
    missing: list[str] = []
    for number, native_type in enumerate(native_types):
        tell(native_type, number, len(native_types))
        if reader.hierarchy(native_type) is None:
            missing.append(native_type)
            continue
        findings += mine_static(reader, native_type)
    return findings, missing


def mine(
    library: Library,
    native_types: Sequence[str],
    authored: Sequence[RuleBase],
    defaults: Mapping[str, Mapping[str, Any]],
    tell: Tell,
) -> Mined:
    """Mine some native types of an engine, and merge what is found with what people wrote of them."""
    reader = LibraryReader(library)
    findings, missing = find_sites(reader, native_types, tell)
    made = make_candidates(findings)
    candidates: list[Candidate] = list(made.candidates)
    lifted: list[Candidate] = []
    for native_type in native_types:
        if native_type not in missing:
            lifted += lift(reader, native_type)
    candidates += [one for one in lifted if not one.name.endswith(_IDLE)]
    idle = len(made.candidates) + len(lifted) - len(candidates)
    candidates += _carried(reader, [*candidates, *map(candidate_of, authored)], defaults)
    grounds = {
        name: Ground(defaults=defaults.get(name, {}), surroundings=library.facts.surroundings) for name in native_types
    }
    known = {name: with_examples(one, [r for r in authored if r.native_type == name]) for name, one in grounds.items()}
    completed = complete(library, findings, known, lambda name, done, total: tell(f"probing {name}", done, total))
    merged = merge(authored, [*candidates, *completed.candidates], grounds)
    return Mined(tuple(findings), merged, tuple(_left(made.left, completed)), tuple(missing), completed, idle)


def _carried(
    reader: LibraryReader, found: Sequence[Candidate], defaults: Mapping[str, Mapping[str, Any]]
) -> Iterator[Candidate]:
    """What is refused of sections, of the types that hold or build them."""
    engine = reader.engine
    held = {name: sections_of(reader, name, engine.native_types) for name in sorted(defaults)}
    nested = [made for name in held for made in nest(found, name, held[name])]
    yield from nested
    for name in held:
        about = engine.native_types.get(name)
        if about is None or not about.sections:
            continue
        whole: list[Candidate] = []
        fields = dict(defaults)
        if about.becomes is not None:
            whole = [one for one in lift(reader, about.becomes) if not one.name.endswith(_IDLE)]
            fields[about.becomes] = dict.fromkeys(declared_fields(reader, about.becomes))
            inner = sections_of(reader, about.becomes, engine.native_types)
            whole += nest([*found, *nested], about.becomes, inner)
        feeding = Feeding(name, fed_fields(engine, name, fields), defaults, switches(engine, name, fields))
        yield from carry([*found, *nested, *whole], feeding, about.before_use)


def _left(left: Sequence[tuple[Finding, str]], completed: Completed) -> Iterator[tuple[Finding, str]]:
    """The findings that probing did not complete either, with what it says of them."""
    for finding, why in left:
        key, unfinished = finding.site.key, not finding.complete and finding.lacking is None
        if not unfinished or key not in completed.reached:
            more = completed.why.get(key) if unfinished else None
            yield finding, f"{why}; probing: {more}" if more else why
