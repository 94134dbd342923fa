"""Closed trades and orders added up. Pure.

``win rate = winners / trades``; ``profit factor = won of winners / won of losers``;
``turnover = (bought + sold) / mean equity``, both ways counted, over the whole time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from khms_trader.domain.order import OrderRecord, Side
from khms_trader.performance.costing import SessionRates
from khms_trader.performance.trade import ClosedTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Closed trades that share something, added up in won."""

    name: str
    trades: int
    winners: int
    profit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFigures:
    """All closed trades added up.

    Attributes:
        won, lost: won of the winners, and of the losers as a positive figure.
    """

    trades: int
    winners: int
    won: int
    lost: int

    @property
    def profit(self) -> int:
        """Won earned by all of them after costs."""
        return self.won - self.lost

    @property
    def win_rate(self) -> float | None:
        """``winners / trades``; None without a trade."""
        return self.winners / self.trades if self.trades else None

    @property
    def profit_factor(self) -> float | None:
        """``won / lost``; None when nothing was lost."""
        return self.won / self.lost if self.lost else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """What was traded, and what it cost, in won; fee and tax are estimates."""

    bought: int = 0
    sold: int = 0
    fee: int = 0
    tax: int = 0

    @property
    def traded(self) -> int:
        """Won bought and sold."""
        return self.bought + self.sold

    def times(self, totals: Sequence[int]) -> float | None:
        """Return ``traded`` in means of ``totals``; None when they mean nothing."""
        whole = sum(totals)
        return self.traded * len(totals) / whole if whole > 0 else None


def figures_of(trades: Iterable[ClosedTrade]) -> TradeFigures:
    """Return the figures of ``trades``; one of no profit is no winner."""
    profits = [trade.profit for trade in trades]
    return TradeFigures(
        trades=len(profits),
        winners=sum(profit > 0 for profit in profits),
        won=sum(profit for profit in profits if profit > 0),
        lost=-sum(profit for profit in profits if profit < 0),
    )


def grouped(
    trades: Iterable[ClosedTrade], name_of: Callable[[ClosedTrade], str]
) -> tuple[Group, ...]:
    """Return ``trades`` by what ``name_of`` says, the greatest profit first."""
    profits: dict[str, list[int]] = {}
    for trade in trades:
        profits.setdefault(name_of(trade), []).append(trade.profit)
    groups = (
        Group(
            name=name,
            trades=len(each),
            winners=sum(profit > 0 for profit in each),
            profit=sum(each),
        )
        for name, each in profits.items()
    )
    return tuple(sorted(groups, key=lambda group: (-group.profit, group.name)))


def turnover_of(records: Iterable[OrderRecord], rates: SessionRates) -> Turnover:
    """Return what ``records`` filled and what that is estimated to have cost."""
    bought = sold = fee = tax = 0
    for record in records:
        key, value = record.key, record.filled_value
        if key.side is Side.BUY:
            bought += value
        else:
            sold += value
        fee += rates.fee(value, key.session)
        tax += rates.tax(key.side, value, key.session, key.symbol)
    return Turnover(bought=bought, sold=sold, fee=fee, tax=tax)
