"""Makes ``docs/examples/bump/``: a real bump through the real commands, on a real remote and a server that plays GitHub.

    python -m tests.pipeline.walkthrough            write it
    python -m tests.pipeline.walkthrough --check    exit 1 where it is stale

What the producers made of the two versions is committed (``docs/examples/transformers/4.57.6``, ``corpus/transformers``):
it is taken from there, so that this costs seconds.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from llem_rules.cli.app import run
from llem_rules.corpus.compat import Compatibility, ProbeResult, compat_text, read_compat
from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import load_engine_versions
from llem_rules.graph.changes.model import CONCERNS, Concern
from llem_rules.graph.step import Step, file_name, read_step, step_text
from llem_rules.probing import judge
from tests.pipeline.forge import Forge, Pull

ROOT = Path(__file__).parents[2]
TO = ROOT / "docs" / "examples" / "bump"
ENGINE, OLD, NEW = "transformers", "4.57.6", "5.23.0"
BRANCH, CELLS = f"renovate/{ENGINE}-5.x", ",".join(f"{ENGINE}-{one}" for one in CONCERNS)
PINS = ">=4.49,<5"
MADE: dict[Concern, tuple[str, ...]] = {
    "invariants": ("invariants.proposed.yaml", "invariants.validated.yaml", "cross_fire.yaml"),
    "schemas": ("schema.discovered.json",),
}


class Walk:
    """The pull request, and the page that tells of it."""

    def __init__(self, folder: Path, forge: Forge) -> None:
        self.folder, self.forge = folder, forge
        self.remote, self.tree, self.cell = folder / "remote.git", folder / "tree", folder / "cell"
        self.page: list[str] = []
        self.names: dict[str, str] = {}
        self.head = ""

    def git(self, *arguments: str) -> str:
        who = {f"GIT_{role}_{what}": "renovate" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        dates = {"GIT_AUTHOR_DATE": "2026-01-05T04:00:00Z", "GIT_COMMITTER_DATE": "2026-01-05T04:00:00Z"}
        env = {**os.environ, **who, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(["git", *arguments], cwd=self.tree, env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def say(self, text: str) -> None:
        self.page.append(text)

    def at(self, sha: str, name: str) -> None:
        """Commits have names here: their hashes change with every corpus."""
        self.head, self.names[sha] = sha, name
        self.forge.pulls[7].sha = sha

    def run(self, *arguments: str) -> None:
        """Run one command as the workflow does, and put it and what it said on the page."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = run(list(arguments))
        if code:
            raise SystemExit(f"{' '.join(arguments)} ended with {code}")
        self.say(f"```console\n$ {self._plain(' '.join(('llem-rules', *arguments)))}\n{self._plain(out.getvalue())}```")

    def _plain(self, text: str) -> str:
        for sha, name in sorted(self.names.items()):
            text = text.replace(sha, f"<{name}>").replace(sha[:12], f"<{name}>")
        return re.sub(r"\b[0-9a-f]{40}\b", "<commit>", text.replace(f"{self.folder}/", ""))

    def labels(self) -> None:
        self.say(f"Labels now: {', '.join(f'`{one}`' for one in self.forge.pulls[7].labels) or 'none'}.")

    def comments(self, name: str) -> dict[str, str]:
        """The comments as they stand, each a file of its own."""
        found = {}
        for body in self.forge.bodies(7):
            key = re.search(r"ci \w+-(\w+) ", body)
            file = f"{name}-{key[1] if key else 'answer'}.md"
            found[file] = self._plain(body) if body.endswith("\n") else f"{self._plain(body)}\n"
        self.say("\n".join(["The comments:", "", *(f"- [{file}]({file})" for file in found)]))
        return found


def walk(folder: Path, forge: Forge) -> dict[str, str]:
    """The whole bump. Returns the files of the walk-through."""
    one = Walk(folder, forge)
    forge.pulls[7] = Pull(7, BRANCH, "0" * 40)
    _open(one)
    here = Path.cwd()
    os.chdir(one.tree)
    try:
        files = _blocked(one)
        _approve(one)
        files |= _proved(one)
    finally:
        os.chdir(here)
    return {"README.md": "\n\n".join(one.page) + "\n", **files}


def _open(one: Walk) -> None:
    one.tree.mkdir()
    one.cell.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(one.remote)], check=True)
    one.git("init", "-q", "-b", "main")
    one.git("remote", "add", "origin", str(one.remote))
    versions = (ROOT / "engine_versions" / f"{ENGINE}.yaml").read_text()
    versions = re.sub(r'(invariants|schemas): ".*"', rf'\1: "{PINS}"', versions)
    place = one.tree / "engine_versions" / f"{ENGINE}.yaml"
    place.parent.mkdir()
    place.write_text(versions.replace(f"current_version: {NEW}", f"current_version: {OLD}"))
    shutil.copytree(ROOT / "rules" / ENGINE, one.tree / "rules" / ENGINE)
    shutil.copytree(ROOT / "docs" / "examples" / ENGINE / OLD, one.tree / "corpus" / ENGINE)
    one.git("add", "-A")
    one.git("commit", "-qm", "main")
    one.git("push", "-q", "origin", "main")
    one.git("switch", "-qc", BRANCH)
    place.write_text(versions)
    one.git("commit", "-qam", f"fix(deps): bump {ENGINE} to {NEW}")
    one.git("push", "-q", "origin", BRANCH)
    one.at(one.git("rev-parse", "HEAD"), "bump")
    one.say(
        f"# {ENGINE} {OLD} → {NEW}, as a pull request\n\n"
        "Made by `python -m tests.pipeline.walkthrough`: the commands below ran on a git remote and against a server that "
        "plays GitHub. The evidence is that of the two versions, as committed. `<bump>` and such stand for commits."
    )


def _probe(concern: Concern, tree: Path) -> ProbeResult:
    """The real probe of the new version, judged by the pins on the branch."""
    versions = load_engine_versions(ENGINE, Project(tree, "tree"))
    result = read_compat(ENGINE, Project(ROOT, "source")).result(NEW, concern)
    if result is None:
        raise SystemExit(f"{ENGINE} {NEW} was not probed: llem-rules probe {ENGINE}")
    return judge(result, versions, concern)


def _leave(one: Walk, step: Step, probe: ProbeResult, report: str) -> list[str]:
    """What `ci cell` leaves, and the steps that follow it. Returns the common options."""
    (one.cell / file_name(ENGINE, step.concern)).write_text(step_text(step))
    (one.cell / "probe.json").write_text(probe.model_dump_json())
    (one.cell / "report.md").write_text(report)
    kept = Compatibility(engine=ENGINE).with_result(NEW, step.concern, probe)
    (one.tree / "engine_versions" / f"{ENGINE}.compat.json").write_text(compat_text(kept))
    return ["--pr", "7", "--head", one.head]


def _tell(one: Walk, step: Step, options: list[str]) -> None:
    file = str(one.cell / file_name(ENGINE, step.concern))
    cycle = [*options, "--branch", BRANCH, "--cells", CELLS]
    more = ["--report", str(one.cell / "report.md"), "--probe", str(one.cell / "probe.json")]
    one.run("ci", "comment", *options, "--step", file, *more)
    looked = one.head
    one.run(
        "ci", "writeback", *cycle, "--publish", f"{ENGINE}-{step.concern}", "--step", file, "--files", str(one.tree)
    )
    tip = one.git("ls-remote", "origin", BRANCH).split()[0]
    if tip != looked:
        one.at(tip, "write-back" if "write-back" not in one.names.values() else "second write-back")
        one.git("fetch", "-q", "origin", BRANCH)
    one.run("ci", "rollup", *cycle, "--automerge")
    one.run("ci", "label", *options, "--step", file)


def _blocked(one: Walk) -> dict[str, str]:
    one.say(f"## 1. The probe says no\n\nRenovate changed `current_version`. The pins end below it: `{PINS}`.")
    looked = one.head
    for concern in CONCERNS:
        probe = _probe(concern, one.tree)
        step = Step(
            engine=ENGINE, concern=concern, base="main", head=looked, base_version=OLD, head_version=NEW, ran=False,
            blocked=", ".join(probe.reasons), unchecked=0, divergent=0, breaking=0, labels=("probe-blocked",),
        )  # fmt: skip
        one.say(f"`{ENGINE}-{concern}`:")
        _tell(one, step, _leave(one, step, probe, ""))
    one.labels()
    return one.comments("blocked")


def _approve(one: Walk) -> None:
    one.say("## 2. A person approves of reuse\n\nNo landmark is missing: only the pins are in the way.")
    for concern in CONCERNS:
        body = f"/approve-reuse {ENGINE} {concern}"
        event = one.folder / "event.json"
        said = {"body": body, "user": {"login": "ada", "type": "User"}}
        event.write_text(json.dumps({"action": "created", "issue": {"number": 7, "pull_request": {}}, "comment": said}))
        one.say(f"> {body}")
        one.run("ci", "approve-reuse", "--event", str(event))
        one.at(one.git("ls-remote", "origin", BRANCH).split()[0], f"reuse of {concern}")
    one.git("fetch", "-q", "origin", BRANCH)
    one.git("reset", "-q", "--hard", one.head)
    answers = [identity for identity, kept in one.forge.comments.items() if "ci transformers" not in kept["body"]]
    for identity in answers:
        del one.forge.comments[identity]


def _proved(one: Walk) -> dict[str, str]:
    one.say("## 3. Both concerns are proved again\n\nThe app's push started the pipeline once more.")
    looked = one.head
    for concern in CONCERNS:
        for name in MADE[concern]:
            shutil.copy(ROOT / "corpus" / ENGINE / name, one.tree / "corpus" / ENGINE / name)
        page = f"{'invariants' if concern == 'invariants' else 'curation'}-{ENGINE}.md"
        (one.tree / "docs" / "generated").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / "generated" / page, one.tree / "docs" / "generated" / page)
        report = _diff(one, concern)
        step = read_step(one.cell / file_name(ENGINE, concern)).model_copy(update={"base": "main", "head": looked})
        one.say(f"`{ENGINE}-{concern}`:")
        _tell(one, step, _leave(one, step, _probe(concern, one.tree), report))
    one.labels()
    files = one.comments("proved")
    one.say(f"The branch:\n\n```\n{one.git('log', '--format=%an: %s', '--reverse', f'main..{one.head}')}\n```")
    one.say(f"The last commit:\n\n```\n{one.git('show', '--stat=100', '--format=', one.head)}\n```")
    one.say("There is no `safe-bump`: what is breaking waits for a person, who reads the digests and decides.")
    return files


def _diff(one: Walk, concern: Concern) -> str:
    here, out = Path.cwd(), io.StringIO()
    os.chdir(ROOT)
    try:
        sides = ["--base", f"docs/examples/{ENGINE}/{OLD}", "--head", f"corpus/{ENGINE}"]
        with contextlib.redirect_stdout(out):
            run(["diff", ENGINE, *sides, "--concern", concern, "--format", "markdown", "--step-dir", str(one.cell)])
    finally:
        os.chdir(here)
    return out.getvalue()


def made() -> dict[str, str]:
    """The files of the walk-through, made anew."""
    forge = Forge()
    os.environ.update(GITHUB_API_URL=forge.url, GITHUB_REPOSITORY="own/er", GITHUB_TOKEN="token", LLEM_CI_PACE="0")
    try:
        with tempfile.TemporaryDirectory() as folder:
            return walk(Path(folder), forge)
    finally:
        forge.close()
        for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN", "LLEM_CI_PACE"):
            os.environ.pop(name, None)


def stale(files: dict[str, str]) -> list[str]:
    """The files that are not as they are made now."""
    there = {path.name: path.read_text() for path in TO.glob("*.md")}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


if __name__ == "__main__":
    fresh = made()
    old = stale(fresh)
    if "--check" in sys.argv:
        raise SystemExit(f"stale: {', '.join(old)}" if old else 0)
    TO.mkdir(parents=True, exist_ok=True)
    for gone in set(old) - set(fresh):
        (TO / gone).unlink()
    for name, text in fresh.items():
        (TO / name).write_text(text)
