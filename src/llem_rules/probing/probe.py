"""One probe: ask the library for a producer's landmarks, and judge what it has."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.corpus.compat import Lost, ProbeResult, Reason
from llem_rules.corpus.versions import EngineVersions
from llem_rules.engines import Engine, Producer
from llem_rules.environments import Library
from llem_rules.probing.landmarks import Wanted, landmarks_of
from llem_rules.rules.failure import NOT_CHECKED, Failure

_SHAPES = 1  # raise it when shapes are told otherwise than before
_PATIENCE_S = 180.0  # where something is missing, all of the package's source is read for the nearest


def bare(engine: Engine) -> Engine:
    """The engine with nothing but its package imported and nothing built: a landmark that is gone must not stop the probe."""
    return dataclasses.replace(engine, imports=(engine.package,), native_types={}, fixtures={}, once_caches=())


def declared(engine: Engine, producer: Producer, *, older: bool) -> str:
    """A digest of what a probe looks for: a result that was kept answers the same question only."""
    asked = [[one.request(), one.native_type] for one in landmarks_of(engine, producer)]
    return _digest([_SHAPES, older, asked])


def probe(
    library: Library, engine: Engine, versions: EngineVersions, producer: Producer, *, older: bool
) -> ProbeResult:
    """Look for a producer's landmarks in an entered session of ``versions.library.current_version``.

    ``engine`` is the whole engine, also where the session's is bare. ``older``: the version lies before the pinned one, of
    which the engine's declarations speak.

    Raises:
        Failure: (3) the library did not answer.
    """
    wanted = landmarks_of(engine, producer)
    request = {"op": "landmarks", "wanted": [one.request() for one in wanted], "timeout_s": _PATIENCE_S}
    [answer] = library.run([request])
    if "landmarks" not in answer:
        why = ": ".join(answer.get("unchecked", {}).values())
        raise Failure(f"the landmarks of {engine.name} could not be looked for: {why}", code=NOT_CHECKED)
    answers: Mapping[str, Mapping[str, Any]] = answer["landmarks"]
    missing, absent = _lost(wanted, answers, older)
    shapes = {name: one["shape"] for name, one in answers.items() if "shape" in one}
    result = ProbeResult(
        verdict="pass",
        pin=getattr(versions.miner_pins, producer),
        landmarks=len(shapes),
        fingerprint=_digest(shapes),
        declared=declared(engine, producer, older=older),
        missing=tuple(missing),
        absent=tuple(absent),
    )
    return judge(result, versions, producer)


def judge(result: ProbeResult, versions: EngineVersions, producer: Producer) -> ProbeResult:
    """The result with the verdict that today's pin gives it: a missing landmark fails, and so does a version outside."""
    reasons: list[Reason] = ["landmark-missing"] if result.missing else []
    if not versions.miner_pins.covers(producer, versions.library.current_version):
        reasons.append("outside-pin")
    update = {
        "verdict": "fail" if reasons else "pass",
        "reasons": tuple(reasons),
        "pin": getattr(versions.miner_pins, producer),
    }
    return result.model_copy(update=update)


def _lost(
    wanted: Sequence[Wanted], answers: Mapping[str, Mapping[str, Any]], older: bool
) -> tuple[list[Lost], list[Lost]]:
    """What is missing, and what an older version did not have yet.

    The declarations speak of the pinned version. Where an older one has no class of a native type's name anywhere, there
    was none yet; a class of that name in another module has moved, and is missing.
    """
    gone = {one.name for one in wanted if one.name == one.native_type and "shape" not in answers[one.name]}
    new = {name for name in gone if older and answers[name]["gone"] and not answers[name]["same"]}
    missing: list[Lost] = []
    absent: list[Lost] = []
    for one in wanted:
        answer = answers[one.name]
        if "shape" in answer or (one.native_type in gone and one.name != one.native_type):
            continue
        lost = Lost(landmark=one.name, why=answer["why"], near=(*answer["same"], *answer["similar"]))
        (absent if one.name in new else missing).append(lost)
    return missing, absent


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
