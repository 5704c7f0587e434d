"""The decision file: the tool writes what is open, a person fills it in, and only what is filled in is ever applied."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from llem_rules.corpus.artefacts import dump_yaml, load_yaml
from llem_rules.curation.comparing import Standing
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model

_HEADER = """\
# Decisions about the curated models. What is null is open, and nothing is done about it.
#   expose: true or false. section: the model that gets the field. narrow: a list of choices, or bounds such as {ge: 1}.
#   remove (of a stale field): true or false.
# Then: llem-rules curate --apply FILE
"""


class Bounds(Model):
    """A narrower range."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None


class Decision(Model):
    """One question. ``about``: what the library declares; for whoever decides."""

    native_type: str
    field: str
    kind: Literal["missing", "stale", "wider"]
    about: dict[str, Any] = Field(default_factory=dict)
    section: str | None = Field(None, description="The curated model.")
    expose: bool | None = None
    narrow: list[Any] | Bounds | None = None
    remove: bool | None = None

    @property
    def made(self) -> bool:
        """Whether a person has decided."""
        if self.kind == "missing":
            return self.expose is not None
        return self.remove is not None if self.kind == "stale" else self.narrow is not None


class Decisions(Model):
    """The file."""

    schema_version: Literal[1] = 1
    engine: str
    library_version: str
    curated: str
    decisions: tuple[Decision, ...]


def open_decisions(engine: str, version: str, curated: str, found: Iterable[Standing]) -> Decisions:
    """What is open: fields that are not exposed, stale ones, and models that take more than the library."""
    asked = [
        Decision(native_type=one.native_type, field=one.field, kind=one.kind, about=_about(one), section=one.model)
        for one in found
        if one.kind in ("missing", "stale", "wider")
    ]
    return Decisions(engine=engine, library_version=version, curated=curated, decisions=tuple(asked))


def _about(one: Standing) -> dict[str, Any]:
    return {key: value for key, value in (one.discovered or {}).items() if not key.startswith("x-")}


def decisions_text(decisions: Decisions) -> str:
    """The file as it is written for a person."""
    plain = decisions.model_dump(mode="json")
    words = {"missing": ("section", "expose", "narrow"), "stale": ("section", "remove"), "wider": ("section", "narrow")}
    for one in plain["decisions"]:
        for word in ("section", "expose", "narrow", "remove"):
            if word not in words[one["kind"]]:
                del one[word]
    return dump_yaml(plain, _HEADER)


def read_decisions(path: Path) -> Decisions:
    """A decision file.

    Raises:
        Failure: (2) it is none.
    """
    try:
        return Decisions.model_validate(load_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Failure(
            f"{path}: {where}: {first['msg']}", hint="llem-rules curation ENGINE --decisions FILE writes one"
        ) from error
