"""Files that cannot be read as text, and writing in one step."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from llem_rules.corpus.files import Unreadable, read_text, write_atomically
from llem_rules.corpus.lint import lint_paths


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _path: None, "no such file"),
    "folder": (lambda path: path.mkdir(), "folder"),
    "binary": (lambda path: path.write_bytes(b"- id: a\n\x00\x01"), r":2:1: binary data .* offset 8"),
    "latin-1": (lambda path: path.write_bytes(b"- id: a\n  x: \xe9\n"), r":2:6: not UTF-8: byte 0xe9 at offset 13"),
    "truncated": (lambda path: path.write_bytes("é".encode()[:1]), r":1:1: not UTF-8"),
    "utf-16": (lambda path: path.write_bytes("- id: a\n".encode("utf-16")), "UTF-16"),
    "50 MB": (_sparse, "too large: 50.0 MB"),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), "no such file"),
    "loop": (lambda path: path.symlink_to(path.name), "cannot be read"),
}


@pytest.mark.parametrize("name", CASES)
def test_refuses_with_the_place_and_the_reason(name: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    make, message = CASES[name]
    make(path)
    with pytest.raises(Unreadable, match=message) as caught:
        read_text(path, "rules.yaml")
    assert caught.value.code == 2
    assert caught.value.message.startswith("rules.yaml:")


def test_devices_are_not_read() -> None:
    with pytest.raises(Unreadable, match="not a regular file"):
        read_text(Path("/dev/zero"))


def test_a_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    start = time.perf_counter()
    assert lint_paths([path]).exit_code == 2
    assert time.perf_counter() - start < 5


def test_one_unreadable_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\x00")
    (tmp_path / "b.yaml").write_text("")
    result = lint_paths([tmp_path])
    assert [finding.code for finding in result.findings] == ["L001", "L009"]
    assert result.exit_code == 2


def test_writing_replaces_in_one_step_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    write_atomically(link, "new")
    assert path.read_text() == "new"
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.yaml", "link.yaml"]


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]
