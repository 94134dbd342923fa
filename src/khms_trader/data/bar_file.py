"""The Parquet file of a bar store: its schema, its metadata and nothing else.

Rows lie by session and then by symbol, in row groups of whole sessions, so that a
reader of the past never touches the groups of the future. It loads pyarrow and may
therefore only be imported inside functions of ``bar_store``.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from khms_trader.data.bar_rows import (
    PRICE_COLUMNS,
    BarRows,
    Codes,
    days_of,
    mark_table,
    panel_of,
)
from khms_trader.data.marks import Marks
from khms_trader.data.problem_text import problems_in, text_of
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem
from khms_trader.errors import DataError

T = TypeVar("T")

SCHEMA_VERSION: Final = 1
SESSIONS_PER_GROUP: Final = 40
_KEY: Final = b"khms_trader"
_PROBLEMS: Final = b"khms_trader_problems"
_COLUMNS: Final = {
    "date": pa.date32(),
    "symbol": pa.dictionary(pa.int32(), pa.string()),
    **dict.fromkeys(PRICE_COLUMNS, pa.int32()),
    "volume": pa.int64(),
}
_MARKS: Final = "marks"  # only where somebody said something
# Dates outside are garbage and would ask for tables of any size.
_PLAUSIBLE: Final = (days_of(date(1950, 1, 1)), days_of(date(2200, 1, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a bar file says of itself.

    Attributes:
        source: the store's name.
        basis: ``adjusted`` or ``raw``.
        names: display name by symbol.
    """

    source: str
    basis: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contents:
    """What was read of a bar file.

    Attributes:
        marks: in the shape of the panel; None when the file has none at all.
        is_whole: False when sessions of the future were left in the file.
    """

    panel: Panel
    marks: Marks | None
    is_whole: bool


def encoded(
    rows: BarRows, problems: Iterable[BarProblem] = (), *, source: str, basis: str
) -> Any:  # noqa: ANN401 - untyped pyarrow
    """Return the file of ordered ``rows`` as a buffer; equal rows give equal bytes."""
    label = {
        "schema_version": SCHEMA_VERSION,
        "source": source,
        "basis": basis,
        "names": dict(rows.names),
    }
    text = json.dumps(label, ensure_ascii=False, sort_keys=True)
    metadata = {_KEY: text.encode()}
    listed = tuple(problems)
    if listed:
        metadata[_PROBLEMS] = text_of(listed).encode()
    columns = dict(_COLUMNS)
    if rows.marks.any():
        columns[_MARKS] = pa.uint8()
    schema = pa.schema(list(columns.items()), metadata=metadata)
    sink = pa.BufferOutputStream()
    repeated = [name for name in ("date", "symbol", _MARKS) if name in columns]
    with pq.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=repeated
    ) as writer:
        for start, end in _groups(rows):
            group = rows.take(np.arange(start, end))
            writer.write_table(_table(group, schema), row_group_size=end - start)
    return sink.getvalue()


def read_problems(path: Path) -> tuple[BarProblem, ...]:
    """Return the problems stored in the file at ``path``.

    Raises:
        DataError: ``bars_unreadable``.
    """

    def read() -> tuple[BarProblem, ...]:
        text = (pq.read_schema(path).metadata or {}).get(_PROBLEMS)
        return () if text is None else problems_in(text.decode())

    return _guarded(path, read)


def read_rows(path: Path) -> BarRows:
    """Return all bars at ``path``.

    Raises:
        DataError: ``bars_unreadable``.
    """
    return _guarded(path, lambda: _read_rows(path, None)[0])


def read_label(path: Path) -> Label:
    """Return what the file at ``path`` says of itself.

    Raises:
        DataError: ``bars_unreadable``.
    """
    return _guarded(path, lambda: _label(pq.read_schema(path)))


def read_contents(path: Path, until: date | None = None) -> Contents:
    """Return the bars at ``path`` at least up to ``until``, with their marks.

    The arrays are read-only: many readers share them.

    Raises:
        DataError: ``bars_unreadable``.
    """
    return _guarded(path, lambda: _read(path, until))


def _guarded(path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        code = "bars_unreadable"
        raise DataError(code, path=str(path), reason=reason) from error


def _label(schema: Any) -> Label:  # noqa: ANN401 - untyped pyarrow
    text = (schema.metadata or {}).get(_KEY)
    if text is None:
        message = "not a bar file of khms_trader"
        raise ValueError(message)
    content = json.loads(text)
    if content["schema_version"] > SCHEMA_VERSION:
        message = f"schema version {content['schema_version']} is newer than ours"
        raise ValueError(message)
    return Label(
        source=content["source"], basis=content["basis"], names=content["names"]
    )


def _read(path: Path, until: date | None) -> Contents:
    rows, is_whole = _read_rows(path, until)
    panel = panel_of(rows)
    marks = mark_table(rows) if rows.marks.any() else None
    for array in (panel.open, panel.high, panel.low, panel.close, panel.volume):
        array.flags.writeable = False
    return Contents(panel=panel, marks=marks, is_whole=is_whole)


def _read_rows(path: Path, until: date | None) -> tuple[BarRows, bool]:
    with pq.ParquetFile(path) as file:
        label = _label(file.schema_arrow)
        wanted = [
            group
            for group in range(file.num_row_groups)
            if until is None or _first_session(file, group) <= until
        ]
        is_whole = len(wanted) == file.num_row_groups
        has_marks = _MARKS in file.schema_arrow.names
        columns = [*_COLUMNS, *([_MARKS] if has_marks else [])]
        table = file.read_row_groups(wanted, columns=columns)
    return _rows(table, label), is_whole


def _first_session(file: Any, group: int) -> date:  # noqa: ANN401 - untyped pyarrow
    statistics = file.metadata.row_group(group).column(0).statistics
    first: date = statistics.min
    return first


def _rows(table: Any, label: Label) -> BarRows:  # noqa: ANN401 - untyped pyarrow
    symbols, codes = _symbols(table.column("symbol"))
    columns = {name: table.column(name).to_numpy() for name in PRICE_COLUMNS}
    days = table.column("date").cast(pa.int32()).to_numpy()
    if len(days) and not _PLAUSIBLE[0] <= days.min() <= days.max() < _PLAUSIBLE[1]:
        message = "impossible dates"
        raise ValueError(message)
    marks = np.zeros(len(days), dtype=np.uint8)
    if _MARKS in table.column_names:
        marks = table.column(_MARKS).to_numpy()
    return BarRows(
        days=days,
        codes=codes,
        symbols=symbols,
        **columns,
        volume=table.column("volume").to_numpy(),
        marks=marks,
        names=label.names,
    )


def _symbols(column: Any) -> tuple[tuple[str, ...], Codes]:  # noqa: ANN401 - untyped pyarrow
    """Return the sorted symbols and each row's place among them."""
    merged = column.unify_dictionaries()
    if not merged.num_chunks:
        return (), np.zeros(0, dtype=np.int32)
    listed = merged.chunk(0).dictionary.to_pylist()
    symbols = sorted(listed)
    place = np.zeros(len(listed), dtype=np.int32)
    for new, old in enumerate(sorted(range(len(listed)), key=listed.__getitem__)):
        place[old] = new
    raw = np.concatenate([chunk.indices.to_numpy() for chunk in merged.chunks])
    return tuple(symbols), place[raw]


def _groups(rows: BarRows) -> list[tuple[int, int]]:
    """Return start and end of every row group; sessions are never split."""
    starts = np.flatnonzero(np.diff(rows.days, prepend=-(2**31 - 1)))
    edges = [*starts[::SESSIONS_PER_GROUP].tolist(), len(rows)]
    return list(pairwise(edges))


def _table(rows: BarRows, schema: Any) -> Any:  # noqa: ANN401 - untyped pyarrow
    symbol = pa.DictionaryArray.from_arrays(
        pa.array(rows.codes), pa.array(rows.symbols, pa.string())
    )
    days = pa.array(rows.days).cast(pa.date32())
    arrays = [days, symbol, *map(pa.array, rows.prices()), pa.array(rows.volume)]
    if _MARKS in schema.names:
        arrays.append(pa.array(rows.marks))
    return pa.Table.from_arrays(arrays, schema=schema)
