"""Both versions of a library, for a comparison that asks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from llem_rules.cli.trying import Asker
from llem_rules.environments.choose import open_library, require_version
from llem_rules.graph.comparison import Ask
from llem_rules.graph.sides import Side
from llem_rules.graph.tried import Versions
from llem_rules.graph.usage import Usage
from llem_rules.graph.version import Version
from llem_rules.reporting.console import status
from llem_rules.rules.failure import NOT_CHECKED, Failure


@contextmanager
def asking(old: Side, new: Side, engine: str, usage: Usage) -> Iterator[Ask]:
    """Something that puts a change to the versions of both sides, each in its isolated environment.

    Configs in use are asked about first.

    Raises:
        Failure: (3) a side does not say of which version it is, or that version cannot be had.
    """
    with ExitStack() as stack:
        yield Versions(_version(old, engine, stack), _version(new, engine, stack), usage.samples).try_change


def _version(side: Side, engine: str, stack: ExitStack) -> Version:
    if side.version is None:
        raise Failure(f"{side.name} does not say of which version of {engine} it is", code=NOT_CHECKED)
    with status(f"environment  {engine} {side.version}") as tell:
        session = open_library(engine, "venv", version=side.version, report=tell)
        stack.enter_context(session)
    require_version(session, side.version)
    return Version(side, session.engine, Asker(session).observe, session.facts.surroundings)
