"""From an ``--env`` choice to a session of the right version."""

from __future__ import annotations

from llem_rules.corpus.versions import load_engine_versions
from llem_rules.engines import find_engine
from llem_rules.environments.facts import same_version
from llem_rules.environments.memory import Library, RememberingSession
from llem_rules.environments.place import Place
from llem_rules.environments.session import Session
from llem_rules.environments.settings import Limits
from llem_rules.environments.uv import Report
from llem_rules.environments.venv import venv_python
from llem_rules.environments.worker import LocalPython
from llem_rules.rules.failure import NOT_CHECKED, Failure


def open_session(
    engine_name: str,
    kind: str,
    *,
    version: str | None = None,
    gpus: str = "none",
    limits: Limits | None = None,
    report: Report,
) -> Session:
    """A session (not yet entered) for an engine in a ``venv``, ``here``, or in its image (``docker``).

    ``gpus``: ``all``, ``none`` or how many a container is given.

    Raises:
        Failure: the engine is not known (2), or its environment cannot be made (3).
    """
    engine = find_engine(engine_name)
    return Session(engine, place_of(engine_name, kind, version, gpus, report), limits or Limits())


def place_of(engine_name: str, kind: str, version: str | None, gpus: str, report: Report) -> Place:
    """Where a worker of an engine runs, by the ``--env`` choice.

    Raises:
        Failure: (2) ``gpus`` cannot be read; (3) an environment cannot be made, or no container engine answers.
    """
    if kind == "docker":
        # The Docker SDK takes a fifth of a second to import, and most runs do not need it.
        from llem_rules.environments.containers import place_in_image

        return place_in_image(load_engine_versions(engine_name).at(version), gpus)
    if gpus != "none":
        raise Failure(
            "--gpus goes with --env docker", hint="a worker on this machine sees what CUDA_VISIBLE_DEVICES shows"
        )
    if kind == "here":
        return LocalPython.here()
    python = venv_python(load_engine_versions(engine_name), version, report)
    return LocalPython(python, lasting=python.parent.parent)


def open_library(
    engine_name: str,
    kind: str,
    *,
    version: str | None = None,
    gpus: str = "none",
    fresh: bool = False,
    limits: Limits | None = None,
    report: Report,
) -> Session | RememberingSession:
    """A session (not yet entered) that remembers, where that is safe: an environment of our own never changes.

    ``fresh``: everything is asked again. ``here`` always is, for nobody knows what is installed there tomorrow.

    Raises:
        Failure: the engine is not known (2), or its environment cannot be made (3).
    """
    session = open_session(engine_name, kind, version=version, gpus=gpus, limits=limits, report=report)
    return session if session.place.key is None else RememberingSession(session, fresh=fresh)


def require_version(session: Library, wanted: str) -> None:
    """Refuse a library of another version than wanted: its evidence would be filed under the wrong one.

    Raises:
        Failure: (3) the versions differ.
    """
    found = session.facts.library_version
    if not same_version(found, wanted):
        raise Failure(
            f"{session.engine.package} {found} is in {session.facts.image or 'this environment'}, but {wanted} is wanted",
            hint=f"say `--version {found}`, {_way_to(wanted, in_image=session.facts.image is not None)}",
            code=NOT_CHECKED,
        )


def _way_to(version: str, *, in_image: bool) -> str:
    if in_image:
        return f"or have the image of {version}: `llem-rules image build` makes ours, `docker pull` fetches an upstream one"
    return f"install {version}, or leave out `--env here` to use an environment of its own"
