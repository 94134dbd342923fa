"""A source of daily bars like KIS that counts its requests, and a store to fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from math import ceil
from pathlib import Path

from khms_trader.clock import ManualClock
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.refresh import BarRefresher
from khms_trader.domain.bars import DailyBar, MultiPrice, Refreshed, SymbolBars
from khms_trader.errors import BrokerError
from khms_trader.market.calendar import SEOUL, Calendar

CALENDAR = Calendar()
SESSIONS = CALENDAR.sessions(date(2025, 6, 2), date(2026, 7, 31))
ASOF = SESSIONS[-1]
BEFORE = SESSIONS[-2]
ONE, TWO, THREE = "100000", "200000", "300000"
EARLY_PART = 0.9
"""Of a day's volume at its close; the rest comes with the after-market."""

_PAGE, _MANY = 100, 30
_DAY_OVER = time(20, 10)


def at(clock: str, day: date = ASOF) -> datetime:
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=SEOUL)


class Steps:
    """Remembers the steps it was told of."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int, str]] = []

    def step(self, done: int, total: int, what: str) -> None:
        self.seen.append((done, total, what))


def series(symbol: str, sessions: Sequence[date] = SESSIONS) -> list[DailyBar]:
    """Return bars that wander by a few percent, each symbol its own way."""
    way = sum(map(ord, symbol))
    closes = [50_000 + 100 * ((7 * n + way) % 31) for n in range(len(sessions))]
    return [
        DailyBar(
            session=session,
            open=close - 50,
            high=close + 200,
            low=close - 300,
            close=close,
            volume=100_000 + 1_000 * (close % 17),
        )
        for session, close in zip(sessions, closes, strict=True)
    ]


def divided(bar: DailyBar, ratio: int) -> DailyBar:
    prices = {
        name: round(getattr(bar, name) / ratio)
        for name in ("open", "high", "low", "close")
    }
    return replace(bar, **prices, volume=bar.volume * ratio)


@dataclass(slots=True, kw_only=True)
class Source:
    """Knows the truth up to its clock, and tells it as KIS does.

    Attributes:
        splits: ratio by symbol and ex-day; bars before it are divided from then on.
        short: how many of its newest bars a symbol's history ends after.
        lacking: symbol and session of the rows it has not.
        failing: what a symbol, or the n-th request, fails with.
        asked: symbols by history request, one entry for each page.
        calls: symbols by request for many.
    """

    clock: ManualClock
    bars: dict[str, list[DailyBar]]
    has_many: bool = False
    splits: dict[tuple[str, date], int] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)
    lacking: set[tuple[str, date]] = field(default_factory=set)
    failing: dict[str | int, BrokerError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    calls: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.asked) + len(self.calls)

    def history(self, symbol: str, since: date) -> SymbolBars:
        self.asked.append(symbol)
        self._fail(symbol)
        bars = tuple(bar for bar in self.truth(symbol) if bar.session >= since)
        self.asked += [symbol] * (ceil(len(bars) / _PAGE) - 1)
        if symbol in self.short:
            # The look before the first bar got no answer.
            bars, is_beginning = bars[-self.short[symbol] :], False
        else:
            is_beginning = bool(bars) and bars[0].session > since
            self.asked += [symbol] * is_beginning
        return SymbolBars(
            symbol=symbol,
            name=f"이름{symbol}",
            bars=bars,
            is_beginning=is_beginning,
        )

    def today(self, symbols: Sequence[str]) -> Mapping[str, MultiPrice]:
        today = self.clock.now().date()
        found = {}
        for first in range(0, len(symbols), _MANY):
            self.calls.append(tuple(symbols[first : first + _MANY]))
            self._fail("today")
            for symbol in self.calls[-1]:
                bars = self.truth(symbol)
                if bars[-1].session == today:
                    found[symbol] = MultiPrice(
                        symbol=symbol,
                        name="",
                        bar=bars[-1],
                        base_price=bars[-2].close if len(bars) > 1 else 0,
                    )
        return found

    def truth(self, symbol: str) -> list[DailyBar]:
        """Return what there is to be known of ``symbol`` by now."""
        now = self.clock.now()
        closed = CALENDAR.last_closed(now)
        known = [
            bar
            for bar in self.bars.get(symbol, [])
            if bar.session <= closed and (symbol, bar.session) not in self.lacking
        ]
        for (split, day), ratio in self.splits.items():
            if split == symbol and day <= closed:
                known = [divided(b, ratio) if b.session < day else b for b in known]
        if known and known[-1].session == now.date() and now.time() < _DAY_OVER:
            volume = int(known[-1].volume * EARLY_PART)
            known[-1] = replace(known[-1], volume=volume)
        return known

    def _fail(self, symbol: str) -> None:
        for cause in (symbol, self.requests):
            if cause in self.failing:
                raise self.failing[cause]


class Room:
    """A store that is refreshed from a source."""

    def __init__(self, folder: Path, *symbols: str, has_many: bool = False) -> None:
        self.clock = ManualClock(at("20:15", BEFORE))
        self.source = Source(
            clock=self.clock,
            bars={symbol: series(symbol) for symbol in symbols},
            has_many=has_many,
        )
        self.store = ParquetBarStore(folder, name="kis", basis="adjusted")
        self.steps = Steps()

    def refresh(
        self, *symbols: str, at: datetime | None = None, sessions: int = 21
    ) -> Refreshed:
        """Refresh ``symbols``, or all, at the moment ``at``."""
        if at is not None:
            self.clock.move_to(at)
        refresher = BarRefresher(
            self.store, self.source, calendar=CALENDAR, clock=self.clock
        )
        return refresher.refresh(
            symbols or tuple(self.source.bars),
            CALENDAR.last_closed(self.clock.now()),
            sessions=sessions,
            progress=self.steps,
        )

    def stored(self, symbol: str) -> list[DailyBar]:
        """Return the stored bars of ``symbol``, oldest first."""
        return bars_in(self.store, symbol)


def bars_in(store: ParquetBarStore, symbol: str) -> list[DailyBar]:
    """Return what ``store`` has of ``symbol``, oldest first."""
    panel = store.panel(date(2100, 1, 1), [symbol])
    columns = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    rows = zip(*(column[:, 0].tolist() for column in columns), strict=True)
    return [
        DailyBar(
            session=session,
            open=row[0],
            high=row[1],
            low=row[2],
            close=row[3],
            volume=row[4],
        )
        for session, row in zip(panel.sessions, rows, strict=True)
        if row[3]
    ]
