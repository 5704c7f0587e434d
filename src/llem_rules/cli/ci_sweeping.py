"""Probing a range of versions, and the pull request that tells of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llem_rules.cli.probework import probe_engine
from llem_rules.compat.releases import choose, released
from llem_rules.corpus.artefacts import write_artefact
from llem_rules.corpus.compat import Compatibility, compat_path, compat_text
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.versions import PRODUCERS, load_engine_versions
from llem_rules.pipeline import paths
from llem_rules.pipeline.git import BOT, MISSING, Repository
from llem_rules.pipeline.hub import from_environment, opened
from llem_rules.rules.failure import NOT_CHECKED, Failure

if TYPE_CHECKING:
    from github.Repository import Repository as Hub


def probe_all(engine: str, versions: str, env: str, *, every_minor: bool) -> list[dict[str, str]]:
    """Probe every release of a range; what is found goes into the engine's file. Returns those that could not be.

    Raises:
        Failure: (2) no range; (4) no release in it; (3) the releases cannot be listed.
    """
    failed = []
    for version in choose(released(load_engine_versions(engine)), versions, every_minor=every_minor):
        try:
            report = probe_engine(engine, env, version, PRODUCERS)
        except Failure as failure:
            if failure.code != NOT_CHECKED:
                raise
            failed.append({"version": version, "unchecked": failure.message.splitlines()[0]})
            sys.stderr.write(f"{version:<14} unchecked: {failure.message.splitlines()[0]}\n")
        else:
            sys.stderr.write(f"{version:<14} {report.summary.verdict}\n")
    return failed


def take(engine: str, results: Path) -> None:
    """Put probe results of another job in the engine's file, as data: read, checked and written anew.

    Raises:
        Failure: (2) they are none, or another engine's.
    """
    try:
        found = Compatibility.model_validate_json(results.read_bytes())
    except ValueError as error:
        raise Failure(f"{results} holds no probe results: {str(error).splitlines()[0]}") from error
    if found.engine != engine:
        raise Failure(f"{results} holds the probe results of {found.engine}, not of {engine}")
    write_artefact(compat_path(engine, find_project()), compat_text(found))


def propose(engine: str, base: str, remote: str, repository: str | None, *, dry_run: bool) -> tuple[str, str | None]:
    """Put the results on a branch of the bot's own, and see that a pull request is open for it.

    Returns the state and the commit; nothing is done where the file is as the base branch has it.

    Raises:
        Failure: (2) no such base branch; (3) git or GitHub said no.
    """
    project = find_project()
    clone, path = Repository(project.root, remote), compat_path(engine, project)
    name, branch = path.relative_to(project.root).as_posix(), f"llem-ci/sweep-{engine}"
    paths.refuse_others("sweep", engine, [name])
    tip = clone.branch_tip(base)
    if tip is None:
        raise Failure(f"{remote} has no branch {base}")
    clone.fetch(f"refs/heads/{base}")
    content = path.read_bytes()
    if clone.blob(tip, name) == content:
        return "unchanged", None
    text = f"chore({engine}): compatibility of more versions\n"
    commit = clone.commit(tip, {name: clone.add_blob(content)}, text, tip)
    if dry_run:
        return "opened", commit
    there = clone.branch_tip(branch)
    if there != commit:
        if there is not None:
            _refuse_peoples(clone, branch, there, tip)
        if not clone.push(commit, f"refs/heads/{branch}", there or MISSING):
            hint = "two sweeps at once: the other one's stands"
            raise Failure(f"{branch} went on meanwhile", hint=hint, code=NOT_CHECKED)
    body = f"Probes of {engine} over a range of versions. Only `{name}` changed; no rule did."
    where = from_environment(repository)
    with opened(where) as hub:
        made = _see_open(hub, f"{where.repository.split('/')[0]}:{branch}", base, text.strip(), body)
    return "opened" if made else "updated", commit


def _refuse_peoples(clone: Repository, branch: str, there: str, base: str) -> None:
    """Raise where somebody else has committed to the bot's branch: it is moved by force, and that would be lost."""
    clone.fetch(f"refs/heads/{branch}")
    authors = set(clone.git("log", "--format=%ae", there, f"^{base}").splitlines())
    if authors - {BOT.email}:
        hint = f"merge {branch} or delete it; the next sweep makes it anew"
        raise Failure(
            f"{branch} has commits of {', '.join(sorted(authors - {BOT.email}))}", hint=hint, code=NOT_CHECKED
        )


def _see_open(hub: Hub, head: str, base: str, title: str, body: str) -> bool:
    """See that one pull request is open for a branch. Returns whether it was opened now."""
    from github import GithubException

    if list(hub.get_pulls(state="open", head=head, base=base)):
        return False
    try:
        hub.create_pull(base=base, head=head.partition(":")[2], title=title, body=body)
    except GithubException:
        # An answer that was lost on the way is asked for again, and then it is there already.
        if not list(hub.get_pulls(state="open", head=head, base=base)):
            raise
    return True
