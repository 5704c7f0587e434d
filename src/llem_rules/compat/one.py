"""One version: probe it, replay on it every rule whose subject exists there, and say what became of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from llem_rules.compat.existence import existing
from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.discovered import Discovered
from llem_rules.corpus.matrix import Cell, Sight
from llem_rules.corpus.versions import PRODUCERS, EngineVersions
from llem_rules.engines import Producer
from llem_rules.environments import Library
from llem_rules.environments.gears import Gears, reference_of
from llem_rules.probing import probe
from llem_rules.replay.run import replay_rules
from llem_rules.replay.verdict import Verdict
from llem_rules.rules.kinds import Model, RuleBase, to_document
from llem_rules.rules.observation import Observation

_LONGEST = 240
_NOT_REPLAYED = ("summary", "added_by", "cross_validated_by", "tags", "references", "applies_to")


class VersionResult(Model):
    """What a sweep knows of one version. ``rules``: digests of what was replayed, by rule."""

    engine: str
    version: str
    environment: dict[str, str]
    probes: dict[Producer, ProbeResult]
    rules: dict[str, str]
    cells: dict[str, Cell]


def digest_of(rule: RuleBase) -> str:
    """Equal for rules that claim the same and are replayed on the same cases."""
    claim = {name: value for name, value in to_document(rule).items() if name not in _NOT_REPLAYED}
    return hashlib.sha256(json.dumps(claim, sort_keys=True, default=repr).encode()).hexdigest()[:12]


def replay_version(
    library: Library,
    rules: Sequence[RuleBase],
    versions: EngineVersions,
    pinned: EngineVersions,
    discovered: Discovered | None,
    *,
    share: float | None,
) -> VersionResult:
    """Replay rules in an entered session of ``versions``. ``share``: of cases that both gears see; None: the reference alone.

    Raises:
        Failure: (3) the library did not answer.
    """
    reference = reference_of(library)
    older = versions.is_before(pinned)
    probes = {one: probe(reference, reference.engine, versions, one, older=older) for one in PRODUCERS}
    there = existing(reference, rules, probes.values(), discovered)
    lacking = {rule.id: there.lacks(rule) for rule in rules}
    left = [rule for rule in rules if lacking[rule.id] is None]
    result = replay_rules(library if share is None else Gears(library, share=share), left, lambda _done, _total: None)
    cells = {name: Cell(state="absent", why=why) for name, why in lacking.items() if why is not None}
    cells |= {verdict.rule.id: cell_of(verdict) for verdict in result.verdicts}
    facts = result.facts
    environment = {"python": facts.python, "device": facts.device}
    if "torch" in facts.packages:
        environment["torch"] = facts.packages["torch"]
    return VersionResult(
        engine=versions.engine,
        version=versions.library.current_version,
        environment=environment,
        probes=probes,
        rules={rule.id: digest_of(rule) for rule in rules},
        cells=dict(sorted(cells.items())),
    )


def cell_of(verdict: Verdict) -> Cell:
    """What a verdict says of a rule that may be older or younger than the version."""
    positive = _sight(verdict.positive_verdict, verdict.positive)
    negative = _sight(verdict.negative_verdict, verdict.negative)
    if verdict.outcome == "confirmed":
        return Cell(state="fires", positive=positive, negative=negative)
    if verdict.outcome == "unchecked":
        return Cell(state="unchecked", why=_cut(verdict.unchecked or "not seen"))
    first = verdict.divergences[0]
    where = "" if first.where == "point" else f" on its {first.where}"
    on = f" on {json.dumps(dict(first.kwargs), default=repr)}" if first.where == "point" else ""
    why = _cut(f"{first.kind}{where}: {first.detail}{on}")
    return Cell(state="changed", why=why, positive=positive, negative=negative)


def _sight(verdict: str, seen: Observation) -> Sight:
    if seen.unchecked:
        return Sight(verdict=verdict, message=_cut(": ".join(seen.unchecked)))
    found: dict[str, Any] = {"effect": seen.effect}
    if seen.refusals:
        found |= {"exception": seen.refusals[0].exceptions[0], "message": _cut(seen.refusals[0].message)}
    elif seen.loud:
        found["message"] = _cut(seen.loud[0].text)
    if seen.site is not None:
        found["site"] = f"{seen.site['file']}:{seen.site['function']}"
    if seen.effective:
        found["effective"] = json.loads(json.dumps(dict(seen.effective), default=repr))
    return Sight(verdict=verdict, **found)


def _cut(text: str) -> str:
    plain = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
