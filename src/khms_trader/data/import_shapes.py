"""Reading bar files of foreign shapes into text-like frames; the only pandas import.

It finds the columns and says when a file is no bar file; it judges no value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from khms_trader.domain.imported import ImportCode
from khms_trader.domain.instrument import parse_symbol

ADJUSTED: Final = "adjusted"
RAW: Final = "raw"
VALUES: Final = ("open", "high", "low", "close", "volume")
_NEEDED: Final = frozenset({"date", *VALUES})
_OPTIONAL: Final = frozenset({"ticker", "name", "market"})
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
}
# Only what KIS gives to its own users carries it; their stored bars were measured to
# be raw (krx-market.md section 3).
_KIS_COLUMN: Final = "foreign_net_buy"
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
            and, where the file has them, name and market; values as the file has them.
        basis: ``adjusted``, ``raw``, or None when the file does not tell.
    """

    frame: pd.DataFrame
    basis: str | None


def read_shape(path: Path) -> Shape:
    """Return the bars of ``path`` as they stand.

    Raises:
        Unusable: it is no bar file, or nobody can read it.
    """
    read = _read_parquet if path.suffix.lower() == ".parquet" else _read_csv
    try:
        frame, header = read(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unusable(ImportCode.UNREADABLE, reason) from error
    if "ticker" not in frame.columns:
        symbol = parse_symbol(path.stem)
        if symbol is None:
            raise Unusable(ImportCode.NO_SYMBOL)
        frame["ticker"] = symbol
    if frame.empty:
        raise Unusable(ImportCode.NO_ROWS)
    return Shape(frame=frame, basis=_basis(path, header))


def _read_parquet(path: Path) -> tuple[pd.DataFrame, list[str]]:
    names = pq.read_schema(path).names
    columns = _columns(names)
    table = pq.read_table(path, columns=list(columns))
    return table.to_pandas(ignore_metadata=True).rename(columns=columns), names


def _read_csv(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read UTF-8, with or without BOM, or the cp949 of Korean Windows."""
    try:
        return _read_text(path, "utf-8-sig")
    except UnicodeDecodeError:
        return _read_text(path, "cp949")


def _read_text(path: Path, encoding: str) -> tuple[pd.DataFrame, list[str]]:
    names = pd.read_csv(path, dtype=str, encoding=encoding, nrows=0).columns
    columns = _columns(names)
    frame = pd.read_csv(path, dtype=str, encoding=encoding, usecols=list(columns))
    return frame.rename(columns=columns), list(names)


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
    if missing == _NEEDED - {"close", "volume"} and "ticker" in ours.values():
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
