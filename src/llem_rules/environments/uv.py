"""Making virtual environments with uv, with the CPU build of torch wherever that is to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from llem_rules.rules.failure import NOT_CHECKED, Failure

Report = Callable[[str], None]
# uv does not read pip's variables; a machine that is set up for pip should do. Each: pip's, and uv's own names for it.
_FROM_PIP = {
    "PIP_FIND_LINKS": ("UV_FIND_LINKS",),
    "PIP_INDEX_URL": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "PIP_EXTRA_INDEX_URL": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "PIP_CERT": ("SSL_CERT_FILE",),
}


def uv_environment() -> dict[str, str]:
    """This process's variables, with uv's own filled in from pip's where only those are set."""
    variables = dict(os.environ)
    for pip_name, names in _FROM_PIP.items():
        if pip_name in variables and not any(name in variables for name in names):
            variables[names[0]] = variables[pip_name]
    # pip separates several places by blanks, uv by commas.
    if "UV_FIND_LINKS" not in os.environ and "UV_FIND_LINKS" in variables:
        variables["UV_FIND_LINKS"] = ",".join(variables["UV_FIND_LINKS"].split())
    variables.pop("VIRTUAL_ENV", None)
    return variables


def torch_requirement(version: str) -> tuple[str, tuple[str, ...]]:
    """The requirement for the CPU build of a torch version, and the options that make uv find it.

    A local wheel (in a ``--find-links`` folder) is preferred; else PyTorch's own CPU index, through uv's torch backend:
    the plain package of the index pulls gigabytes of CUDA.
    """
    if local_torch(version) is not None:
        return f"torch=={version}+cpu", ()
    return f"torch=={version}", ("--torch-backend", "cpu")


def local_torch(version: str) -> Path | None:
    """A wheel of the CPU build of a torch version in a ``--find-links`` folder of this machine; None where there is none."""
    for place in uv_environment().get("UV_FIND_LINKS", "").replace(",", " ").split():
        folder = Path(place.removeprefix("file://"))
        found = sorted(folder.glob(f"torch-{version}+cpu-*.whl")) if folder.is_dir() else []
        if found:
            return found[-1]
    return None


def make_environment(
    folder: Path, python: str, requirements: Sequence[str], overrides: Sequence[str], torch: str | None, report: Report
) -> None:
    """Make a relocatable virtual environment in ``folder``.

    Raises:
        Failure: (3) uv could not make it, with uv's own reason.
    """
    options: tuple[str, ...] = ()
    wanted, overriding = list(requirements), list(overrides)
    if torch is not None:
        line, options = torch_requirement(torch)
        wanted.append(line)
        overriding.append(line)
    _uv(["venv", "--relocatable", "--no-project", "--python", python, str(folder)], report)
    command = ["pip", "install", "--python", str(folder / "bin" / "python"), *options]
    if overriding:
        listed = folder / "overrides.txt"
        listed.write_text("\n".join(overriding) + "\n")
        command += ["--override", str(listed)]
    _uv([*command, *wanted], report)


def matching_python(specifier: str) -> str:
    """This interpreter where it satisfies the specifier, else the specifier itself for uv to look for."""
    from packaging.specifiers import SpecifierSet

    own = ".".join(map(str, sys.version_info[:3]))
    return str(Path(sys.executable).resolve()) if SpecifierSet(specifier).contains(own) else specifier


def _uv(arguments: list[str], report: Report) -> None:
    process = subprocess.Popen(
        [uv_program(), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={**uv_environment(), "NO_COLOR": "1"},
        text=True,
        errors="replace",
    )
    said: list[str] = []
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if line.strip():
                said.append(line.rstrip())
                report(line.strip())
    except BaseException:
        process.kill()
        raise
    finally:
        code = process.wait()
        process.stderr.close()
    if code != 0:
        raise Failure(_reason(said), hint=_hint("\n".join(said)), code=NOT_CHECKED)


def uv_program() -> str:
    """Where uv is.

    Raises:
        Failure: (3) it is not installed.
    """
    from uv import find_uv_bin

    try:
        return find_uv_bin()
    except FileNotFoundError as error:
        raise Failure(
            "the program uv is missing, which makes the environments",
            hint="install llem-rules again, or use `--env here` with a library that you installed",
            code=NOT_CHECKED,
        ) from error


def _reason(said: list[str]) -> str:
    return "the environment could not be made:\n  " + "\n  ".join(said[-12:] or ["uv said nothing"])


def _hint(said: str) -> str:
    lowered = said.lower()
    if (
        "no solution found" in lowered
        or "no version of" in lowered
        or "was not found in the package registry" in lowered
    ):
        return (
            "check the version and the requirements in engine_versions/; `--env here` uses a library that you installed"
        )
    if "no interpreter found" in lowered:
        return "install that Python (`uv python install` with its version), and run again"
    if any(word in lowered for word in ("dns", "connect", "network", "timed out", "fetch", "offline")):
        return "the package index could not be reached: check the network or UV_DEFAULT_INDEX, and run again"
    if "space" in lowered:
        return "make room, or point LLEM_RULES_CACHE to another disk, and run again"
    return "mend the requirements in engine_versions/, or use `--env here` with a library that you installed"
