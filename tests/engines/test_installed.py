"""Installed engines are found as the standard library finds entry points."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from llem_rules.engines.installed import GROUP, installed_engines


def standard() -> dict[str, str]:
    return {one.name: one.value for one in sorted(entry_points(group=GROUP), key=lambda one: one.name)}


def declare(folder: Path, distribution: str, text: str | None) -> None:
    info = folder / distribution
    info.mkdir(parents=True)
    name, _, version = distribution.rpartition(".")[0].partition("-")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version or '1'}\n")
    if text is not None:
        (info / "entry_points.txt").write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("other_engine-1.0.dist-info", f"[console_scripts]\nx = y:z\n[{GROUP}]\nother = other.engine:ENGINE\n", True),
        ("Other.Engine-2.dist-info", f"[{GROUP}]\nother=other.engine:ENGINE\n\n[{GROUP}.more]\nwrong = a:b\n", True),
        ("other-1.egg-info", f"# a comment\n[{GROUP}]\nother = other.engine:ENGINE [extra]\n", True),
        ("other-1.dist-info", "[console_scripts]\nother = other.engine:ENGINE\n", False),
        ("other-1.dist-info", None, False),
    ],
)
def test_a_distribution_in_a_folder(
    name: str, text: str | None, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = installed_engines()
    assert before == standard()
    declare(tmp_path, name, text)
    monkeypatch.syspath_prepend(tmp_path)
    assert installed_engines() == (
        dict(sorted({**before, "other": "other.engine:ENGINE"}.items())) if found else before
    )
    assert {one: value.partition(" [")[0] for one, value in standard().items()} == installed_engines()


def test_the_first_distribution_of_a_name_on_the_path_is_the_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, value in (("first", "one:ENGINE"), ("second", "two:ENGINE")):
        declare(tmp_path / folder, f"other-{len(value)}.dist-info", f"[{GROUP}]\nother = {value}\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "second"), *sys.path])
    assert installed_engines()["other"] == standard()["other"] == "one:ENGINE"


def test_what_lies_in_an_archive_is_found_by_the_standard_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("other-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1\n")
        archive.writestr("other-1.dist-info/entry_points.txt", f"[{GROUP}]\nother = other.engine:ENGINE\n")
    monkeypatch.syspath_prepend(tmp_path / "other.zip")
    assert installed_engines()["other"] == "other.engine:ENGINE"
