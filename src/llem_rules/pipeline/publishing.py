"""After the merge: the image that the pull request was proved in becomes the production image, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from llem_rules.corpus.reader import parse_yaml
from llem_rules.corpus.versions import versions_from
from llem_rules.pipeline.labelling import STATUS
from llem_rules.pipeline.registry import Manifest, Registry
from llem_rules.rules.failure import NOT_CHECKED, Failure

if TYPE_CHECKING:
    from github.Repository import Repository


LATEST = "latest"
Which = Literal["version", "latest", "both"]


@dataclass(frozen=True)
class Copy:
    """What is copied: one tag of the cache repository to tags of the production one."""

    source: str
    tag: str
    target: str
    tags: tuple[str, ...]


def copy_of(engine: str, version: str, room: str, which: Which = "both") -> Copy:
    """The copy of an engine's image. ``room``: the repository's own place in the registry, such as ``owner/name``."""
    tag = f"{engine}-{version}"
    tags = {"version": (tag,), "latest": (LATEST,), "both": (tag, LATEST)}
    return Copy(f"{room}/{engine}-cache", tag, f"{room}/{engine}", tags[which])


def is_latest(repository: Repository, engine: str, version: str, branch: str) -> bool:
    """Whether a branch still has that version in force. A run that comes late must not turn ``latest`` back.

    Raises:
        Failure: (3) the branch has no readable versions file.
    """
    path = f"engine_versions/{engine}.yaml"
    found = repository.get_contents(path, ref=branch)
    content = (found[0] if isinstance(found, list) else found).decoded_content.decode()
    versions, _ = versions_from(parse_yaml(content, path), Path(path))
    if versions is None:
        raise Failure(f"{path} of {branch} is not readable", hint="llem-rules lint says why", code=NOT_CHECKED)
    return versions.library.current_version == version


def validated_digest(repository: Repository, commit: str, engine: str) -> str:
    """The image that the pull request behind a commit was proved in.

    Raises:
        Failure: (3) no merged pull request, or it was proved in none.
    """
    pulls = [one for one in repository.get_commit(commit).get_pulls() if one.merged]
    # A commit may belong to several pull requests, one stacked on the other: the one that became this commit comes first.
    pulls.sort(key=lambda one: one.merge_commit_sha != commit)
    if not pulls:
        raise Failure(
            f"no merged pull request belongs to {commit}", hint="nobody validated this image", code=NOT_CHECKED
        )
    head = pulls[0].head.sha
    for one in repository.get_commit(head).get_combined_status().statuses:
        if one.context == f"{STATUS}/{engine}" and one.state == "success":
            return str(one.description)
    said = f"pull request {pulls[0].number} was merged at {head[:12]}, for which no image of {engine} was validated"
    raise Failure(said, hint="was the pipeline green on its last commit?", code=NOT_CHECKED)


def publish(registry: Registry, copy: Copy, validated: str, *, dry_run: bool = False) -> Manifest:
    """Copy inside the registry, and look at the result.

    Raises:
        Failure: (3) the cache tag is missing, is not what was validated, or the copy is not identical.
    """
    manifest = registry.manifest(copy.source, copy.tag)
    if manifest is None:
        hint = "run the pipeline's build again on the pull request"
        raise Failure(f"there is no {copy.source}:{copy.tag}", hint=hint, code=NOT_CHECKED)
    if manifest.digest != validated:
        said = f"{copy.source}:{copy.tag} is {manifest.digest}, and {validated} was validated"
        raise Failure(said, hint="the cache tag was moved after the pull request's checks", code=NOT_CHECKED)
    if dry_run:
        return manifest
    _carry(registry, copy, manifest)
    # The version's tag comes first: latest never names what has no name of its own.
    for tag in copy.tags:
        registry.put(copy.target, tag, manifest)
    for tag in copy.tags:
        there = registry.manifest(copy.target, tag)
        if there is None or there.digest != validated:
            found = there.digest if there else "nothing"
            raise Failure(f"{copy.target}:{tag} is {found} after the copy", code=NOT_CHECKED)
    return manifest


def _carry(registry: Registry, copy: Copy, manifest: Manifest) -> None:
    """All that a manifest names, children first: a registry takes no manifest whose parts it does not know."""
    for digest in manifest.children:
        child = registry.manifest(copy.source, digest)
        if child is None:
            raise Failure(f"{copy.source} lacks {digest}, which its index names", code=NOT_CHECKED)
        _carry(registry, copy, child)
        registry.put(copy.target, digest, child)
    _mount(registry, copy, manifest.blobs)


def _mount(registry: Registry, copy: Copy, digests: Sequence[str]) -> None:
    for digest in dict.fromkeys(digests):
        registry.mount(copy.source, copy.target, digest)
