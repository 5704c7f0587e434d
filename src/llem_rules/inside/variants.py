"""Folders like the engine's own small ones, with other entries in their ``config.json``."""

import json
import os
from typing import Any, Dict
from urllib.parse import quote, unquote

_ABSENT = {"$absent": True}  # an entry that is taken out
_LONGEST = 200  # characters of one name: a file system takes 255 bytes
_ON = "%/"  # where a longer name goes on, in a folder of its own; nothing that is quoted holds it


def variant_name(name: str, entries: Dict[str, Any]) -> str:
    """The name of the folder: it says what its entries are, and holds no character that a path or a pattern makes much of."""
    if not entries:
        return name
    said = quote(json.dumps(entries, sort_keys=True, separators=(",", ":")), safe="")
    return name + _ON.join(said[start : start + _LONGEST] for start in range(0, len(said), _LONGEST))


def in_one(path: str) -> str:
    """A path in which the name of a folder is one, however long."""
    return path.replace(_ON, "")


def entries_of(folder: str) -> Dict[str, Any]:
    """The entries that the name of a folder speaks of."""
    _, mark, said = in_one(folder).partition("%7B")
    return dict(json.loads(unquote(mark + said))) if mark else {}


def variant_text(text: str, entries: Dict[str, Any]) -> str:
    """A ``config.json`` with other entries."""
    config = {**json.loads(text), **entries}
    return json.dumps({key: value for key, value in config.items() if value != _ABSENT}, indent=1)


def place(path: str, text: str) -> None:
    """Write a small file, whole or not at all: processes of several cases may do it at once."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    own = "%s.%d" % (path, os.getpid())
    with open(own, "w") as file:
        file.write(text)
    os.replace(own, path)


def place_variant(scratch: str, name: str, entries: Dict[str, Any]) -> str:
    """The path of a folder, which is made where it is not there yet."""
    path = os.path.join(scratch, variant_name(name, entries))
    config = os.path.join(path, "config.json")
    if entries and not os.path.exists(config):
        with open(os.path.join(scratch, name, "config.json")) as file:
            place(config, variant_text(file.read(), entries))
    return path
