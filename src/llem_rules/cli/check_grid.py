"""``check --grid``: a study of up to millions of configs, judged as columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules.check.platforms import PLATFORMS
from llem_rules.corpus.files import read_text
from llem_rules.formats.studies import placed_study
from llem_rules.rules.failure import NOTHING, Failure

if TYPE_CHECKING:
    from llem_rules.cli.checking import Shelf
    from llem_rules.sweeps.judging import Summary

_TOLD = 20  # rules that are named in text


def check_grid(
    path: Path, native_type: str | None, shelf: Shelf, out: Path | None, *, summary: bool, strict: bool, as_json: bool
) -> int:
    """Judge a study. Returns 1 where a config is refused (or, strictly, where anything is said of one).

    Raises:
        Failure: (2) it cannot be read, or is no study; numpy is missing; what is clean cannot be written.
    """
    try:
        from llem_rules.sweeps.judging import judge_study
    except ModuleNotFoundError as error:
        raise Failure(
            f"judging a grid as columns needs {error.name}", hint="pip install 'llem-rules[sweep]'"
        ) from error
    from llem_rules.sweeps.writing import write_clean, writer_for

    write = writer_for(out) if out is not None else None  # a name that cannot be written is told before the work
    study, _ = placed_study(read_text(path), str(path), native_type)
    if not study.count:
        return NOTHING
    judged = judge_study(study, shelf.for_type)
    if out is not None and write is not None:
        write_clean(out, judged, write)
    if as_json:
        sys.stdout.write(json.dumps(_document(judged), indent=1) + "\n")
    elif summary or out is None:
        sys.stdout.write("".join(_text(str(path), judged)))
    bad = judged.effects["error"] > 0
    return int(bad or (strict and judged.effects["pass"] < judged.configs))


def _document(judged: Summary) -> dict[str, Any]:
    names = ("error", "warn", "dormant_announced", "dormant_silent", "pass")
    counts = {"configs": judged.configs, **{name: judged.effects[name] for name in names}}
    told = {"duplicates": judged.duplicates, "undecided_rules": judged.undecided}
    items: list[dict[str, Any]] = [
        {"rule": "unknown-field", "configs": count, "field": name} for name, count in judged.unknown.most_common()
    ]
    items += [{"rule": name, "configs": count, "field": None} for name, count in judged.rules.most_common()]
    return {"schema_version": 1, "command": "check", "summary": {**counts, **told}, "items": items}


def _text(name: str, judged: Summary) -> Iterator[str]:
    dormant = judged.effects["dormant_silent"] + judged.effects["dormant_announced"]
    yield f"{name} · {judged.configs:,} configs\n\n"
    for word, count in (
        ("refused", judged.effects["error"]),
        ("dormant", dormant),
        ("warned of", judged.effects["warn"]),
        ("duplicate", judged.duplicates),
        ("clean", judged.effects["pass"]),
    ):
        yield f"{word:<10} {count:>12,}   {100 * count / judged.configs:.1f} %\n"
    yield "\n"
    for field, count in judged.unknown.most_common():
        yield f"{count:>12,}   {field}: there is no such field\n"
    for rule, count in judged.rules.most_common(_TOLD):
        yield f"{count:>12,}   {rule}\n"
    if len(judged.rules) > _TOLD:
        yield f"{'':>12}   and {len(judged.rules) - _TOLD} more rules: --format json\n"
    if judged.undecided:
        yield f"\n{judged.undecided} more rules depend on what is not known here: --platform {'|'.join(PLATFORMS)}\n"
