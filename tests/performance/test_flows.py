"""Which changes of an account are earned, and which came from outside."""

from datetime import date

import pytest

from builders import at
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved, ForeignOrdersSeen
from khms_trader.domain.order import BrokerOrder, OrderRecord, OrderType, Side
from khms_trader.performance.flows import (
    FlowKind,
    fills_of,
    flow_between,
    tolerance,
)
from performance.accounts import FREE, PLAIN, TUE, WED, filled, held, looked


def told(
    before: AccountObserved, after: AccountObserved, *records: OrderRecord
) -> tuple[FlowKind, int] | None:
    fills = fills_of(records, (), FREE)
    flow = flow_between(before.observed, after.observed, fills)
    return (flow.kind, flow.amount) if flow else None


def test_prices_that_moved_are_earned() -> None:
    before = looked(TUE, 4_000_000, held("086520", 100, 60_000))
    after = looked(WED, 4_000_000, held("086520", 100, 48_000))

    assert told(before, after) is None


def test_a_buy_and_its_fee_are_no_withdrawal() -> None:
    before = looked(TUE, 10_000_000)
    after = looked(WED, 8_798_240, held("086520", 100, 12_500))
    bought = filled(WED, "buy", "086520", quantity=100, value=1_200_000)

    assert told(before, after, bought) is None


def test_cash_nobody_earned_is_a_deposit() -> None:
    before = looked(TUE, 4_000_000, held("086520", 100, 60_000))
    after = looked(WED, 5_500_000, held("086520", 100, 61_000))

    assert told(before, after) == (FlowKind.DEPOSIT, 1_500_000)


def test_cash_that_went_without_a_trade_is_a_withdrawal() -> None:
    before = looked(TUE, 4_000_000)
    after = looked(WED, 1_750_000)

    assert told(before, after) == (FlowKind.WITHDRAWAL, -2_250_000)


def test_a_deposit_is_seen_beside_a_trade() -> None:
    before = looked(TUE, 10_000_000)
    after = looked(WED, 9_800_000, held("086520", 100, 12_500))
    bought = filled(WED, "buy", "086520", quantity=100, value=1_200_000)

    assert told(before, after, bought) == (FlowKind.DEPOSIT, 1_000_000)


def test_a_persons_own_buy_in_the_app_is_no_withdrawal() -> None:
    before = looked(TUE, 10_000_000)
    after = looked(WED, 8_000_000, held("086520", 100, 22_000))

    assert told(before, after) is None


def test_a_fill_that_was_learnt_of_late_is_no_flow_on_either_side() -> None:
    bought = filled(
        WED, "buy", "086520", quantity=100, value=1_200_000, known=at("08:50", WED)
    )
    before = looked(TUE, 10_000_000)
    with_shares = looked(TUE, 8_800_000, held("086520", 100, 12_500), clock="16:00")
    after = looked(WED, 8_800_000, held("086520", 100, 12_600))

    assert told(before, with_shares) is None
    assert told(with_shares, after, bought) is None


def test_a_split_changes_shares_and_no_worth() -> None:
    before = looked(TUE, 4_000_000, held("086520", 100, 60_000))
    after = looked(WED, 4_000_000, held("086520", 500, 12_300))

    assert told(before, after) is None


def test_a_deposit_is_seen_through_a_split() -> None:
    before = looked(TUE, 4_000_000, held("086520", 100, 60_000))
    after = looked(WED, 5_000_000, held("086520", 500, 12_300))

    assert told(before, after) == (FlowKind.DEPOSIT, 1_000_000)


def test_shares_delivered_without_cash_are_a_deposit() -> None:
    before = looked(TUE, 4_000_000)
    after = looked(WED, 4_000_000, held("086520", 100, 60_000))

    assert told(before, after) == (FlowKind.DEPOSIT, 6_000_000)


def test_a_virtual_account_opened_anew_is_a_reset() -> None:
    before = looked(TUE, 2_300_000, held("086520", 100, 72_000))
    after = looked(WED, 10_000_000)

    assert told(before, after) == (FlowKind.RESET, 500_000)


def test_a_sale_by_hand_that_has_not_settled_is_no_reset() -> None:
    before = looked(TUE, 2_800_000, held("086520", 100, 72_000))
    after = looked(WED, 10_000_000, unsettled=7_200_000)

    assert told(before, after) is None


def test_a_whole_million_put_into_an_untouched_account_is_a_deposit() -> None:
    assert told(looked(TUE, 10_000_000), looked(WED, 15_000_000)) == (
        FlowKind.DEPOSIT,
        5_000_000,
    )


@pytest.mark.parametrize(
    ("cash", "expected"),
    [
        (10_010_000, None),
        (10_010_001, (FlowKind.DEPOSIT, 10_001)),
        (9_990_000, None),
        (9_989_999, (FlowKind.WITHDRAWAL, -10_001)),
    ],
)
def test_a_thousandth_of_the_account_is_the_edge(
    cash: int, expected: tuple[FlowKind, int] | None
) -> None:
    assert told(looked(TUE, 10_000_000), looked(WED, cash)) == expected


def test_the_tolerance_is_what_its_sentence_says() -> None:
    fills = fills_of(
        [filled(WED, "buy", "086520", quantity=100, value=1_200_000)], (), FREE
    )

    assert tolerance(500_000, (), ()) == 1_000
    assert tolerance(20_000_000, fills, [-1_000_000, 500_000]) == 476_000


def foreign(session: date, *rows: BrokerOrder) -> ForeignOrdersSeen:
    return ForeignOrdersSeen(
        at=at("09:03", session), account="paper", session=session, rows=rows
    )


def own_sale(number: str) -> BrokerOrder:
    return BrokerOrder(
        number=number,
        symbol="319400",
        side=Side.SELL,
        quantity=10,
        order_type=OrderType.MARKET,
        ordered_at=at("09:00:30", WED),
        filled_quantity=10,
        filled_value=1_000_000,
    )


def test_fills_carry_their_estimated_costs() -> None:
    bought = filled(WED, "buy", "086520", quantity=100, value=1_200_000)

    fills = fills_of([bought], [foreign(WED, own_sale("77"))], PLAIN)

    assert [(f.symbol, f.shares, f.cash) for f in fills] == [
        ("319400", -10, 997_000),
        ("086520", 100, -1_201_200),
    ]


def test_a_foreign_order_that_turned_out_to_be_ours_counts_once() -> None:
    bought = filled(WED, "buy", "086520", quantity=100, value=1_200_000)

    fills = fills_of([bought], [foreign(WED, own_sale(bought.number))], FREE)

    assert [fill.symbol for fill in fills] == ["086520"]


def test_accounts_without_anything_do_not_fail() -> None:
    empty = Account(
        account="paper",
        observed_at=at("15:45", TUE),
        cash=0,
        cash_d2=0,
        spendable=0,
        total=0,
    )

    assert flow_between(empty, empty, ()) is None
