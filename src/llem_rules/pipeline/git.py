"""Plain git through its plumbing: commits are made from trees, and no working tree or index of anybody is touched."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llem_rules.rules.failure import NOT_CHECKED, Failure

FILE_MODE = "100644"
MISSING = ""  # as a lease: the ref must not be there
# The token stays in the environment: neither a command line nor a file of the clone ever holds it.
_HELPER = '!f() { test "$1" = get && echo username=x-access-token && echo "password=$GITHUB_TOKEN"; }; f'


@dataclass(frozen=True)
class Blob:
    """An entry of a tree."""

    mode: str
    object: str


@dataclass(frozen=True)
class Author:
    """Who a bot's commits are by."""

    name: str = "llem-ci-bot"
    email: str = "llem-ci-bot@users.noreply.github.com"


BOT = Author()


@dataclass(frozen=True)
class Repository:
    """A clone, and the remote that is written to."""

    folder: Path
    remote: str = "origin"

    def git(self, *arguments: str, stdin: bytes | None = None, extra: Mapping[str, str] | None = None) -> str:
        """Run git. Returns what it printed, less the line end.

        Raises:
            Failure: (3) git said no.
        """
        done = self._run(arguments, stdin, extra)
        if done.returncode:
            raise Failure(_said(arguments, done), code=NOT_CHECKED)
        return done.stdout.decode("utf-8", "replace").rstrip("\n")

    def _run(
        self, arguments: Sequence[str], stdin: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        quiet = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        return subprocess.run(
            ["git", "-C", str(self.folder), *_credentials(), *arguments],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            check=False,
            env={**os.environ, **quiet, **(extra or {})},
        )

    def remote_refs(self, *patterns: str) -> dict[str, str]:
        """Refs of the remote by name."""
        lines = self.git("ls-remote", self.remote, *patterns).splitlines()
        return {name: found for found, name in (line.split("\t") for line in lines)}

    def branch_tip(self, branch: str) -> str | None:
        """Where the remote's branch is; None where there is none."""
        return self.remote_refs(f"refs/heads/{branch}").get(f"refs/heads/{branch}")

    def fetch(self, *refs: str) -> None:
        """Fetch objects. No ref here moves."""
        self.git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", self.remote, *refs)

    def has(self, commit: str) -> bool:
        """Whether the objects are here."""
        return self._run(["cat-file", "-e", f"{commit}^{{commit}}"]).returncode == 0

    def blob(self, commit: str, path: str) -> bytes | None:
        """A file of a commit; None where there is none."""
        done = self._run(["cat-file", "blob", f"{commit}:{path}"])
        return done.stdout if done.returncode == 0 else None

    def tree(self, commit: str) -> dict[str, Blob]:
        """Every file of a commit."""
        found = {}
        for line in self.git("ls-tree", "-r", "-z", "--full-tree", commit).split("\0"):
            if line:
                about, path = line.split("\t", 1)
                mode, _, name = about.split()
                found[path] = Blob(mode, name)
        return found

    def add_blob(self, content: bytes) -> str:
        """Put content into the object store."""
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def commit(self, base: str | None, files: Mapping[str, str], message: str, parent: str, who: Author = BOT) -> str:
        """A commit with ``files`` (path to blob) over the tree of ``base``. The same arguments give the same commit.

        It is dated as its parent: with a clock two runs at once would make two commits of the same content.
        """
        date = self.git("show", "-s", "--format=%cI", parent)
        with tempfile.TemporaryDirectory() as made:
            index = {"GIT_INDEX_FILE": str(Path(made) / "index")}
            if base is not None:
                self.git("read-tree", base, extra=index)
            entries = "".join(f"{FILE_MODE} {blob}\t{path}\0" for path, blob in sorted(files.items()))
            self.git("update-index", "-z", "--index-info", stdin=entries.encode(), extra=index)
            tree = self.git("write-tree", extra=index)
        people = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", date))
        }
        return self.git("commit-tree", "--no-gpg-sign", tree, "-p", parent, stdin=message.encode(), extra=people)

    def push(self, commit: str, ref: str, lease: str | None) -> bool:
        """Move a ref of the remote. ``lease``: only from there. Returns whether it moved; False where the lease is over.

        Raises:
            Failure: (3) the remote said no for another reason.
        """
        guard = ["--force"] if lease is None else [f"--force-with-lease={ref}:{lease}"]
        arguments = ["push", "--porcelain", "--no-verify", *guard, self.remote, f"{commit}:{ref}"]
        done = self._run(arguments)
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        if done.returncode == 0:
            return True
        # The same race shows in three ways: before the push, in it, and at the remote's own lock.
        if any(
            one in said
            for one in ("stale info", "fetch first", "cannot lock ref", "non-fast-forward", "failed to update ref")
        ):
            return False
        raise Failure(_said(arguments, done), hint="may this token write to the branch?", code=NOT_CHECKED)

    def delete(self, refs: Sequence[str]) -> None:
        """Delete refs of the remote."""
        if refs:
            self.git("push", "--quiet", "--no-verify", self.remote, *(f":{ref}" for ref in refs))


def _credentials() -> list[str]:
    if not os.environ.get("GITHUB_TOKEN"):
        return []
    return ["-c", "credential.helper=", "-c", f"credential.helper={_HELPER}"]


def _said(arguments: Sequence[str], done: subprocess.CompletedProcess[bytes]) -> str:
    """Git's own sentence. What follows it is advice for somebody at a terminal, and what goes before is progress."""
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    told = [line for line in lines if line.startswith(("fatal: ", "error: ", "remote: error: ", "! [", "!\t"))]
    last = lines[-1] if lines else f"exit {done.returncode}"
    return f"git {arguments[0]}: {told[0].removeprefix('fatal: ') if told else last}"
