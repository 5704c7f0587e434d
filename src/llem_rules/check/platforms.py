"""One config on several platforms: judged once where no rule asks, and once for each where the answers may differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llem_rules.check.corpus import Corpus
from llem_rules.check.here import HERE, runs_here
from llem_rules.check.judgement import AnyRule, Finding, Judgement, worst_first
from llem_rules.rules.config import Surroundings
from llem_rules.rules.predicates import Surrounding, walk

PLATFORMS = ("cpu", "cuda")
Key = tuple[str, tuple[str, ...]]  # a rule, and where in the config


def around(package: str, device: str | None, *, here: bool) -> Surroundings:
    """What is known of the place that configs for an engine, by its package, are judged for.

    That is the checkpoints on this machine and, ``here``, all of it: they run on this machine. ``device``: see ``on_platform``.
    """
    return runs_here(package, device) if here else on_platform(device)


def on_platform(device: str | None) -> Surroundings:
    """What is known of this machine's files, and of the device that a config is for; None: of no device."""
    return HERE if device is None else replace(HERE, platform={"device": device})


@dataclass(frozen=True)
class OnPlatforms:
    """``judgement`` holds what is found on any platform; ``only`` names the platforms of what is not found on all of them."""

    judgement: Judgement
    by_platform: Mapping[str, Judgement]
    only: Mapping[Key, tuple[str, ...]]

    def where(self, finding: Finding) -> tuple[str, ...]:
        """The platforms that a finding is limited to; empty where it holds on all that were asked for."""
        return self.only.get(_key(finding), ())

    def apart(self) -> Iterator[tuple[Finding, tuple[str, ...]]]:
        """What something comes of on some of the platforms alone, with their names; worst first."""
        for finding in self.judgement.findings:
            told = tuple(name for name in self.where(finding) if _tells(self.by_platform[name], finding))
            if told:
                yield finding, told

    def to_door(self) -> dict[str, Any]:
        """The machine door's answer: of what holds on every platform, and under ``differs`` of each where they differ."""
        answers = {name: one.to_door() for name, one in self.by_platform.items()}
        first = next(iter(answers.values()))
        if all(one == first for one in answers.values()):
            return first
        agreed = tuple(one for one in self.judgement.findings if not self.where(one))
        return {**replace(self.judgement, findings=agreed).to_door(), "differs": answers}


def _tells(judgement: Judgement, finding: Finding) -> bool:
    return any(_key(one) == _key(finding) for one in judgement.telling)


def _key(finding: Finding) -> Key:
    return (finding.rule.id, finding.within)


def ask_platforms(rules: Sequence[AnyRule]) -> bool:
    """Whether one of some rules asks for the device."""
    return any(
        isinstance(part, Surrounding) and part.domain == "platform" for one in rules for part in walk(one.predicate)
    )


def judge_on(
    corpus: Corpus,
    native_type: str,
    kwargs: Mapping[str, Any],
    platforms: Sequence[str] = PLATFORMS,
    surroundings: Surroundings = HERE,
    judge: Callable[[Corpus, str, Mapping[str, Any], Surroundings], Judgement] = Corpus.judge,
) -> OnPlatforms:
    """Judge a config on each of some platforms. ``judge``: ``judge_whole`` for what stands in its fields as well."""
    first = judge(corpus, native_type, kwargs, surroundings)
    if not first.undecided:
        return OnPlatforms(first, dict.fromkeys(platforms, first), {})
    facts = surroundings.platform or {}
    told = {
        name: judge(corpus, native_type, kwargs, replace(surroundings, platform={**facts, "device": name}))
        for name in platforms
    }
    found = {_key(one): one for judgement in told.values() for one in judgement.findings}
    on = {
        key: tuple(name for name, judgement in told.items() if any(_key(one) == key for one in judgement.findings))
        for key in found
    }
    undecided = {one.id: one for judgement in told.values() for one in judgement.undecided}
    judgement = Judgement(native_type, worst_first(list(found.values())), tuple(undecided.values()), first.unknown)
    return OnPlatforms(judgement, told, {key: names for key, names in on.items() if len(names) < len(platforms)})
