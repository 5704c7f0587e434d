"""``engine_versions/<engine>.yaml``: which library, which version, in which image and environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from llem_rules.corpus.findings import Finding
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.reader import YamlDocument, read_yaml
from llem_rules.corpus.schema_errors import schema_findings
from llem_rules.engines.base import Producer
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import Model

PRODUCERS: tuple[Producer, ...] = ("invariants", "schemas")


def _specifier(text: str) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(f"{text!r} is not a version specifier, such as '>=5.0,<6'") from error
    return text


def _version(text: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion as error:
        raise ValueError(f"{text!r} is not a version, such as '5.23.0'") from error
    return text


def _template(text: str) -> str:
    strange = [name for name in re.findall(r"\{([^{}]*)\}", text) if name != "version"]
    if strange or text.count("{") != text.count("}"):
        raise ValueError(f"{text!r}: {{version}} is the only placeholder here")
    return text


def _package(line: str) -> str:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    return canonicalize_name(Requirement(line).name)


def within(specifier: str, version: str) -> bool:
    """Whether a specifier covers a version; releases before the final one count."""
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


Specifier = Annotated[str, AfterValidator(_specifier)]
Version = Annotated[str, AfterValidator(_version)]
Template = Annotated[str, AfterValidator(_template)]


class Library(Model):
    """The package that is judged, by its PyPI name, and the version in force."""

    pep503_name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    current_version: Version


class Image(Model):
    """The container image: built by this project (``first_party``) or by the library's maker (``upstream``)."""

    reference: Template = Field(description="With {version} where the library's version stands.")
    source: Literal["first_party", "upstream"]
    python: str = Field("python3", description="The interpreter in the image that has the library.")

    def at(self, version: str) -> str:
        """The reference of one version's image."""
        return self.reference.replace("{version}", version)


class Alias(Model):
    """A name that a dependency moved since some versions of the library were made; put back where they look for it."""

    versions: Specifier = Field(description="Versions of the library that look for the old name.")
    name: str = Field(pattern=r"^\w+(\.\w+)+$", description="The old dotted name.")
    is_: str = Field(alias="is", pattern=r"^\w+(\.\w+)+$", description="The dotted name that it has now.")


class Companion(Model):
    """What some versions of the library need besides: dependencies whose later releases they do not work with."""

    versions: Specifier = Field(description="Versions of the library.")
    requirements: tuple[str, ...] = Field(min_length=1)
    overrides: tuple[str, ...] = Field((), description="In place of the environment's overrides of the same packages.")


class Environment(Model):
    """The local environment: what uv installs, and what it must not. How torch is got is the code's business."""

    requirements: tuple[Template, ...] = Field(min_length=1)
    overrides: tuple[Template, ...] = ()
    torch: Version | None = Field(None, description="Version of torch; its CPU build is installed.")
    python: Specifier
    aliases: tuple[Alias, ...] = Field((), description="Old names that some versions look for, and the present ones.")
    companions: tuple[Companion, ...] = Field((), description="What some versions need besides.")

    def requirements_for(self, version: str) -> list[str]:
        """What is installed for one version, torch apart."""
        besides = [line for one in self._companions_of(version) for line in one.requirements]
        return [*(line.replace("{version}", version) for line in self.requirements), *besides]

    def overrides_for(self, version: str) -> list[str]:
        """What stands in place of what dependencies ask for, for one version: a companion's line goes before."""
        own = [line for one in self._companions_of(version) for line in one.overrides]
        decided = {_package(line) for line in own}
        general = [line.replace("{version}", version) for line in self.overrides]
        return [*(line for line in general if _package(line) not in decided), *own]

    def _companions_of(self, version: str) -> list[Companion]:
        return [one for one in self.companions if within(one.versions, version)]

    def aliases_for(self, version: str) -> list[dict[str, str]]:
        """The old and present names that one version needs, as ``{"name", "is"}``."""
        needed = [one for one in self.aliases if within(one.versions, version)]
        return [{"name": one.name, "is": one.is_} for one in needed]


class MinerPins(Model):
    """For which library versions each producer has been seen to work."""

    invariants: Specifier
    schemas: Specifier

    def covers(self, producer: Producer, version: str) -> bool:
        """Whether a version lies within a producer's pin."""
        return within(getattr(self, producer), version)


class EngineVersions(Model):
    """One engine's file. ``environment`` is null where no local one can exist; ``unavailable`` then says why."""

    schema_version: Literal[1]
    engine: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    library: Library
    image: Image
    environment: Environment | None
    unavailable: str | None = Field(None, description="Why there is no local environment.")
    miner_pins: MinerPins

    @model_validator(mode="after")
    def _reason_where_needed(self) -> EngineVersions:
        if (self.environment is None) != (self.unavailable is not None):
            raise ValueError("environment: null goes with unavailable: a reason, and neither goes without the other")
        return self

    def at(self, version: str | None) -> EngineVersions:
        """The same engine at another version; itself where that is the one in force, or none is named.

        Raises:
            Failure: (2) it is not a version.
        """
        from packaging.version import InvalidVersion
        from packaging.version import Version as Parsed

        try:
            if version is None or Parsed(version) == Parsed(self.library.current_version):
                return self
        except InvalidVersion as error:
            raise Failure(f"{version!r} is not a version", hint=f"such as {self.library.current_version}") from error
        return self.model_copy(update={"library": self.library.model_copy(update={"current_version": version})})

    def is_before(self, other: EngineVersions) -> bool:
        """Whether this is an older version than another of the same library."""
        from packaging.version import Version as Parsed

        return Parsed(self.library.current_version) < Parsed(other.library.current_version)


def engine_names(project: Project | None = None) -> list[str]:
    """The engines that have a versions file, sorted."""
    return sorted(path.stem for path in (project or find_project()).engine_versions_dir.glob("*.yaml"))


def load_engine_versions(engine: str, project: Project | None = None) -> EngineVersions:
    """The versions file of one engine.

    Raises:
        Failure: there is none, or it has problems.
    """
    path = (project or find_project()).engine_versions_dir / f"{engine}.yaml"
    if not path.is_file():
        names = ", ".join(engine_names(project)) or "none"
        raise Failure(f"no engine_versions/{engine}.yaml; engines that have one: {names}", hint=f"looked for {path}")
    document = read_yaml(path, shown(path))
    versions, findings = versions_from(document, path)
    if versions is None or findings:
        first = min(findings)
        raise Failure(f"{first.place}: {first.sentence}", hint=f"llem-rules lint {shown(path)}")
    return versions


def versions_from(document: YamlDocument, path: Path) -> tuple[EngineVersions | None, list[Finding]]:
    """The model of a versions file that was read, and all that is wrong with it."""
    findings = list(document.findings)
    if document.data is None and findings:
        return None, findings
    data: Any = document.data
    try:
        versions = EngineVersions.model_validate(data)
    except ValidationError as error:
        return None, findings + schema_findings(error, document, (), EngineVersions)
    if versions.engine != path.stem:
        message = f"engine {versions.engine!r} in a file that is called {path.name}"
        findings.append(Finding(document.file, document.span(("engine",)), "L023", message))
    return versions, findings
