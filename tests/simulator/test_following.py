"""A server that lives by its clients' clock goes forwards only, and not by months."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from khms_trader.clock import ManualClock
from khms_trader.market.calendar import SEOUL
from khms_trader.simulator.following import REFUSED, ClientTime
from khms_trader.simulator.messages import WireError

EVENING = datetime(2025, 7, 21, 15, 40, tzinfo=SEOUL)
MORNING = datetime(2025, 7, 22, 9, 1, tzinfo=SEOUL)
TODAY = datetime(2026, 11, 22, 15, 0, tzinfo=SEOUL)


class Traded:
    """An exchange of which only one thing is asked."""

    def __init__(self, answer: Callable[[], bool]) -> None:
        self.has_traded = answer


def a_time(*, has_traded: bool = False, most_days: int = 31) -> ClientTime:
    exchange = Traded(lambda: has_traded)
    return ClientTime(ManualClock(EVENING), exchange, most_days=most_days)  # type: ignore[arg-type]


def test_it_takes_the_time_it_is_told_and_keeps_it() -> None:
    time = a_time()

    assert time.now("") == EVENING
    assert time.now(MORNING.isoformat()) == MORNING
    assert time.now("") == MORNING
    assert time.now("gestern") == MORNING


def test_the_same_day_may_be_begun_again() -> None:
    time = a_time(has_traded=True)
    time.now((MORNING + timedelta(minutes=20)).isoformat())

    assert time.now(MORNING.isoformat()) == MORNING


def test_a_day_back_is_refused_once_orders_lie_behind_it() -> None:
    time = a_time(has_traded=True)
    time.now(MORNING.isoformat())

    with pytest.raises(WireError) as refused:
        time.now(EVENING.isoformat())

    assert refused.value.code == REFUSED
    assert time.now("") == MORNING


def test_a_client_that_forgot_its_time_does_not_end_a_practised_past() -> None:
    time = a_time()

    with pytest.raises(WireError):
        time.now(TODAY.isoformat())

    assert time.now(MORNING.isoformat()) == MORNING


def test_without_a_limit_any_span_may_be_lived() -> None:
    assert a_time(most_days=0).now(TODAY.isoformat()) == TODAY


def test_before_any_order_an_earlier_day_may_be_chosen() -> None:
    assert a_time().now((EVENING - timedelta(days=400)).isoformat()).year == 2024
