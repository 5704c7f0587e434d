"""Proposals held against the live library by the same replay that proves every rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llem_rules.engines import Engine
from llem_rules.replay.verdict import Verdict
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.runtime.proposals import Proposal

Replay = Callable[[Sequence[RuleBase]], Sequence[Verdict]]


def confirmed(
    proposals: Sequence[Proposal], book: Sequence[RuleBase], engine: Engine, replay: Replay, library: str
) -> list[Proposal]:
    """The proposals with what replay said of each, in their order. ``library``: its name and version, for the comment.

    A proposal whose stage is not known is tried at each stage of its type, the earliest first.
    """
    done: dict[str, Proposal] = {}
    left = list(proposals)
    taken = {str(one.document["native_type"]) for one in proposals}
    stages = max((len(_stages(one, engine)) for one in proposals), default=0)
    for turn in range(stages):
        tried = [(one, _at(one, _stages(one, engine), turn)) for one in left]
        rules = {document["id"]: rule_from(document) for _, document in tried}
        others = [rule for rule in book if rule.native_type in taken and rule.id not in rules]
        verdicts = {one.rule.id: one for one in replay([*rules.values(), *others]) if one.rule.id in rules}
        left = []
        for proposal, document in tried:
            verdict = verdicts[proposal.id]
            done[proposal.id] = proposal.judged(
                document, confirmed=verdict.outcome == "confirmed", why=_why(verdict, library)
            )
            if verdict.outcome != "confirmed" and turn + 1 < len(_stages(proposal, engine)):
                left.append(proposal)
        if not left:
            break
    return [done[one.id] for one in proposals]


def _stages(proposal: Proposal, engine: Engine) -> tuple[str, ...]:
    about = engine.native_types.get(str(proposal.document["native_type"]))
    if about is None or not any(question.startswith("reach:") for question in proposal.questions):
        return (str(proposal.document.get("reach", "construct")),)
    return about.reaches


def _at(proposal: Proposal, stages: Sequence[str], turn: int) -> dict[str, object]:
    stage = stages[min(turn, len(stages) - 1)]
    return {**proposal.document, **({"reach": stage} if stage != "construct" else {})}


def _why(verdict: Verdict, library: str) -> str:
    if verdict.outcome == "confirmed":
        return f"{library}, {verdict.proof or 'state'}"
    if verdict.outcome == "unchecked":
        return f"{library}: unchecked, {verdict.unchecked}"
    first = verdict.divergences[0]
    return f"{library}: {first.kind} on {dict(first.kwargs)}: {first.detail}"
