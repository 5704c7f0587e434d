"""``check --grid``: a study of up to millions of configs, judged as columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llem_rules.check.here import HERE
from llem_rules.corpus.reader import read_yaml
from llem_rules.rules.failure import NOTHING, Failure

if TYPE_CHECKING:
    from llem_rules.cli.checking import Shelf
    from llem_rules.sweeps.judging import Summary

_BATCH = 50_000  # rows of a Parquet file that are written together
_TOLD = 20  # rules that are named in text


def check_grid(
    path: Path, native_type: str | None, shelf: Shelf, out: Path | None, *, summary: bool, strict: bool, as_json: bool
) -> int:
    """Judge a study. Returns 1 where a config is refused (or, strictly, where anything is said of one).

    Raises:
        Failure: (2) it cannot be read, or is no study; numpy is missing.
    """
    try:
        from llem_rules.sweeps.judging import judge_study
    except ModuleNotFoundError as error:
        raise Failure(
            f"judging a grid as columns needs {error.name}", hint="pip install 'llem-rules[sweep]'"
        ) from error
    from llem_rules.check.grids import study_of

    read = read_yaml(path)
    if read.data is None:
        said = f"{read.findings[0].place}: {read.findings[0].sentence}" if read.findings else f"{path} is empty"
        raise Failure(said)
    study = study_of(read.data, native_type)
    if not study.count:
        return NOTHING
    judged = judge_study(study, shelf.for_type, HERE)
    if out is not None:
        _write(out, judged)
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
    items = [{"rule": name, "configs": count} for name, count in judged.rules.most_common()]
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
    for rule, count in judged.rules.most_common(_TOLD):
        yield f"{count:>12,}   {rule}\n"
    if len(judged.rules) > _TOLD:
        yield f"{'':>12}   and {len(judged.rules) - _TOLD} more rules: --format json\n"


def _write(out: Path, judged: Summary) -> None:
    if out.suffix == ".parquet":
        _write_parquet(out, judged)
        return
    with out.open("w", encoding="utf-8") as file:
        for sections in judged.clean():
            file.write(json.dumps(sections) + "\n")


def _write_parquet(out: Path, judged: Summary) -> None:
    """One column a field, values as JSON text: a column of a table has one type, a field may have many."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise Failure("writing Parquet needs pyarrow", hint="pip install 'llem-rules[sweep]'") from error
    names = sorted(
        {
            f"{section}.{field}"
            for columns, _ in judged.grids
            for section, field in [
                *((section, field) for section, kwargs in columns.grid.base.items() for field in kwargs),
                *((section, field) for section, field, _ in columns.grid.axes),
            ]
        }
    )
    schema = pa.schema([(name, pa.string()) for name in names])
    with parquet.ParquetWriter(out, schema) as writer:
        batch: list[dict[str, str]] = []
        for sections in judged.clean():
            batch.append({f"{s}.{f}": json.dumps(value) for s, held in sections.items() for f, value in held.items()})
            if len(batch) == _BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                batch = []
        if batch:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
