"""``check --fix``: the smallest changes written into the files, with comments and layout kept."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules.check.fixing import Fix
from llem_rules.check.policy import Policy
from llem_rules.corpus.files import read_text, write_atomically
from llem_rules.formats import read_file
from llem_rules.formats.found import Part
from llem_rules.formats.judging import Verdict, judge_part
from llem_rules.rules.failure import Failure

if TYPE_CHECKING:
    from llem_rules.cli.checking import Shelf

_ROUNDS = 25  # clearing a refusal may show what it hid


def fix_files(
    verdicts: list[Verdict], native_type: str | None, shelf: Shelf, policy: Policy, *, strict: bool
) -> list[Verdict]:
    """Fix the refusals (strictly: everything) that can be fixed, file by file, and judge again.

    Raises:
        Failure: (2) a finding stands in something that cannot be written, such as a command line.
    """
    files = list(dict.fromkeys(verdict.found.file for verdict in verdicts))
    left: list[Verdict] = []
    for name in files:
        left += _fix_file(
            name, [one for one in verdicts if one.found.file == name], native_type, shelf, policy, strict=strict
        )
    return left


def _fix_file(
    name: str, verdicts: list[Verdict], native_type: str | None, shelf: Shelf, policy: Policy, *, strict: bool
) -> list[Verdict]:
    for _ in range(_ROUNDS):
        found = next(
            (
                (one, note.fix)
                for one in verdicts
                for note in one.notes
                if note.fix is not None and (strict or note.effect == "error") and _writable(one, note.fix)
            ),
            None,
        )
        if found is None:
            return verdicts
        verdict, fix = found
        path = Path(name)
        write_atomically(path, _changed(read_text(path), path.suffix == ".json", verdict.part, fix))
        did = f"dropped {fix.field}" if fix.drop else f"{fix.field}: {json.dumps(fix.value)}"
        sys.stderr.write(f"{name}: {did}\n")
        again = read_file(path, native_type, name)
        verdicts = [judge_part(again, part, shelf.for_type(part.native_type), policy) for part in again.parts]
    return verdicts


def _writable(verdict: Verdict, fix: Fix) -> bool:
    """Whether the field stands in a mapping of the file: in command lines nothing is written."""
    return fix.field in verdict.part.keys


def _changed(text: str, is_json: bool, part: Part, fix: Fix) -> str:
    key = part.keys[fix.field]
    if is_json:
        data = json.loads(text)
        _apply(_at(data, part.path), key, fix)
        indent = next((len(line) - len(line.lstrip()) for line in text.splitlines()[1:] if line.strip()), 2)
        compact = "\n" not in text.strip()
        return json.dumps(data, indent=None if compact else indent, ensure_ascii=False) + (
            "\n" if text.endswith("\n") else ""
        )
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    data = yaml.load(text)
    _apply(_at(data, part.path), key, fix)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _apply(mapping: Any, key: str, fix: Fix) -> None:
    if not isinstance(mapping, Mapping):
        raise Failure(f"{key} does not stand in a mapping")
    held: Any = mapping
    if fix.drop:
        del held[key]
    else:
        held[key] = fix.value
