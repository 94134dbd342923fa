"""Which rows of a foreign file are bars: every value judged, nothing mended silently.

Each row is left out for the first reason that holds and counted under it; a row kept
in a changed or doubtful form is counted too. Off-tick prices are no reason: half ticks
are real since 2025-03-04 and adjusted prices are never on the grid.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from khms_trader.data.bar_joins import without_repeats
from khms_trader.data.bar_rows import PRICE_COLUMNS, BarRows, days_of, session_of
from khms_trader.data.import_shapes import VALUES, Shape
from khms_trader.domain.imported import ImportCode
from khms_trader.domain.instrument import parse_symbol

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# The exchange opened in 1956; a date far from it would only confuse a calendar.
_FIRST_DAY: Final = days_of(date(1956, 3, 3))
_LAST_DAY: Final = days_of(date(2200, 1, 1))
_MAX_PRICE: Final = 2**31 - 1
_MAX_VOLUME: Final = 2**53  # beyond it floats skip numbers
_KOSDAQ: Final = ("KOSDAQ", "KSQ", "코스닥")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One kind of problem, the rows it holds for, and the first of them."""

    code: ImportCode
    count: int
    example: str


@dataclass(slots=True, kw_only=True, eq=False)
class _Sieve:
    """The rows still in, and what was found so far.

    Attributes:
        labels: ticker and date of a row as the file has them.
    """

    alive: Flags
    labels: Callable[[int], str]
    findings: list[Finding]

    def drop(self, code: ImportCode, bad: Flags) -> None:
        """Leave out the rows of ``bad`` and count them."""
        self.note(code, bad)
        self.alive &= ~bad

    def note(self, code: ImportCode, found: Flags) -> None:
        """Count the rows of ``found`` that are still in."""
        hits = np.flatnonzero(self.alive & found)
        if len(hits):
            example = self.labels(int(hits[0]))
            finding = Finding(code=code, count=len(hits), example=example)
            self.findings.append(finding)


def judged(
    shape: Shape, is_session: Callable[[date], bool]
) -> tuple[BarRows, tuple[Finding, ...]]:
    """Return the bars of ``shape`` and what was wrong with the rest.

    A row without volume did not trade and keeps its close as open, high and low.
    """
    frame = shape.frame
    sieve = _Sieve(
        alive=np.ones(len(frame), dtype=np.bool_),
        labels=lambda row: _label(frame, row),
        findings=_ragged(shape.ragged),
    )
    days = _days(frame["date"])
    codes, symbols = _symbols(frame["ticker"])
    _check_axes(sieve, days, codes, is_session)
    if "market" in frame.columns:
        _check_market(sieve, frame["market"])
    numbers = {name: _numbers(frame[name]) for name in VALUES}
    _check_numbers(sieve, numbers)
    values = {name: _whole(numbers[name], sieve.alive) for name in VALUES}
    _settle_trades(sieve, values)
    kept = np.flatnonzero(sieve.alive)
    rows = BarRows(
        days=days[kept].astype(np.int32),
        codes=codes[kept],
        symbols=symbols,
        open=values["open"][kept].astype(np.int32),
        high=values["high"][kept].astype(np.int32),
        low=values["low"][kept].astype(np.int32),
        close=values["close"][kept].astype(np.int32),
        volume=values["volume"][kept],
        names=_names(frame, kept, codes, symbols) if "name" in frame.columns else {},
    )
    rows, count, example = without_repeats(rows)
    if count:
        code = ImportCode.CONFLICTING_ROWS
        sieve.findings.append(Finding(code=code, count=count, example=example))
    return rows, tuple(sieve.findings)


def _ragged(lines: Sequence[int]) -> list[Finding]:
    if not lines:
        return []
    example = f"line {lines[0]}"
    return [Finding(code=ImportCode.RAGGED_ROW, count=len(lines), example=example)]


def _check_axes(
    sieve: _Sieve,
    days: Whole,
    codes: npt.NDArray[np.int32],
    is_session: Callable[[date], bool],
) -> None:
    sieve.drop(ImportCode.BAD_DATE, (days < _FIRST_DAY) | (days >= _LAST_DAY))
    sieve.drop(ImportCode.BAD_SYMBOL, codes < 0)
    known = np.unique(days[sieve.alive])
    sessions = [day for day in known.tolist() if is_session(session_of(day))]
    sieve.drop(ImportCode.NOT_A_SESSION, ~np.isin(days, sessions))


def _check_market(sieve: _Sieve, markets: pd.Series) -> None:
    """Drop other markets; KOSDAQ GLOBAL is a segment of KOSDAQ (50 leaders, 2022)."""
    text = markets.astype("str").str.strip().str.upper()
    is_ours = text.str.startswith(_KOSDAQ) | markets.isna() | text.isin(["", "NAN"])
    sieve.drop(ImportCode.OTHER_MARKET, ~is_ours.to_numpy(dtype=np.bool_))


def _check_numbers(sieve: _Sieve, numbers: Mapping[str, Numbers]) -> None:
    table = np.vstack([numbers[name] for name in VALUES])
    is_missing: Flags = np.any(~np.isfinite(table), axis=0)
    sieve.drop(ImportCode.NOT_A_NUMBER, is_missing)
    table = np.where(sieve.alive, table, 0)
    highest, volume = np.max(table[:-1], axis=0), table[-1]
    is_broken = table % 1 != 0
    is_large = np.greater(highest, _MAX_PRICE) | np.greater(volume, _MAX_VOLUME)
    sieve.drop(ImportCode.NEGATIVE, np.any(table < 0, axis=0))
    sieve.drop(ImportCode.TOO_LARGE, is_large)
    sieve.drop(ImportCode.FRACTIONAL_PRICE, np.any(is_broken[:-1], axis=0))
    sieve.drop(ImportCode.FRACTIONAL_VOLUME, is_broken[-1])


def _settle_trades(sieve: _Sieve, values: dict[str, Whole]) -> None:
    """Bring rows without trades to one form and look at those with trades."""
    close, volume = values["close"], values["volume"]
    others = np.vstack([values[name] for name in PRICE_COLUMNS if name != "close"])
    is_blank = (others == 0).all(axis=0)
    sieve.drop(ImportCode.NO_PRICE, close == 0)
    sieve.drop(ImportCode.NO_PRICE, (others == 0).any(axis=0) & ~is_blank)
    # Off-hours trades alone: volume, but no opening price anyone could have had.
    sieve.note(ImportCode.VOLUME_WITHOUT_PRICES, is_blank & (volume > 0))
    moved = (others != close).any(axis=0) & ~is_blank
    sieve.note(ImportCode.PRICES_WITHOUT_VOLUME, moved & (volume == 0))
    idle = is_blank | (volume == 0)
    for name in ("open", "high", "low"):
        values[name] = np.where(idle, close, values[name])
    values["volume"] = np.where(idle, 0, volume)
    high, low = values["high"], values["low"]
    outside = (close > high) | (close < low) | (values["open"] > high)
    sieve.note(ImportCode.IMPOSSIBLE_BAR, outside | (values["open"] < low))


def _days(dates: pd.Series) -> Whole:
    """Return days since 1970-01-01; the least int64 where there is no date."""
    if not pd.api.types.is_datetime64_any_dtype(dates):
        text = dates.astype("str").str.strip().str.slice(0, 10)
        text = text.str.replace(r"[./]", "-", regex=True)
        short = pd.to_datetime(text, format="%Y%m%d", errors="coerce")
        long = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
        dates = long.fillna(short)
    elif dates.dt.tz is not None:
        dates = dates.dt.tz_convert("Asia/Seoul").dt.tz_localize(None)
    days: Whole = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def _symbols(tickers: pd.Series) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Return each row's place among the sorted symbols, -1 where it has none."""
    found, distinct = pd.factorize(tickers)
    parsed = [parse_symbol(str(ticker)) for ticker in distinct]
    symbols = tuple(sorted({symbol for symbol in parsed if symbol is not None}))
    place = {symbol: index for index, symbol in enumerate(symbols)}
    places = [-1 if symbol is None else place[symbol] for symbol in parsed]
    # Rows without a ticker have factor -1, which is the entry appended here.
    return np.array([*places, -1], dtype=np.int32)[found], symbols


def _numbers(values: pd.Series) -> Numbers:
    if not pd.api.types.is_numeric_dtype(values):
        values = values.astype("str").str.strip().str.replace(",", "")
    numbers = pd.to_numeric(values, errors="coerce")
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _whole(numbers: Numbers, alive: Flags) -> Whole:
    return np.where(alive, numbers, 0).astype(np.int64)


def _names(
    frame: pd.DataFrame,
    kept: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int32],
    symbols: tuple[str, ...],
) -> dict[str, str]:
    """Return each symbol's name on its newest row."""
    rows = pd.DataFrame(
        {"date": frame["date"].iloc[kept], "name": frame["name"].iloc[kept]}
    )
    rows["code"] = codes[kept]
    rows = rows.dropna(subset=["name"]).sort_values("date", kind="stable")
    newest = rows.drop_duplicates("code", keep="last")
    pairs = zip(newest["code"].tolist(), newest["name"].tolist(), strict=True)
    return {symbols[code]: str(name).strip() for code, name in pairs}


def _label(frame: pd.DataFrame, row: int) -> str:
    ticker, day = frame["ticker"].iloc[row], frame["date"].iloc[row]
    return f"{ticker} {str(day)[:10]}"
