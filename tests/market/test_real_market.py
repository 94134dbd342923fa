"""The rules against real KOSDAQ days; skipped where the data is absent."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market.calendar import Calendar
from khms_trader.market.prices import (
    is_on_tick,
    listing_day_limits,
    lower_limit,
    tick_rule,
    upper_limit,
)

REALDATA = Path(__file__).parents[2].parent / "shared" / "realdata"
HALF_TICKS_SINCE = date(2025, 3, 4)
# 050540 came back from a halt at -73 %, traded for two sessions, was halted again and
# delisted in 2023: it looks like a liquidation broken off, but no list of ours says so.
UNLISTED_LIQUIDATION = (date(2022, 1, 24), "050540")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REALDATA.is_dir(), reason="real data is not here"),
]

Row = tuple[date, str, int, int, int, int, int]


def read(name: str) -> pd.DataFrame:
    """Return one Parquet file of the real data."""
    return pd.read_parquet(REALDATA / name)


@pytest.fixture(scope="module")
def traded() -> list[Row]:
    """Rows with an opening trade: date, symbol, open, high, low, close, base (won)."""
    frame = read("kosdaq_raw_windows_2021_2026.parquet")
    frame = frame[(frame["volume"] > 0) & (frame["open"] > 0)]
    frame["base"] = frame["close"] - frame["change"]
    days = [day.date() for day in pd.to_datetime(frame["date"])]
    prices = [frame[name].tolist() for name in ("open", "high", "low", "close", "base")]
    return list(zip(days, frame["ticker"].tolist(), *prices, strict=True))


@pytest.fixture(scope="module")
def first_days() -> dict[str, date]:
    """The first day each symbol of the raw windows has a row."""
    frame = read("kosdaq_raw_windows_2021_2026.parquet")
    firsts = frame.groupby("ticker")["date"].min()
    return {str(symbol): day.date() for symbol, day in firsts.items()}


@pytest.fixture(scope="module")
def liquidations() -> dict[str, list[tuple[str, str]]]:
    """First day of 정리매매 and day of delisting (ISO text), by symbol."""
    frame = read("krx_delistings_20260322.parquet")
    frame = frame.dropna(subset=["ArrantEnforceDate"])
    columns = ("Symbol", "ArrantEnforceDate", "DelistingDate")
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for symbol, first, last in zip(*(frame[name] for name in columns), strict=True):
        spans[symbol].append((first, last))
    return spans


def outside_limits(rows: list[Row]) -> Iterator[Row]:
    """Yield the rows that traded beyond the limits of their base price."""
    for row in rows:
        day, _, _, high, low, _, base = row
        rule = tick_rule(day, InstrumentKind.EQUITY)
        if low < lower_limit(base, rule) or high > upper_limit(base, rule):
            yield row


def test_the_sessions_are_the_days_of_the_kosdaq_index() -> None:
    frame = read("kosdaq_index_1996_2026.parquet")
    days = [day.date() for day in pd.to_datetime(frame["date"])]

    sessions = Calendar().sessions(date(2005, 1, 1), date(2026, 3, 20))

    assert len(sessions) == 5_234
    assert list(sessions) == [day for day in days if day >= date(2005, 1, 1)]


def test_no_price_was_off_the_tick_table_before_half_tick_trades(
    traded: list[Row],
) -> None:
    before = [row for row in traded if row[0] < HALF_TICKS_SINCE]

    off = [
        row
        for row in before
        for price in row[2:]
        if not is_on_tick(price, tick_rule(row[0], InstrumentKind.EQUITY))
    ]

    assert len(before) == 136_586
    assert off == []


def test_every_base_price_is_on_the_grid_even_after_half_tick_closes(
    traded: list[Row],
) -> None:
    bases = [
        (row[6], tick_rule(row[0], InstrumentKind.EQUITY))
        for row in traded
        if row[0] >= HALF_TICKS_SINCE
    ]

    assert len(bases) == 46_429
    assert all(is_on_tick(base, rule) for base, rule in bases)


def test_only_listing_days_and_liquidations_trade_beyond_the_limits(
    traded: list[Row],
    first_days: dict[str, date],
    liquidations: dict[str, list[tuple[str, str]]],
) -> None:
    listing, liquidating, unexplained = [], [], []
    for row in outside_limits(traded):
        day, symbol, _, high, low, _, base = row
        lower, upper = listing_day_limits(base, tick_rule(day, InstrumentKind.EQUITY))
        if any(first <= f"{day}" <= last for first, last in liquidations[symbol]):
            liquidating.append(row)
        elif day == first_days[symbol] and lower <= low and high <= upper:
            listing.append(row)
        else:
            unexplained.append((day, symbol))

    assert (len(traded), len(listing), len(liquidating)) == (183_015, 13, 41)
    assert unexplained == [UNLISTED_LIQUIDATION]


def test_the_limits_are_really_reached(traded: list[Row]) -> None:
    rules = [tick_rule(row[0], InstrumentKind.EQUITY) for row in traded]

    at_upper = sum(
        row[3] == upper_limit(row[6], rule)
        for row, rule in zip(traded, rules, strict=True)
    )
    at_lower = sum(
        row[4] == lower_limit(row[6], rule)
        for row, rule in zip(traded, rules, strict=True)
    )

    assert (at_upper, at_lower) == (944, 57)
