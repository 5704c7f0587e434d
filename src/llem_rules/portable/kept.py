"""Evidence of other platforms as the project keeps it: what was seen there, judged anew whenever the rules change."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from llem_rules.corpus.files import write_bytes_atomically
from llem_rules.corpus.locate import Project
from llem_rules.portable.back import Brought, judged, parsed
from llem_rules.replay.run import Replay
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import RuleBase

_FOLDER = "observed"


def kept_path(project: Project, brought: Brought) -> Path:
    """Where it lies: by the library's version and the device that it was taken on."""
    version, device = brought.facts["library_version"], brought.facts["device"]
    return project.corpus_dir(brought.engine) / _FOLDER / f"{version}-{device}.json.gz"


def keep(project: Project, brought: Brought) -> Path:
    """Write what was brought into ``corpus/``, the same bytes for the same content.

    Raises:
        Failure: (2) it cannot be written.
    """
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as packed:
        text = json.dumps(_without_secrets(brought).model_dump(mode="json"), separators=(",", ":"))
        packed.write(text.encode("utf-8", "surrogatepass"))
    path = kept_path(project, brought)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes_atomically(path, buffer.getvalue())
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def elsewhere(project: Project, engine: str, version: str, device: str, rules: Sequence[RuleBase]) -> Iterator[Replay]:
    """The verdicts of rules on every other device that evidence of a version is kept of.

    Raises:
        Failure: (2) what is kept cannot be read.
    """
    for path in sorted((project.corpus_dir(engine) / _FOLDER).glob(f"{version}-*.json.gz")):
        if path.name != f"{version}-{device}.json.gz":
            yield judged(read_kept(path), rules)


def read_kept(path: Path) -> Brought:
    """What is kept in a file.

    Raises:
        Failure: (2) it cannot be read.
    """
    try:
        data = gzip.decompress(path.read_bytes())
    except (OSError, EOFError) as error:
        raise Failure(f"{path} cannot be read: {error}", hint="it is machine-made: restore it") from error
    return parsed(data, path)


def _without_secrets(brought: Brought) -> Brought:
    """Without the variables of the machine that no rule can ask about: they say where, and by whom, it was taken."""
    kept = {name: value for name, value in brought.facts["environment"].items() if not name.startswith(_OWN)}
    return brought.model_copy(update={"facts": {**brought.facts, "environment": kept}})


_OWN = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "XDG_", "PWD", "LLEM_RULES")
