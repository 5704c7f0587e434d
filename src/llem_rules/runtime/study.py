"""The members of a study as a person writes it, one by one, in the order in which they would run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llem_rules.check.grids import Sections, study_of
from llem_rules.rules.failure import Failure

MOST_MEMBERS = 1_000_000


@dataclass(frozen=True)
class Member:
    """One config of a study. ``entry``: where it was written, counted from 1; ``sections``: kwargs by native type."""

    number: int
    entry: int
    sections: Sections


def members_of(data: Any, native_type: str | None = None) -> list[Member]:
    """Every config of a list of configs and grids, or of one grid; with ``native_type`` of the fields of that one.

    Raises:
        Failure: (2) it is no study, or too large to be gone through one by one.
    """
    study = study_of(data, native_type)
    if study.count > MOST_MEMBERS:
        raise Failure(f"the study has {study.count:,} configs, more than {MOST_MEMBERS:,}")
    return [Member(number, entry + 1, sections) for number, (entry, sections) in enumerate(study.members(), 1)]
