"""Sessions with the live libraries, one an engine and test process, shared by every test that asks."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache

from llem_rules.corpus.locate import find_project
from llem_rules.corpus.rulebook import read_rulebook
from llem_rules.environments import RememberingSession, Session
from llem_rules.environments.choose import open_session
from llem_rules.rules.kinds import RuleBase

_STACK = ExitStack()


@cache
def live_session(engine: str) -> Session:
    """An entered session in the pinned environment; made on first use (minutes on a machine that never had it)."""
    return _STACK.enter_context(open_session(engine, "venv", report=lambda _text: None))


@cache
def remembering_session(engine: str) -> RememberingSession:
    """One that asks the library each case once for all tests of a process, in each gear."""
    return _STACK.enter_context(RememberingSession(open_session(engine, "venv", report=lambda _text: None)))


def end_sessions() -> None:
    """When all tests are done."""
    _STACK.close()


@cache
def all_rules(engine: str) -> tuple[RuleBase, ...]:
    """Every rule of an engine's rulebook."""
    return read_rulebook(engine, find_project()).rules
