"""Both answers to a config: the corpus's, and the library's to the stage that configs are taken to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.check import Corpus, Judgement
from llem_rules.environments import Library
from llem_rules.environments.gears import confirmed
from llem_rules.replay.plan import Point
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import REACHES, Reach
from llem_rules.rules.observation import Observation, texts_of
from llem_rules.verification.comparing import Comparison, compare

Kwargs = Mapping[str, Any]
Progress = Callable[[int, int], None]  # cases done, cases in all


@dataclass(frozen=True)
class Answered:
    """One config with both answers. ``comparison`` is None where the library's could not be had."""

    native_type: str
    kwargs: Kwargs
    judgement: Judgement
    seen: Observation
    comparison: Comparison | None


class Oracle:
    """Asks the corpus and an entered session. ``defaults``: of each native type, decoded.

    The corpus is asked without the rules of stages that configs are not taken to.
    """

    def __init__(self, library: Library, corpus: Corpus, defaults: Mapping[str, Mapping[str, Any]]) -> None:
        self.defaults = defaults
        self._library = library
        rules = [
            rule for rule in corpus.rules if REACHES.index(rule.reach) <= REACHES.index(self.reach(rule.native_type))
        ]
        self.corpus = Corpus(corpus.engine, corpus.version, rules, defaults)
        self._surroundings = library.facts.surroundings
        self._usual: dict[str, frozenset[str]] = {}

    def reach(self, native_type: str) -> Reach:
        """The farthest stage that builds and validates a config, short of using it."""
        about = self._library.engine.native_types.get(native_type)
        reaches = [one for one in REACHES if about is not None and one in about.reaches and one != "generate"]
        return reaches[-1] if reaches else "construct"

    def judge(self, native_type: str, kwargs: Kwargs) -> Judgement:
        """What the corpus says."""
        return self.corpus.judge(native_type, kwargs, self._surroundings)

    def config(self, native_type: str, kwargs: Kwargs) -> Config:
        """The config as the evaluator sees it."""
        return Config.of(kwargs, self.defaults.get(native_type, {}), surroundings=self._surroundings)

    def observe(
        self, configs: Sequence[tuple[str, Kwargs]], progress: Progress = lambda _done, _total: None
    ) -> list[Observation]:
        """What the library did with each config, in their order."""
        raw = self._see(configs, progress)
        return [self._read(native_type, one) for (native_type, _), one in zip(configs, raw, strict=True)]

    def _see(self, configs: Sequence[tuple[str, Kwargs]], progress: Progress) -> list[dict[str, Any]]:
        self._learn_usual(native_type for native_type, _ in configs)
        done = [0]

        def tell(_index: int, _raw: Mapping[str, Any]) -> None:
            done[0] += 1
            progress(done[0], len(configs))

        return self._library.run([self._request(*config) for config in configs], tell)

    def _read(self, native_type: str, raw: Mapping[str, Any]) -> Observation:
        return Observation.from_raw(raw, self._usual[native_type])

    def ask(
        self, configs: Sequence[tuple[str, Kwargs]], progress: Progress = lambda _done, _total: None
    ) -> list[Answered]:
        """Both answers to each config, compared. Where they disagree, the library was asked in the reference gear too."""
        raw = self._see(configs, progress)
        answers = [
            self._answered(*config, self._read(config[0], one)) for config, one in zip(configs, raw, strict=True)
        ]
        surprising = [index for index, one in enumerate(answers) if one.comparison and one.comparison.disagreements]
        again = confirmed(self._library, [self._request(*config) for config in configs], raw, surprising)
        return [
            answer if after is before else self._answered(*config, self._read(config[0], after))
            for config, answer, before, after in zip(configs, answers, raw, again, strict=True)
        ]

    def _answered(self, native_type: str, kwargs: Kwargs, seen: Observation) -> Answered:
        judgement = self.judge(native_type, kwargs)
        if seen.unchecked:
            return Answered(native_type, kwargs, judgement, seen, None)
        comparison = compare(judgement, seen, self.config(native_type, kwargs))
        return Answered(native_type, kwargs, judgement, seen, comparison)

    def _request(self, native_type: str, kwargs: Kwargs) -> dict[str, Any]:
        return Point(native_type, kwargs, self.reach(native_type)).request()

    def _learn_usual(self, native_types: Iterable[str]) -> None:
        new = sorted(set(native_types) - self._usual.keys())
        raw = self._library.run([self._request(name, {}) for name in new]) if new else []
        self._usual.update({name: texts_of(one) for name, one in zip(new, raw, strict=True)})
