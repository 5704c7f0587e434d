"""What a worker says of GPUs and their driver, from the files that the driver shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.inside.confinement import confinement

OPEN = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (root@)  \nGCC version:  gcc 15\n"
CLOSED = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\nGCC version:  gcc 12.2.0\n"
H100 = "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 41\nBus Type: \t PCIe\nDevice Minor: \t {minor}\n"
ROWS = [
    # the driver's version file, the GPUs that it knows by minor number, devices that are there; driver, accelerators
    (None, [], [], "", []),
    (OPEN, [0], ["nvidia0", "nvidiactl", "nvidia-uvm"], "580.159.04", ["NVIDIA H100 80GB HBM3"]),
    (CLOSED, [0, 1, 2], ["nvidia2"], "535.183.01", ["NVIDIA H100 80GB HBM3"]),
    (CLOSED, [], ["nvidia10", "nvidia9"], "535.183.01", ["nvidia9", "nvidia10"]),
    (OPEN, [0], [], "580.159.04", []),
    ("of another kind\n", [], [], "", []),
]


@pytest.mark.parametrize(("version", "known", "devices", "driver", "accelerators"), ROWS)
def test_gpus_and_driver(
    version: str | None, known: list[int], devices: list[str], driver: str, accelerators: list[str], tmp_path: Path
) -> None:
    (tmp_path / "dev").mkdir()
    for name in devices:
        (tmp_path / "dev" / name).touch()
    if version is not None:
        (tmp_path / "version").write_text(version)
    for minor in known:
        about = tmp_path / "gpus" / f"0000:0{minor}:00.0"
        about.mkdir(parents=True)
        (about / "information").write_text(H100.format(minor=minor))
    found = confinement(str(tmp_path / "dev"), str(tmp_path))
    assert (found["driver"], found["accelerators"]) == (driver, accelerators)
