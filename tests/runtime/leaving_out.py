"""Leave-one-out: a rule is taken from the corpus, and the study has to find it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from llem_rules.check import Corpus, load_corpus
from llem_rules.mining.dynamic.aims import Aim, aims_of
from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.parse import parse_predicate
from llem_rules.runtime.explaining import Explainer
from llem_rules.runtime.finding import EngineGaps, find_gaps
from llem_rules.runtime.gaps import Source, gaps_of
from llem_rules.runtime.groups import EquivalenceGroups, equivalence_groups
from llem_rules.runtime.proposals import Proposal
from llem_rules.runtime.records import FILE, Reading, Record, read_records
from llem_rules.runtime.sightings import Runs, Sightings, runs_by_engine, sightings

LEAST_HITS = 3  # configs of the first half that only the rule explains
AGREEMENT = 0.99
_EFFECTS = {
    "runtime-warnings": ("error", "warn", "dormant_announced"),
    "equivalence-groups": ("dormant_silent",),
}


@dataclass(frozen=True)
class Halves:
    """A study in two halves: one that is looked at, one that is held back."""

    corpus: Corpus
    runs: Runs
    first: tuple[Sightings, ...]
    held: tuple[Sightings, ...]

    def of(self, native_type: str) -> tuple[Sequence[Seen], Sequence[Seen]]:
        """The cases of a native type in both halves."""
        found = [[one.seen for one in half if one.native_type == native_type] for half in (self.first, self.held)]
        return found[0][0] if found[0] else (), found[1][0] if found[1] else ()


@cache
def halves(folder: Path, engine: str) -> Halves:
    """By hash, so that the halves are the same whatever order the workers wrote in."""
    records: list[Record] = sorted(read_records([folder / FILE], Reading()), key=lambda one: str(one["config_hash"]))
    corpus = load_corpus(engine)
    middle = len(records) // 2
    runs = [runs_by_engine(part)[engine] for part in (records[:middle], records[middle:])]
    return Halves(corpus, runs[0], *(tuple(sightings(one, corpus)) for one in runs))


@dataclass(frozen=True)
class Removed:
    """A rule that was left out, with those that say the same of the whole study.

    ``contrast``: whether a config of the first half came past the place and did not show it; without one nothing can be told.
    """

    rule: RuleBase
    twins: frozenset[str]
    contrast: bool = True


def removable(half: Halves, source: Source) -> Iterator[Removed]:
    """Rules that alone explain what enough configs of the first half showed."""
    for sighted in half.first:
        name = sighted.native_type
        first, held = half.of(name)
        rules = [r for r in half.corpus.rules if r.native_type == name and r.expected.effect in _EFFECTS[source]]
        said = {r.id: (tuple(r.fires(one.config) is not False for one in (*first, *held)), *_about(r)) for r in rules}
        alone = _explained_alone(sighted, rules, source)
        done: set[frozenset[str]] = set()
        for rule in rules:
            twins = frozenset(one for one, claim in said.items() if claim == said[rule.id])
            mine = [(at, aim) for at, aim, by in alone if rule.id in by and by <= twins]
            hits = {at for at, _ in mine}
            if twins not in done and len(hits) >= LEAST_HITS:
                done.add(twins)
                contrast = any(
                    aim.label(one) is False
                    for aim in {repr(aim): aim for _, aim in mine}.values()
                    for one in sighted.seen
                )
                yield Removed(rule, twins, contrast)


def _about(rule: RuleBase) -> tuple[bool, tuple[str, ...]]:
    return rule.expected.effect == "error", tuple(sorted(rule.dormant_fields))


def _explained_alone(
    sighted: Sightings, rules: Sequence[RuleBase], source: Source
) -> list[tuple[int, Aim, frozenset[str]]]:
    explainer, found = Explainer(rules), []
    for aim in aims_of(sighted.seen):
        if (aim.signature is None and not aim.announced) != (source == "equivalence-groups"):
            continue
        for at, seen in enumerate(sighted.seen):
            if aim.label(seen):
                found.append(
                    (at, aim, frozenset(rule.id for rule in explainer.explaining(sighted.native_type, seen, aim)))
                )
    return found


def without(corpus: Corpus, removed: Removed) -> Corpus:
    """The corpus without the rule and its twins."""
    left = [rule for rule in corpus.rules if rule.id not in removed.twins]
    return Corpus(corpus.engine, corpus.version, left, {name: corpus.defaults(name) for name in corpus.native_types})


def agreement(half: Halves, removed: Removed, plain: Mapping[str, Any]) -> float:
    """The lesser share, of both halves, of configs on which a predicate says what the removed rule says."""
    return min(same_on([one.config for one in cases], removed, plain) for cases in half.of(removed.rule.native_type))


def same_on(configs: Sequence[Config], removed: Removed, plain: Mapping[str, Any]) -> float:
    """The share of configs on which a predicate says what the removed rule says; 1 of nothing."""
    fires = compile_predicate(parse_predicate(plain))
    same = [(fires(one) is True) == (removed.rule.fires(one) is not False) for one in configs]
    return sum(same) / len(same) if same else 1.0


def unseen(half: Halves, native_type: str, size: int = 400) -> list[Config]:
    """Configs that nobody ran: two of the study's joined, and one of their numbers moved. The same each time.

    Fewer than ``size`` where the study had nearly all that its values make.
    """
    random = Random(11)
    points = [dict(one.point) for cases in half.of(native_type) for one in cases]
    defaults = half.corpus.defaults(native_type)
    found: list[Config] = []
    for _ in range(size * 5):
        point = {**random.choice(points), **random.choice(points)}
        numbers = sorted(name for name, value in point.items() if type(value) in (int, float))
        if numbers:
            name = random.choice(numbers)
            moved = point[name] * random.uniform(0.5, 1.5) + random.randint(-1, 1)
            point[name] = type(point[name])(moved)
        if point not in points and len(found) < size:
            found.append(Config(Config.of(point).given, defaults))
    return found


def found_again(half: Halves, removed: Removed, known: set[str]) -> tuple[float, float]:
    """The best agreement of a proposal that there was not before: on the study, and on configs that nobody ran.

    ``known``: effects that are gaps of the whole corpus.
    """
    corpus, name = without(half.corpus, removed), removed.rule.native_type
    fresh, best = unseen(half, name), (0.0, 0.0)
    for sighted in half.first:
        if sighted.native_type == name:
            for told in gaps_of(sighted, corpus, corpus.rules, "runtime-warnings").told:
                if repr(told.aim) not in known:
                    best = max(best, (agreement(half, removed, told.plain), same_on(fresh, removed, told.plain)))
    return best


def groups_without(half: Halves, removed: Removed) -> tuple[EngineGaps, EquivalenceGroups]:
    """What the groups of the first half say without the rule."""
    corpus = without(half.corpus, removed)
    gaps = find_gaps(half.runs, "equivalence-groups", corpus=corpus)
    return gaps, equivalence_groups(half.runs, corpus, gaps.proposals)


def explained_by_group(half: Halves, removed: Removed) -> float:
    """The best agreement of a dormancy that some group with a gap names as its explanation."""
    gaps, groups = groups_without(half, removed)
    named = {one.proposed_invariant_id for one in groups.groups if one.gap_detected}
    fit: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in gaps.proposals:
        if proposal.id in named and set(proposal.document["dormant"]) & set(removed.rule.dormant_fields):
            fit[proposal.id].append(proposal)
    return max(
        (agreement(half, removed, one.document["match"]) for group in fit.values() for one in group), default=0.0
    )
