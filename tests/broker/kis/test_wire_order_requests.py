"""What an order looks like on the wire, and what KIS's word on it means."""

import pytest

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import NUMBER, kst
from broker.kis.wire_bodies import body_of
from khms_trader.broker.kis.wire.order_requests import (
    cancel_request,
    order_request,
    parse_ack,
)
from khms_trader.broker.kis.wire.orders import Origin
from khms_trader.domain.order import Order, OrderType, Side
from khms_trader.errors import BrokerUnavailable

BUY = Order(
    symbol="086520",
    side=Side.BUY,
    quantity=3,
    order_type=OrderType.LIMIT,
    limit_price=51_300,
)
SELL = Order(symbol="0007C0", side=Side.SELL, quantity=12, order_type=OrderType.MARKET)
NOW = kst(9, 1, 5)


def test_a_limit_buy_is_division_00_with_its_price() -> None:
    assert order_request(NUMBER, BUY) == {
        "CANO": "12345678",
        "ACNT_PRDT_CD": "01",
        "PDNO": "086520",
        "ORD_DVSN": "00",
        "ORD_QTY": "3",
        "ORD_UNPR": "51300",
        "EXCG_ID_DVSN_CD": "KRX",
    }


def test_a_market_sale_is_division_01_with_price_0() -> None:
    assert order_request(NUMBER, SELL) == {
        "CANO": "12345678",
        "ACNT_PRDT_CD": "01",
        "PDNO": "0007C0",
        "ORD_DVSN": "01",
        "ORD_QTY": "12",
        "ORD_UNPR": "0",
        "EXCG_ID_DVSN_CD": "KRX",
        "SLL_TYPE": "01",
    }


def test_a_cancellation_takes_the_whole_rest() -> None:
    origin = Origin(branch="00950", number="0000038614", division="00")

    assert cancel_request(NUMBER, origin) == {
        "CANO": "12345678",
        "ACNT_PRDT_CD": "01",
        "KRX_FWDG_ORD_ORGNO": "00950",
        "ORGN_ODNO": "0000038614",
        "ORD_DVSN": "00",
        "RVSE_CNCL_DVSN_CD": "02",
        "ORD_QTY": "0",
        "ORD_UNPR": "0",
        "QTY_ALL_ORD_YN": "Y",
        "EXCG_ID_DVSN_CD": "KRX",
    }


@pytest.mark.parametrize(
    ("printed", "number", "branch", "time"),
    [
        (bodies.VIRTUAL_BUY_ACK, "0000038614", "00950", "15:25:56"),
        (bodies.REAL_ORDER_ACK, "0001569157", "06010", "15:52:11"),
        (bodies.CANCEL_ACK, "0001569139", "06010", "13:14:38"),
    ],
)
def test_the_printed_acknowledgements_are_read(
    printed: str, number: str, branch: str, time: str
) -> None:
    found = parse_ack(body_of(printed), BUY, received_at=NOW)

    assert found.ack.number == number
    assert found.ack.accepted_at.isoformat() == f"2026-07-31T{time}+09:00"
    assert found.origin == Origin(branch=branch, number=number, division="00")


def test_keys_may_be_lower_case_the_number_unpadded_and_the_object_in_a_list() -> None:
    body = {"output": [{"krx_fwdg_ord_orgno": "", "odno": "51378", "ord_tmd": ""}]}

    found = parse_ack(body, SELL, received_at=NOW)

    assert found.ack.number == "0000051378"
    assert found.ack.accepted_at == NOW
    assert found.origin == Origin(branch="", number="51378", division="01")


@pytest.mark.parametrize(
    "body", [{}, {"output": {}}, {"output": {"ODNO": "0"}}, {"output": {"ODNO": "?"}}]
)
def test_an_acknowledgement_without_a_number_is_unreadable(
    body: dict[str, object],
) -> None:
    with pytest.raises(BrokerUnavailable):
        parse_ack(body, BUY, received_at=NOW)
