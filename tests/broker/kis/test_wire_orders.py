"""Rows of the order list become orders, in every variant KIS was seen to send."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import NUMBER, SESSION
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import a_resting_row, an_order_row, orders_page
from khms_trader.broker.kis.wire.orders import (
    Origin,
    normal_number,
    orders_request,
    parse_orders,
)
from khms_trader.domain.order import BrokerOrder, OrderType, Side
from khms_trader.errors import BrokerUnavailable


def parsed(*rows: dict[str, str], is_over: bool = False) -> list[BrokerOrder]:
    found = parse_orders([orders_page(*rows)], SESSION, is_over=is_over)
    return [each.order for each in found]


def only(*rows: dict[str, str], is_over: bool = False) -> BrokerOrder:
    (found,) = parsed(*rows, is_over=is_over)
    return found


def ends(order: BrokerOrder) -> tuple[bool, bool, bool]:
    return order.is_open, order.is_cancelled, order.is_rejected


def test_the_measured_virtual_row_is_a_filled_market_buy() -> None:
    order = only(body_of(bodies.VIRTUAL_ORDER_ROW))

    assert order.number == "0000023037"
    assert (order.side, order.order_type) == (Side.BUY, OrderType.MARKET)
    assert order.ordered_at.isoformat() == "2026-07-31T11:48:11+09:00"
    assert (order.quantity, order.limit_price) == (1, None)
    assert (order.filled_quantity, order.filled_value) == (1, 249_500)
    assert ends(order) == (False, False, False)


def test_the_documented_row_is_a_refused_limit_buy() -> None:
    page = body_of(bodies.DAILY_ORDERS)
    day = SESSION.replace(year=2022, month=1, day=3)

    (found,) = parse_orders([page], day, is_over=True)

    assert found.order.symbol == "009150"
    assert (found.order.order_type, found.order.limit_price) == (
        OrderType.LIMIT,
        150_000,
    )
    assert found.order.is_rejected
    assert found.origin == Origin(branch="06010", number="0001568197", division="00")


def test_a_resting_order_is_open_for_what_remains() -> None:
    row = a_resting_row("5", tot_ccld_qty="4", tot_ccld_amt="199500", rmn_qty="6")

    order = only(row)

    assert (order.is_open, order.filled_quantity, order.filled_value) == (
        True,
        4,
        199_500,
    )


def test_after_the_close_a_wholly_refused_day_order_has_expired() -> None:
    row = a_resting_row("5", rmn_qty="0", rjct_qty="10")

    assert only(row, is_over=False).is_rejected
    assert ends(only(row, is_over=True)) == (False, False, False)


def test_nothing_is_open_once_the_session_is_over() -> None:
    assert not only(a_resting_row("5"), is_over=True).is_open


@pytest.mark.parametrize("original", ["", "0000000000", "          "])
def test_an_ordinary_order_names_no_original(original: str) -> None:
    assert only(an_order_row("5", orgn_odno=original)).number == "0000000005"


def test_a_row_without_the_fields_no_capture_shows_is_read() -> None:
    row = an_order_row("5")
    for name in ("ord_gno_brno", "orgn_odno", "ord_dvsn_cd", "cncl_cfrm_qty"):
        del row[name]

    assert only(row).order_type is OrderType.MARKET


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ord_dvsn_cd": "01", "ord_unpr": "0"}, OrderType.MARKET),
        ({"ord_dvsn_cd": "", "ord_dvsn_name": "시장가"}, OrderType.MARKET),
        ({"ord_dvsn_cd": "", "ord_dvsn_name": "Limit"}, OrderType.LIMIT),
        ({"ord_dvsn_cd": "03", "ord_unpr": "0"}, OrderType.MARKET),
        ({"ord_dvsn_cd": "02", "ord_unpr": "50000"}, OrderType.LIMIT),
    ],
)
def test_an_order_type_is_known_by_code_name_or_price(
    changes: dict[str, str], expected: OrderType
) -> None:
    assert only(a_resting_row("5") | changes).order_type is expected


@pytest.mark.parametrize(
    "field",
    [
        "ord_dt",
        "odno",
        "sll_buy_dvsn_cd",
        "pdno",
        "ord_qty",
        "ord_unpr",
        "ord_tmd",
        "tot_ccld_qty",
        "tot_ccld_amt",
        "rmn_qty",
        "rjct_qty",
    ],
)
@pytest.mark.parametrize("value", [None, "", "?"])
def test_a_row_that_cannot_be_read_spoils_the_list(
    field: str, value: str | None
) -> None:
    row = an_order_row("5") | {field: value}
    if (field, value) == ("pdno", "?"):
        return

    with pytest.raises(BrokerUnavailable) as caught:
        parse_orders([orders_page(row)], SESSION, is_over=False)

    assert caught.value.facts == {"call": "inquire-daily-ccld", "field": field}


def test_filled_shares_are_never_worth_nothing() -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        parsed(an_order_row("5", tot_ccld_amt="0"))

    assert caught.value.facts["field"] == "tot_ccld_amt"


def test_an_empty_list_is_believed_only_when_its_sums_are_empty_too() -> None:
    assert parse_orders([orders_page()], SESSION, is_over=False) == ()

    with pytest.raises(BrokerUnavailable) as caught:
        parse_orders([orders_page(counted=5)], SESSION, is_over=False)

    assert caught.value.code == "kis_orders_hidden"


@pytest.mark.parametrize(
    "body",
    [
        {"output1": [], "output2": {}, "msg_cd": "70070000"},
        {"output1": [{}], "output2": [], "msg_cd": "70070000"},
        {"msg_cd": "70070000"},
    ],
)
def test_no_orders_may_be_said_in_several_ways(body: dict[str, object]) -> None:
    assert parse_orders([body], SESSION, is_over=False) == ()


def test_a_list_that_is_missing_is_not_an_empty_one() -> None:
    with pytest.raises(BrokerUnavailable):
        parse_orders([{"msg_cd": "20310000"}], SESSION, is_over=False)


def test_orders_of_another_day_are_left_out() -> None:
    assert parsed(an_order_row("5", ord_dt="20260730")) == []


def test_orders_come_oldest_first() -> None:
    rows = [an_order_row("7", ord_tmd="091000"), an_order_row("8", ord_tmd="090000")]

    assert [order.number for order in parsed(*rows)] == ["0000000008", "0000000007"]


def test_a_number_that_two_branches_gave_is_not_guessed() -> None:
    rows = [an_order_row("7"), an_order_row("7", ord_gno_brno="06010")]

    assert [order.number for order in parsed(*rows)] == [
        "0000000007-00950",
        "0000000007-06010",
    ]


def test_of_two_copies_with_the_same_fills_the_later_is_newer() -> None:
    cancelled = a_resting_row("5", rmn_qty="0", cncl_yn="Y")

    assert only(a_resting_row("5"), cancelled).is_cancelled


def test_an_order_with_fills_was_not_rejected() -> None:
    row = a_resting_row(
        "5", 6, tot_ccld_qty="4", tot_ccld_amt="200000", rmn_qty="0", rjct_qty="6"
    )

    assert not only(row).is_rejected


def test_of_two_copies_of_an_order_the_one_with_more_fills_is_newer() -> None:
    fuller = a_resting_row("5", tot_ccld_qty="4", tot_ccld_amt="200000", rmn_qty="6")

    for rows in ([a_resting_row("5"), fuller], [fuller, a_resting_row("5")]):
        assert only(*rows).filled_quantity == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0000038614", "0000038614"),
        ("51378", "0000051378"),
        ("     51378", "0000051378"),
        ("0000000000", ""),
        ("", ""),
        ("12A4", ""),
    ],
)
def test_order_numbers_have_one_form(text: str, expected: str) -> None:
    assert normal_number(text) == expected


ROWS = st.lists(
    st.one_of(
        st.builds(an_order_row, st.integers(1, 40).map(str)),
        st.builds(a_resting_row, st.integers(1, 40).map(str), st.integers(1, 9)),
    ),
    unique_by=lambda row: str(row["odno"]),
    max_size=12,
)


@settings(max_examples=50)
@given(rows=ROWS, cut=st.integers(0, 12))
def test_any_split_into_pages_with_repeats_and_new_fields_is_one_list(
    *, rows: list[dict[str, str]], cut: int
) -> None:
    whole = parse_orders([orders_page(*rows)], SESSION, is_over=False)
    strange = [{"new_field": "x"} | row for row in rows]
    first, second = strange[: cut + 1], strange[cut:]

    split = parse_orders(
        [orders_page(*first), orders_page(*second)], SESSION, is_over=False
    )

    assert split == whole


def test_the_request_asks_for_everything_of_the_day_at_the_exchange() -> None:
    request = orders_request(NUMBER, SESSION)

    assert request["INQR_STRT_DT"] == request["INQR_END_DT"] == "20260731"
    assert request["SLL_BUY_DVSN_CD"] == request["CCLD_DVSN"] == "00"
    assert request["EXCG_ID_DVSN_CD"] == "KRX"
    assert request["INQR_DVSN_3"] == "00"
