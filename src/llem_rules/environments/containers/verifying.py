"""Starting an image, to see that worker, library and every native type are there."""

from __future__ import annotations

from dataclasses import dataclass

from llem_rules.corpus.versions import EngineVersions
from llem_rules.engines import find_engine
from llem_rules.environments.containers.place import place_in_image
from llem_rules.environments.facts import Facts, same_version
from llem_rules.environments.session import Session


@dataclass(frozen=True)
class Verified:
    """What was found in an image. ``wrong``: in words, empty where nothing is. ``types``: native types that it has."""

    reference: str
    facts: Facts
    types: int
    wrong: tuple[str, ...]


def verify(versions: EngineVersions, *, gpus: str, tag: str | None) -> Verified:
    """Start a worker in the image and compare what it says with what the engine's files promise.

    Raises:
        Failure: (3) no container engine answers, there is no such image, or the library cannot be imported.
    """
    engine = find_engine(versions.engine)
    place = place_in_image(versions, gpus, tag)
    with Session(engine, place) as session:
        facts = session.facts
    wanted = versions.library.current_version
    wrong = [f"{name} is not there: {why}" for name, why in sorted(facts.missing_types.items())]
    if not same_version(facts.library_version, wanted):
        wrong.insert(0, f"it carries {versions.library.pep503_name} {facts.library_version}, not {wanted}")
    return Verified(place.image, facts, len(engine.native_types) - len(facts.missing_types), tuple(wrong))
