"""Events in the log: short lines, the many skipped ones counted."""

from datetime import date, datetime

from khms_trader.domain.event_log import log_lines
from khms_trader.domain.events import (
    ExecutionFinished,
    ForeignOrdersSeen,
    JobMissed,
    LineSkipped,
    OrderAccepted,
    OrderRejected,
)
from khms_trader.domain.order import OrderKey, Side
from khms_trader.market.calendar import SEOUL

AT = datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)
SESSION = date(2026, 3, 4)


def a_skip(symbol: str) -> LineSkipped:
    return LineSkipped(
        at=AT,
        account="paper",
        session=SESSION,
        plan_id="20260304-00000000",
        symbol=symbol,
        side="sell",
        reason="not_held",
    )


def test_an_event_is_one_short_line() -> None:
    key = OrderKey(account="paper", session=SESSION, symbol="086520", side=Side.BUY)
    event = OrderAccepted(
        at=AT, account="paper", session=SESSION, key=key, number="0000000007"
    )

    assert log_lines([event]) == (
        "OrderAccepted paper 2026-03-04 key=buy:086520:plan number=0000000007",
    )


def test_skipped_lines_are_counted_by_reason() -> None:
    skips = [a_skip(symbol) for symbol in ("086520", "247540", "319400")]

    assert log_lines(skips) == ("LineSkipped paper 2026-03-04 sell not_held x3",)


def test_a_detail_is_told_in_korean_and_nothing_is_not_told() -> None:
    key = OrderKey(account="paper", session=SESSION, symbol="086520", side=Side.BUY)
    refused = OrderRejected(
        at=AT,
        account="paper",
        session=SESSION,
        key=key,
        detail="not_enough_cash|40250000|부족합니다.",
    )
    done = ExecutionFinished(at=AT, account="paper", session=SESSION, plan_id="p")

    assert log_lines([refused, done]) == (
        (
            "OrderRejected paper 2026-03-04 key=buy:086520:plan "
            "detail=증권사 거부: 40250000 부족합니다 — 현금을 확인하세요"
        ),
        "ExecutionFinished paper 2026-03-04 plan_id=p",
    )


def test_foreign_orders_are_counted_not_listed() -> None:
    event = ForeignOrdersSeen(at=AT, account="paper", session=SESSION, rows=())

    assert log_lines([event]) == ("ForeignOrdersSeen paper 2026-03-04 rows=x0",)


def test_a_missed_job_names_its_time_and_its_reason() -> None:
    event = JobMissed(
        at=AT,
        account="paper",
        session=SESSION,
        job="execute",
        due_at=AT,
        reason="not_running",
    )

    assert log_lines([event]) == (
        (
            "JobMissed paper 2026-03-04 job=execute due_at=2026-03-04T09:01:00 "
            "reason=not_running"
        ),
    )
