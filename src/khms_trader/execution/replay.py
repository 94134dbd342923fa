"""A past session lived again: the very two jobs at their times, then the books checked.

It decides nothing and trades nothing itself; whoever calls it hands in a clock that can
be moved, a desk and a planning room of one simulated account.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import Event, LineSkipped, RunFailed
from khms_trader.domain.instrument import kind_of
from khms_trader.domain.order import OrderRecord, Side
from khms_trader.domain.report import LineEnd, SessionReport
from khms_trader.errors import DataError, StorageError
from khms_trader.execution.execute import execute
from khms_trader.execution.gather import PlanningRoom
from khms_trader.execution.office import Desk
from khms_trader.execution.prepare import prepare
from khms_trader.market.calendar import Calendar
from khms_trader.market.rates import CostRates
from khms_trader.planning.replayed import LivedSession, Trades
from khms_trader.planning.schedule_times import JobKind, Times, slots

_TIMES: Final = Times(prepares=(time(15, 40),), executes=(time(9, 1),))
# Faults of one session's bars; anything else is a fault of the whole replay.
_OF_ONE_SESSION: Final = frozenset(
    {"bars_too_many_missing", "bars_not_up_to_date", "bars_session_missing"}
)

Digest = Callable[[str, Sequence[OrderRecord], Sequence[Event]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRoom:
    """What a session is lived with.

    Attributes:
        move_to: moves the clock that desk and room look at.
        digest: continues a digest by orders and events.
        start: won the account was opened with.
    """

    desk: Desk
    planning: PlanningRoom
    move_to: Callable[[datetime], None]
    digest: Digest
    start: int


def job_times(calendar: Calendar, session: date) -> tuple[datetime, datetime]:
    """Return when ``session`` is executed and when the next one is prepared.

    09:01 and 15:40 on a normal session; on a special one the first moves by
    (open - 09:00) and the second by (close - 15:30).
    """
    following = calendar.next_session(session)
    (executes,) = slots(calendar, _TIMES, JobKind.EXECUTE, session)
    (prepares,) = slots(calendar, _TIMES, JobKind.PREPARE, following)
    return executes.due_at, prepares.due_at


def live(
    room: ReplayRoom, session: date, lived: Sequence[LivedSession]
) -> LivedSession:
    """Live ``session`` after ``lived``, check the books, and return its row.

    The first session of a replay has no plan yet, nor has one whose bars the evening
    before could not be used: it is not executed, and the journal says why.

    Raises:
        StorageError: ``replay_does_not_reconcile``.
        KhmsTraderError: as ``execute`` and ``prepare``, but for bars of one session.
    """
    office = room.desk.office
    executes, prepares = job_times(office.calendar, session)
    report = None
    if lived and not lived[-1].no_plan:
        room.move_to(executes)
        report = execute(room.desk).report
    room.move_to(prepares)
    no_plan = _prepare(room, session)
    records = office.journal.order_records(session)
    row = _row(room, session, lived, records=records, report=report, no_plan=no_plan)
    _check_books(room, row, lived)
    return row


def trades_of(records: Sequence[OrderRecord], costs: CostRates) -> Trades:
    """Return what the fills of ``records`` come to."""
    return sum((_trade(record, costs) for record in records), Trades())


def check_whole_journal(room: ReplayRoom, last: LivedSession) -> None:
    """Compare the cash with every order the journal holds, from the first to the last.

    Raises:
        StorageError: ``replay_does_not_reconcile``.
    """
    trades = trades_of(room.desk.office.journal.order_records(), room.desk.rules.costs)
    _demand(last, "cash", room.start + trades.cash_change, last.cash)


def _prepare(room: ReplayRoom, session: date) -> str:
    try:
        prepare(room.planning)
    except DataError as error:
        if error.code not in _OF_ONE_SESSION:
            raise
        office = room.desk.office
        office.publish(
            RunFailed(
                at=office.clock.now(),
                account=office.reader.account_id,
                session=session,
                job="prepare",
                code=error.code,
            )
        )
        return error.code
    return ""


def _row(
    room: ReplayRoom,
    session: date,
    lived: Sequence[LivedSession],
    *,
    records: Sequence[OrderRecord],
    report: SessionReport | None,
    no_plan: str,
) -> LivedSession:
    events = room.desk.office.journal.events(session)
    account = room.desk.office.reader.account()
    skips = Counter(e.reason for e in events if isinstance(e, LineSkipped))
    return LivedSession(
        session=session,
        cash=account.cash_d2,
        total=account.total,
        positions=sum(holding.quantity > 0 for holding in account.holdings),
        trades=trades_of(records, room.desk.rules.costs),
        skips=dict(sorted(skips.items())),
        unfinished=_unfinished(records, report),
        no_plan=no_plan,
        digest=room.digest(lived[-1].digest if lived else "", records, events),
    )


def _unfinished(records: Sequence[OrderRecord], report: SessionReport | None) -> int:
    working = sum(not record.state.is_final for record in records)
    lines = report.ending(LineEnd.SKIPPED) if report else ()
    return working + sum(not line.reason for line in lines)


def _trade(record: OrderRecord, costs: CostRates) -> Trades:
    value, quantity = record.filled_value, record.filled_quantity
    if not quantity:
        return Trades(unfilled=1)
    key = record.key
    is_buy = key.side is Side.BUY
    lost = value - record.open_price * quantity if record.open_price else 0
    return Trades(
        buys=int(is_buy),
        sells=int(not is_buy),
        bought=value if is_buy else 0,
        sold=0 if is_buy else value,
        fee=costs.fee(value),
        tax=costs.tax(key.side, value, key.session, kind_of(key.symbol)),
        slippage=lost if is_buy else -lost,
    )


def _check_books(
    room: ReplayRoom, row: LivedSession, lived: Sequence[LivedSession]
) -> None:
    """Compare the account with the journal, to the won and to the share.

    By induction: the evening before was right, so what this session's fills changed
    must be all that changed.
    """
    office = room.desk.office
    account = office.reader.account()
    before = lived[-1].cash if lived else room.start
    _demand(row, "cash", before + row.trades.cash_change, account.cash_d2)
    _demand(row, "total", account.cash_d2 + _worth(room, account), account.total)
    managed = dict(office.journal.managed())
    held = {h.symbol: h.quantity for h in account.holdings if h.quantity > 0}
    for symbol in sorted({*managed, *held}):
        _demand(row, symbol, managed.get(symbol, 0), held.get(symbol, 0))


def _worth(room: ReplayRoom, account: Account) -> int:
    now = room.desk.office.clock.now()
    return sum(
        holding.quantity * (room.desk.quotes.last_price(holding.symbol, now) or 0)
        for holding in account.holdings
    )


def _demand(row: LivedSession, what: str, journal: int, account: int) -> None:
    if journal != account:
        raise StorageError(
            "replay_does_not_reconcile",
            session=row.session,
            what=what,
            journal=journal,
            account=account,
        )
