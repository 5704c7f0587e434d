"""Asking the library only what it has not been asked before.

The same case, in the same environment, under the same worker, shows the same thing: its raw observation is kept in the
user's cache, keyed by all three. A change to a rule then costs the cases of that rule, and a replay that stopped half-way goes
on where it was. What could not be seen (``unchecked``) is never kept.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from llem_rules import inside
from llem_rules.corpus.locate import cache_folder
from llem_rules.engines import Engine
from llem_rules.environments.facts import Facts
from llem_rules.environments.session import Case, Done, Observation, Session
from llem_rules.rules.failure import NOT_CHECKED, Failure

_BATCH = 200


class Library(Protocol):
    """Something that cases can be put to: a session, or one that remembers."""

    engine: Engine

    @property
    def facts(self) -> Facts:
        """What is known of the environment."""
        ...

    def run(self, cases: Iterable[Case], done: Done | None = None) -> list[Observation]:
        """Put every case to the library, in order."""
        ...


class RememberingSession:
    """A session with a memory. The worker is started only when something is asked that is not remembered.

    ``fresh``: everything is asked again, and remembered anew: what was seen before a run broke off is not lost.
    """

    def __init__(self, session: Session, *, fresh: bool = False) -> None:
        self.engine = session.engine
        self.remembered = 0
        self._fresh = fresh
        self._session = session
        self._entered = False
        self._facts: Facts | None = None

    def __enter__(self) -> Self:
        self._store = _open(_place(self._session))
        row = self._recall(["facts"]).get("facts")
        if row is not None:
            self._facts = Facts.from_answer(row, self.engine.files)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()
        if self._entered:
            self._session.__exit__(kind, error, trace)

    @property
    def facts(self) -> Facts:
        """What the worker said of its environment, now or when it was first asked."""
        if self._facts is None:
            self._facts = self._live().facts
            self._keep([("facts", json.dumps(vars(self._facts)))])
        return self._facts

    def _live(self) -> Session:
        if not self._entered:
            self._session.__enter__()
            self._entered = True
        return self._session

    def run(self, cases: Iterable[Case], done: Done | None = None) -> list[Observation]:
        """Put every case to the library, or remember what it did. A case asked twice in one run is asked twice."""
        listed = list(cases)
        keys = _keys(listed)
        known = self._recall(keys)
        self.remembered += sum(key in known and "op" not in case for key, case in zip(keys, listed, strict=True))
        results: list[Observation] = [known.get(key, {}) for key in keys]
        tell = done or (lambda _index, _answer: None)
        for index, key in enumerate(keys):
            if key in known:
                tell(index, results[index])
        missing = [index for index, key in enumerate(keys) if key not in known]
        if missing:
            self._ask(listed, keys, missing, results, tell)
        return results

    def _ask(
        self, cases: list[Case], keys: list[str], missing: list[int], results: list[Observation], tell: Done
    ) -> None:
        batch: list[tuple[str, str]] = []

        def keep(position: int, answer: Observation) -> None:
            index = missing[position]
            results[index] = answer
            if "unchecked" not in answer:
                batch.append((keys[index], json.dumps(answer)))
            if len(batch) >= _BATCH:
                self._keep(batch)
                batch.clear()
            tell(index, answer)

        try:
            self._live().run([cases[index] for index in missing], keep)
        finally:
            self._keep(batch)

    def _recall(self, keys: list[str]) -> Mapping[str, Observation]:
        found: dict[str, Observation] = {}
        for start in () if self._fresh else range(0, len(keys), 500):
            part = keys[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._store.execute(f"SELECT key, answer FROM answers WHERE key IN ({marks})", part)
            found.update({key: json.loads(answer) for key, answer in rows})
        return found

    def _keep(self, rows: Iterable[tuple[str, str]]) -> None:
        try:
            with self._store:
                self._store.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", list(rows))
        except sqlite3.OperationalError as error:
            raise _not_kept(error) from error


def _keys(cases: list[Case]) -> list[str]:
    times: dict[str, int] = {}
    keys = []
    for case in cases:
        text = json.dumps(case, sort_keys=False, default=repr)
        times[text] = nth = times.get(text, 0) + 1
        keys.append(hashlib.sha256(f"{nth} {text}".encode("utf-8", "surrogatepass")).hexdigest())
    return keys


def _place(session: Session) -> Path:
    """One file for each environment, worker and way of asking."""
    digest = hashlib.sha256()
    for path in sorted(Path(inside.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    digest.update(json.dumps(session.engine.message(), sort_keys=True).encode())
    digest.update(json.dumps(sorted(session.engine.environment.items())).encode())
    key = session.place.key
    if key is None:
        raise ValueError("nobody knows what will be installed in this place tomorrow: it cannot be remembered")
    digest.update(key.encode())
    return cache_folder() / "observations" / f"{key}-{digest.hexdigest()[:16]}.sqlite"


def _not_kept(error: Exception) -> Failure:
    return Failure(
        f"what was seen cannot be remembered in {cache_folder() / 'observations'}: {getattr(error, 'strerror', None) or error}",
        hint="make room, or point LLEM_RULES_CACHE to a folder that can be written to; what is there already is kept",
        code=NOT_CHECKED,
    )


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _prepared(path)
    except (OSError, sqlite3.OperationalError) as error:  # full, locked, not to be written to
        raise _not_kept(error) from error
    except sqlite3.DatabaseError:
        path.unlink()  # it is a cache: one that cannot be read is begun anew
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, timeout=60)
    try:
        store.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)")
    except sqlite3.DatabaseError:
        store.close()
        raise
    return store
