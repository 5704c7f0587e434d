"""Widening a producer's pin in ``engine_versions/<engine>.yaml``: just enough, and nothing else of the file changes."""

from __future__ import annotations

from pathlib import Path

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

from llem_rules.corpus.files import write_atomically
from llem_rules.corpus.findings import Span
from llem_rules.corpus.locate import shown
from llem_rules.corpus.reader import parse_yaml
from llem_rules.corpus.versions import versions_from
from llem_rules.engines.base import Producer
from llem_rules.rules.failure import Failure


def widened(specifier: str, version: str) -> str:
    """The narrowest specifier that holds all that ``specifier`` holds, and ``version``.

    A bound that excludes the version becomes one at the version; the others stay as they are written.
    """
    new, kept = Version(version), []
    if _holds(specifier, version):
        return specifier
    for clause in specifier.split(","):
        one = Specifier(clause.strip())
        if one.contains(new, prereleases=True):
            kept.append(clause.strip())
        else:
            kept += _replaced(one, new)
    return ",".join(dict.fromkeys(kept))


def _replaced(one: Specifier, new: Version) -> list[str]:
    """What stands for a clause that excludes the version."""
    if one.operator in (">", ">="):
        return [f">={new}"]
    if one.operator in ("<", "<="):
        return [f"<={new}"]
    if one.operator == "!=":
        return []
    low, high = _ends(one)
    return [low, f"<={new}"] if new > Version(low.lstrip(">=")) else [f">={new}", high]


def _ends(one: Specifier) -> tuple[str, str]:
    """The bounds that ``==``, ``===`` and ``~=`` stand for."""
    text = one.version.removesuffix(".*")
    if one.operator == "~=":
        prefix = list(Version(text).release[:-1])
    elif one.version.endswith(".*"):
        prefix = list(Version(text).release)
    else:
        return f">={text}", f"<={text}"
    prefix[-1] += 1
    return f">={text}", f"<{'.'.join(map(str, prefix))}"


def _holds(specifier: str, version: str) -> bool:
    return SpecifierSet(specifier).contains(version, prereleases=True)


def widen_pin(path: Path, producer: Producer, version: str) -> tuple[str, str]:
    """Widen a producer's pin in a versions file so that it covers a version. Returns the pin before and after.

    Raises:
        Failure: (2) the file has problems; it cannot be written.
    """
    text = path.read_text(encoding="utf-8")
    document = parse_yaml(text, shown(path))
    versions, findings = versions_from(document, path)
    if versions is None or findings:
        first = min(findings)
        raise Failure(f"{first.place}: {first.sentence}", hint=f"llem-rules lint {shown(path)}")
    before: str = getattr(versions.miner_pins, producer)
    after = widened(before, version)
    if after != before:
        changed = _with(text, document.span(("miner_pins", producer)), after)
        again, _ = versions_from(parse_yaml(changed, shown(path)), path)
        pins = versions.miner_pins.model_copy(update={producer: after})
        if again != versions.model_copy(update={"miner_pins": pins}):
            raise Failure(
                f"{shown(path)} is written in a way that cannot be edited safely", hint=f"write {after} by hand"
            )
        try:
            write_atomically(path, changed)
        except OSError as error:
            raise Failure(f"{shown(path)} cannot be written: {error.strerror or error}") from error
    return before, after


def _with(text: str, span: Span, value: str) -> str:
    """The text with the scalar at a place replaced; its quotes are kept."""
    lines = text.splitlines(keepends=True)
    line = lines[span.line - 1]
    old = line[span.column - 1 : span.end_column - 1] if span.end_line == span.line else ""
    mark = "'" if old.startswith("'") else '"'
    lines[span.line - 1] = f"{line[: span.column - 1]}{mark}{value}{mark}{line[span.end_column - 1 :]}"
    return "".join(lines)
