"""Probing one native type: look around, take up every effect that was seen, and infer when it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from llem_rules.environments import Library
from llem_rules.mining.dynamic.aims import Aim, aims_of
from llem_rules.mining.dynamic.candidates import candidate_of
from llem_rules.mining.dynamic.explore import Explorer
from llem_rules.mining.dynamic.hints import Hints
from llem_rules.mining.dynamic.inference import Inference
from llem_rules.mining.dynamic.inferred import CannotTell
from llem_rules.mining.dynamic.oracle import BudgetSpent, Oracle
from llem_rules.mining.dynamic.pools import Pools
from llem_rules.mining.model import Candidate, EffectSite
from llem_rules.rules.kinds import Reach


@dataclass(frozen=True)
class Untold:
    """An effect that was seen, or a site that was wanted, and why there is no candidate for it.

    ``sites``: those of the targets that it is about.
    """

    native_type: str
    about: str
    why: str
    examples: tuple[Mapping[str, Any], ...] = ()
    sites: tuple[EffectSite, ...] = ()


@dataclass(frozen=True)
class Probed:
    """``tested``: a candidate's number of fresh points that its predicate classified without an error.

    ``reached``: the sites among the targets that the candidates are about.
    """

    candidates: tuple[Candidate, ...]
    untold: tuple[Untold, ...]
    cases: int
    tested: tuple[int, ...]
    reached: tuple[EffectSite, ...] = ()


def probe(
    library: Library,
    native_type: str,
    fields: Mapping[str, Any],
    hints: Hints | None = None,
    targets: Sequence[EffectSite] = (),
    *,
    budget: int = 10_000,
    seed: int = 0,
    reach: Reach | None = None,
) -> Probed:
    """Infer when each effect of a native type shows.

    ``fields``: what may be given, with decoded defaults (``fields_of_type``). ``hints``: of the source (``hints_from``).
    ``targets``: the sites of interest; where there are none, every effect that is seen. ``budget``: cases that may be put to
    the library. ``reach``: by default ``validate`` where the type has that stage, else ``construct``.

    The same arguments and the same library give the same result.
    """
    known = hints or Hints()
    about = library.engine.native_types.get(native_type)
    wanted: Reach = reach or ("validate" if about is not None and about.validate else "construct")
    if budget < 1:
        return Probed((), (Untold(native_type, "everything", "the budget was spent"),), 0, ())
    oracle = Oracle(library, native_type, wanted, fields, budget)
    if oracle.empty.observation.unchecked:
        why = ": ".join(oracle.empty.observation.unchecked)
        return Probed((), (Untold(native_type, "everything", why),), oracle.used, ())
    pools = Pools(fields, known)
    explorer = Explorer(oracle, pools, known, Random(seed))
    candidates: list[Candidate] = []
    tested: list[int] = []
    untold: list[Untold] = []
    reached: list[EffectSite] = []
    if not explorer.look():
        untold.append(
            Untold(native_type, "the first look", "its share of the budget ended before everything was tried")
        )
    aims = _wanted(aims_of(oracle.memory.values()), targets)
    if (
        targets
    ):  # what may depend on few fields costs little, and must not find the budget spent by what depends on many
        aims.sort(
            key=lambda aim: len({n for one in targets if is_at(aim, one) for n in known.near.get(one.key, fields)})
        )
    for number, aim in enumerate(aims):
        sites = tuple(site for site in targets if is_at(aim, site))
        near = [name for site in sites for name in known.near.get(site.key, ())] if targets else None
        inference = Inference(oracle, aim, pools, known, explorer, Random(f"{seed} {aim.words}"), near)
        try:
            # What is left is shared: one effect that is hard to tell must not cost the others theirs.
            with oracle.share(len(aims) - number):
                found = inference.run()
                candidates.append(candidate_of(found, oracle, targets))
            tested.append(found.tested)
            reached += sites
        except (CannotTell, BudgetSpent) as why:
            examples = [seen.point for seen in oracle.memory.values() if aim.label(seen)]
            examples.sort(key=lambda point: (len(point), repr(point)))
            reason = "the budget was spent" if isinstance(why, BudgetSpent) else str(why)
            untold.append(Untold(native_type, aim.words, reason, tuple(examples[:3]), sites))
    untold += _never_seen(native_type, aims, targets)
    return Probed(tuple(_named(candidates)), tuple(untold), oracle.used, tuple(tested), tuple(reached))


def _wanted(aims: list[Aim], targets: Sequence[EffectSite]) -> list[Aim]:
    """The aims at the targets; then what else shows in their lines, such as an operand of the wrong type."""
    if not targets:
        return aims
    own = [aim for aim in aims if any(is_at(aim, site) for site in targets)]
    lines = {(site.file, site.line) for site in targets}
    beside = [aim for aim in aims if (one := aim.signature) is not None and (one.file, one.line) in lines]
    return [*own, *(aim for aim in beside if aim not in own)]


_SPEAKS = {"raise": "refusal", "constraint": "refusal", "warn": "message", "log": "message"}


def is_at(aim: Aim, site: EffectSite) -> bool:
    """Whether what an aim is about shows at a site."""
    one = aim.signature
    if one is None:
        return site.kind == "rewrite" and site.field == aim.field
    if site.kind == "constraint":
        return bool(one.field) and site.field == one.field
    same = one.file == site.file and one.function.rpartition(".")[2] == site.function.rpartition(".")[2]
    if site.kind == "collect":  # a collected issue is announced by name, elsewhere in its function
        return same and site.field in one.mentions
    raised = site.kind != "raise" or site.exception in (None, one.exception)
    return same and raised and one.line == site.line and one.kind == _SPEAKS.get(site.kind)


def _never_seen(native_type: str, aims: Sequence[Aim], targets: Sequence[EffectSite]) -> list[Untold]:
    return [
        Untold(
            native_type,
            f"{site.kind} at {site.file}:{site.function}:{site.line}",
            "no case that was tried shows it",
            sites=(site,),
        )
        for site in targets
        if not any(is_at(aim, site) for aim in aims)
    ]


def _named(candidates: Sequence[Candidate]) -> list[Candidate]:
    """No two of one name: the second and later ones are counted."""
    times: dict[str, int] = {}
    named = []
    for one in candidates:
        times[one.name] = nth = times.get(one.name, 0) + 1
        named.append(one if nth == 1 else replace(one, name=f"{one.name}-{nth}"))
    return named
