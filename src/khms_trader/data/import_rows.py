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

from khms_trader.data.bar_repeats import Repeat, without_repeats
from khms_trader.data.bar_rows import PRICE_COLUMNS, BarRows, days_of, session_of
from khms_trader.data.import_columns import (
    Numbers,
    Whole,
    days_in,
    marks_in,
    mixed_sources,
    names_in,
    numbers_in,
    symbols_in,
)
from khms_trader.data.import_shapes import VALUES, Shape
from khms_trader.domain.imported import ImportCode
from khms_trader.domain.quality import BarProblem, QualityCode

Flags = npt.NDArray[np.bool_]

# The exchange opened in 1956; a date far from it would only confuse a calendar.
_FIRST_DAY: Final = days_of(date(1956, 3, 3))
_LAST_DAY: Final = days_of(date(2200, 1, 1))
_MAX_PRICE: Final = 2**31 - 1
_MAX_VOLUME: Final = 2**53  # beyond it floats skip numbers
_REPEATS: Final = (
    (ImportCode.CONFLICTING_ROWS, True),
    (ImportCode.REPEATED_ROWS, False),
)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The bars of a file, what was wrong with others, what to remember of these."""

    rows: BarRows
    findings: tuple[Finding, ...]
    problems: tuple[BarProblem, ...]


def judged(shape: Shape, is_session: Callable[[date], bool]) -> Judged:
    """Return the bars of ``shape`` and what was wrong with the rest.

    A row without volume did not trade and keeps its close as open, high and low.
    """
    frame = shape.frame
    sieve = _Sieve(
        alive=np.ones(len(frame), dtype=np.bool_),
        labels=lambda row: _label(frame, row),
        findings=_ragged(shape.ragged),
    )
    days = days_in(frame["date"])
    codes, symbols = symbols_in(frame["ticker"])
    _check_axes(sieve, days, codes, is_session)
    if "market" in frame.columns:
        _check_market(sieve, frame["market"])
    numbers = {name: numbers_in(frame[name]) for name in VALUES}
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
        marks=marks_in(frame, kept),
        names=names_in(frame, kept, codes, symbols),
    )
    mixed = mixed_sources(frame, kept, rows)
    rows, repeats = without_repeats(rows)
    for code, is_dispute in _REPEATS:
        sieve.findings += _repeated(
            code, [r for r in repeats if r.is_dispute is is_dispute]
        )
    return Judged(
        rows=rows,
        findings=tuple(sieve.findings),
        problems=(*mixed, *map(_duplicates, repeats)),
    )


def _repeated(code: ImportCode, repeats: Sequence[Repeat]) -> list[Finding]:
    if not repeats:
        return []
    first = repeats[0]
    example = f"{first.symbol} {session_of(first.day).isoformat()}"
    count = sum(repeat.count for repeat in repeats)
    return [Finding(code=code, count=count, example=example)]


def _duplicates(repeat: Repeat) -> BarProblem:
    sign = "≠" if repeat.is_dispute else "="
    return BarProblem(
        symbol=repeat.symbol,
        code=QualityCode.DUPLICATES,
        session=session_of(repeat.day),
        detail=f"{sign} {repeat.count}",
    )


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


def _whole(numbers: Numbers, alive: Flags) -> Whole:
    return np.where(alive, numbers, 0).astype(np.int64)


def _label(frame: pd.DataFrame, row: int) -> str:
    ticker, day = frame["ticker"].iloc[row], frame["date"].iloc[row]
    return f"{ticker} {str(day)[:10]}"
