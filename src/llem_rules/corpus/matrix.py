"""``corpus/<engine>/compat.json``: each rule over the versions of its library, as ``llem-rules compat`` saw it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.locate import Project, shown
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Effect, Model

FILE_NAME = "compat.json"
# ``fires``: as claimed. ``changed``: the library does something else. ``absent``: the type, a field or the stage does not
# exist in that version. ``unchecked``: it could not be seen.
State = Literal["fires", "changed", "absent", "unchecked"]
STATES: tuple[State, ...] = ("fires", "changed", "absent", "unchecked")


class Sight(Model):
    """What was seen of one of a rule's own cases. ``site``: file and function; lines move with every edit."""

    verdict: str
    effect: str | None = None
    exception: str | None = None
    message: str | None = None
    site: str | None = None
    effective: dict[str, Any] | None = None


class Cell(Model):
    """A rule on one version. ``why``: what differs, what does not exist, or what hindered. The sights where it was replayed."""

    state: State
    why: str | None = None
    positive: Sight | None = None
    negative: Sight | None = None

    @property
    def likeness(self) -> tuple[Any, ...]:
        """Equal for cells of which one stands for the other: messages may be worded otherwise."""
        sights = [(one.verdict, one.effect, one.exception) for one in (self.positive, self.negative) if one]
        return (self.state, self.why if self.state == "absent" else None, sights)


def shows(cell: Cell, effect: Effect) -> bool | None:
    """Whether a rule's effect is there in a version, be it said in other words, by another exception or in another place.

    False: what it speaks of does not exist, or its positive came to something else. None: the pair does not decide it.
    """
    if cell.state in ("fires", "absent"):
        return cell.state == "fires"
    if cell.positive is None or cell.negative is None or cell.positive.effect is None:
        return None
    said = ("warn", "dormant_announced")  # a message alone does not tell these apart
    if cell.positive.effect != effect and not (cell.positive.effect in said and effect in said):
        return False
    return True if cell.negative.verdict == "negative_confirmed" else None


class Span(Model):
    """Neighbouring versions that were swept and on which a rule is the same. The cell is the last one's."""

    first: str
    last: str
    cell: Cell


class RuleOverVersions(Model):
    """One rule. ``digest``: of what was replayed; a rule that was edited since has to be swept again.

    ``applies_to``: the versions on which it holds to the letter. ``introduced``: the last version in which its effect was
    proved to be missing, and the next one in which it was proved to be there; ``removed``: the other way round; None where the
    swept versions do not show it. ``gaps``: between the first and the last that have the effect, those that proved not to.
    """

    digest: str
    applies_to: tuple[str, ...] = ()
    introduced: tuple[str, str] | None = None
    last_seen: str | None = None
    removed: tuple[str, str] | None = None
    gaps: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

    def at(self, version: str, order: Sequence[str]) -> Cell | None:
        """The cell of a version; ``order``: the versions of the matrix."""
        place = order.index(version)
        for span in self.spans:
            if order.index(span.first) <= place <= order.index(span.last):
                return span.cell
        return None


class SweptVersion(Model):
    """A version: its environment, or why it could not be replayed; and rules by state."""

    environment: dict[str, str] = Field(default_factory=dict, description="Python, and the packages that matter.")
    unchecked: str | None = Field(None, description="Why nothing could be seen.")
    counts: dict[State, int] = Field(default_factory=dict)


class Matrix(Model):
    """All rules over all versions that were swept, oldest first."""

    schema_version: Literal[1] = 1
    engine: str
    versions: dict[str, SweptVersion]
    rules: dict[str, RuleOverVersions]

    @property
    def order(self) -> list[str]:
        """The versions that were replayed, oldest first."""
        return [name for name, one in self.versions.items() if one.unchecked is None]

    def known_of(self, rule: str, digest: str) -> RuleOverVersions | None:
        """What is known of a rule; None where it was edited since."""
        known = self.rules.get(rule)
        return known if known is not None and known.digest == digest else None


def matrix_path(engine: str, project: Project) -> Path:
    """Where the matrix of an engine is kept."""
    return project.corpus_dir(engine) / FILE_NAME


def load_matrix(engine: str, project: Project) -> Matrix | None:
    """The matrix of an engine; None where nothing was swept.

    Raises:
        Failure: (2) the file is there, and is not what ``compat`` writes.
    """
    path = matrix_path(engine, project)
    if not path.is_file():
        return None
    try:
        return Matrix.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        hint = "it is machine-made: remove it, and `llem-rules compat` makes it again from what it kept"
        raise Failure(f"{shown(path)} holds no matrix of versions: {error}", hint=hint) from error


def matrix_text(matrix: Matrix) -> str:
    """A matrix as its bytes are committed: one line a version and a rule."""
    plain = matrix.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    head = json.dumps({"schema_version": 1, "engine": matrix.engine})[:-1]
    parts = [f'"{name}": {{\n{_lines(plain.get(name, {}))}\n}}' for name in ("versions", "rules")]
    return ",\n".join([head, *parts]) + "\n}\n"


def _lines(entries: Mapping[str, Any]) -> str:
    rows: Iterable[tuple[str, Any]] = entries.items()
    return ",\n".join(f" {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in rows)


def write_matrix(matrix: Matrix, project: Project) -> bool:
    """Write a matrix. Returns whether anything changed."""
    return write_artefact(matrix_path(matrix.engine, project), matrix_text(matrix))
