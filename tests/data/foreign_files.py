"""Bar files as other programs write them, small, for the tests of the import."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from khms_trader.data.bar_rows import panel_of
from khms_trader.data.import_files import ImportResult
from khms_trader.domain.panel import Panel

HEADER = "date,open,high,low,close,volume,foreign_net_buy"


def csv_file(path: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a file as a KIS user's bot does: UTF-8 with BOM."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8-sig")
    return path


def parquet_file(
    path: Path,
    rows: Sequence[tuple[str, str, int, int]],
    **columns: Sequence[str | float | None],
) -> Path:
    """Write ``rows`` of date, ticker, close and volume; open, high, low are close."""
    frame = pd.DataFrame(rows, columns=["date", "ticker", "close", "volume"])
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[ms]")
    for name in ("open", "high", "low"):
        frame[name] = frame["close"]
    for name, values in columns.items():
        frame[name] = np.array(values, dtype=object)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)
    return path


def panel_in(result: ImportResult, basis: str = "raw") -> Panel:
    """Return the bars of the only file of a basis."""
    (part,) = result.parts[basis]
    return panel_of(part.rows)


def is_weekday(day: date) -> bool:
    """Stand in for the calendar where holidays do not matter."""
    return day.weekday() < 5


def closes(rows: Mapping[str, int], symbol: str) -> list[tuple[str, str, int, int]]:
    """Return rows of ``symbol`` by date, 10 shares each."""
    return [(day, symbol, close, 10) for day, close in rows.items()]
