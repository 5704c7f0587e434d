"""The merge: authored rules win, equal candidates become one, and every candidate has exactly one end, with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import ValidationError

from llem_rules.mining.authored import Told, told_by
from llem_rules.mining.compare import claim_of, place_of, same_claim, same_meaning, same_site
from llem_rules.mining.entry import Beside, Entry
from llem_rules.mining.fingerprint import fingerprint_of
from llem_rules.mining.ground import with_examples
from llem_rules.mining.model import Candidate
from llem_rules.mining.report import End, MergeReport
from llem_rules.mining.sharing import shared
from llem_rules.mining.solve import Ground, Pair, Unsolved, solve
from llem_rules.mining.tidy import implies
from llem_rules.rules.kinds import AddedBy, RuleBase, rule_from
from llem_rules.rules.parse import PredicateError
from llem_rules.rules.reason import never

_MINERS: tuple[AddedBy, ...] = ("static_miner", "lift", "dynamic_miner", "runtime_warning")
_PLACEHOLDER = Ground()


@dataclass(frozen=True)
class Merged:
    """What goes into the proposed corpus, sorted, and how every candidate ended."""

    rules: tuple[RuleBase, ...]
    report: MergeReport


def merge(
    authored: Sequence[RuleBase],
    candidates: Iterable[Candidate],
    grounds: Mapping[str, Ground] | None = None,
    confirmed: Collection[str] | None = None,
) -> Merged:
    """Join candidates with the authored rules.

    ``grounds``: what is known of each native type (its defaults above all). ``confirmed``: ids of the authored rules that
    replay confirmed; only they can cover a site. None: all of them.
    """
    work = _Merge(authored, grounds or {}, confirmed)
    return work.run(sorted(candidates, key=_order))


def _order(candidate: Candidate) -> tuple[Any, ...]:
    return (_MINERS.index(candidate.added_by), candidate.native_type, candidate.name, repr(candidate))


def _by_type(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        found[one.rule.native_type].append(one)
    yield from found.items()


class _Merge:
    def __init__(
        self, authored: Sequence[RuleBase], grounds: Mapping[str, Ground], confirmed: Collection[str] | None
    ) -> None:
        self._given = grounds
        self._grounds: dict[str, Ground] = {}
        self._authored: dict[str, list[RuleBase]] = defaultdict(list)
        for rule in sorted(authored, key=lambda one: one.id):
            self._authored[rule.native_type].append(rule)
        self._confirmed = {rule.id for rule in authored} if confirmed is None else set(confirmed)
        self._agreed: dict[str, set[AddedBy]] = defaultdict(set)
        self._ends: list[End] = []

    def run(self, candidates: Sequence[Candidate]) -> Merged:
        entries = [one for candidate in candidates if (one := self._read(candidate)) is not None]
        entries = self._unsubsumed(self._united(entries))
        entries = self._without_told(entries)
        sides = {name: Beside(self._authored.get(name, ()), own, self._ground(name)) for name, own in _by_type(entries)}
        pairs = shared(lambda entry: self._pair(entry, sides[entry.rule.native_type]), entries)
        named = [self._proposed(entry, pair, sides) for entry, pair in zip(entries, pairs, strict=True)]
        proposed = [rule for rule in named if rule is not None]
        kept = [self._with_agreement(rule) for rules in self._authored.values() for rule in rules]
        rules = sorted((*kept, *proposed), key=lambda rule: (rule.native_type, rule.id))
        return Merged(tuple(rules), MergeReport.of(self._ends))

    def _read(self, candidate: Candidate) -> Entry | None:
        """The candidate as a rule; None (and rejected) where it is none."""
        stand_in = {"id": f"{candidate.native_type}.{candidate.name}", "kwargs_positive": {}, "kwargs_negative": {}}
        try:
            rule = rule_from({**candidate.plain, **stand_in, "added_by": candidate.added_by})
            why = never(rule.predicate)
        except (ValidationError, PredicateError) as error:
            self._end(candidate, f"not in the language: {str(error).splitlines()[0]}")
            return None
        if why is not None:
            self._end(candidate, f"can never be true: {why}")
            return None
        return Entry(candidate, rule, [])

    def _end(self, candidate: Candidate, reason: str, rule: str | None = None) -> None:
        self._ends.append(End.of(candidate, "rejected" if rule is None else "merged", reason, rule))

    def _united(self, entries: Sequence[Entry]) -> list[Entry]:
        kept: list[Entry] = []
        by_form: dict[str, list[Entry]] = defaultdict(list)
        alike: dict[Hashable, list[Entry]] = defaultdict(list)  # of one claim on the same fields
        for entry in entries:
            form, near = fingerprint_of(entry.rule), alike[claim_of(entry.rule), frozenset(entry.rule.fields)]
            twins = by_form[form] or [one for one in near if same_meaning(one.rule, entry.rule)]
            twin = next((one for one in twins if one.declared == entry.declared), None)
            if twin is not None:
                twin.same.append(entry.candidate)
                continue
            for rival in twins:
                rival.rivals.append(entry)
                entry.rivals.append(rival)
            by_form[form].append(entry)
            near.append(entry)
            kept.append(entry)
        return kept

    def _unsubsumed(self, entries: Sequence[Entry]) -> list[Entry]:
        kept = []
        near: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in entries:
            near[claim_of(entry.rule), place_of(entry.rule)].append(entry)

        def wider(entry: Entry) -> str | None:
            others = near[claim_of(entry.rule), place_of(entry.rule)]
            return next((one.rule.id for one in others if one is not entry and _subsumes(one.rule, entry.rule)), None)

        for entry, name in zip(entries, shared(wider, entries), strict=True):
            if name is None:
                kept.append(entry)
                continue
            for candidate in (entry.candidate, *entry.same):
                self._end(candidate, f"subsumed: {name} fires wherever it does, at the same site")
        return kept

    def _ground(self, native_type: str) -> Ground:
        if native_type not in self._grounds:
            given = self._given.get(native_type, _PLACEHOLDER)
            self._grounds[native_type] = with_examples(given, self._authored.get(native_type, ()))
        return self._grounds[native_type]

    def _without_told(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that no authored rule says already."""
        for name in {entry.rule.native_type for entry in entries}:
            self._ground(name)
        kept = []
        for entry, told in zip(entries, shared(self._told, entries), strict=True):
            if told is None:
                kept.append(entry)
                continue
            if told.twin is not None:
                self._agreed[told.twin] |= entry.miners
            for candidate in (entry.candidate, *entry.same):
                self._end(candidate, told.reason, told.twin)
        return kept

    def _told(self, entry: Entry) -> Told | None:
        name = entry.rule.native_type
        return told_by(entry.rule, entry.shown, self._authored.get(name, ()), self._confirmed, self._ground(name))

    def _pair(self, entry: Entry, beside: Beside) -> Pair | Unsolved:
        ground = self._ground(entry.rule.native_type)
        return solve(entry.rule.predicate, replace(ground, blame=beside.blame(entry)))

    def _proposed(self, entry: Entry, pair: Pair | Unsolved, sides: Mapping[str, Beside]) -> RuleBase | None:
        if isinstance(pair, Unsolved):
            for candidate in (entry.candidate, *entry.same):
                self._end(candidate, f"no pair: {pair.why}")
            return None
        name = self._free_name(entry, sides[entry.rule.native_type].entries)
        document = {**entry.candidate.plain, "id": name, "added_by": entry.candidate.added_by}
        document |= {"kwargs_positive": pair.positive, "kwargs_negative": pair.negative}
        if more := _listed(entry.miners - {entry.candidate.added_by}):
            document["cross_validated_by"] = more
        self._ends.append(End.of(entry.candidate, "proposed", "new", name))
        for candidate in entry.same:
            self._end(candidate, "another miner's candidate says the same", name)
        return rule_from(document)

    def _free_name(self, entry: Entry, entries: Sequence[Entry]) -> str:
        """The candidate's own name; with a mark of its meaning where another rule has that name."""
        name = entry.rule.id
        taken = {rule.id for rule in self._authored.get(entry.rule.native_type, [])}
        twins = [one for one in entries if one is not entry and one.rule.id == name]
        if name not in taken and not twins:
            return name
        mark = fingerprint_of(entry.rule)
        return (
            f"{name}-{mark[:6]}" if all(fingerprint_of(one.rule)[:6] != mark[:6] for one in twins) else f"{name}-{mark}"
        )

    def _with_agreement(self, rule: RuleBase) -> RuleBase:
        """The authored rule as it stands, with the miners that came to the same."""
        miners = self._agreed.get(rule.id, set()) - {rule.added_by} | set(rule.cross_validated_by)
        return rule.model_copy(update={"cross_validated_by": tuple(_listed(miners))}) if miners else rule


def _listed(miners: Iterable[str]) -> list[AddedBy]:
    return [cast(AddedBy, one) for one in sorted(set(miners))]


def _subsumes(wider: RuleBase, narrow: RuleBase) -> bool:
    """Whether one fires wherever the other does, with the same claim at the same site, and more."""
    if not same_claim(wider, narrow) or not same_site(wider, narrow):
        return False
    return implies(narrow.predicate, wider.predicate) and not implies(wider.predicate, narrow.predicate)
