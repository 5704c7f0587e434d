"""Run inside the library's environment: the options of its server's command line, as JSON on standard output.

``python -P vllm_options.py > vllm_options.json`` (``-P``: a module beside it is called like the library). Facts come from the
live parser alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys


def _kind(action):  # type: ignore[no-untyped-def]
    """How the value of an option is read."""
    if isinstance(action, argparse.BooleanOptionalAction):
        return "switch"
    if action.nargs == 0:
        return "flag"
    if _splits(action.type):  # type: ignore[no-untyped-call]
        return "commas"
    names = _functions(action)  # type: ignore[no-untyped-call]
    for word, kind in (
        ("human_readable_int_or_auto", "size_or_auto"),
        ("human_readable_int", "size"),
        ("union_dict_and_str", "json_or_str"),
        ("parse_dataclass", "json_sized"),
        ("loads", "json"),
        ("int", "int"),
        ("float", "float"),
    ):
        if any(name.rpartition(".")[2] == word for name in names):
            return kind
    return "str"


def _splits(reader):  # type: ignore[no-untyped-def]
    """Whether one word is read as a list of numbers and words."""
    try:
        return reader("1,a") == [1, "a"]
    except Exception:  # noqa: BLE001 - whatever a reader says of a word that is none of its own
        return False


def _functions(action):  # type: ignore[no-untyped-def]
    """The names of all functions that a value goes through."""
    names = [getattr(action.type, "__qualname__", "")]
    inner = [action.type]
    while inner:
        for cell in getattr(inner.pop(), "__closure__", None) or ():
            if callable(cell.cell_contents):
                inner.append(cell.cell_contents)
                names.append(getattr(cell.cell_contents, "__qualname__", ""))
    return names


def _option(action, own):  # type: ignore[no-untyped-def]
    """What the table says of one option."""
    about = {
        "options": [one for one in action.option_strings if not one.startswith("--no-")],
        "kind": _kind(action),  # type: ignore[no-untyped-call]
        "many": action.nargs in ("+", "*"),
        "optional": action.nargs in ("?", "*"),
        "engine": action.dest in own,
    }
    if any("optional_type" in name for name in _functions(action)):  # type: ignore[no-untyped-call]
        about["none"] = True
    if action.choices is not None and action.nargs != 0:
        about["choices"] = [one for one in action.choices if one is not None]
    return about


def main() -> None:
    """Write the table: by destination, the spellings, how a value is read, how many there are, and which are known."""
    from vllm.engine.arg_utils import EngineArgs  # type: ignore[import-not-found]
    from vllm.entrypoints.launchers.cli_args import make_arg_parser  # type: ignore[import-not-found]
    from vllm.utils.argparse_utils import FlexibleArgumentParser  # type: ignore[import-not-found]

    own = {field.name for field in dataclasses.fields(EngineArgs)}
    table = {
        action.dest: _option(action, own)  # type: ignore[no-untyped-call]
        for action in make_arg_parser(FlexibleArgumentParser())._actions
    }
    json.dump(dict(sorted(table.items())), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
