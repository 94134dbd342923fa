"""Reading bar files of foreign shapes into text-like frames; text stays text.

It finds the columns and says when a file is no bar file; it judges no value.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from khms_trader.domain.imported import ImportCode
from khms_trader.domain.instrument import parse_symbol

ADJUSTED: Final = "adjusted"
RAW: Final = "raw"
VALUES: Final = ("open", "high", "low", "close", "volume")
_NEEDED: Final = frozenset({"date", *VALUES})
_OPTIONAL: Final = frozenset({"ticker", "name", "market", "dept", "src"})
_ALIASES: Final = {
    "symbol": "ticker",
    "code": "ticker",
    "종목코드": "ticker",
    "종목명": "name",
    "일자": "date",
    "날짜": "date",
    "시가": "open",
    "고가": "high",
    "저가": "low",
    "종가": "close",
    "거래량": "volume",
    "소속부": "dept",
}
# Only what KIS gives to its own users carries it; their stored bars were measured to
# be raw (krx-market.md section 3).
_KIS_COLUMN: Final = "foreign_net_buy"
_LINE_END: Final = re.compile(rb"[\r\n]")
_WORD_ENDS: Final = str.maketrans(dict.fromkeys("-_. ()[]", " "))


class Unusable(Exception):
    """The file is left out as a whole; never leaves the room."""

    def __init__(self, code: ImportCode, detail: str = "") -> None:
        """Say why."""
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A file that has the columns of bars.

    Attributes:
        frame: one row per bar; columns date, ticker, open, high, low, close, volume
            and, where the file has them, name, market, dept (the exchange's department)
            and src (who made the row); values as the file has them.
        basis: ``adjusted``, ``raw``, or None when the file does not tell.
        ragged: lines of a text that had another width than its header.
    """

    frame: pd.DataFrame
    basis: str | None
    ragged: tuple[int, ...] = ()


def read_shape(path: Path) -> Shape:
    """Return the bars of ``path`` as they stand.

    Raises:
        Unusable: it is no bar file, or nobody can read it.
    """
    read = _read_parquet if path.suffix.lower() == ".parquet" else _read_csv
    try:
        shape = read(path)
    except (pa.ArrowException, csv.Error, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unusable(ImportCode.UNREADABLE, reason) from error
    if "ticker" not in shape.frame.columns:
        symbol = parse_symbol(path.stem)
        if symbol is None:
            raise Unusable(ImportCode.NO_SYMBOL)
        shape.frame["ticker"] = symbol
    if shape.frame.empty:
        raise Unusable(ImportCode.NO_ROWS)
    return shape


def _read_parquet(path: Path) -> Shape:
    names = pq.read_schema(path).names
    columns = _columns(names)
    table = pq.read_table(path, columns=list(columns))
    frame = table.to_pandas(ignore_metadata=True).rename(columns=columns)
    return Shape(frame=frame, basis=_basis(path, names))


def _read_csv(path: Path) -> Shape:
    """Read comma-separated text; rows of another width than the header are left out.

    A width that differs means a shift (prices like 1,000 without quotes), and shifted
    numbers can look like prices.
    """
    content = _utf8(path.read_bytes())
    header = next(csv.reader([_LINE_END.split(content, 1)[0].decode()]), [])
    columns = _columns(header)
    ragged: list[int] = []

    def skip(row: Any) -> str:  # noqa: ANN401 - untyped pyarrow
        ragged.append(row.number)
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(content),
        read_options=pa_csv.ReadOptions(use_threads=False),
        parse_options=pa_csv.ParseOptions(invalid_row_handler=skip),
        convert_options=pa_csv.ConvertOptions(
            include_columns=list(columns),
            column_types=dict.fromkeys(columns, pa.string()),
        ),
    )
    frame = table.to_pandas().rename(columns=columns)
    return Shape(frame=frame, basis=_basis(path, header), ragged=tuple(ragged))


def _utf8(content: bytes) -> bytes:
    """Return text as UTF-8 without BOM, also that of Korean Windows (cp949)."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise Unusable(ImportCode.UNREADABLE, "encoding")


def _columns(names: Iterable[str]) -> dict[str, str]:
    """Return the file's own column names and ours for them.

    Raises:
        Unusable: a needed column is not there, or there twice.
    """
    ours: dict[str, str] = {}
    for name in names:
        plain = str(name).strip().casefold()
        plain = _ALIASES.get(plain, plain)
        if plain in _NEEDED | _OPTIONAL and plain not in ours.values():
            ours[name] = plain
    missing = _NEEDED - set(ours.values())
    if "date" in missing and {"ticker", "close"} <= set(ours.values()):
        raise Unusable(ImportCode.UNIVERSE)
    if missing:
        raise Unusable(ImportCode.NOT_BARS, ", ".join(sorted(missing)))
    return ours


def _basis(path: Path, header: Iterable[str]) -> str | None:
    words = set(path.stem.casefold().translate(_WORD_ENDS).split())
    said = words & {ADJUSTED, RAW}
    if len(said) == 1:
        return said.pop()
    if not said and _KIS_COLUMN in {str(name).strip().casefold() for name in header}:
        return RAW
    return None
