"""From an ``--env`` choice to a session of the right version."""

from __future__ import annotations

import sys
from pathlib import Path

from llem_rules.corpus.versions import load_engine_versions
from llem_rules.engines import find_engine
from llem_rules.environments.memory import Library, RememberingSession
from llem_rules.environments.session import Session
from llem_rules.environments.settings import Limits
from llem_rules.environments.uv import Report
from llem_rules.environments.venv import venv_python
from llem_rules.rules.failure import NOT_CHECKED, Failure


def open_session(
    engine_name: str, kind: str, *, version: str | None = None, limits: Limits | None = None, report: Report
) -> Session:
    """A session (not yet entered) for an engine in a ``venv`` or ``here``.

    Raises:
        Failure: the engine is not known (2), or its environment cannot be made (3).
    """
    engine = find_engine(engine_name)
    python = Path(sys.executable) if kind == "here" else venv_python(load_engine_versions(engine_name), version, report)
    return Session(engine, python, limits or Limits())


def open_library(
    engine_name: str, kind: str, *, fresh: bool = False, limits: Limits | None = None, report: Report
) -> Session | RememberingSession:
    """A session (not yet entered) that remembers, where that is safe: an environment of our own never changes.

    ``fresh``: everything is asked again. ``here`` always is, for nobody knows what is installed there tomorrow.

    Raises:
        Failure: the engine is not known (2), or its environment cannot be made (3).
    """
    session = open_session(engine_name, kind, limits=limits, report=report)
    return session if fresh or kind == "here" else RememberingSession(session)


def require_version(session: Library, wanted: str) -> None:
    """Refuse a library of another version than wanted: its evidence would be filed under the wrong one.

    Raises:
        Failure: (3) the versions differ.
    """
    from packaging.version import InvalidVersion, Version

    found = session.facts.library_version
    try:
        same = Version(found).public == Version(wanted).public
    except InvalidVersion:
        same = found == wanted
    if not same:
        raise Failure(
            f"{session.engine.package} {found} is installed here, but {wanted} is pinned",
            hint=f"install {wanted}, or leave out `--env here` to use an environment of its own",
            code=NOT_CHECKED,
        )
