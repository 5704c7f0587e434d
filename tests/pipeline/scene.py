"""A real remote with a pull request on it, and clones in which cells finish."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from llem_rules.graph.changes.model import Concern
from llem_rules.graph.step import Step, StepChange, file_name, step_text
from llem_rules.pipeline.cells import Cell, Cycle
from llem_rules.pipeline.git import Repository

ENGINE = "transformers"
VERSIONS = """\
schema_version: 1
engine: transformers
library: {pep503_name: transformers, current_version: 5.23.0}
image: {reference: "transformers:transformers-{version}", source: first_party}
environment: {requirements: ["transformers=={version}"], python: ">=3.10"}
miner_pins: {invariants: ">=5.0,<5.23", schemas: ">=5.0,<6"}
"""
FILES = {
    "engine_versions/transformers.yaml": VERSIONS,
    "rules/transformers/WatermarkingConfig.yaml": "[]\n",
    "corpus/transformers/invariants.validated.yaml": "old\n",
    "corpus/transformers/schema.discovered.json": "{}\n",
}
BRANCH = "renovate/transformers-5.x"
WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "a"), ("EMAIL", "a@b.c"))
}
PLAIN = {**{k: v for k, v in os.environ.items() if not k.startswith("GIT_")}, **WHO, "GIT_CONFIG_GLOBAL": os.devnull}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], env=PLAIN, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Scene:
    """``remote`` is bare; ``home`` a clone at the pull request's head."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.remote, self.home = folder, folder / "remote.git", folder / "home"
        git(folder, "init", "-q", "--bare", "-b", "main", str(self.remote))
        git(folder, "init", "-q", "-b", "main", str(self.home))
        git(self.home, "remote", "add", "origin", str(self.remote))
        for name, text in FILES.items():
            place = self.home / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        git(self.home, "add", "-A")
        git(self.home, "commit", "-qm", "before")
        git(self.home, "push", "-q", "origin", "main")
        git(self.home, "switch", "-qc", BRANCH)
        git(self.home, "commit", "-q", "--allow-empty", "-m", "bump")
        git(self.home, "push", "-q", "origin", BRANCH)
        self.head = git(self.home, "rev-parse", "HEAD")

    def clone(self, name: str) -> Path:
        """Another machine's checkout."""
        place = self.folder / name
        shutil.copytree(self.home, place)
        return place

    def cycle(self, *cells: Cell, head: str | None = None) -> Cycle:
        return Cycle(7, BRANCH, head or self.head, cells or (cell("invariants"), cell("schemas")))

    def tip(self, branch: str = BRANCH) -> str | None:
        return Repository(self.home).branch_tip(branch)

    def remote_tip(self) -> str | None:
        """The same, asked of the remote's own folder."""
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}") or None

    def subjects(self) -> list[str]:
        """What the branch's commits are called."""
        return git(self.remote, "log", "--format=%s", f"main..{BRANCH}").splitlines()

    def show(self, commit: str, path: str) -> str:
        return git(self.remote, "show", f"{commit}:{path}")

    def log(self, branch: str = BRANCH) -> list[str]:
        """Commits on the branch since main, the oldest first."""
        return git(self.remote, "rev-list", "--reverse", f"main..{branch}").split()

    def person_pushes(self, force: bool = False) -> str:
        """A commit of a person's own, on whatever is there; or in its place."""
        place = self.folder / "person"
        if not place.exists():
            git(self.folder, "clone", "-q", "-b", BRANCH, str(self.remote), str(place))
        git(place, "fetch", "-q", "origin")
        git(place, "reset", "-q", "--hard", "origin/main" if force else f"origin/{BRANCH}")
        (place / "rules" / "mine.yaml").write_text("mine\n")
        git(place, "add", "-A")
        git(place, "commit", "-qm", "by hand")
        git(place, "push", "-q", *(["--force"] if force else []), "origin", f"HEAD:{BRANCH}")
        return git(place, "rev-parse", "HEAD")


def cell(concern: Concern, engine: str = ENGINE) -> Cell:
    return Cell(engine, concern)


def step(
    concern: Concern,
    head: str,
    *,
    labels: tuple[str, ...] = (),
    changes: tuple[StepChange, ...] = (),
    blocked: str | None = None,
    breaking: int = 0,
) -> Step:
    return Step(
        engine=ENGINE, concern=concern, base="main", head=head, base_version="5.22.2", head_version="5.23.0",
        ran=blocked is None, blocked=blocked, unchecked=0, divergent=0, breaking=breaking, labels=labels, changes=changes,
    )  # fmt: skip


def change(kind: str = "rule_added", worst: str = "notable", subject: str = "transformers.A.b") -> StepChange:
    return StepChange.model_validate(
        {"kind": kind, "subject": subject, "authors": worst, "coverage": "safe", "fingerprint": "0123456789abcdef"}
    )


def keep(folder: Path, one: Step) -> Path:
    """The artefact as a file."""
    path = folder / file_name(one.engine, one.concern)
    path.write_text(step_text(one))
    return path


def make(folder: Path, concern: Concern, text: str = "new") -> None:
    """What a cell's producers leave in the working tree."""
    probed = f'{{"verdict": "pass", "pin": "{concern}", "landmarks": 1, "fingerprint": "f", "declared": "d"}}'
    both = f'{{"engine": "{ENGINE}", "versions": {{"5.23.0": {{"{concern}": {probed}}}}}}}'
    made = {
        "invariants": ("invariants.proposed.yaml", "invariants.validated.yaml", "cross_fire.yaml"),
        "schemas": ("schema.discovered.json",),
    }
    for name in made[concern]:
        (folder / "corpus" / ENGINE / name).write_text(f"{text} {name}\n")
    page = folder / "docs" / "generated" / f"{'invariants' if concern == 'invariants' else 'curation'}-{ENGINE}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"{text}\n")
    (folder / "engine_versions" / f"{ENGINE}.compat.json").write_text(both)
