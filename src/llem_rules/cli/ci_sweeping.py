"""Probing a range of versions, and the pull request that tells of it."""

from __future__ import annotations

import sys

from llem_rules.cli.probework import probe_engine
from llem_rules.compat.releases import choose, released
from llem_rules.corpus.compat import compat_path
from llem_rules.corpus.locate import find_project
from llem_rules.corpus.versions import PRODUCERS, load_engine_versions
from llem_rules.pipeline import paths
from llem_rules.pipeline.git import MISSING, Repository
from llem_rules.pipeline.hub import from_environment, opened
from llem_rules.rules.failure import NOT_CHECKED, Failure


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
    if there != commit and not clone.push(commit, f"refs/heads/{branch}", there or MISSING):
        raise Failure(
            f"{branch} went on meanwhile", hint="two sweeps at once: the other one's stands", code=NOT_CHECKED
        )
    with opened(from_environment(repository)) as hub:
        owner = from_environment(repository).repository.split("/")[0]
        if list(hub.get_pulls(state="open", head=f"{owner}:{branch}", base=base)):
            return "updated", commit
        body = f"Probes of {engine} over a range of versions. Only `{name}` changed; no rule did."
        hub.create_pull(base=base, head=branch, title=text.strip(), body=body)
    return "opened", commit
