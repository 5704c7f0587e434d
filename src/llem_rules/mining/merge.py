"""The merge: authored rules win, equal candidates become one, and every candidate has exactly one end, with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic import ValidationError

from llem_rules.mining.blames import Blames
from llem_rules.mining.compare import agree, covered, same_claim, same_meaning, same_site
from llem_rules.mining.fingerprint import fingerprint_of
from llem_rules.mining.ground import with_examples
from llem_rules.mining.model import Candidate
from llem_rules.mining.report import End, MergeReport
from llem_rules.mining.solve import Ground, Unsolved, solve
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


@dataclass
class _Entry:
    """A candidate as a rule (its pair still to be found), with those that say the same.

    ``rivals`` say the same of another place: what is declared of a field and a statement cannot both be what refuses it, and
    which of them it is only a replay can tell.
    """

    candidate: Candidate
    rule: RuleBase
    same: list[Candidate]
    rivals: list[_Entry] = field(default_factory=list)

    @property
    def miners(self) -> set[AddedBy]:
        return _miners([self.candidate, *self.same, *(one.candidate for one in self.rivals)])

    @property
    def shown(self) -> list[Mapping[str, Any]]:
        """Where its effect was seen, if that is all that speaks for it."""
        all_of_it = [self.candidate, *self.same, *(one.candidate for one in self.rivals)]
        return [kwargs for one in all_of_it for kwargs in one.shown] if all(one.shown for one in all_of_it) else []

    @property
    def declared(self) -> bool:
        return any(site.kind == "constraint" for site in self.candidate.sites)


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
        entries = [entry for entry in entries if not self._joins_authored(entry)]
        proposed = [rule for entry in entries if (rule := self._proposed(entry, entries)) is not None]
        kept = [self._with_agreement(rule) for rules in self._authored.values() for rule in rules]
        rules = sorted((*kept, *proposed), key=lambda rule: (rule.native_type, rule.id))
        return Merged(tuple(rules), MergeReport.of(self._ends))

    def _read(self, candidate: Candidate) -> _Entry | None:
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
        return _Entry(candidate, rule, [])

    def _end(self, candidate: Candidate, reason: str, rule: str | None = None) -> None:
        self._ends.append(End.of(candidate, "rejected" if rule is None else "merged", reason, rule))

    def _united(self, entries: Sequence[_Entry]) -> list[_Entry]:
        kept: list[_Entry] = []
        by_form: dict[str, list[_Entry]] = defaultdict(list)
        by_type: dict[str, list[_Entry]] = defaultdict(list)
        for entry in entries:
            form, near = fingerprint_of(entry.rule), by_type[entry.rule.native_type]
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

    def _unsubsumed(self, entries: Sequence[_Entry]) -> list[_Entry]:
        kept = []
        for entry in entries:
            wider = next((one for one in entries if one is not entry and _subsumes(one.rule, entry.rule)), None)
            if wider is None:
                kept.append(entry)
                continue
            for candidate in (entry.candidate, *entry.same):
                self._end(candidate, f"subsumed: {wider.rule.id} fires wherever it does, at the same site")
        return kept

    def _ground(self, native_type: str) -> Ground:
        if native_type not in self._grounds:
            given = self._given.get(native_type, _PLACEHOLDER)
            self._grounds[native_type] = with_examples(given, self._authored.get(native_type, ()))
        return self._grounds[native_type]

    def _joins_authored(self, entry: _Entry) -> bool:
        """Whether an authored rule says it already: the same, or all of it."""
        rules = self._authored.get(entry.rule.native_type, [])
        twin = next((rule for rule in rules if same_meaning(rule, entry.rule)), None)
        near = [rule for rule in rules if same_site(rule, entry.rule)]
        others = [rule for rule in rules if rule not in near]
        how = "says the same"
        if twin is None and near:
            entry = replace(entry, rule=self._sketched(entry.rule))
            ground = self._ground(entry.rule.native_type)
            twin = next((rule for rule in near if agree(rule, entry.rule, ground, others)), None)
            how = "fires on the same sampled configs, at the same site"
        if twin is not None:
            self._agreed[twin.id] |= entry.miners
            for candidate in (entry.candidate, *entry.same):
                self._end(candidate, f"the authored rule {how}", twin.id)
            return True
        sure = [rule for rule in near if rule.id in self._confirmed]
        ground = self._ground(entry.rule.native_type)
        proof = covered(entry.rule, sure, ground, others) if sure else None
        if proof is None and entry.shown and all(_fires(sure, ground, kwargs) for kwargs in entry.shown):
            proof = "wherever it was seen"  # what an inferred condition claims beyond that is a guess
        if proof is None:
            return False
        names = ", ".join(rule.id for rule in sure[:3]) + (" and others" if len(sure) > 3 else "")
        for candidate in (entry.candidate, *entry.same):
            self._end(candidate, f"covered ({proof}) by authored rules at the same site: {names}")
        return True

    def _sketched(self, rule: RuleBase) -> RuleBase:
        """The rule with a first pair, around which points are sampled."""
        pair = solve(rule.predicate, self._ground(rule.native_type))
        if isinstance(pair, Unsolved):
            return rule
        return rule.model_copy(update={"kwargs_positive": pair.positive, "kwargs_negative": pair.negative})

    def _proposed(self, entry: _Entry, entries: Sequence[_Entry]) -> RuleBase | None:
        rule = entry.rule
        others = [*self._authored.get(rule.native_type, []), *(one.rule for one in entries if one is not entry)]
        apart = [one for one in others if one.native_type == rule.native_type and not same_site(one, rule)]
        ground = self._ground(rule.native_type)
        pair = solve(rule.predicate, replace(ground, blame=Blames(apart, ground)))
        if isinstance(pair, Unsolved):
            for candidate in (entry.candidate, *entry.same):
                self._end(candidate, f"no pair: {pair.why}")
            return None
        name = self._free_name(entry, entries)
        document = {**entry.candidate.plain, "id": name, "added_by": entry.candidate.added_by}
        document |= {"kwargs_positive": pair.positive, "kwargs_negative": pair.negative}
        if more := _listed(entry.miners - {entry.candidate.added_by}):
            document["cross_validated_by"] = more
        self._ends.append(End.of(entry.candidate, "proposed", "new", name))
        for candidate in entry.same:
            self._end(candidate, "another miner's candidate says the same", name)
        return rule_from(document)

    def _free_name(self, entry: _Entry, entries: Sequence[_Entry]) -> str:
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


def _fires(rules: Iterable[RuleBase], ground: Ground, kwargs: Mapping[str, Any]) -> bool:
    config = ground.config(kwargs)
    return any(rule.fires(config) for rule in rules)


def _miners(candidates: Iterable[Candidate]) -> set[AddedBy]:
    return {miner for one in candidates for miner in (*one.found_by, one.added_by)}


def _listed(miners: Iterable[str]) -> list[AddedBy]:
    return [cast(AddedBy, one) for one in sorted(set(miners))]


def _subsumes(wider: RuleBase, narrow: RuleBase) -> bool:
    """Whether one fires wherever the other does, with the same claim at the same site, and more."""
    if not same_claim(wider, narrow) or not same_site(wider, narrow):
        return False
    return implies(narrow.predicate, wider.predicate) and not implies(wider.predicate, narrow.predicate)
