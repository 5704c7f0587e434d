"""From the validated cache image to the production tags: the same bytes, or nothing.

On Debian's ``docker-registry`` where there is one (``.ci/registry`` sees to it), and on a small one that can also misbehave.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.versions import load_engine_versions
from tests.pipeline import real_registry
from tests.pipeline.forge import Forge, Pull
from tests.pipeline.oci import OciRegistry
from tests.pipeline.real_registry import RealRegistry

MERGED = f"{7:040x}"
HEAD = "a" * 40
VERSION = load_engine_versions("transformers").library.current_version
TAG = f"transformers-{VERSION}"
CACHE, FINAL = "own/er/transformers-cache", "own/er/transformers"
CONTEXT = "llem-rules/validated-image/transformers"
Either = OciRegistry | RealRegistry


@pytest.fixture
def small() -> Iterator[OciRegistry]:
    made = OciRegistry(token="let me in")
    yield made
    made.close()


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealRegistry]:
    if real_registry.PROGRAM is None:
        if os.environ.get("LLEM_RULES_REGISTRY") == "required":
            pytest.fail("no docker-registry here")
        pytest.skip("no docker-registry here; .ci/registry runs these tests with Debian's")
    made = RealRegistry(tmp_path / "registry")
    yield made
    made.close()


@pytest.fixture(params=["small", "real"])
def registry(request: pytest.FixtureRequest) -> Either:
    found: Either = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def merged(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Pull:
    monkeypatch.setenv("REGISTRY_USER", real_registry.USER)
    monkeypatch.setenv("REGISTRY_PASSWORD", real_registry.PASSWORD)
    forge.pulls[7] = Pull(7, "renovate/x", HEAD, state="closed", merged=True)
    in_force(forge, VERSION)
    return forge.pulls[7]


def in_force(forge: Forge, version: str) -> None:
    """The version that the main branch has."""
    path = Path("engine_versions/transformers.yaml")
    text = path.read_text().replace(f"current_version: {VERSION}", f"current_version: {version}")
    forge.contents["main", path.as_posix()] = text


def validate(forge: Forge, digest: str, state: str = "success") -> None:
    forge.statuses[HEAD] = [{"context": CONTEXT, "state": state, "description": digest}]


def publish(registry: Either, *more: str) -> int:
    room = f"{registry.host}/Own/Er"
    return run(["ci", "publish", "transformers", "--commit", MERGED, "--room", room, "--format", "json", *more])


@pytest.mark.parametrize("kind", ["image", "index"])
def test_the_same_bytes_under_the_new_names(
    kind: str, registry: Either, forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    make: Callable[[str, str], str] = getattr(registry, kind)
    digest = make(CACHE, TAG)
    validate(forge, digest)
    assert publish(registry) == 0
    report = json.loads(capsys.readouterr().out)
    assert {one["digest"] for one in report["items"]} == {digest}
    tags = registry.tags(FINAL)
    assert (tags[TAG], tags["latest"]) == (digest, digest)
    assert registry.content(FINAL, TAG) == registry.content(CACHE, TAG)
    assert publish(registry) == 0  # once more is no harm


def test_a_next_version_moves_latest_and_leaves_the_old_tag(registry: Either, forge: Forge) -> None:
    old = registry.image(FINAL, "transformers-0.0.1", "old")
    assert registry.image(FINAL, "latest", "old") == old
    new = registry.image(CACHE, TAG)
    validate(forge, new)
    assert publish(registry) == 0
    assert registry.tags(FINAL) == {"transformers-0.0.1": old, TAG: new, "latest": new}


LATE = [
    # which tags, the state, the tags after it
    ("both", "published", {TAG}),
    ("version", "published", {TAG}),
    ("latest", "outdated", set[str]()),
]


@pytest.mark.parametrize(("which", "state", "after"), LATE)
def test_latest_is_not_turned_back(
    which: str, state: str, after: set[str], small: OciRegistry, forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that comes late, when the next bump was merged already."""
    in_force(forge, "99.0.1")
    validate(forge, small.image(CACHE, TAG))
    assert publish(small, "--tags", which) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["state"] == state
    assert set(small.tags(FINAL)) == after


def test_of_stacked_pull_requests_that_which_became_the_commit_counts(small: OciRegistry, forge: Forge) -> None:
    digest = small.image(CACHE, TAG)
    other = Pull(6, "below", "b" * 40, state="closed", merged=True, became="c" * 40, holds=(MERGED,))
    forge.pulls = {6: other, 7: forge.pulls[7]}
    forge.pulls[7].became = MERGED
    forge.statuses["b" * 40] = [{"context": CONTEXT, "state": "success", "description": "sha256:other"}]
    validate(forge, digest)
    assert publish(small) == 0
    assert small.tags(FINAL)[TAG] == digest


def missing(registry: Either, forge: Forge) -> None:
    validate(forge, "sha256:1")
    registry.image(CACHE, "transformers-0.0.1")


def altered(registry: Either, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    registry.image(CACHE, TAG, seed="other")


def unvalidated(registry: Either, forge: Forge) -> None:
    registry.image(CACHE, TAG)
    forge.statuses.clear()


def of_another_engine(registry: Either, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    forge.statuses[HEAD][0]["context"] = "llem-rules/validated-image/vllm"


def failed(registry: Either, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG), state="failure")


def unmerged(registry: Either, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    forge.pulls[7].merged = False


def torn(registry: Either, forge: Forge) -> None:
    validate(forge, registry.index(CACHE, TAG))
    registry.lose(CACHE, json.loads(registry.content(CACHE, TAG))["manifests"][0]["digest"])


REFUSED: list[tuple[Callable[[Either, Forge], None], str]] = [
    (missing, "there is no own/er/transformers-cache"),
    (altered, "was validated"),
    (unvalidated, "for which no image of transformers was validated"),
    (of_another_engine, "for which no image of transformers was validated"),
    (failed, "for which no image of transformers was validated"),
    (unmerged, "no merged pull request belongs to"),
    (torn, "which its index names"),
]


@pytest.mark.parametrize(("wrong", "says"), REFUSED, ids=[wrong.__name__ for wrong, _ in REFUSED])
def test_refused(
    wrong: Callable[[Either, Forge], None],
    says: str,
    registry: Either,
    forge: Forge,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong(registry, forge)
    assert publish(registry) == 3
    assert says in capsys.readouterr().err
    assert registry.tags(FINAL) == {}


@pytest.mark.parametrize(
    ("how", "says"), [({"lies": True}, "and the registry says"), ({"mounts": False}, "could not be mounted")]
)
def test_a_registry_that_misbehaves(
    how: dict[str, Any], says: str, small: OciRegistry, forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    validate(forge, small.image(CACHE, TAG))
    for name, value in how.items():
        setattr(small, name, value)
    assert publish(small) == 3
    assert says in capsys.readouterr().err
    assert small.tags(FINAL) == {}


def test_no_rights_is_a_sentence(
    real: RealRegistry, forge: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    validate(forge, real.image(CACHE, TAG))
    monkeypatch.setenv("REGISTRY_PASSWORD", "wrong")
    assert publish(real) == 3
    said = capsys.readouterr().err
    assert "answered 401" in said
    assert "may this token" in said


def test_a_dry_run_copies_nothing(registry: Either, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    assert publish(registry, "--dry-run") == 0
    assert registry.tags(FINAL) == {}


def test_an_upstream_image_is_not_ours_to_publish(small: OciRegistry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "publish", "vllm", "--commit", MERGED, "--room", small.host]) == 2
    assert "its maker's own" in capsys.readouterr().err
