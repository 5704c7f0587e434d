"""From the validated cache image to the production tags, on a real registry: the same bytes, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from llem_rules.cli.app import run
from llem_rules.corpus.versions import load_engine_versions
from tests.pipeline.forge import Forge, Pull
from tests.pipeline.oci import OciRegistry

MERGED = f"{7:040x}"
HEAD = "a" * 40
TAG = f"transformers-{load_engine_versions('transformers').library.current_version}"
CACHE, FINAL = "own/er/transformers-cache", "own/er/transformers"
CONTEXT = "llem-rules/validated-image/transformers"


@pytest.fixture
def registry() -> Iterator[OciRegistry]:
    made = OciRegistry(token="let me in")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def merged(forge: Forge) -> Pull:
    forge.pulls[7] = Pull(7, "renovate/x", HEAD, state="closed", merged=True)
    return forge.pulls[7]


def validate(forge: Forge, digest: str, state: str = "success") -> None:
    forge.statuses[HEAD] = [{"context": CONTEXT, "state": state, "description": digest}]


def publish(registry: OciRegistry, *more: str) -> int:
    return run(
        [
            "ci",
            "publish",
            "transformers",
            "--commit",
            MERGED,
            "--room",
            f"{registry.host}/Own/Er",
            "--format",
            "json",
            *more,
        ]
    )


@pytest.mark.parametrize("kind", ["image", "index"])
def test_the_same_bytes_under_the_new_names(
    kind: str, registry: OciRegistry, forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    make: Callable[[str, str], str] = getattr(registry, kind)
    digest = make(CACHE, TAG)
    validate(forge, digest)
    assert publish(registry) == 0
    report = json.loads(capsys.readouterr().out)
    assert {one["digest"] for one in report["items"]} == {digest}
    assert registry.tags(FINAL) == {TAG: digest, "latest": digest}
    assert registry.manifests[FINAL][TAG] == registry.manifests[CACHE][TAG]
    assert publish(registry) == 0  # once more is no harm


def missing(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, "sha256:1")
    registry.image(CACHE, "transformers-0.0.1")


def altered(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    registry.image(CACHE, TAG, seed="other")


def unvalidated(registry: OciRegistry, forge: Forge) -> None:
    registry.image(CACHE, TAG)
    forge.statuses.clear()


def failed(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG), state="failure")


def unmerged(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    forge.pulls[7].merged = False


def lying(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    registry.lies = True


def unmounted(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    registry.mounts = False


def torn(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.index(CACHE, TAG))
    for name in [one for one in registry.manifests[CACHE] if one.startswith("sha256:")][:1]:
        del registry.manifests[CACHE][name]


REFUSED = [
    (missing, "there is no own/er/transformers-cache"),
    (altered, "was validated"),
    (unvalidated, "for which no image of transformers was validated"),
    (failed, "for which no image of transformers was validated"),
    (unmerged, "no merged pull request belongs to"),
    (lying, "and the registry says"),
    (unmounted, "could not be mounted"),
    (torn, "which its index names"),
]


@pytest.mark.parametrize(("wrong", "says"), REFUSED, ids=[wrong.__name__ for wrong, _ in REFUSED])
def test_refused(
    wrong: Callable[[OciRegistry, Forge], None],
    says: str,
    registry: OciRegistry,
    forge: Forge,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong(registry, forge)
    assert publish(registry) == 3
    assert says in capsys.readouterr().err
    assert registry.tags(FINAL) == {}


def test_a_dry_run_copies_nothing(registry: OciRegistry, forge: Forge) -> None:
    validate(forge, registry.image(CACHE, TAG))
    assert publish(registry, "--dry-run") == 0
    assert registry.tags(FINAL) == {}


def test_an_upstream_image_is_not_ours_to_publish(registry: OciRegistry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "publish", "vllm", "--commit", MERGED, "--room", registry.host]) == 2
    assert "its maker's own" in capsys.readouterr().err
