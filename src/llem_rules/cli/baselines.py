"""The baseline of a project: findings that were there when it began to check, one readable entry each."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from llem_rules.check.policy import Policy
from llem_rules.corpus.files import write_atomically
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.rules.failure import Failure


def write_baseline(verdicts: Sequence[Verdict], policy: Policy) -> int:
    """Take what is found now as known. Of the files that were judged, what is gone is forgotten.

    Raises:
        Failure: (2) the project names no baseline, or it cannot be written.
    """
    if policy.baseline is None:
        raise Failure("no baseline is named", hint='[tool.llem-rules] baseline = "…" in pyproject.toml')
    judged = {verdict.found.file for verdict in verdicts}
    found = {
        one["fingerprint"]: one for verdict in verdicts for one in _entries(verdict, (*verdict.notes, *verdict.kept))
    }
    others = {str(one["fingerprint"]): one for one in policy.known_entries if one.get("file") not in judged}
    new, gone = found.keys() - policy.known, policy.known - found.keys() - others.keys()
    known = sorted(
        {**others, **found}.values(), key=lambda one: (str(one.get("file")), str(one.get("rule")), one["fingerprint"])
    )
    try:
        policy.baseline.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(policy.baseline, json.dumps({"schema_version": 2, "known": known}, indent=1) + "\n")
    except OSError as error:
        raise Failure(f"{policy.baseline} cannot be written: {error.strerror}") from error
    count = f"{len(known)} known finding{'' if len(known) == 1 else 's'}"
    sys.stderr.write(f"{policy.baseline}: {count} ({len(new)} new, {len(gone)} gone)\n")
    return 0


def say_what_is_gone(verdicts: Sequence[Verdict], policy: Policy) -> None:
    """On a terminal: that the baseline knows more of the judged files than there is."""
    if not policy.known or not sys.stderr.isatty():
        return
    judged = {verdict.found.file for verdict in verdicts}
    left = {verdict.fingerprint(note) for verdict in verdicts for note in verdict.kept}
    gone = [one for one in policy.known_entries if one.get("file") in judged and one["fingerprint"] not in left]
    if gone:
        sys.stderr.write(f"{len(gone)} of the known findings are gone: --write-baseline forgets them\n")


def _entries(verdict: Verdict, notes: Sequence[Note]) -> list[Mapping[str, Any]]:
    return [
        {
            "fingerprint": verdict.fingerprint(note),
            "file": verdict.found.file,
            "native_type": verdict.part.native_type,
            "rule": note.name,
            "fields": [name for name, _ in note.about if name],
        }
        for note in notes
    ]
