"""What an engine says of the files and command lines in which people write its configs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """Which native type a mapping holds the arguments of.

    ``key``: says which; ``types``: by its value, None where nothing is known of the type here. ``flags``: keys that choose
    ahead of it where they are true. ``missing``, ``unknown``: the effect and the words of the library where the key is not
    there, and where it has no such type.
    """

    key: str
    types: Mapping[str, str | None]
    flags: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, str] = ("error", "is missing")
    unknown: tuple[str, str] = ("error", "is not known")

    def of(self, held: Mapping[str, object]) -> str | None:
        """The native type; None where there is none, or where none is known."""
        flagged = (name for key, name in self.flags.items() if held.get(key))
        return next(flagged, None) or self.types.get(str(held.get(self.key)))


@dataclass(frozen=True)
class FileFormat:
    """A JSON or YAML mapping that holds the arguments of a native type.

    ``names``: file names, as ``fnmatch`` has them. ``keys``: a file of another name is taken for this format where it
    has one of these keys and no other format claims more. ``within``: the key whose value holds the arguments.
    ``choose``: what says which native type it is. ``beside``: keys of the file that are
    no arguments. ``open``: keys that are not known belong to something else, so only what is nearly a field is
    reported. ``renamed``: keys that stand for a field of another name. ``dashes``: ``-`` stands for ``_`` in keys.
    ``options``: keys are the options of the command of this name.
    """

    name: str
    native_type: str
    names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    within: str | None = None
    choose: Choice | None = None
    beside: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    dashes: bool = False
    options: str | None = None


@dataclass(frozen=True)
class CommandFormat:
    """A command line. ``starts``: the words that it starts with, in each of its spellings.

    ``options``: the name of a JSON file beside the adapter: by field, the option's spellings, how its value is read (``kind``),
    whether several values may follow or none, which are known (``choices``), whether the word None stands for none, and whether
    the field is the native type's own (``engine``). ``positional``: the field that an argument without an option gives.
    ``config``: the option that names a file of more options. ``joined``: options whose value may be written to them without
    anything between, and their fields. ``images``: container images (their names, as ``fnmatch`` has them, without tag) that
    run this command where none is given.
    """

    name: str
    native_type: str
    starts: tuple[tuple[str, ...], ...]
    options: str
    positional: str | None = None
    config: str | None = None
    joined: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()
