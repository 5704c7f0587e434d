"""One config: what the corpus says against what the library showed, claim by claim.

A refused config says nothing of dormancies, so there only the refusal is compared. Else each claim of the corpus is held
against what was seen, and each thing that was seen against the claims.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from llem_rules.check import Finding, Judgement
from llem_rules.replay.evidence import site_text
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import Effect
from llem_rules.rules.observation import Message, Observation, Refusal
from llem_rules.rules.showing import announcement, same, shows
from llem_rules.rules.values import SetValue, decode, equal, items_of

Outcome = Literal["hit", "false_alarm", "missed"]
Kind = Literal["false_alarm", "missed", "inexact", "other_site", "relation"]


@dataclass(frozen=True)
class Disagreement:
    """How corpus and library differ on one config.

    ``kind``: ``false_alarm`` (claimed, not seen), ``missed`` (seen, not claimed), ``inexact`` (another effective value),
    ``other_site`` (refused, as was said, but by a site that no firing rule is about), ``relation`` (a metamorphic one does
    not hold). ``cause``: the rule that claimed it, or the site that acted.
    """

    kind: Kind
    effect: Effect
    cause: str
    detail: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for disagreements of one cause."""
        return (self.kind, self.effect, self.cause)


@dataclass
class Comparison:
    """``claims``: an effect and how it ended, one by one. ``exact`` of ``effective`` values were what the corpus said."""

    claims: list[tuple[Effect, Outcome]] = field(default_factory=list)
    effective: int = 0
    exact: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)

    def hit(self, effect: Effect) -> None:
        """A claim that was seen."""
        self.claims.append((effect, "hit"))

    def differs(self, outcome: Literal["false_alarm", "missed"], effect: Effect, cause: str, detail: str) -> None:
        """A claim that was not seen, or something seen that was not claimed."""
        self.claims.append((effect, outcome))
        self.disagreements.append(Disagreement(outcome, effect, cause, detail))


def compare(judgement: Judgement, seen: Observation, config: Config) -> Comparison:
    """Hold one judgement against one observation, which must not be unchecked."""
    into = Comparison()
    refusing = [finding for finding in judgement.findings if finding.effect == "error"]
    if seen.refusals:
        _refused(refusing, seen, config, into)
    elif refusing:
        into.claims.append(("error", "false_alarm"))
        into.disagreements += [
            Disagreement("false_alarm", "error", one.rule.id, f"the library shows {seen.effect}") for one in refusing
        ]
    else:
        _Accepted(judgement, seen, config, into).compare()
    return into


def _refused(refusing: list[Finding], seen: Observation, config: Config, into: Comparison) -> None:
    unexplained = [
        refusal
        for refusal in seen.refusals
        if not any(shows(one.rule, replace(seen, refusals=(refusal,)), config).shown for one in refusing)
    ]
    if refusing:
        into.hit("error")
        into.disagreements += [
            Disagreement("other_site", "error", _place(one), f"{one.exceptions[0]}: {_short(one.message)}")
            for one in unexplained
        ]
    else:
        first = unexplained[0]
        into.differs("missed", "error", _place(first), f"{first.exceptions[0]}: {_short(first.message)}")


def _place(refusal: Refusal) -> str:
    about = "" if refusal.field is None else f" ({refusal.field})"
    return (site_text(refusal.site) if refusal.site else refusal.exceptions[0]) + about


class _Accepted:
    """The comparison where the library accepted and the corpus said nothing else."""

    def __init__(self, judgement: Judgement, seen: Observation, config: Config, into: Comparison) -> None:
        self._findings = judgement.findings
        self._seen = seen
        self._config = config
        self._into = into
        self._spoken_for: set[str] = set()  # fields whose change or announcement some finding claims
        self._explained: set[str] = set()  # texts that are some rule's own words
        self._effective = judgement.to_door()["effective"]

    def compare(self) -> None:
        """Claims first: they explain what was seen."""
        for finding in self._findings:
            match finding.effect:
                case "dormant_silent":
                    self._silent(finding)
                case "warn" | "dormant_announced":
                    self._announced(finding)
                case "pass":
                    self._off(finding)
        self._changes()
        for message in self._seen.loud:
            self._message(message)
        self._values()

    def _silent(self, finding: Finding) -> None:
        for name in finding.fields:
            if name in self._spoken_for:
                continue
            self._spoken_for.add(name)
            if name not in self._seen.effective:
                self._into.differs("false_alarm", "dormant_silent", finding.rule.id, f"{name} is kept")
            elif self._seen.is_silent(name):
                self._into.hit("dormant_silent")
            else:
                self._into.differs("false_alarm", "dormant_silent", finding.rule.id, f"{name} is announced")

    def _announced(self, finding: Finding) -> None:
        said = announcement(finding.rule, self._seen, self._config)
        if said is None:
            detail = "; ".join(f"said instead: {_short(one.text)}" for one in self._seen.loud[:2]) or "nothing is said"
            self._into.differs("false_alarm", finding.effect, finding.rule.id, detail)
            return
        self._into.hit(finding.effect)
        # What one rule is about may be said more than once: before it is tried again, and after.
        self._explained.update(one.text for one in (said, *self._seen.loud) if self._is_own(finding, one))
        self._spoken_for.update(finding.fields)

    def _is_own(self, finding: Finding, said: Message) -> bool:
        alone = replace(self._seen, messages=(replace(said, level="WARNING"),))
        return announcement(finding.rule, alone, self._config) is not None

    def _off(self, finding: Finding) -> None:
        showing = shows(finding.rule, self._seen, self._config)
        if showing.shown:
            self._into.hit("pass")
        else:
            self._into.differs("false_alarm", "pass", finding.rule.id, "; ".join(showing.otherwise))

    def _changes(self) -> None:
        for name, value in self._seen.effective.items():
            if name not in self._spoken_for and not _converted(self._config.given.get(name), decode(value)):
                effect: Effect = "dormant_silent" if self._seen.is_silent(name) else "dormant_announced"
                self._into.differs("missed", effect, f"rewrite of {name}", f"{name} becomes {_short(repr(value))}")

    def _message(self, message: Message) -> None:
        if message.text in self._explained:
            return
        named = [name for name in self._config.given if message.names(name)]
        left = [name for name in named if name not in self._spoken_for and name not in self._seen.effective]
        if left or not named:
            place = site_text(message.site) if message.site else message.channel
            about = f" ({', '.join(sorted(left))})" if left else ""
            self._into.differs("missed", "dormant_announced", place + about, _short(message.text))

    def _values(self) -> None:
        for name, claimed in self._effective.items():
            self._into.effective += 1
            kept = name not in self._seen.effective
            seen = self._config.value(name) if kept else decode(self._seen.effective[name])
            if same(decode(claimed), seen) or (kept and isinstance(seen, str) and str(claimed) == seen):
                self._into.exact += 1
            else:
                causes = [one.rule.id for one in self._findings if name in one.effective]
                detail = f"{name} is {_short(repr(seen))}, not {_short(repr(claimed))}"
                effect = next(one.effect for one in self._findings if name in one.effective)
                self._into.disagreements.append(Disagreement("inexact", effect, causes[-1], detail))


def _converted(given: Any, seen: Any) -> bool:
    """Whether a list became a set of the same items: the library's own type of what was given, as a conversion is."""
    items = items_of(given)
    if items is None or not isinstance(seen, SetValue):
        return False
    return all(any(equal(one, other) for other in seen.items) for one in items) and all(
        any(equal(one, other) for other in items) for one in seen.items
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:157] + "…"
