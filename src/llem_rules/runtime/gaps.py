"""What a study showed and no rule explains, with the condition where the study can tell it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from llem_rules.check import Corpus
from llem_rules.mining.dynamic.aims import Aim, aims_of
from llem_rules.mining.dynamic.inferred import CannotTell
from llem_rules.mining.dynamic.signatures import Seen
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.values import equal
from llem_rules.runtime.atoms import Hints
from llem_rules.runtime.explaining import Explainer
from llem_rules.runtime.inferring import Contrast, Told
from llem_rules.runtime.sampling import MANY, infer_from_many
from llem_rules.runtime.sightings import Sightings
from llem_rules.runtime.wording import requirements

Source = Literal["runtime-warnings", "equivalence-groups"]
MOST_CASES = 20_000  # distinct configs of one native type that are looked at, evenly spread
MOST_LOOKED_AT = 1_000  # hits of one effect that are held against the corpus
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w])")


@dataclass(frozen=True)
class Untold:
    """An effect whose condition the study cannot tell."""

    aim: Aim
    reason: str
    hits: tuple[Seen, ...]


@dataclass
class Gaps:
    """All of one native type. ``explained``: effects (by signature) that the corpus explains wherever they showed.

    ``on_the_way``: messages that were said only where the config was refused in the end: the refusal has its own condition.
    """

    native_type: str
    told: list[Told] = field(default_factory=list)
    untold: list[Untold] = field(default_factory=list)
    explained: int = 0
    on_the_way: int = 0

    def take(self, gap: Told | Untold) -> None:
        """Add one."""
        if isinstance(gap, Told):
            self.told.append(gap)
        else:
            self.untold.append(gap)


def gaps_of(sightings: Sightings, corpus: Corpus, rules: Iterable[RuleBase], source: Source) -> Gaps:
    """The gaps of one native type that a source shows: what was said or raised, or what was rewritten in silence."""
    seen = sightings.seen[:: -(-len(sightings.seen) // MOST_CASES) or 1]
    found = Gaps(sightings.native_type)
    examiner = _Examiner(sightings.native_type, seen, corpus, Explainer(rules), found)
    ways: dict[tuple[str, bool], list[Told | Untold]] = defaultdict(list)
    for aim in _aims(seen, source):
        gap = examiner.examine(aim)
        if gap is not None and aim.signature is None:
            ways[aim.field, aim.announced].append(gap)
        elif gap is not None:
            found.take(gap)
    for (name, announced), gaps in ways.items():
        for gap in _joined(gaps, Aim(field=name, announced=announced), examiner):
            found.take(gap)
    return found


def _joined(gaps: list[Told | Untold], whole: Aim, examiner: _Examiner) -> list[Told | Untold]:
    """One rewriting for a field that becomes several things, where its condition is simpler than theirs together."""
    if len(gaps) == 1:
        return gaps
    told = [gap for gap in gaps if isinstance(gap, Told)]
    joined = examiner.examine(whole)
    if isinstance(joined, Told) and (len(told) < len(gaps) or joined.cost < sum(one.cost for one in told)):
        return [joined]
    return gaps


class _Examiner:
    """Looks at one effect of one native type after the other."""

    def __init__(
        self, native_type: str, seen: Sequence[Seen], corpus: Corpus, explainer: Explainer, counts: Gaps
    ) -> None:
        self._native_type, self._seen, self._explainer, self._counts = native_type, seen, explainer, counts
        self._defaults = corpus.defaults(native_type)
        self._fields = _fields(seen)
        self._contrast: Contrast | None = None

    def examine(self, aim: Aim) -> Told | Untold | None:
        """What can be told of it; None where the corpus explains it, or it was said on the way to a refusal."""
        labels = [aim.label(one) for one in self._seen]
        if _on_the_way(aim, self._seen, labels):
            self._counts.on_the_way += 1
            return None
        left = _unexplained(labels, self._seen, aim, self._explainer, self._native_type)
        if not any(left):
            self._counts.explained += 1
            return None
        hits = tuple(one for one, label in zip(self._seen, left, strict=True) if label)
        hints = _hints(aim, hits, self._fields, self._defaults)
        try:
            return _telling(self._infer(aim, left, hints), self._defaults)
        except CannotTell as reason:
            return Untold(aim, str(reason), hits)

    def _infer(self, aim: Aim, labels: Sequence[bool | None], hints: Hints) -> Told:
        if len(self._seen) > MANY:
            return infer_from_many(self._seen, labels, self._fields, aim, hints)
        self._contrast = self._contrast or Contrast(self._seen, self._fields)
        return self._contrast.infer(aim, labels, hints)


def _aims(seen: Sequence[Seen], source: Source) -> Iterator[Aim]:
    for aim in aims_of(seen):
        silent = aim.signature is None and not aim.announced
        if silent == (source == "equivalence-groups"):
            yield aim


def _telling(told: Told, defaults: Mapping[str, Any]) -> Told:
    """The same, unless it would hold for a config in which nothing is given.

    Raises:
        CannotTell: it would.
    """
    if compile_predicate(parse_predicate(told.plain))(Config({}, defaults)) is True:
        raise CannotTell(
            f"it seems to show where nothing is given, too ({told.plain}): it speaks of the place, not of a config"
        )
    return told


def _on_the_way(aim: Aim, seen: Sequence[Seen], labels: Sequence[bool | None]) -> bool:
    if aim.signature is None or aim.signature.kind != "message":
        return False
    return all(one.refused for one, label in zip(seen, labels, strict=True) if label)


def _unexplained(
    labels: list[bool | None], seen: Sequence[Seen], aim: Aim, explainer: Explainer, native_type: str
) -> list[bool | None]:
    """Labels in which what the corpus explains is left out: it is neither for nor against another condition.

    Where what is left always says the very same, a config on which a rule explains other words is one without it.
    """
    hits = [index for index, label in enumerate(labels) if label]
    step = max(1, -(-len(hits) // MOST_LOOKED_AT))
    left: list[bool | None] = [None if label else label for label in labels]
    for index in hits[::step]:
        if not explainer.explains(native_type, seen[index], aim):
            left[index] = True
    if aim.signature is not None:
        said = {seen[index].shown[aim.signature] for index in hits if left[index]}
        looked = {index for index in hits[::step] if left[index] is None}
        others = {seen[index].shown[aim.signature] for index in looked}
        if len(said) == 1 and not said & others:
            for index in looked:
                left[index] = False
    return left


def _fields(seen: Sequence[Seen]) -> list[str]:
    """Fields that the study gives, in a fixed order."""
    return sorted({name for one in seen for name in one.point})


def _named(aim: Aim, hits: Sequence[Seen], fields: Sequence[str]) -> list[str]:
    """Fields that the effect is about: named by it, by its words, or the one that was rewritten."""
    if aim.signature is None:
        return [aim.field]
    named = [aim.signature.field] if aim.signature.field else list(aim.signature.mentions)
    texts = {one.shown[aim.signature] for one in hits[:50] if aim.signature in one.shown}
    quiet = {message.text for one in hits[:50] for message in one.observation.messages if not message.loud}
    for text in (*texts, *(one for one in quiet if any(re.search(rf"\b{re.escape(n)}\b", one) for n in named))):
        named += [name for name in fields if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return list(dict.fromkeys(named))


def _hints(aim: Aim, hits: Sequence[Seen], fields: Sequence[str], defaults: Mapping[str, Any]) -> Hints:
    """Beside the fields that are named: their defaults, the numbers that every message has, and what the messages ask for."""
    texts = (
        [] if aim.signature is None else [one.shown[aim.signature] for one in hits[:50] if aim.signature in one.shown]
    )
    sets = [set(_NUMBER.findall(text)) for text in texts]
    common = [_number(text) for text in sorted(set.intersection(*sets))] if sets else []
    own = {name: [defaults[name]] if name in defaults else [] for name in fields}
    likely = {
        name: [*known, *(one for one in (*common, 0, 1) if not _among(one, known))] for name, known in own.items()
    }
    return Hints(tuple(_named(aim, hits, fields)), likely, tuple(requirements(texts)))


def _number(text: str) -> float:
    return float(text) if re.search(r"[.eE]", text) else int(text)


def _among(value: Any, known: Iterable[Any]) -> bool:
    return any(equal(value, one) for one in known)
