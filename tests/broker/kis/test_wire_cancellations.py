"""Cancellations and amendments are rows of their own that belong to an original."""

import pytest

from broker.kis.scripted_caller import SESSION
from broker.kis.wire_builders import a_resting_row, an_order_row, orders_page
from khms_trader.broker.kis.wire.orders import parse_orders
from khms_trader.domain.order import BrokerOrder


def parsed(*rows: dict[str, str], is_over: bool = False) -> list[BrokerOrder]:
    found = parse_orders([orders_page(*rows)], SESSION, is_over=is_over)
    return [each.order for each in found]


def only(*rows: dict[str, str], is_over: bool = False) -> BrokerOrder:
    (found,) = parsed(*rows, is_over=is_over)
    return found


@pytest.mark.parametrize("spelling", ["cncl_cfrm_qty", "cnc_cfrm_qty"])
def test_a_confirmed_cancellation_is_read_in_both_spellings(spelling: str) -> None:
    row = a_resting_row("5", rmn_qty="0")
    del row["cncl_cfrm_qty"]
    row[spelling] = "10"

    assert only(row).is_cancelled


def test_a_cancellation_flag_alone_cancels_what_no_longer_remains() -> None:
    assert only(a_resting_row("5", rmn_qty="0", cncl_yn="Y")).is_cancelled


def test_an_order_with_shares_remaining_lives_whatever_else_is_said_of_it() -> None:
    row = a_resting_row("5", rmn_qty="6", cncl_cfrm_qty="4", cncl_yn="Y")

    order = only(row)

    assert order.is_open
    assert not order.is_cancelled


@pytest.mark.parametrize("label", ["매수취소", "BUY CANCEL*", ""])
@pytest.mark.parametrize("original", ["0000000005", "5", "         5"])
def test_a_cancellation_row_belongs_to_its_original(label: str, original: str) -> None:
    cancelled = a_resting_row("0000000005", rmn_qty="0")
    row = a_resting_row(
        "6", orgn_odno=original, sll_buy_dvsn_cd_name=label, rmn_qty="0"
    )

    order = only(cancelled, row)

    assert order.number == "0000000005"
    assert order.is_cancelled


def test_a_refused_cancellation_cancels_nothing() -> None:
    expired = a_resting_row("5", rmn_qty="0", rjct_qty="10")
    row = a_resting_row(
        "6", orgn_odno="5", sll_buy_dvsn_cd_name="매수취소", rmn_qty="0", rjct_qty="10"
    )

    assert not only(expired, row, is_over=True).is_cancelled


def test_a_cancellation_that_came_too_late_leaves_a_full_fill() -> None:
    row = a_resting_row(
        "6", 1, orgn_odno="5", sll_buy_dvsn_cd_name="매수취소", rmn_qty="0"
    )

    order = only(an_order_row("5"), row)

    assert (order.filled_quantity, order.is_cancelled) == (1, False)


def test_an_amendment_ends_its_original_and_is_an_order_itself() -> None:
    amended = a_resting_row("5", rmn_qty="0")
    row = a_resting_row(
        "6", orgn_odno="5", sll_buy_dvsn_cd_name="매수정정", ord_unpr="51000"
    )

    first, second = parsed(amended, row)

    assert (first.number, first.is_cancelled) == ("0000000005", True)
    assert (second.number, second.is_open, second.limit_price) == (
        "0000000006",
        True,
        51_000,
    )


def test_a_row_that_shrank_with_its_cancel_still_says_what_was_asked_for() -> None:
    shrunk = a_resting_row(
        "5",
        4,
        tot_ccld_qty="4",
        tot_ccld_amt="200000",
        rmn_qty="0",
        cncl_cfrm_qty="6",
    )
    whole = a_resting_row("6", rmn_qty="6", cncl_cfrm_qty="4")

    assert [row.quantity for row in parsed(shrunk, whole)] == [10, 10]
