"""When a session's two jobs run, and what its orders come to."""

from dataclasses import replace
from datetime import date, time

import pytest

from builders import a_record
from khms_trader.domain.order import OrderState
from khms_trader.execution.replay import job_times, trades_of
from khms_trader.market.calendar import Calendar, CalendarOverrides
from khms_trader.market.hours import SessionHours
from khms_trader.market.rates import CostRates
from khms_trader.planning.replayed import Trades

# 14.7 bp and 15 bp.
COSTS = CostRates(fee_rate=1_470_000, tax_rate=1_500_000)
S = OrderState


@pytest.mark.parametrize(
    ("session", "executes", "prepares"),
    [
        (date(2026, 3, 4), "09:01", "15:40"),
        (date(2026, 1, 2), "10:01", "15:40"),  # the year's first session opens late
        (date(2024, 11, 14), "10:01", "16:40"),  # exam day: an hour later altogether
        (date(2016, 7, 29), "09:01", "15:10"),  # sessions closed at 15:00 until then
    ],
)
def test_jobs_move_with_the_open_and_the_close(
    session: date, executes: str, prepares: str
) -> None:
    times = job_times(Calendar(), session)

    assert [f"{moment:%H:%M}" for moment in times] == [executes, prepares]
    assert {moment.date() for moment in times} == {session}


def test_jobs_follow_the_users_own_hours() -> None:
    session = date(2026, 3, 4)
    hours = SessionHours(open=time(9, 30), close=time(12, 0))
    calendar = Calendar(CalendarOverrides(times={session: hours}))

    times = job_times(calendar, session)

    assert [f"{moment:%H:%M}" for moment in times] == ["09:31", "12:10"]


def test_a_fill_costs_fee_and_a_sale_tax_too() -> None:
    bought = replace(
        a_record("buy 086520 x10 @13340", S.FILLED, filled=(10, 130_100)),
        open_price=13_000,
    )
    sold = replace(
        a_record("sell 347850 x3", S.FILLED, filled=(3, 302_700)), open_price=101_000
    )

    assert trades_of([bought, sold], COSTS) == Trades(
        buys=1,
        sells=1,
        bought=130_100,
        sold=302_700,
        fee=191 + 444,
        tax=454,
        slippage=100 + 300,
    )


def test_orders_without_a_fill_are_only_counted() -> None:
    records = [a_record(state=S.EXPIRED), a_record(state=S.REJECTED)]

    assert trades_of(records, COSTS) == Trades(unfilled=2)
