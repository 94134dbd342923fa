"""Closed trades, first in first out, from what the journal's orders filled. Pure.

Shares that a plan bought and shares outside the strategy are kept apart: a person's
sale never closes a plan's purchase. What no fill tells is estimated and marked so:

* adopted shares cost the broker's average price; free ones (a split) are dealt out
  over the lots there were,
* shares sold without a purchase in the journal cost the broker's average price,
* released shares went for the last price anybody saw, without costs.

``profit = sell value - buy value - fees - tax``; fees and tax are estimates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from khms_trader.domain.events import Event, HoldingAdopted, HoldingReleased
from khms_trader.domain.order import PLAN_PURPOSE, OrderRecord, Side
from khms_trader.market.calendar import Calendar
from khms_trader.performance.costing import SessionRates
from khms_trader.performance.lots import Lot, portion, spread, take
from khms_trader.performance.sightings import Sightings
from khms_trader.performance.trade import (
    ClosedTrade,
    ExitKind,
    Trades,
    UnknownCost,
)

SellReasons = Mapping[tuple[date, str], str]
"""Why a plan sold: by session and symbol, as its ``SellLine`` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """What trades are made from.

    Attributes:
        events: with ``HoldingAdopted``, ``HoldingReleased`` and ``AccountObserved``.
    """

    records: Sequence[OrderRecord]
    events: Sequence[Event]
    rates: SessionRates
    calendar: Calendar
    reasons: SellReasons = field(default_factory=dict)


def trades_of(facts: TradeFacts) -> Trades:
    """Return the trades of an account's whole life."""
    desk = _Desk(facts)
    for _, step in sorted(_steps(facts), key=lambda timed: timed[0]):
        match step:
            case OrderRecord():
                desk.trade(step)
            case HoldingAdopted():
                desk.adopt(step)
            case HoldingReleased():
                desk.release(step)
    return Trades(
        closed=tuple(desk.closed),
        open=tuple(lot for lots in desk.books.values() for lot in lots),
        unknown=tuple(desk.unknown),
    )


_Step = OrderRecord | HoldingAdopted | HoldingReleased


def _steps(facts: TradeFacts) -> Iterable[tuple[datetime, _Step]]:
    for record in facts.records:
        if record.filled_quantity:
            yield record.intended_at, record
    for event in facts.events:
        if isinstance(event, HoldingAdopted | HoldingReleased):
            yield event.at, event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sale:
    symbol: str
    session: date
    quantity: int
    value: int
    kind: ExitKind
    fee: int = 0
    tax: int = 0
    reason: str = ""

    def part(self, done: int, quantity: int) -> tuple[int, int, int]:
        """Return value, fee and tax of ``quantity`` shares after ``done`` ones."""
        amounts = (self.value, self.fee, self.tax)
        first, last = done, done + quantity
        value, fee, tax = (
            portion(a, last, self.quantity) - portion(a, first, self.quantity)
            for a in amounts
        )
        return value, fee, tax


class _Desk:
    """Books trades in the order they happened."""

    def __init__(self, facts: TradeFacts) -> None:
        self.books: dict[tuple[bool, str], list[Lot]] = {}
        self.closed: list[ClosedTrade] = []
        self.unknown: list[UnknownCost] = []
        self._facts = facts
        self._seen = Sightings(facts.events)

    def trade(self, record: OrderRecord) -> None:
        key, value = record.key, record.filled_value
        is_plan = key.purpose == PLAN_PURPOSE
        fee = self._facts.rates.fee(value, key.session)
        if key.side is Side.BUY:
            lot = Lot(
                symbol=key.symbol,
                opened=key.session,
                quantity=record.filled_quantity,
                cost=value,
                fee=fee,
            )
            self.books.setdefault((is_plan, key.symbol), []).append(lot)
            return
        reason = self._facts.reasons.get((key.session, key.symbol), "")
        sale = _Sale(
            symbol=key.symbol,
            session=key.session,
            quantity=record.filled_quantity,
            value=value,
            kind=ExitKind.PLAN if is_plan else ExitKind.MANUAL,
            fee=fee,
            tax=self._facts.rates.tax(key.side, value, key.session, key.symbol),
            reason=reason if is_plan else "",
        )
        self._close(sale, is_plan=is_plan, at=record.intended_at)

    def adopt(self, event: HoldingAdopted) -> None:
        lots = self.books.setdefault((True, event.symbol), [])
        shares = sum(lot.quantity for lot in lots) + event.quantity
        average = self._seen.average_of(event.symbol, shares, event.at)
        known = sum(lot.cost or 0 for lot in lots)
        cost = None if average is None else max(round(average * shares) - known, 0)
        if lots and average is not None and (cost or 0) * 2 < average * event.quantity:
            lots[:] = spread(lots, event.quantity)  # hardly paid for: a split or bonus
            return
        lots.append(
            Lot(
                symbol=event.symbol,
                opened=event.session,
                quantity=event.quantity,
                cost=cost,
                is_estimated=True,
            )
        )

    def release(self, event: HoldingReleased) -> None:
        price = self._seen.last_price(event.symbol, event.at)
        if price is None:
            self._forget(event)
            return
        sale = _Sale(
            symbol=event.symbol,
            session=event.session,
            quantity=event.quantity,
            value=price * event.quantity,
            kind=ExitKind.RELEASED,
        )
        self._close(sale, is_plan=True, at=event.at)

    def _forget(self, event: HoldingReleased) -> None:
        book = self.books.get((True, event.symbol), [])
        _, book[:], _ = take(book, event.quantity)
        self.unknown.append(
            UnknownCost(
                symbol=event.symbol, session=event.session, quantity=event.quantity
            )
        )

    def _close(self, sale: _Sale, *, is_plan: bool, at: datetime) -> None:
        book = self.books.get((is_plan, sale.symbol), [])
        taken, book[:], lacking = take(book, sale.quantity)
        if lacking:
            taken.append(self._bought_elsewhere(sale, lacking, at))
        done = 0
        for lot in taken:
            self._book(sale, lot, done)
            done += lot.quantity

    def _bought_elsewhere(self, sale: _Sale, quantity: int, at: datetime) -> Lot:
        average = self._seen.average_before(sale.symbol, at)
        return Lot(
            symbol=sale.symbol,
            opened=None,
            quantity=quantity,
            cost=None if average is None else round(average * quantity),
            is_estimated=True,
        )

    def _book(self, sale: _Sale, lot: Lot, done: int) -> None:
        value, fee, tax = sale.part(done, lot.quantity)
        if lot.cost is None:
            lost = UnknownCost(
                symbol=sale.symbol, session=sale.session, quantity=lot.quantity
            )
            self.unknown.append(lost)
            return
        self.closed.append(
            ClosedTrade(
                symbol=sale.symbol,
                opened=lot.opened,
                closed=sale.session,
                sessions_held=self._sessions(lot.opened, sale.session),
                quantity=lot.quantity,
                buy_value=lot.cost,
                sell_value=value,
                fee=lot.fee + fee,
                tax=tax,
                kind=sale.kind,
                reason=sale.reason,
                is_estimated=lot.is_estimated or sale.kind is ExitKind.RELEASED,
            )
        )

    def _sessions(self, opened: date | None, closed: date) -> int | None:
        if opened is None:
            return None
        return max(len(self._facts.calendar.sessions(opened, closed)) - 1, 0)
