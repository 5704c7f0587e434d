"""``replay merge`` from the command line: shards read, judged as a whole, and written as one run would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from llem_rules.cli.replaying import How, reported, subject_of
from llem_rules.environments import Limits
from llem_rules.environments.facts import same_version
from llem_rules.replay.sharding import Shard, joined
from llem_rules.reporting.replay_report import EngineReport
from llem_rules.rules.failure import Failure


def merge_shards(paths: Sequence[Path], *, to: Path | None, write: bool) -> EngineReport:
    """Join shards and write the evidence.

    Raises:
        Failure: (2) a file is no shard, or they do not fit together; (3) see ``joined``.
    """
    shards = [_read(path) for path in paths]
    first = shards[0]
    subject = subject_of(first.engine, first.asked)
    found = str(first.facts.get("library_version"))
    if not same_version(found, subject.versions.library.current_version):
        subject = subject_of(first.engine, first.asked, found)
    result = joined(shards, subject.rules)
    how = How("", Limits(), globs=first.asked, to=to, write=write)
    return reported(subject, how, result, 0.0, 0)


def _read(path: Path) -> Shard:
    try:
        return Shard.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # pydantic's is one of them
        raise Failure(
            f"{path} is no shard of a replay", hint="`llem-rules replay ENGINE --shard I/N` writes one"
        ) from error
