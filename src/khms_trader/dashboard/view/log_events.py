"""Events of the journal as rows a person reads. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from khms_trader.dashboard.view.log_words import KINDS, moment_to_second
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.view.tile_html import ALARM, CAUTION
from khms_trader.dashboard.words import JOBS, SIDES, shares, won
from khms_trader.domain import events as e
from khms_trader.domain.events import Event
from khms_trader.domain.order import Side
from khms_trader.domain.reasons import korean_of
from khms_trader.planning.schedule_history import MissReason

PAGE_ROWS: Final = 100
_BAD: Final = (e.OrderRejected, e.OrderUnconfirmed, e.RunFailed, e.JobMissed)
_ODD: Final = (
    e.LineWarned,
    e.OrderNotPlaced,
    e.ForeignOrdersSeen,
    e.ExecutionPaused,
    e.HoldingReleased,
)
Counts = Mapping[tuple[date, str], int]


def event_cells(
    events: Sequence[Event], names: Mapping[str, str], now: datetime
) -> list[list[Cell | str]]:
    """Return a row for each event, in their order."""
    return [_row(event, names, now) for event in events]


def sessions_of(counts: Counts) -> tuple[date, ...]:
    """Return the sessions that have events, the newest first."""
    return tuple(sorted({session for session, _ in counts}, reverse=True))


def kinds_of(
    counts: Counts, session: date | None
) -> tuple[tuple[type[Event], int], ...]:
    """Return the kinds that ``session`` (or any) has, with how many, in our order."""
    found = []
    for kind in KINDS:
        count = count_of(counts, session, (kind,))
        if count:
            found.append((kind, count))
    return tuple(found)


def count_of(counts: Counts, session: date | None, kinds: Sequence[type[Event]]) -> int:
    """Return how many events of ``kinds`` (or any) ``session`` (or any) has."""
    names = {kind.__name__ for kind in kinds}
    return sum(
        count
        for (own, kind), count in counts.items()
        if session in {None, own} and (not names or kind in names)
    )


def pages_of(count: int) -> int:
    """Return how many pages ``count`` events take; at least 1."""
    return max(-(-count // PAGE_ROWS), 1)


def symbol_of(event: Event) -> str:
    """Return the symbol an event is about, or an empty text."""
    match event:
        case e.OrderEvent():
            return event.key.symbol
        case e.LineSkipped() | e.LineWarned() | e.HoldingAdopted():
            return event.symbol
        case e.HoldingReleased():
            return event.symbol
        case _:
            return ""


def told(event: Event) -> str:
    """Return what ``event`` says beyond its kind and symbol, in Korean."""
    match event:
        case e.OrderEvent():
            return f"{SIDES[event.key.side]} {_of_order(event)}".strip()
        case e.LineSkipped():
            return _line(event.side, event.reason, event.detail)
        case e.LineWarned():
            return _line(event.side, event.warning, event.detail)
        case e.HoldingAdopted() | e.HoldingReleased():
            return shares(event.quantity)
        case _:
            return _of_run(event)


def _of_order(event: e.OrderEvent) -> str:
    match event:
        case e.OrderIntended():
            limit = event.limit_price
            price = "시장가" if limit is None else f"지정가 {won(limit)}"
            return f"{shares(event.quantity)} {price}"
        case e.OrderAccepted():
            return f"주문번호 {event.number}"
        case e.OrderFilled():
            return _filled(event)
        case e.OrderCancelled() | e.OrderExpired():
            return f"체결 {shares(event.filled_quantity)}, 나머지는 끝남"
        case e.OrderRejected() | e.OrderUnconfirmed() | e.OrderNoted():
            return korean_of(event.detail)
        case _:
            return ""


def _filled(event: e.OrderFilled) -> str:
    mean = event.filled_value / event.filled_quantity if event.filled_quantity else 0
    end = "전부" if event.is_complete else "일부"
    return (
        f"{shares(event.filled_quantity)} {end} 체결, 평균 {mean:,.0f}원, "
        f"{won(event.filled_value)}"
    )


def _of_run(event: Event) -> str:
    match event:
        case e.PlanPrepared():
            return (
                f"매수 신호 {event.buys:,}, 매도 신호 {event.sells:,}, "
                f"빈 자리 {event.slots_free:,}"
            )
        case e.AccountObserved():
            account = event.observed
            return (
                f"총자산 {won(account.total)}, 예수금 {won(account.cash)}, "
                f"보유 {len(account.holdings):,}종목"
            )
        case e.AccountConfirmed():
            return f"건드리지 않을 기존 보유 {len(event.legacy):,}종목"
        case e.RunFailed() | e.JobMissed():
            return _of_job(event)
        case _:
            return _of_execution(event)


def _of_execution(event: Event) -> str:
    match event:
        case e.ExecutionStarted():
            return f"계획 {event.plan_id}"
        case e.ExecutionPaused() | e.ExecutionFinished():
            problem = event.account_error
            return f"계좌를 읽지 못함: {korean_of(problem)}" if problem else ""
        case e.ForeignOrdersSeen():
            return f"앱 등에서 낸 주문 {len(event.rows):,}건"
        case _:
            return ""


def _of_job(event: e.RunFailed | e.JobMissed) -> str:
    job = JOBS.get(event.job, event.job)
    if isinstance(event, e.RunFailed):
        return f"{job}: {korean_of(event.code)}"
    return f"{job} ({event.due_at:%m.%d %H:%M} 예정): {_missed(event.reason)}"


def _missed(reason: str) -> str:
    known = reason in set(MissReason)
    return MissReason(reason).korean if known else korean_of(reason)


def _line(side: str, reason: str, detail: str) -> str:
    word = SIDES[Side(side)] if side in set(Side) else side
    more = f" ({korean_of(detail)})" if detail else ""
    return f"{word}: {korean_of(reason)}{more}"


def _row(event: Event, names: Mapping[str, str], now: datetime) -> list[Cell | str]:
    symbol = symbol_of(event)
    named = f"{names.get(symbol, '')} {symbol}".strip()
    color = ALARM if isinstance(event, _BAD) else ""
    color = CAUTION if isinstance(event, _ODD) else color
    kind = KINDS.get(type(event), type(event).__name__)
    return [
        Cell(
            text=moment_to_second(event.at, now),
            note=f"{event.session:%Y.%m.%d} 거래일",
        ),
        Cell(text=kind, color=color, note=named, is_strong=bool(color)),
        told(event),
    ]
