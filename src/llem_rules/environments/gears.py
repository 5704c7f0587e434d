"""Two gears: most cases share a process (fast), and what they show is checked against a process for each case (reference).

A case is seen in the reference too when it is in the sample, when it is asked twice, or when its observation surprises.
Every other goes through the fast gear twice, the second time in other processes and in the opposite order: what one case
leaves behind for another then shows as a difference, and is seen in the reference. Where the gears differ, and the reference
agrees with itself, the native type goes back into the reference gear, with all of its cases. What the fast gear cannot see (it
crashed, hung, started a process, drew random numbers) is seen in the reference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from llem_rules.engines import Engine
from llem_rules.environments.facts import Facts
from llem_rules.environments.memory import Library
from llem_rules.environments.session import FAST, TURNED, Case, Done, Observation

Gear = Literal["fast", "reference"]
SHARE = 0.05
_USED = "generate"  # a config's use makes forks of its own, and is slow for other reasons


@dataclass
class Checks:
    """Which cases were seen in both gears by plan, and on which they disagreed, each by the key of its case.

    One that the fast gear could not see counts among the checked: it was seen in the reference.

    ``back``: native types that are in the reference gear again, with the kwargs that put them there.
    """

    checked: set[str] = field(default_factory=set)
    disagreed: set[str] = field(default_factory=set)
    back: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The same as JSON holds it, in one order."""
        back = {name: dict(kwargs) for name, kwargs in sorted(self.back.items())}
        return {"checked": sorted(self.checked), "disagreed": sorted(self.disagreed), "back": back}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """The account that ``plain`` wrote."""
        return cls(set(plain["checked"]), set(plain["disagreed"]), dict(plain["back"]))

    @classmethod
    def together(cls, accounts: Iterable[Self]) -> Self:
        """The account of several runs as one."""
        whole = cls()
        for one in accounts:
            whole.checked |= one.checked
            whole.disagreed |= one.disagreed
            whole.back |= {name: kwargs for name, kwargs in one.back.items() if name not in whole.back}
        return whole


class Gears:
    """A library whose cases are seen in the fast gear, as far as it goes. ``share``: of cases that are in the sample.

    The sample is a matter of each case and the seed alone, so that it is the same in every run and every shard.
    """

    def __init__(self, library: Library, *, share: float = SHARE, seed: int = 0) -> None:
        self.engine: Engine = library.engine
        self.checks = Checks()
        self.reference = library
        self._share = share
        self._seed = seed

    @property
    def facts(self) -> Facts:
        """What is known of the environment."""
        return self.reference.facts

    def run(self, cases: Iterable[Case], done: Done | None = None) -> list[Observation]:
        """Put every case to the library. One that is asked twice is asked once in each gear."""
        run = _Run(self, list(cases), done or (lambda _index, _answer: None))
        run.see()
        return run.answers

    def confirm(
        self, cases: Sequence[Case], seen: Sequence[Observation], surprising: Iterable[int]
    ) -> list[Observation]:
        """See what surprises in the reference gear too; the observations as they are then."""
        run = _Run(self, list(cases), lambda _index, _answer: None)
        run.answers = list(seen)
        run.compare([index for index in surprising if index in run.fast], counted=False)
        run.put_back()
        return run.answers

    def takes(self, case: Case) -> bool:
        """Whether the fast gear is for this case."""
        special = "op" in case or "timeout_s" in case or case.get("reach") == _USED
        return not special and case["native_type"] not in self.checks.back and not self.facts.fork_unclean

    def samples(self, case: Case) -> bool:
        """Whether a case is in the sample. The empty config of a native type always is."""
        digest = hashlib.sha256(f"{self._seed} {key_of(case)}".encode()).digest()
        return not case.get("kwargs") or int.from_bytes(digest[:8], "big") < self._share * 2**64


class _Run:
    """One run of cases. ``fast``: the indices of those that go in the fast gear, each the first of its kind."""

    def __init__(self, gears: Gears, cases: list[Case], done: Done) -> None:
        self.answers: list[Observation] = [{} for _ in cases]
        self._gears = gears
        self._checks = gears.checks
        self._cases = cases
        self._done = done
        firsts: dict[str, int] = {}
        self._again: dict[int, list[int]] = {}
        for index, case in enumerate(cases):
            if gears.takes(case):
                first = firsts.setdefault(key_of(case), index)
                self._again.setdefault(first, []).append(index)
        self.fast = set(firsts.values())
        self._turned: dict[int, Observation] = {}

    def see(self) -> None:
        """All of it."""
        rest = [index for index in range(len(self._cases)) if index not in self.fast]
        order = sorted(self.fast)
        self._take(order, self._shared(order, FAST, self._teller(order)))
        turned = [index for index in reversed(order) if not self._is_checked(index)]
        self._turned = dict(zip(turned, self._shared(turned, TURNED), strict=True))
        # Later occurrences are the reference's from the start, and the check of the first.
        self._take(rest, self._reference(rest, self._teller(rest)))
        unseen = [index for index in order if "unchecked" in self.answers[index]]
        # A case may run out of time on a busy machine only: the count is the same in every run.
        self._checks.checked |= {self._key(index) for index in unseen if self._is_checked(index)}
        self._reask(unseen)
        self.compare([index for index in order if index in self.fast and self._is_checked(index)])
        # Two sights may differ for once, on a busy machine: the evidence counts what is checked in every run.
        differing = [index for index in order if not self._as_turned(index, self.answers[index])]
        self.compare([index for index in differing if index in self.fast], counted=False)
        self.put_back()

    def _is_checked(self, index: int) -> bool:
        return len(self._again[index]) > 1 or self._gears.samples(self._cases[index])

    def _as_turned(self, index: int, answer: Observation) -> bool:
        """Whether an answer is the one of the second sight too, where that came to anything."""
        turned = self._turned.get(index, {"unchecked": {}})
        return "unchecked" in turned or same(turned, answer)

    def compare(self, indices: Sequence[int], *, counted: bool = True) -> None:
        """See cases in the reference gear too, and note which native types have to go back."""
        new = [index for index in indices if self._key(index) not in self._checks.checked]
        if counted:
            self._checks.checked |= {self._key(index) for index in new}
        alone = [index for index in new if len(self._again[index]) == 1]
        seen = dict(zip(alone, self._reference(alone), strict=True))
        seen |= {index: self.answers[self._again[index][1]] for index in new if index not in seen}
        differing = [i for i in new if not same(self.answers[i], seen[i]) or not self._as_turned(i, seen[i])]
        # Twice as a run of its own: a session that remembers tells the first from the second time.
        twice = self._reference([index for index in differing for _ in range(2)])
        for index, second in zip(differing, twice[1::2], strict=True):
            if same(seen[index], second):
                self._checks.disagreed.add(self._key(index))
                self._checks.back.setdefault(str(self._cases[index]["native_type"]), self._cases[index]["kwargs"])
            for position, answer in zip(self._again[index], (second, seen[index]), strict=False):
                self.answers[position] = answer
        # The same that was seen, but from the gear that counts.
        for index in alone:
            self.answers[index] = seen[index]

    def put_back(self) -> None:
        """Ask all cases of native types that went back again, in the reference gear."""
        self._reask([index for index in sorted(self.fast) if self._cases[index]["native_type"] in self._checks.back])

    def _reask(self, indices: list[int]) -> None:
        self._take(indices, self._reference(indices))
        self.fast -= set(indices)

    def _shared(self, indices: Sequence[int], gear: str, done: Done | None = None) -> list[Observation]:
        return self._gears.reference.run([{**self._cases[index], "gear": gear} for index in indices], done)

    def _reference(self, indices: Sequence[int], done: Done | None = None) -> list[Observation]:
        if not indices:
            return []
        return self._gears.reference.run([self._cases[index] for index in indices], done)

    def _take(self, indices: Sequence[int], answers: Sequence[Observation]) -> None:
        for index, answer in zip(indices, answers, strict=True):
            self.answers[index] = answer

    def _teller(self, order: Sequence[int]) -> Done:
        return lambda position, answer: self._done(order[position], answer)

    def _key(self, index: int) -> str:
        return key_of(self._cases[index])


def key_of(case: Case) -> str:
    """Equal for equal cases; short enough to be kept."""
    return hashlib.sha256(json.dumps(case, sort_keys=True, default=repr).encode("utf-8", "surrogatepass")).hexdigest()[
        :16
    ]


def same(one: Observation, other: Observation) -> bool:
    """Whether two raw observations are the same, durations apart."""
    return _lasting(one) == _lasting(other)


def lasting(answer: Observation) -> Observation:
    """A raw observation without what differs in every run."""
    return {name: value for name, value in answer.items() if name != "duration_ms"}


def _lasting(answer: Observation) -> str:
    return json.dumps(lasting(answer), sort_keys=True)


def confirmed(
    library: Library, cases: Sequence[Case], seen: Sequence[Observation], surprising: Iterable[int]
) -> list[Observation]:
    """Observations of which those that surprise were seen in the reference gear."""
    return library.confirm(cases, seen, surprising) if isinstance(library, Gears) else list(seen)


def reference_of(library: Library) -> Library:
    """The library where every case has a process of its own."""
    return library.reference if isinstance(library, Gears) else library
