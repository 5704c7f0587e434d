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
    names = [getattr(action.type, "__qualname__", "")]
    inner = [action.type]
    while inner:
        for cell in getattr(inner.pop(), "__closure__", None) or ():
            if callable(cell.cell_contents):
                inner.append(cell.cell_contents)
                names.append(getattr(cell.cell_contents, "__qualname__", ""))
    for word, kind in (
        ("human_readable_int_or_auto", "size_or_auto"),
        ("human_readable_int", "size"),
        ("union_dict_and_str", "json_or_str"),
        ("parse_dataclass", "json"),
        ("loads", "json"),
        ("int", "int"),
        ("float", "float"),
    ):
        if any(name.rpartition(".")[2] == word for name in names):
            return kind
    return "str"


def main() -> None:
    """Write the table: by destination, the spellings, how a value is read, and how many there are."""
    from vllm.engine.arg_utils import EngineArgs  # type: ignore[import-not-found]
    from vllm.entrypoints.launchers.cli_args import make_arg_parser  # type: ignore[import-not-found]
    from vllm.utils.argparse_utils import FlexibleArgumentParser  # type: ignore[import-not-found]

    own = {field.name for field in dataclasses.fields(EngineArgs)}
    table = {
        action.dest: {
            "options": [one for one in action.option_strings if not one.startswith("--no-")],
            "kind": _kind(action),  # type: ignore[no-untyped-call]
            "many": action.nargs in ("+", "*"),
            "optional": action.nargs == "?",
            "engine": action.dest in own,
        }
        for action in make_arg_parser(FlexibleArgumentParser())._actions
    }
    json.dump(dict(sorted(table.items())), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
