"""Corpora compiled: what ``check`` needs of a corpus, in Python's own serial form, so that no YAML is parsed to judge a config.

A compiled corpus lies in the cache folder under the digest of what it was made from. It is never needed: where it is missing,
damaged or cannot be written, the corpus is compiled again in memory.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules.check.corpus import Corpus
from llem_rules.check.here import HERE
from llem_rules.check.judgement import AnyRule
from llem_rules.check.light import LightRule
from llem_rules.check.taken import Taken
from llem_rules.corpus.locate import Project, cache_folder, find_project
from llem_rules.rules.config import Surroundings
from llem_rules.rules.reading import Declared

if TYPE_CHECKING:
    from llem_rules.rules.kinds import RuleBase

_FORMAT = 5
_KEPT = 8  # compiled corpora of one engine that stay in the cache
_INPUTS = ("invariants.validated.yaml", "schema.discovered.json", "compat.json")
_DIGEST = 32


class CompiledCorpus(Corpus):
    """A corpus whose rules are plain values. ``schema``: the discovered ``$defs``, by native type, of ``schema_version``."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._held: Mapping[str, bytes] = held["rules"]
        defaults = {name: Declared(values, reads) for name, (values, reads) in held["defaults"].items()}
        super().__init__(held["engine"], held["version"], (), defaults)
        self._by_type.update({name: [] for name in self._held})
        self.package: str = held["package"]
        self.around: Surroundings = HERE
        self.holds: Mapping[str, Mapping[str, str]] = held["holds"]
        self._schema: bytes = held["schema"]
        self.schema_version: str = held["schema_version"]
        self._definitions: dict[str, Any] | None = None
        self._names: dict[str, frozenset[str] | None] = {}
        self._taken: bytes = held["taken"]

    @cached_property
    def rules(self) -> tuple[RuleBase, ...]:
        """All rules as models, for who needs more than an answer."""
        from llem_rules.rules.kinds import rule_from

        held = [rule for name in self._held for rule in self.rules_of(name)]
        return tuple(rule_from(rule.document) if isinstance(rule, LightRule) else rule for rule in held)

    def rules_of(self, native_type: str) -> Sequence[AnyRule]:
        """The rules of a native type, made when they are first asked for."""
        rules = self._by_type.get(native_type, [])
        if not rules and native_type in self._held:
            rules += [LightRule(native_type, head, written) for head, written in marshal.loads(self._held[native_type])]
        return rules

    @cached_property
    def taken(self) -> Taken:
        """What the library was seen to take."""
        return Taken(**marshal.loads(self._taken))

    def held_in(self, native_type: str, kwargs: Mapping[str, Any]) -> dict[str, str]:
        """The given fields that hold another type's arguments as a mapping, with that type."""
        known = self.holds.get(native_type)
        if not known:
            return {}
        return {name: known[name] for name, value in kwargs.items() if isinstance(value, dict) and name in known}

    def refused_names(self, _native_type: str, _names: Iterable[str]) -> list[str]:
        """Names that are no fields of a type that takes no others: the library refuses them whatever they hold.

        Of a version that was not discovered no name is known.
        """
        if self.schema_version != self.version:
            return []
        if _native_type not in self._names:
            about = self.schema.get(_native_type, {})
            lenient = about.get("additionalProperties", True) or not about.get("properties")
            self._names[_native_type] = None if lenient else frozenset(about["properties"])
        known = self._names[_native_type]
        return [] if known is None else [name for name in _names if name not in known]

    @property
    def schema(self) -> Mapping[str, Any]:
        """The definitions of the discovered schema."""
        if self._definitions is None:
            self._definitions = marshal.loads(self._schema)
        return self._definitions


def load_compiled(engine: str, version: str | None = None, project: Project | None = None) -> CompiledCorpus:
    """The corpus of an engine, from the cache where it is there.

    Raises:
        Failure: as ``load_corpus`` does.
    """
    home = project or find_project()
    key = _key(engine, version, home)
    folder = cache_folder() / "compiled"
    path = folder / f"{engine}-{key}"
    held = _read(path)
    if held is None:
        from llem_rules.check.compiling import compiled_form

        held = compiled_form(engine, version, home)
        with suppress(OSError):
            _write(path, held)
            _tidy(folder, engine)
    return CompiledCorpus(held)


def _key(engine: str, version: str | None, project: Project) -> str:
    """The digest of everything that a compiled corpus is made from: the artefacts, the program and the Python that reads it."""
    digest = hashlib.sha256(f"{_FORMAT} {sys.implementation.cache_tag} {marshal.version} {version}".encode())
    for name in _INPUTS:
        path = project.corpus_dir(engine) / name
        held = path.read_bytes() if path.is_file() else b""
        digest.update(b"%d " % len(held))
        digest.update(held)
    for source in _sources(engine):
        digest.update(source)
    return digest.hexdigest()[:40]


def _sources(engine: str) -> list[bytes]:
    """The adapter's own source, which says what arguments a type cannot do without, and the source of what compiles."""
    adapter = Path(__file__).parent.parent / "engines" / f"{engine}.py"
    files = [
        Path(__file__).with_name("compiling.py"),
        Path(__file__).with_name("light.py"),
        Path(__file__).with_name("taken.py"),
        adapter,
    ]
    return [path.read_bytes() if path.is_file() else path.name.encode() for path in files]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        held = path.read_bytes()
    except OSError:
        return None
    if len(held) <= _DIGEST or hashlib.sha256(held[_DIGEST:]).digest() != held[:_DIGEST]:
        return None
    loads: Callable[[bytes], Any] = marshal.loads
    found = loads(held[_DIGEST:])
    return found if isinstance(found, dict) else None


def _write(path: Path, held: Mapping[str, Any]) -> None:
    """Whole or not at all: others may be reading."""
    import tempfile  # a tenth of the start-up, and mostly nothing is written

    body = marshal.dumps(dict(held))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _tidy(folder: Path, engine: str) -> None:
    known = sorted(folder.glob(f"{engine}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in known[_KEPT:]:
        path.unlink(missing_ok=True)
