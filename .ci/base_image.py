#!/usr/bin/env python3
"""Make a base image without any registry: this machine's Python with pip, a shell, and the libraries that they need.

``base_image.py`` imports it into the engine that ``DOCKER_HOST`` names, and prints its reference. The image stands in for
``python:3.x-slim`` where no registry can be reached. It holds this machine's certificates: it is for local use only.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

import docker
import pip

PROGRAMS = ("sh", "env", "ls", "cat", "cp", "mkdir", "rm", "chmod", "sleep")  # what RUN lines may use
# What the manylinux policy takes for granted; the C library's parts that are its own files in older versions, too.
WHEELS_EXPECT = {f"lib{name}" for name in ("stdc++.so.6", "gcc_s.so.1", "z.so.1", "m.so.6", "rt.so.1", "dl.so.2")} | {
    f"lib{name}" for name in ("pthread.so.0", "util.so.1", "resolv.so.2", "nss_dns.so.2", "nss_files.so.2")
}
# EXTERNALLY-MANAGED: in an image nobody else manages the packages.
LEFT_OUT = {"__pycache__", "site-packages", "dist-packages", "test", "tests", "idlelib", "EXTERNALLY-MANAGED"}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
USERS = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"


class Root:
    """A root file system as a tar: the same bytes for the same files, whoever makes it and when."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._has: set[str] = set()

    def folder(self, path: str, mode: int = 0o755) -> None:
        """A folder, with those above it."""
        name = path.strip("/")
        if name not in ("", ".") and name not in self._has:
            self.folder(str(Path(name).parent))
            self._add(name, tarfile.DIRTYPE, mode)

    def link(self, path: str, target: str) -> None:
        """A symbolic link."""
        if path.strip("/") not in self._has:
            self.folder(str(Path(path).parent))
            self._add(path.strip("/"), tarfile.SYMTYPE, 0o777, target=target)

    def file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """A file; the first one of a path stands."""
        if path.strip("/") not in self._has:
            self.folder(str(Path(path).parent))
            self._add(path.strip("/"), tarfile.REGTYPE, mode, content)

    def copy(self, source: Path, path: str | None = None) -> None:
        """A file of this machine, by default at its own place; links are followed."""
        self.file(path or str(source), source.read_bytes(), 0o755 if os.access(source, os.X_OK) else 0o644)

    def _add(self, name: str, kind: bytes, mode: int, content: bytes = b"", target: str = "") -> None:
        self._has.add(name)
        about = tarfile.TarInfo(name)
        about.type, about.mode, about.size, about.linkname = kind, mode, len(content), target
        self._tar.addfile(about, BytesIO(content))


def fill(root: Root) -> None:
    """Everything that the image holds."""
    for name in ("bin", "sbin", "lib", "lib64"):
        root.folder(f"usr/{name}")
        root.link(name, f"usr/{name}")
    for name in ("dev", "proc", "sys", "run", "root", "home", "etc", "usr/local/bin", "var"):
        root.folder(name)
    root.folder("tmp", 0o1777)
    root.folder("var/tmp", 0o1777)
    root.file("etc/passwd", USERS.encode())
    root.file("etc/group", b"root:x:0:\nnogroup:x:65534:\n")
    root.file("etc/nsswitch.conf", b"hosts: files dns\n")
    if CERTIFICATES.exists():
        root.copy(CERTIFICATES)
    programs = [Path(found) for name in PROGRAMS if (found := shutil.which(name, path="/usr/bin:/bin"))]
    for program in programs:
        root.copy(program.resolve(), f"usr/bin/{program.name}")
    for library in sorted(libraries_of([*programs, *add_python(root)]) | set(expected_libraries())):
        root.copy(Path(library), merged(library))


def add_python(root: Root) -> list[Path]:
    """The interpreter at its own place, where it finds its library, and pip beside it. Returns what is linked to libraries."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    program = Path(sys.base_prefix, "bin", version)
    root.copy(program.resolve(), merged(str(program)))
    for name in ("python", "python3"):
        root.link(f"usr/local/bin/{name}", str(program))
    library = Path(sysconfig.get_path("stdlib"))
    add_tree(root, library, str(library))
    packages = subprocess.run(
        [program, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    add_tree(root, Path(pip.__file__).parent, f"{packages}/pip")
    return [program, *library.rglob("*.so")]


def add_tree(root: Root, folder: Path, to: str) -> None:
    """A folder of Python files, without what only tests and compilers use."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in LEFT_OUT and not one.startswith("config-"))
        for name in sorted(set(files) - LEFT_OUT):
            source = Path(place, name)
            root.copy(source, f"{to}/{source.relative_to(folder)}")


def libraries_of(programs: list[Path]) -> set[str]:
    """The shared libraries that programs are linked to, and those that these are."""
    said = subprocess.run(["ldd", *programs], check=False, capture_output=True, text=True).stdout
    return set(re.findall(r"(?:=> |^\s+)(/\S+) \(0x", said, re.MULTILINE))


def expected_libraries() -> list[str]:
    """What wheels of the package index take for granted, wherever this machine has it."""
    known = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    machine = {"x86_64": "x86-64", "aarch64": "AArch64"}.get(platform.machine(), platform.machine())
    listed = re.findall(r"^\s+(\S+) \(.*" + re.escape(machine) + r".*\) => (\S+)", known, re.MULTILINE)
    return [path for name, path in listed if name in WHEELS_EXPECT]


def merged(path: str) -> str:
    """The path below /usr of what is also reached through the links at the root."""
    return re.sub(r"^/(bin|sbin|lib|lib64)/", r"/usr/\1/", os.path.normpath(path))


def main() -> None:
    """Make it, and give it to the engine."""
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    if CERTIFICATES.exists():
        variables |= {"SSL_CERT_FILE": str(CERTIFICATES), "PIP_CERT": str(CERTIFICATES)}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "base.tar")
        with tarfile.open(made, "w") as tar:
            fill(Root(tar))
        client = docker.from_env()
        changes = [f"ENV {name}={value}" for name, value in variables.items()]
        said = client.api.import_image_from_file(str(made), repository="llem-rules-base", changes=changes)
    answer = json.loads(said.splitlines()[-1])
    if "status" not in answer:
        sys.exit(f"the engine does not take the base image: {said}")
    client.images.get(answer["status"]).tag("llem-rules-base", tag)  # Podman overlooks the tag that an import is given
    print(f"llem-rules-base:{tag}")


if __name__ == "__main__":
    main()
