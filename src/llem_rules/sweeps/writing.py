"""The clean configs of a study as a file: a line of JSON each, or a table with a column for each field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from llem_rules.rules.failure import Failure
from llem_rules.sweeps.judging import Summary

Writer = Callable[[Path, Summary], None]
_BATCH = 50_000  # rows of a table that are written together
_PLAIN = {bool: "bool_", int: "int64", float: "float64", str: "string"}


def writer_for(out: Path) -> Writer:
    """What writes a file of this name.

    Raises:
        Failure: (2) nothing does.
    """
    if out.suffix == ".parquet":
        return _parquet
    if out.suffix in (".jsonl", ".ndjson"):
        return _jsonl
    raise Failure(f"{out}: clean configs are written as JSONL or Parquet", hint="name it *.jsonl or *.parquet")


def write_clean(out: Path, judged: Summary, write: Writer) -> None:
    """Write the clean configs.

    Raises:
        Failure: (2) the file cannot be written, or pyarrow is missing.
    """
    try:
        write(out, judged)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror or error}") from error


def _jsonl(out: Path, judged: Summary) -> None:
    with out.open("w", encoding="utf-8") as file:
        for sections in judged.clean():
            file.write(json.dumps(sections) + "\n")


def _parquet(out: Path, judged: Summary) -> None:
    """A column has a type of its own where the values of its field are all of one plain type; else they are JSON text."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise Failure("writing Parquet needs pyarrow", hint="pip install 'llem-rules[sweep]'") from error
    kinds = {name: _kind(values) for name, values in sorted(_values(judged).items())}
    fields = [
        pa.field(name, getattr(pa, kind or "string")(), metadata={"encoding": "plain" if kind else "json"})
        for name, kind in kinds.items()
    ]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(out, schema) as writer:
        for batch in _batches(judged, kinds):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _batches(judged: Summary, kinds: dict[str, str | None]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for sections in judged.clean():
        row = {f"{section}.{field}": value for section, held in sections.items() for field, value in held.items()}
        batch.append({name: value if kinds[name] else json.dumps(value) for name, value in row.items()})
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _values(judged: Summary) -> dict[str, list[Any]]:
    """The values that each field may have, by column."""
    found: dict[str, list[Any]] = {}
    for columns, _ in judged.grids:
        for section, kwargs in columns.grid.base.items():
            for field, value in kwargs.items():
                found.setdefault(f"{section}.{field}", []).append(value)
        for section, field, values in columns.grid.axes:
            found.setdefault(f"{section}.{field}", []).extend(values)
    return found


def _kind(values: list[Any]) -> str | None:
    """The one plain type of some values; None where they have several, or another. ``1`` and ``1.0`` are told apart."""
    kinds = {type(value) for value in values}
    kind = _PLAIN.get(kinds.pop()) if len(kinds) == 1 else None
    return None if kind == "int64" and any(abs(value) >= 1 << 63 for value in values) else kind
