"""Rooms for the page 지금: an account with everything, and one with trouble."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from builders import SESSION, a_record, a_row, an_account, at
from dashboard.rooms import ListedJournal, StillLive, StillMachine, a_room
from khms_trader.dashboard.live import LiveView, Source
from khms_trader.dashboard.room import Kind, Room, Why
from khms_trader.dashboard.view.now import Now, now_of
from khms_trader.dashboard.view.now_change import shown_session
from khms_trader.dashboard.view.now_journal import told_by
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    PlanPrepared,
)
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.errors import StorageError
from khms_trader.storage.halt_file import Halt
from khms_trader.storage.heartbeat import Heartbeat, NextJob

YESTERDAY = date(2026, 3, 3)
ACCOUNT_ID = "practice-0a1b2c3d"


def held(
    symbol: str, quantity: int, average: int, price: int, *, name: str = ""
) -> Holding:
    return Holding(
        symbol=symbol,
        name=name or f"이름{symbol}",
        quantity=quantity,
        sellable=quantity,
        average_price=Decimal(average),
        price=price,
    )


def seen(
    *holdings: Holding, cash: int = 5_000_000, moment: datetime | None = None
) -> Account:
    return replace(
        an_account(*holdings, cash=cash), observed_at=moment or at("09:29:50")
    )


def observed(account: Account, session: date) -> AccountObserved:
    return AccountObserved(
        at=account.observed_at, account=ACCOUNT_ID, session=session, observed=account
    )


def bought(symbol: str, session: date, quantity: int = 10) -> OrderRecord:
    record = a_record(
        f"buy {symbol} x{quantity} @13000",
        OrderState.FILLED,
        number="0000000001",
        filled=(quantity, quantity * 12_000),
        intended_at=at("09:01", session),
    )
    return replace(record, key=replace(record.key, session=session))


@dataclass(frozen=True, kw_only=True)
class DamagedJournal(ListedJournal):
    """A journal that cannot be read."""

    def stamp(self) -> Hashable:
        raise StorageError("journal_damaged")


def past() -> list[Event]:
    """Return a confirmed account's evening and morning."""
    return [
        AccountConfirmed(
            at=at("16:00", date(2026, 2, 27)),
            account=ACCOUNT_ID,
            session=date(2026, 2, 27),
            legacy={"005930": 3},
        ),
        observed(
            seen(held("086520", 10, 12_000, 12_500), moment=at("15:40", YESTERDAY)),
            YESTERDAY,
        ),
        PlanPrepared(
            at=at("15:41", YESTERDAY),
            account=ACCOUNT_ID,
            session=SESSION,
            plan_id="p-1",
            buys=3,
            sells=1,
            slots_free=2,
        ),
        ExecutionStarted(
            at=at("09:01"), account=ACCOUNT_ID, session=SESSION, plan_id="p-1"
        ),
        ExecutionFinished(
            at=at("09:02"), account=ACCOUNT_ID, session=SESSION, plan_id="p-1"
        ),
    ]


def beating(moment: str = "09:29:40", **changes: Any) -> Heartbeat:  # noqa: ANN401 - any field
    coming = NextJob(kind="prepare", session=date(2026, 3, 5), due_at=at("15:40"))
    beat = Heartbeat(pid=1, at=at(moment), times=("15:40", "09:01"), next=coming)
    return replace(beat, **changes)


def a_full_room(**changes: Any) -> Room:  # noqa: ANN401 - any field
    """Build a room: one managed holding, one legacy, one outside, all read just now."""
    account = seen(
        held("086520", 10, 12_000, 13_200, name="에코프로"),
        held("005930", 3, 70_000, 69_000, name="삼성전자"),
        held("247540", 1, 100_000, 0, name="에코프로비엠"),
    )
    journal = ListedJournal(
        happened=past(),
        orders=[bought("086520", YESTERDAY)],
        shares={"086520": 10},
    )
    view = LiveView(
        account=account, orders=(), orders_at=at("09:29:50"), source=Source.SERVER
    )
    usual = {
        "journal": journal,
        "live": StillLive(view=view),
        "machine": StillMachine(beat=beating()),
        "needs_confirmation": True,
    }
    return a_room(**{**usual, **changes})


def a_priced_room(**changes: Any) -> Room:  # noqa: ANN401 - any field
    """Build the full room without the holding that nobody knows a price of."""
    room = a_full_room(**changes)
    view = room.live.look()
    assert view.account is not None
    kept = tuple(each for each in view.account.holdings if each.price)
    account = replace(view.account, holdings=kept)
    return replace(room, live=StillLive(view=replace(view, account=account)))


def a_damaged_room() -> Room:
    """Build the full room with a journal that nobody can read."""
    return a_full_room(journal=DamagedJournal(shares={"086520": 10}))


def a_troubled_room() -> Room:
    """Build a halted room with an unknown and an open order, never confirmed."""
    unknown = a_record("buy 247540 x5 @9900", OrderState.UNCONFIRMED)
    resting = a_record("sell 086520 x10", OrderState.ACCEPTED, number="77")
    view = LiveView(
        account=seen(held("086520", 10, 12_000, 13_200)),
        orders=(a_row("sell 086520 x10", number="77"),),
        orders_at=at("09:00"),
        source=Source.SERVER,
        problem="서버가 답하지 않습니다.",
        problem_at=at("09:29"),
    )
    return a_room(
        journal=ListedJournal(orders=[unknown, resting], shares={"086520": 12}),
        live=StillLive(view=view),
        machine=StillMachine(halted=Halt(reason="점검"), beat=beating("08:00")),
        needs_confirmation=True,
    )


def an_empty_room() -> Room:
    """Build a paper account nobody has used, without keys."""
    return a_room(
        account_id="paper", account_number="", kind=Kind.PAPER, why=Why.NO_KEYS
    )


def a_big_room() -> Room:
    """Build a room with 200 holdings."""
    holdings = [
        held(f"{100_000 + n:06d}", n, 12_000, 12_000 + n) for n in range(1, 201)
    ]
    view = LiveView(account=seen(*holdings), source=Source.SERVER)
    shares = {holding.symbol: holding.quantity for holding in holdings}
    return a_full_room(
        live=StillLive(view=view), journal=ListedJournal(happened=past(), shares=shares)
    )


def shown(room: Room, **changes: Any) -> Now:  # noqa: ANN401 - any field
    """Return what the page shows of ``room``."""
    live = replace(room.live.look(), **changes)
    now = room.clock.now()
    told = told_by(room, now.date(), shown_session(room.calendar, live, now))
    return now_of(room, live, told)


ROOMS: dict[str, Callable[[], Room]] = {
    "full": a_full_room,
    "troubled": a_troubled_room,
    "empty": an_empty_room,
    "big": a_big_room,
    "damaged": a_damaged_room,
}
