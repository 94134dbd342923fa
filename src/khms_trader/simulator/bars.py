"""Daily bars as the practice server knows them at a moment; nothing of the future.

The bar of a running session is its open alone. Raw bars are adjusted for the splits
that the quotes know, prices and volumes, from the morning of the ex-day on; adjusted
ones cannot be made raw again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from khms_trader.simulator.market import PracticeMarket

_ONE_DAY: Final = timedelta(days=1)
_AUCTION_SHARE: Final = 20
"""The opening auction is said to have traded a twentieth of the session before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One symbol's bar: won, shares; ``previous_close`` is 0 for the first one."""

    session: date
    open: int
    high: int
    low: int
    close: int
    volume: int
    previous_close: int = 0

    @property
    def value(self) -> int:
        """Won traded, about."""
        return (self.open + self.high + self.low + self.close) * self.volume // 4


def bars_of(
    market: PracticeMarket, symbol: str, now: datetime, *, is_adjusted: bool
) -> list[Bar]:
    """Return the bars of ``symbol`` known at ``now``, oldest first.

    Raises:
        DataError: as ``BarSource.panel``.
    """
    session = market.session_at(now)
    until = session if market.has_closed(now) else session - _ONE_DAY
    bars = _stored(market, symbol, until)
    opened = 0 if market.has_closed(now) else market.opening(symbol, now)
    if opened:
        volume = bars[-1].volume // _AUCTION_SHARE if bars else 1
        bars.append(
            Bar(
                session=session,
                open=opened,
                high=opened,
                low=opened,
                close=opened,
                volume=max(volume, 1),
            )
        )
    if is_adjusted and market.bars.basis == "raw":
        bars = _adjusted(market, symbol, bars, session)
    return _linked(bars)


def folded(bars: Sequence[Bar], period: str) -> list[Bar]:
    """Return ``bars`` as days (D), weeks (W), months (M) or years (Y)."""
    if period == "D":
        return list(bars)
    groups = groupby(bars, key=lambda bar: _period_of(bar.session, period))
    return _linked([_joined(list(group)) for _, group in groups])


def _stored(market: PracticeMarket, symbol: str, until: date) -> list[Bar]:
    panel = market.bars.panel(until, [symbol])
    if symbol not in panel.symbols:
        return []
    column = panel.symbols.index(symbol)
    arrays = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    rows = zip(*(array[:, column].tolist() for array in arrays), strict=True)
    bars = [
        Bar(
            session=day,
            open=row[0],
            high=row[1],
            low=row[2],
            close=row[3],
            volume=row[4],
        )
        for day, row in zip(panel.sessions, rows, strict=True)
    ]
    return [bar for bar in bars if bar.close > 0]


def _linked(bars: Sequence[Bar]) -> list[Bar]:
    closes = [0, *(bar.close for bar in bars)]
    return [
        replace(bar, previous_close=close)
        for bar, close in zip(bars, closes, strict=False)
    ]


def _adjusted(
    market: PracticeMarket, symbol: str, bars: list[Bar], session: date
) -> list[Bar]:
    adjusted: list[Bar] = []
    ratio = 1
    if bars and bars[-1].session < session:
        ratio = _split_on(market, symbol, session)
    following: Bar | None = None
    for bar in reversed(bars):
        if following is not None:
            ratio *= _split_between(market, symbol, bar, following)
        adjusted.append(_divided(bar, ratio))
        following = bar
    return adjusted[::-1]


def _split_between(
    market: PracticeMarket, symbol: str, bar: Bar, following: Bar
) -> int:
    # No session opens more than 30 percent lower, and halved shares not less than 35,
    # so only such a fall can be a split; asking for every quote would take far longer.
    if following.open * 10 > bar.close * 7:
        return 1
    return _split_on(market, symbol, following.session)


def _split_on(market: PracticeMarket, symbol: str, session: date) -> int:
    quote = market.quotes.opening_quote(symbol, session)
    return quote.split_ratio if quote else 1


def _divided(bar: Bar, ratio: int) -> Bar:
    if ratio == 1:
        return bar
    return replace(
        bar,
        open=_share(bar.open, ratio),
        high=_share(bar.high, ratio),
        low=_share(bar.low, ratio),
        close=_share(bar.close, ratio),
        volume=bar.volume * ratio,
    )


def _share(price: int, ratio: int) -> int:
    return (2 * price + ratio) // (2 * ratio)


def _period_of(session: date, period: str) -> tuple[int, int]:
    year, week, _ = session.isocalendar()
    if period == "W":
        return year, week
    return session.year, session.month if period == "M" else 0


def _joined(bars: Sequence[Bar]) -> Bar:
    return Bar(
        session=bars[-1].session,
        open=bars[0].open,
        high=max(bar.high for bar in bars),
        low=min(bar.low for bar in bars),
        close=bars[-1].close,
        volume=sum(bar.volume for bar in bars),
    )
