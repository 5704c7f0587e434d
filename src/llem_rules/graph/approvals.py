"""Changes that somebody accepted: a committed list of fingerprints, each with a reason, an author and maybe an end.

``approvals.yaml`` in the project's root::

    - fingerprint: 0123456789abcdef
      engine: ENGINE
      reason: Announced upstream; our configs were moved last week.
      author: Ada
      expires: 2027-01-31
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from llem_rules.corpus.locate import Project, shown
from llem_rules.corpus.reader import read_yaml
from llem_rules.corpus.schema_errors import schema_findings
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model

FILE_NAME = "approvals.yaml"


class Approval(Model):
    """One accepted change."""

    fingerprint: str = Field(pattern=r"^[0-9a-f]{16}$", description="As diff prints it.")
    engine: str
    reason: str = Field(min_length=1, pattern=r"\S")
    author: str = Field(min_length=1, pattern=r"\S")
    expires: datetime.date | None = Field(default=None, description="The last day on which it holds.")

    def expired(self, today: datetime.date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and self.expires < today


ADAPTER: TypeAdapter[list[Approval]] = TypeAdapter(list[Approval])


@dataclass(frozen=True)
class Approvals:
    """The approvals of one engine on one day."""

    known: tuple[Approval, ...] = ()
    today: datetime.date = datetime.date.max

    def of(self, fingerprint: str) -> Approval | None:
        """The approval of a change that holds today."""
        return next((one for one in self.known if one.fingerprint == fingerprint and not one.expired(self.today)), None)

    @property
    def expired(self) -> tuple[Approval, ...]:
        """Those that hold no longer."""
        return tuple(one for one in self.known if one.expired(self.today))

    def unused(self, fingerprints: Iterable[str]) -> tuple[Approval, ...]:
        """Those of which there is no change any more."""
        there = set(fingerprints)
        return tuple(one for one in self.known if one.fingerprint not in there)


def load_approvals(
    engine: str, project: Project, path: Path | None = None, today: datetime.date | None = None
) -> Approvals:
    """The approvals of an engine; without a path, those of the project, where it has any.

    Raises:
        Failure: (2) the file that was asked for is not there, or an entry is not what it should be.
    """
    file = path or project.root / FILE_NAME
    if path is None and not file.is_file():
        return Approvals()
    document = read_yaml(file, shown(file))
    broken = [one for one in document.findings if one.code != "L004"]  # a date is meant to be one here
    if broken:
        first = min(broken)
        raise Failure(f"{first.place}: {first.sentence}")
    if document.data is None:
        return Approvals()
    if not isinstance(document.data, list):
        raise Failure(f"{shown(file)} is not a list of approvals", hint="start every one with `- fingerprint:`")
    try:
        read: Sequence[Approval] = ADAPTER.validate_python(document.data)
    except ValidationError as error:
        first = min(schema_findings(error, document, (), Approval))
        raise Failure(f"{first.place}: {first.sentence}", hint="see: llem-rules schema approvals") from error
    day = today or datetime.datetime.now(tz=datetime.UTC).date()
    return Approvals(tuple(one for one in read if one.engine == engine), day)
