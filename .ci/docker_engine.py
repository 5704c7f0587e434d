#!/usr/bin/env python3
"""A container engine for as long as it is needed.

    docker_engine.py start FOLDER     an engine that answers already is used; else a private one is started, with all that it
                                      keeps in FOLDER. Prints the DOCKER_HOST to use.
    docker_engine.py private FOLDER   starts a private one in any case, or again over what FOLDER keeps from before.
    docker_engine.py halt FOLDER      stops the private one as a reboot would; what it keeps stays.
    docker_engine.py stop FOLDER      stops it, and removes all that it kept. Does nothing where none was started.

Exit codes: 0 done; 3 this user may not, or there is nothing to start (said on standard error).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

USUAL = "unix:///var/run/docker.sock"
STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 30
NOT_POSSIBLE = 3
ROOT = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]


def start(folder: Path) -> str:
    """The host of an engine that answers."""
    host = os.environ.get("DOCKER_HOST", USUAL)
    if answers(host):
        say(f"the engine at {host} is used")
        return host
    return private(folder)


def private(folder: Path) -> str:
    """The host of an engine of our own, started."""
    require_root()
    program = shutil.which("dockerd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or install()
    host = f"unix://{folder}/sock"
    # A new one each time: what a killed engine left in its own is waited for in vain.
    runtime = tempfile.mkdtemp(prefix="exec-", dir=folder)
    kept = ["--data-root", f"{folder}/data", "--exec-root", runtime, "--pidfile", f"{folder}/pid"]
    with (folder / "log").open("ab") as log:
        # The usual bridge on purpose: `--bridge=none` would delete that of another engine on this machine.
        process = subprocess.Popen(
            [*ROOT, program, *kept, "--group", str(os.getgid()), "--host", host],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not answers(host):
        if process.poll() is not None or time.monotonic() > deadline:
            refuse("the engine does not start:\n  " + "\n  ".join((folder / "log").read_text().splitlines()[-5:]))
        time.sleep(0.05)
    say(f"started a private engine, process {(folder / 'pid').read_text().strip()}")
    return host


def install() -> str:
    """The engine from Debian's packages."""
    if shutil.which("apt-get") is None:
        refuse("there is no dockerd here, and no apt-get to install Debian's docker.io with")
    say("installing Debian's docker.io")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "docker.io"]):
        done = subprocess.run([*ROOT, "apt-get", "-qq", *command], check=False, env=quiet, stdout=sys.stderr)
        if done.returncode:
            refuse("docker.io could not be installed")
    return str(shutil.which("dockerd", path="/usr/sbin:/usr/bin"))


def halt(folder: Path) -> None:
    """Stop it, its containers with it."""
    pid_file = folder / "pid"
    if pid_file.exists():
        pid = int(pid_file.read_text())
        end(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOPS_WITHIN_S
        while Path(f"/proc/{pid}").exists() and not has_ended(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
    for pid in started_from(folder):  # a killed engine leaves its containers' keepers behind
        end(pid, signal.SIGKILL)
    subprocess.run([*ROOT, "rm", "-f", str(pid_file), str(folder / "sock")], check=True)


def stop(folder: Path) -> None:
    """Stop it, and leave nothing of it."""
    if not (folder / "log").exists():
        return  # none was started here
    halt(folder)
    for line in sorted(Path("/proc/mounts").read_text().splitlines(), reverse=True):
        place = line.split()[1]
        if place.startswith(f"{folder}/"):
            subprocess.run([*ROOT, "umount", "--lazy", place], check=True)
    subprocess.run([*ROOT, "rm", "-rf", *map(str, folder.iterdir())], check=True)


def answers(host: str) -> bool:
    """Whether an engine answers there."""
    try:
        client = docker.DockerClient(base_url=host, timeout=10)
        client.ping()
    except (DockerException, RequestException):
        return False
    client.close()
    return True


def started_from(folder: Path) -> list[int]:
    """The processes whose command line names the folder, this one and the one that asked apart."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in (os.getpid(), os.getppid()):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if any(f"{folder}/exec-" in word.decode(errors="replace") for word in words):
                found.append(int(entry.name))
    return found


def has_ended(pid: int) -> bool:
    """Whether it only waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def end(pid: int, how: signal.Signals) -> None:
    """Signal a process that may be root's."""
    subprocess.run([*ROOT, "kill", f"-{how.value}", str(pid)], check=False, stderr=subprocess.DEVNULL)


def require_root() -> None:
    """Refuse where this user could neither install nor start an engine."""
    if ROOT and (shutil.which("sudo") is None or subprocess.run([*ROOT, "true"], check=False).returncode):
        refuse("no container engine answers, and starting one needs root (or sudo without a password)")


def say(text: str) -> None:
    """To people; standard output is for the host's name."""
    print(f"engine: {text}", file=sys.stderr)


def refuse(text: str) -> None:
    """End, saying why."""
    say(text)
    sys.exit(NOT_POSSIBLE)


def main(action: str, folder: Path) -> None:
    """Run one action."""
    if action in ("start", "private"):
        print({"start": start, "private": private}[action](folder))
    else:
        {"halt": halt, "stop": stop}[action](folder)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "private", "halt", "stop"):
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]).resolve(strict=True))
