"""A verification as plain values: one shape for text, JSON and the committed page."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.environments.gears import Checks
from llem_rules.environments.wire import with_string_keys
from llem_rules.replay.evidence import isolation_of
from llem_rules.verification.accepted import AcceptedResult
from llem_rules.verification.causes import Cause, Minimal
from llem_rules.verification.run import Verification
from llem_rules.verification.scores import Scores, summed

ERROR_RECALL, DORMANT_RECALL = 0.95, 0.9


@dataclass(frozen=True)
class VerifyResult:
    """A verification and how it was come by.

    ``seed`` is None where saved configs were replayed, ``checks`` where every case had a process of its own.
    """

    verification: Verification
    library: str
    seed: int | None
    seconds: float
    remembered: int
    checks: Checks | None = None

    @property
    def whole(self) -> Scores:
        """The scores of all native types."""
        return summed(self.verification.scores.values())

    @property
    def bars(self) -> dict[str, bool]:
        """What a corpus must reach; replayed configs must be without any disagreement."""
        if self.seed is None:
            return {"no disagreement": not self.verification.causes}
        whole = self.whole
        return {
            "no false error": whole.error.false_alarm == 0,
            f"error recall {ERROR_RECALL:.0%}": whole.error.recall >= ERROR_RECALL,
            f"dormant recall {DORMANT_RECALL:.0%}": whole.dormant_recall >= DORMANT_RECALL,
            "effective values exact": whole.exact == whole.effective,
            "relations hold": not any(one.broken for one in self.verification.relations.values()),
        }


def scores_of(scores: Scores) -> dict[str, Any]:
    """One native type's scores, or all of them."""
    return {
        "samples": scores.samples,
        "accepted": scores.accepted,
        "refused": scores.refused,
        "unchecked": scores.unchecked,
        "false_errors": scores.error.false_alarm,
        "error_recall": scores.error.recall,
        "dormant_recall": scores.dormant_recall,
        "effective_exact": scores.effective_exact,
        "effective": scores.effective,
        "other_site": scores.other_site,
        "effects": {
            effect: {**vars(score), "precision": score.precision, "recall": score.recall}
            for effect, score in scores.by_effect.items()
        },
    }


def try_command(engine: str, cause: Cause, minimal: Minimal) -> str:
    """The command that shows a person what the library does."""
    kwargs = shlex.quote(json.dumps(with_string_keys(minimal.kwargs)))
    return f"llem-rules try {engine} --type {cause.native_type} --kwargs {kwargs}"


def document(result: VerifyResult) -> dict[str, Any]:
    """``--format json``."""
    seen = result.verification
    return {
        "schema_version": 1,
        "command": "verify",
        "summary": {
            **scores_of(result.whole),
            "engine": seen.engine,
            "library": result.library,
            "seed": result.seed,
            "remembered": result.remembered,
            "isolation": isolation_of(result.checks),
            "native_types": {name: scores_of(scores) for name, scores in seen.scores.items()},
            "not_seen": dict(seen.unchecked),
            "relations": {name: {"tried": one.tried, "broken": one.broken} for name, one in seen.relations.items()},
            "bars": result.bars,
        },
        "items": items_of(seen.engine, seen.causes),
    }


def items_of(engine: str, causes: Sequence[Cause]) -> list[dict[str, Any]]:
    """Causes with their minimal configs."""
    return [
        {
            "native_type": cause.native_type,
            "kind": cause.disagreement.kind,
            "effect": cause.disagreement.effect,
            "cause": cause.disagreement.cause,
            "count": cause.count,
            "minimal": [
                {"kwargs": with_string_keys(one.kwargs), "detail": one.detail, "try": try_command(engine, cause, one)}
                for one in cause.minimal
            ],
        }
        for cause in causes
    ]


def accepted_document(
    result: AcceptedResult, library: str, checks: Checks | None, seed: int, wanted: int
) -> dict[str, Any]:
    """``--accepted N --format json``."""
    return {
        "schema_version": 1,
        "command": "verify",
        "summary": {
            "engine": result.engine,
            "library": library,
            "seed": seed,
            "wanted": wanted,
            "isolation": isolation_of(checks),
            "accepted": sum(one.accepted for one in result.counts.values()),
            "false_alarms": sum(one.false_alarms for one in result.counts.values()),
            "native_types": {name: vars(one) for name, one in result.counts.items()},
        },
        "items": items_of(result.engine, result.causes),
    }
