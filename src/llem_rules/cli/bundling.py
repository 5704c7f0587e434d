"""Making a bundle from the command line: the rules, their plan, and what the library's defaults add to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llem_rules.cli.jsonl import parse_line, read_lines
from llem_rules.cli.replaying import How, opened, subject_of
from llem_rules.engines.registry import entry_of
from llem_rules.environments import Limits
from llem_rules.portable.pack import pack
from llem_rules.replay.run import make_work
from llem_rules.replay.sharding import digest_of
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import REACHES


@dataclass(frozen=True)
class Made:
    """A bundle's bytes, and what is in it. ``named``: the library with the version whose rules it asks about."""

    data: bytes
    named: str
    cases: int
    rules: int


def make_bundle(name: str, globs: tuple[str, ...], kind: str, more: Path | None, *, lean: bool = False) -> Made:
    """The bundle of an engine's rules. ``lean``: of what is put to use, only each rule's own pair.

    Raises:
        Failure: (2) the rules, the engine's file or a further case cannot be read; (3) no environment; (4) no rule.
    """
    subject = subject_of(name, globs)
    if not subject.rules:
        raise Failure(
            f"no rule of {name} matches {', '.join(globs)}" if globs else f"{name} has no rules", code=NOTHING
        )
    with opened(name, subject, How(kind, Limits())) as session:
        work = make_work(session, subject.rules)
    points = work.plan.points
    own = set(work.plan.again)
    asked = [i for i, point in enumerate(points) if not lean or point.reach != REACHES[-1] or i in own]
    cases = [points[index].request() for index in asked]
    cases += [_further(line, str(more)) for line in (read_lines(str(more)) if more is not None else ())]
    bundle = {
        "schema_version": 1,
        "engine": name,
        "engine_object": entry_of(name),
        "package": session.engine.package,
        "version": subject.versions.library.current_version,
        "rules": digest_of(subject.rules),
        "asked": list(globs),
        "native_types": sorted(work.described),
        "cases": cases,
        "again": [asked.index(i) for i in work.plan.again if not lean or points[i].reach != REACHES[-1]],
    }
    return Made(pack(bundle), subject.named, len(cases), len(subject.rules))


def _further(line: str, file: str) -> dict[str, Any]:
    try:
        request = parse_line(line)
    except ValueError as error:
        raise Failure(f"{file}: {error}") from error
    reach = request.get("reach", REACHES[2])
    if reach not in REACHES:
        raise Failure(f"{file}: reach is {', '.join(REACHES)}, not {reach!r}")
    return {"native_type": request["native_type"], "kwargs": request["kwargs"], "reach": reach}
