"""A split of the generated market reaches paper account and journal together."""

from datetime import date, datetime
from pathlib import Path

import pytest

from khms_trader.bootstrap.account import TradingAccount, opened_to_trade
from khms_trader.bootstrap.options import RunOptions
from khms_trader.clock import ManualClock
from khms_trader.config.settings import Settings
from khms_trader.domain.events import HoldingAdopted
from khms_trader.domain.order import Order, OrderKey, OrderState, OrderType, Side
from khms_trader.market.calendar import SEOUL

# 701820 of the sample market is halted from 2024-02-29 and splits 5:1 on 2024-03-06.
SYMBOL = "701820"
BEFORE = datetime(2024, 2, 28, 9, 1, tzinfo=SEOUL)
HALTED = datetime(2024, 3, 5, 9, 1, tzinfo=SEOUL)
MORNING = datetime(2024, 3, 6, 7, 50, tzinfo=SEOUL)
SPLIT = datetime(2024, 3, 6, 9, 1, tzinfo=SEOUL)
WEEK_END = datetime(2024, 3, 9, 12, 0, tzinfo=SEOUL)


def at(moment: datetime, home: Path) -> RunOptions:
    return RunOptions(home=home, settings=Settings(), clock=ManualClock(moment))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose paper account bought three shares before the split."""
    with (
        opened_to_trade(at(BEFORE, tmp_path)) as account,
        account.office.open_for("test"),
    ):
        buy(account, 3)
    return tmp_path


def buy(account: TradingAccount, quantity: int) -> None:
    key = OrderKey(account="paper", session=BEFORE.date(), symbol=SYMBOL, side=Side.BUY)
    order = Order(
        symbol=SYMBOL, side=Side.BUY, quantity=quantity, order_type=OrderType.MARKET
    )
    journal = account.office.journal
    journal.intend(key, order, plan_id="test", at=BEFORE)
    acknowledged = account.broker.submit(order)
    journal.advance(key, OrderState.ACCEPTED, at=BEFORE, number=acknowledged.number)
    (row,) = account.broker.orders(BEFORE.date())
    journal.advance(
        key,
        OrderState.FILLED,
        at=BEFORE,
        filled_quantity=row.filled_quantity,
        filled_value=row.filled_value,
    )


def held(account: TradingAccount) -> tuple[int, int, int]:
    """Return shares in the account, shares managed, and the price of one."""
    holding = account.broker.account().holding(SYMBOL)
    assert holding is not None
    managed = account.office.journal.managed()[SYMBOL]
    return holding.quantity, managed, holding.price


def test_before_the_split_nothing_changes(home: Path) -> None:
    with opened_to_trade(at(HALTED, home)) as account, account.office.open_for("test"):
        assert held(account)[:2] == (3, 3)


def test_on_the_morning_of_the_split_old_shares_meet_the_old_price(
    home: Path,
) -> None:
    with opened_to_trade(at(HALTED, home)) as account:
        quantity_before, _, price_before = held(account)

    with opened_to_trade(at(MORNING, home)) as account, account.office.open_for("test"):
        quantity, managed, price = held(account)
        account.office.refuse_a_clock_behind()

    assert (quantity, managed, price) == (quantity_before, 3, price_before)


def test_with_the_split_shares_and_management_grow_together(home: Path) -> None:
    with opened_to_trade(at(HALTED, home)) as account:
        _, _, price_before = held(account)

    with opened_to_trade(at(SPLIT, home)) as account, account.office.open_for("test"):
        quantity, managed, price = held(account)

    assert (quantity, managed) == (15, 15)
    assert price * 4 < price_before < price * 6


def test_a_split_is_applied_once_however_often_the_account_is_opened_to_trade(
    home: Path,
) -> None:
    for moment in (SPLIT, SPLIT, WEEK_END):
        with (
            opened_to_trade(at(moment, home)) as account,
            account.office.open_for("test"),
        ):
            assert held(account)[:2] == (15, 15)

    with opened_to_trade(at(WEEK_END, home)) as account:
        adopted = account.office.journal.events(kinds=(HoldingAdopted,))
    assert [(event.session, event.quantity) for event in adopted_of(adopted)] == [
        (date(2024, 3, 6), 12)
    ]


def test_a_crash_between_journal_and_ledger_is_mended_by_the_next_run(
    home: Path,
) -> None:
    with opened_to_trade(at(SPLIT, home)) as account:
        account.office.journal.append(
            HoldingAdopted(
                at=SPLIT,
                account="paper",
                session=SPLIT.date(),
                symbol=SYMBOL,
                quantity=12,
            )
        )

    with opened_to_trade(at(SPLIT, home)) as account, account.office.open_for("test"):
        assert held(account)[:2] == (15, 15)


def adopted_of(events: tuple[object, ...]) -> list[HoldingAdopted]:
    return [event for event in events if isinstance(event, HoldingAdopted)]
