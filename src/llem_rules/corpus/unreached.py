"""``sites/<engine>.yaml``: effect sites that a person read and found out of reach, each with the reason.

What the miners can show by themselves needs no entry. An entry names its site by file, function and message (or field), so
that it stays with it while lines move; ``coverage`` holds it against everything that was seen of the live library.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from llem_rules.corpus.locate import Project, shown
from llem_rules.corpus.reader import read_yaml
from llem_rules.corpus.schema_errors import schema_findings
from llem_rules.corpus.versions import Specifier, within
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model

# What a site waits for. `nothing`: no config and no surroundings lead there, and ``why`` says what stands before it.
# `no field`: it shows whatever is given, so that no rule could be about it.
Need = Literal[
    "a model",
    "a GPU",
    "another platform",
    "a package",
    "the network",
    "other files",
    "a variable",
    "nothing",
    "no field",
]


class Unreached(Model):
    """One site, or all of one function where neither ``message`` nor ``field`` is given."""

    site: str = Field(pattern=r"^[\w/.-]+\.py:[\w.<>]+$", description="File (relative to site-packages) and function.")
    message: str | None = Field(None, description="Words of its message's template.")
    field: str | None = Field(None, description="The field that it rewrites.")
    native_type: str | None = Field(None, description="For the site in this type only.")
    versions: Specifier | None = Field(None, description="Of these versions of the library only, such as `<0.25`.")
    needs: Need
    why: str = Field(min_length=10)

    @model_validator(mode="after")
    def _one_of_two(self) -> Unreached:
        if self.message is not None and self.field is not None:
            raise ValueError("a site has a message or rewrites a field, not both")
        return self

    @property
    def reason(self) -> str:
        """As ``coverage`` shows it."""
        return f"never: {self.why}" if self.needs == "nothing" else f"needs {self.needs}: {self.why}"

    def is_at(self, native_type: str, file: str, function: str, message: str | None, field: str | None) -> bool:
        """Whether a site is the one that is meant."""
        if self.site != f"{file}:{function}" or self.native_type not in (None, native_type):
            return False
        if self.field is not None:
            return self.field == field
        return self.message is None or (message is not None and self.message in message)


UNREACHED: TypeAdapter[list[Unreached]] = TypeAdapter(list[Unreached])


def load_unreached(engine: str, project: Project, version: str) -> list[Unreached]:
    """The entries about one version of an engine; none where there is no file.

    Raises:
        Failure: (2) the file has problems.
    """
    path = project.sites_dir / f"{engine}.yaml"
    if not path.is_file():
        return []
    document = read_yaml(path, shown(path))
    findings = list(document.findings)
    data: Any = document.data
    if not findings:
        try:
            entries = UNREACHED.validate_python(data)
            return [one for one in entries if one.versions is None or within(one.versions, version)]
        except ValidationError as error:
            findings = schema_findings(error, document, (), Unreached)
    first = min(findings)
    raise Failure(
        f"{first.place}: {first.sentence}",
        hint="docs/design.md says what such a file holds, schemas/sites.schema.json how",
    )


__all__ = ["UNREACHED", "Unreached", "load_unreached"]
