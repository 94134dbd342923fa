"""How the day went, without what was paid in or out."""

from dataclasses import replace
from datetime import date

import pytest

from builders import a_record, a_row, at
from dashboard.nows import (
    YESTERDAY,
    a_full_room,
    a_priced_room,
    a_troubled_room,
    an_empty_room,
    held,
    observed,
    past,
    seen,
    shown,
)
from dashboard.rooms import ListedJournal
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.view.now_change import shown_session
from khms_trader.domain.order import OrderState
from khms_trader.market.calendar import Calendar
from khms_trader.performance.flows import FlowKind

CALENDAR = Calendar()
OLD = date(2026, 2, 26)


def test_the_day_is_compared_with_the_session_before() -> None:
    change = shown(a_priced_room()).change

    assert change is not None
    # 5,000,000 + 132,000 against 5,000,000 + 125,000; 207,000 came as shares
    assert change.won == 7_000
    assert change.percent == pytest.approx(0.1366, abs=1e-4)
    assert change.since == at("15:40", YESTERDAY)
    assert change.is_day_before
    assert change.flow is not None
    assert (change.flow.kind, change.flow.amount) == (FlowKind.DEPOSIT, 207_000)


@pytest.mark.parametrize(
    ("cash", "won", "flow"),
    [
        (5_003_000, 10_000, None),  # small change counts as earned
        (8_000_000, 7_000, (FlowKind.DEPOSIT, 3_000_000)),
        (4_000_000, 7_000, (FlowKind.WITHDRAWAL, -1_000_000)),
    ],
)
def test_money_paid_in_or_out_is_no_change_of_the_day(
    cash: int, won: int, flow: tuple[FlowKind, int] | None
) -> None:
    account = seen(held("086520", 10, 12_000, 13_200), cash=cash)

    change = shown(a_full_room(), account=account).change

    assert change is not None
    assert change.won == won
    assert (change.flow and (change.flow.kind, change.flow.amount)) == flow


def test_an_account_that_was_opened_anew_did_not_change() -> None:
    change = shown(a_full_room(), account=seen(cash=10_000_000)).change

    assert change is not None
    assert change.won == 0
    assert change.flow is not None
    assert change.flow.kind is FlowKind.RESET


def test_what_was_bought_since_is_no_deposit_whoever_bought_it() -> None:
    ours = a_record(
        "buy 247540 x10 @100000",
        OrderState.FILLED,
        number="0000000009",
        filled=(10, 1_000_000),
        intended_at=at("09:01"),
    )
    by_hand = replace(
        a_row("buy 035720 x20 @50000", number="0000000077"),
        filled_quantity=20,
        filled_value=1_000_000,
        ordered_at=at("09:05"),
    )
    account = seen(
        held("086520", 10, 12_000, 12_500),
        held("247540", 10, 100_000, 101_000),
        held("035720", 20, 50_000, 51_000),
        cash=3_000_000,
    )
    journal = ListedJournal(happened=past(), orders=[ours], shares={"086520": 10})

    change = shown(
        a_full_room(journal=journal), account=account, orders=(by_hand,)
    ).change

    assert change is not None
    assert change.flow is None
    assert change.won == 30_000


def test_an_older_look_is_not_the_day_before() -> None:
    look = seen(held("086520", 10, 12_000, 12_500), moment=at("15:40", OLD))
    journal = ListedJournal(happened=[observed(look, OLD)], shares={"086520": 10})

    change = shown(a_priced_room(journal=journal)).change

    assert change is not None
    assert not change.is_day_before


def test_without_an_earlier_look_there_is_no_change() -> None:
    assert shown(an_empty_room()).change is None
    assert shown(a_troubled_room()).change is None


def test_an_account_of_friday_belongs_to_friday_all_weekend() -> None:
    friday = seen(moment=at("15:45", date(2026, 3, 6)))

    for day in (6, 7, 8, 9):
        view = LiveView(account=friday)
        now = at("12:00", date(2026, 3, day))
        assert shown_session(CALENDAR, view, now) == date(2026, 3, 6)


def test_an_account_read_on_a_sunday_belongs_to_the_friday_before() -> None:
    sunday = at("12:00", date(2026, 3, 8))

    view = LiveView(account=seen(moment=sunday))

    assert shown_session(CALENDAR, view, sunday) == date(2026, 3, 6)


def test_a_holding_without_a_price_is_no_loss() -> None:
    now = shown(a_full_room())

    assert now.account is not None
    assert [each.price for each in now.account.holdings] == [13_200, 69_000, 0]
    assert now.change is None
