"""The universe of a session as a CSV file: ours to write, the user's to replace.

A file of ours carries the column ``made_by``; one without it is the user's own word
and is never overwritten. What goes into a universe is decided in ``planning``. No
candidates is a valid universe and never means "sell all".
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from khms_trader.domain.instrument import Instrument, kind_of, parse_symbol
from khms_trader.durable import replace_text
from khms_trader.errors import DataError, StorageError

MADE_BY: Final = "khms_trader"
_HEADER: Final = ("ticker", "name", "close", "volume", "traded_value", "made_by")
_ALIASES: Final = {
    "symbol": "ticker",
    "code": "ticker",
    "종목코드": "ticker",
    "종목명": "name",
    "종가": "close",
    "거래량": "volume",
}
_MOST_SHOWN: Final = 60
_BOM: Final = "\ufeff"
_FILE_NAME: Final = re.compile(r"kosdaq_[0-9]{8}\.csv")
Row = dict[str, str]


class UniverseFiles:
    """Universe files ``kosdaq_YYYYMMDD.csv`` of one folder."""

    def __init__(self, folder: Path, *, save_to: Path | None = None) -> None:
        """Keep files in ``folder``, which need not exist yet.

        ``save_to`` is where ours are written when not there: a dry run's folder.
        """
        self._folder = folder
        self._save_to = save_to or folder

    def save(self, asof: date, instruments: Sequence[Instrument]) -> str:
        """Store the ranked universe and return the file's name.

        UTF-8 with BOM, so that it opens in Excel; equal content is not written again.

        Raises:
            StorageError: it cannot be written, or the user's own file stands there
                (``universe_is_own``).
        """
        path = self._save_to / _name_of(asof)
        if _read(path) is not None:
            code = "universe_is_own"
            raise StorageError(code, path=str(path))
        text = _BOM + _csv_of(instruments)
        if not path.exists() or path.read_bytes() != text.encode():
            replace_text(path, text)
        return path.name

    def own_file(self, asof: date) -> tuple[str, tuple[Instrument, ...]] | None:
        """Return name and content, in its order, of the user's file for ``asof``.

        None without a file or when the file is ours. UTF-8 and cp949 are read, the
        code column may be called ticker, symbol, code or 종목코드; the rest is
        optional. References are 0 where the file gives no close or volume.

        Raises:
            DataError: ``universe_unreadable`` with path, line (0: the whole file) and
                value.
        """
        path = self._folder / _name_of(asof)
        found = _read(path)
        return None if found is None else (path.name, found)

    def newest_between(
        self, first: date, last: date
    ) -> tuple[str, tuple[Instrument, ...]] | None:
        """Return name and content of the newest file from ``first`` to ``last``.

        Whoever wrote it: one of ours comes in the order it was ranked in. Designations
        are not kept in such files, so they are empty.

        Raises:
            DataError: as ``own_file``.
        """
        oldest, newest = _name_of(first), _name_of(last)
        try:
            there = [path.name for path in self._folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(self._folder, 0, error.strerror or "") from error
        names = [
            name
            for name in there
            if _FILE_NAME.fullmatch(name) and oldest <= name <= newest
        ]
        if not names:
            return None
        found = _read(self._folder / max(names), is_ours_too=True)
        return None if found is None else (max(names), found)


def _name_of(asof: date) -> str:
    return f"kosdaq_{asof:%Y%m%d}.csv"


def _read(path: Path, *, is_ours_too: bool = False) -> tuple[Instrument, ...] | None:
    """Return what the file at ``path`` lists; None for no file or, mostly, ours."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, 0, error.strerror or "") from error
    rows = _rows(path, _decoded(path, content), is_ours_too=is_ours_too)
    if rows is None:
        return None
    found: dict[str, Instrument] = {}
    for line, row in rows:
        instrument = _instrument(path, line, row)
        found.setdefault(instrument.symbol, instrument)
    return tuple(found.values())


def _csv_of(instruments: Sequence[Instrument]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for found in instruments:
        price, volume = found.reference_price, found.reference_volume
        value = found.reference_value
        writer.writerow([found.symbol, found.name, price, volume, value, MADE_BY])
    return text.getvalue()


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, 0, "encoding")


def _rows(path: Path, text: str, *, is_ours_too: bool) -> list[tuple[int, Row]] | None:
    """Return line number and fields of every row, or None for a file not wanted."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = [(reader.line_num, fields) for fields in reader]
    except csv.Error as error:
        raise _unreadable(path, reader.line_num, str(error)) from error
    filled = [(line, fields) for line, fields in lines if any(map(str.strip, fields))]
    if not filled:
        raise _unreadable(path, 1, "")
    header_line, header = filled[0]
    names = [_column(field) for field in header]
    if "ticker" not in names:
        raise _unreadable(path, header_line, ",".join(header))
    if "made_by" in names and not is_ours_too:
        return None
    return [
        (line, dict(zip(names, fields, strict=False))) for line, fields in filled[1:]
    ]


def _column(field: str) -> str:
    name = field.strip().casefold()
    return _ALIASES.get(name, name)


def _instrument(path: Path, line: int, row: Row) -> Instrument:
    symbol = parse_symbol(row.get("ticker", ""))
    if symbol is None:
        raise _unreadable(path, line, row.get("ticker", ""))
    return Instrument(
        symbol=symbol,
        name=row.get("name", "").strip(),
        kind=kind_of(symbol),
        reference_price=_number(path, line, row.get("close", "")),
        reference_volume=_number(path, line, row.get("volume", "")),
    )


def _number(path: Path, line: int, text: str) -> int:
    """Return the whole number in ``text``, 0 for none; ``37,100.0`` is one."""
    plain = text.strip().replace(",", "")
    whole, _, fraction = plain.partition(".")
    if not plain:
        return 0
    if not (whole.isdecimal() and whole.isascii()) or fraction.strip("0"):
        raise _unreadable(path, line, text)
    return int(whole)


def _unreadable(path: Path, line: int, value: str) -> DataError:
    code = "universe_unreadable"
    return DataError(code, path=str(path), line=line, value=value[:_MOST_SHOWN])
