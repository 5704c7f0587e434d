"""Widening a pin: just enough, and nothing else of the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from llem_rules.corpus.locate import find_project
from llem_rules.corpus.pins import widen_pin, widened
from llem_rules.corpus.versions import load_engine_versions

# pin, version; the new pin, and a neighbour that stays outside
WIDER = [
    (">=5.0,<6", "5.23.0", ">=5.0,<6", "6.0"),
    (">=5.0,<6", "6.1.2", ">=5.0,<=6.1.2", "6.1.3"),
    (">=5.0,<6", "4.57.6", ">=4.57.6,<6", "4.57.5"),
    (">5.0,<=5.4", "5.0", ">=5.0,<=5.4", "5.5"),
    (">=5,!=5.3.1,<6", "5.3.1", ">=5,<6", "6"),
    ("==5.2.0", "5.3.0", ">=5.2.0,<=5.3.0", "5.3.1"),
    ("==5.2.0", "5.1.0", ">=5.1.0,<=5.2.0", "5.2.1"),
    ("==5.2.*", "5.4.1", ">=5.2,<=5.4.1", "5.4.2"),
    ("==5.2.*", "5.1", ">=5.1,<5.3", "5.3"),
    ("~=5.2", "6.0", ">=5.2,<=6.0", "6.0.1"),
    ("~=5.2.1", "5.0", ">=5.0,<5.3", "5.3"),
    ("<6", "6.0rc1", "<=6.0rc1", "6.0"),
    ("", "1.0", "", "none"),
]


@pytest.mark.parametrize(("pin", "version", "new", "outside"), WIDER)
def test_just_enough(pin: str, version: str, new: str, outside: str) -> None:
    assert widened(pin, version) == new
    assert SpecifierSet(new).contains(version, prereleases=True)
    if outside != "none":
        assert not SpecifierSet(new).contains(outside, prereleases=True)


@pytest.mark.parametrize("producer", ["invariants", "schemas"])
@pytest.mark.parametrize("engine", ["transformers", "vllm", "tensorrt"])
def test_only_the_pin_changes(engine: str, producer: str, tmp_path: Path) -> None:
    path = tmp_path / f"{engine}.yaml"
    shutil.copyfile(find_project().engine_versions_dir / path.name, path)
    before = path.read_text().splitlines()
    old, new = widen_pin(path, producer, "99.1.0")  # type: ignore[arg-type]
    after = path.read_text().splitlines()
    changed = [(one, two) for one, two in zip(before, after, strict=True) if one != two]
    assert changed == [(f'  {producer}: "{old}"', f'  {producer}: "{new}"')]


def test_quotes_and_comments_stay(tmp_path: Path) -> None:
    path = tmp_path / "vllm.yaml"
    text = (find_project().engine_versions_dir / "vllm.yaml").read_text()
    pin = load_engine_versions("vllm").miner_pins.schemas
    path.write_text(text.replace(f'schemas: "{pin}"', f"schemas:   '{pin}'   # seen"))
    widen_pin(path, "schemas", "99.1.0")
    assert "schemas:   '>=0.32,<=99.1.0'   # seen" in path.read_text()
