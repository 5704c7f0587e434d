"""Which versions are swept: the releases that the package index has, by a range."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from llem_rules.corpus.versions import EngineVersions
from llem_rules.environments.uv import uv_environment, uv_program
from llem_rules.rules.failure import NOT_CHECKED, NOTHING, Failure

_BOUND = re.compile(r"^[\s0-9.]+$")


def choose(releases: Iterable[str], wanted: str, *, every_minor: bool) -> list[str]:
    """The releases inside a range, oldest first. ``every_minor``: of each minor version only the last one.

    Raises:
        Failure: (2) the range cannot be read; (4) no release lies in it.
    """
    specifier = specifier_of(wanted)
    known = sorted(one for one in map(_parsed, releases) if one is not None and not one.is_prerelease)
    inside = [one for one in known if specifier.contains(one)]
    if not inside:
        near = f"; there are {known[0]} to {known[-1]}" if known else ""
        raise Failure(f"no release lies in {wanted!r}{near}", code=NOTHING)
    if every_minor:
        inside = list({(one.epoch, one.major, one.minor): one for one in inside}.values())
    return [str(one) for one in inside]


def specifier_of(text: str) -> SpecifierSet:
    """A range as Python packages write it; ``4.49-5.23`` means from the one to the other, with all of its patches.

    Raises:
        Failure: (2) it is neither.
    """
    low, dash, high = text.partition("-")
    if dash and _BOUND.match(low) and _BOUND.match(high):
        text = f">={low.strip()},<={high.strip()}.99999"
    try:
        return SpecifierSet(text)
    except InvalidSpecifier as error:
        raise Failure(f"{text!r} is no range of versions", hint="write '>=4.49,<6', or '4.49-5.23'") from error


def _parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def released(versions: EngineVersions) -> list[str]:
    """The releases of what the environment installs, as the package index lists them for this Python.

    Raises:
        Failure: (3) there is no environment, or the index cannot be asked.
    """
    name = distribution_of(versions)
    command = [uv_program(), "tool", "run", "pip", "index", "versions", name, "--json", "--disable-pip-version-check"]
    asked = subprocess.run(command, capture_output=True, text=True, env=_for_pip(), timeout=300, check=False)
    try:
        return [str(one) for one in json.loads(asked.stdout)["versions"]]
    except (ValueError, KeyError, TypeError) as error:
        said = " ".join(asked.stderr.split())[-300:]
        hint = "check the network, or name versions one by one with --at"
        raise Failure(f"the releases of {name} cannot be listed: {said}", hint=hint, code=NOT_CHECKED) from error


def distribution_of(versions: EngineVersions) -> str:
    """What is installed at the library's version: not always the library's own name.

    Raises:
        Failure: (3) there is no local environment.
    """
    from packaging.requirements import Requirement

    if versions.environment is None:
        raise Failure(f"{versions.engine} has no local environment: {versions.unavailable}", code=NOT_CHECKED)
    lines: Sequence[str] = [one for one in versions.environment.requirements if "{version}" in one]
    return Requirement(lines[0].replace("{version}", "0")).name if lines else versions.library.pep503_name


def _for_pip() -> dict[str, str]:
    """pip's own variables, where only uv's are set."""
    variables = uv_environment()
    for ours, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("UV_INDEX", "PIP_EXTRA_INDEX_URL")):
        if ours in variables:
            variables.setdefault(theirs, variables[ours])
    return variables
