"""Orders and cancellations at KIS: one request each, and never a wrong "not sent"."""

import pytest

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import (
    CALENDAR,
    NUMBER,
    SESSION,
    ScriptedCaller,
    a_reply,
    kst,
)
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import a_resting_row, orders_page
from khms_trader.broker.kis.broker import KisAccount, KisBroker
from khms_trader.broker.kis.endpoints import (
    BUY,
    BUYING_POWER,
    CANCEL,
    DAILY_ORDERS,
    SELL,
)
from khms_trader.clock import ManualClock
from khms_trader.domain.order import BrokerOrder, Order, OrderAck, OrderType, Side
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    MarketClosed,
    OrderRejected,
    OrderUnconfirmed,
    RateLimited,
)
from khms_trader.ports import Broker

ACK = a_reply(body_of(bodies.VIRTUAL_BUY_ACK))
DONE = a_reply(body_of(bodies.CANCEL_ACK))
ORDER = Order(
    symbol="086520",
    side=Side.BUY,
    quantity=10,
    order_type=OrderType.LIMIT,
    limit_price=50_000,
)
SALE = Order(symbol="086520", side=Side.SELL, quantity=1, order_type=OrderType.MARKET)


def a_broker(caller: ScriptedCaller) -> KisBroker:
    return KisBroker(
        caller,
        NUMBER,
        account_id="virtual-0a1b2c3d",
        clock=ManualClock(kst(9, 1)),
        calendar=CALENDAR,
    )


def resting(number: str) -> BrokerOrder:
    return BrokerOrder(
        number=number,
        symbol="086520",
        side=Side.BUY,
        quantity=10,
        order_type=OrderType.LIMIT,
        ordered_at=kst(9, 0, 1),
        limit_price=50_000,
        is_open=True,
    )


def test_an_order_is_placed_by_one_request() -> None:
    caller = ScriptedCaller({BUY: [ACK]})
    broker: Broker = a_broker(caller)

    ack = broker.submit(ORDER)

    assert ack == OrderAck(number="0000038614", accepted_at=kst(15, 25, 56))
    (asked,) = caller.asked
    assert (asked.fields["ORD_DVSN"], asked.fields["ORD_UNPR"]) == ("00", "50000")


def test_a_sale_goes_by_the_id_of_sales() -> None:
    caller = ScriptedCaller({SELL: [ACK]})

    a_broker(caller).submit(SALE)

    assert [asked.endpoint for asked in caller.asked] == [SELL]


@pytest.mark.parametrize(
    "error",
    [
        OrderRejected("not_enough_cash", symbol="086520"),
        MarketClosed("market_closed", symbol="086520"),
        OrderUnconfirmed("kis_no_answer"),
        BrokerUnavailable("kis_unreachable"),
        RateLimited("kis_too_fast"),
    ],
)
def test_what_the_client_says_of_an_order_stands(error: BrokerError) -> None:
    caller = ScriptedCaller({BUY: [error]})

    with pytest.raises(type(error)) as caught:
        a_broker(caller).submit(ORDER)

    assert caught.value is error
    assert len(caller.asked) == 1


@pytest.mark.parametrize(
    "body", [{}, {"output": None}, {"output": {"ODNO": ""}}, {"output": ["x"]}]
)
def test_an_accepted_order_without_a_number_is_unknown_never_unsent(
    body: dict[str, object],
) -> None:
    caller = ScriptedCaller({BUY: [a_reply(body)]})

    with pytest.raises(OrderUnconfirmed) as caught:
        a_broker(caller).submit(ORDER)

    assert caught.value.code == "kis_ack_unreadable"
    assert caught.value.facts == {"symbol": "086520"}


def test_an_order_of_this_run_is_cancelled_by_its_own_branch() -> None:
    caller = ScriptedCaller({BUY: [ACK], CANCEL: [DONE]})
    broker = a_broker(caller)
    ack = broker.submit(ORDER)

    broker.cancel(resting(ack.number))

    fields = caller.asked[-1].fields
    assert fields["KRX_FWDG_ORD_ORGNO"] == "00950"
    assert fields["ORGN_ODNO"] == "0000038614"
    assert (fields["RVSE_CNCL_DVSN_CD"], fields["QTY_ALL_ORD_YN"]) == ("02", "Y")


def test_an_order_from_the_list_is_cancelled_as_the_list_has_it() -> None:
    row = a_resting_row("51378", ord_gno_brno="06010")
    page = a_reply(orders_page(row))
    caller = ScriptedCaller({DAILY_ORDERS: [page], CANCEL: [DONE]})
    broker = a_broker(caller)
    (listed,) = broker.orders(SESSION)

    broker.cancel(listed)

    fields = caller.asked[-1].fields
    assert (fields["KRX_FWDG_ORD_ORGNO"], fields["ORGN_ODNO"]) == ("06010", "51378")
    assert len(caller.asked) == 2


def test_the_branch_of_the_acknowledgement_outlives_a_list_without_one() -> None:
    row = a_resting_row("0000038614", ord_gno_brno="")
    page = a_reply(orders_page(row))
    caller = ScriptedCaller({BUY: [ACK], DAILY_ORDERS: [page], CANCEL: [DONE]})
    broker = a_broker(caller)
    broker.submit(ORDER)
    (listed,) = broker.orders(SESSION)

    broker.cancel(listed)

    assert caller.asked[-1].fields["KRX_FWDG_ORD_ORGNO"] == "00950"


def test_an_acknowledgement_without_a_branch_learns_it_from_the_list() -> None:
    ack = a_reply({"output": {"ODNO": "0000038614", "ORD_TMD": "090001"}})
    page = a_reply(orders_page(a_resting_row("0000038614", ord_gno_brno="06010")))
    caller = ScriptedCaller({BUY: [ack], DAILY_ORDERS: [page], CANCEL: [DONE]})
    broker = a_broker(caller)
    broker.submit(ORDER)
    (listed,) = broker.orders(SESSION)

    broker.cancel(listed)

    assert caller.asked[-1].fields["KRX_FWDG_ORD_ORGNO"] == "06010"


def test_an_order_of_another_process_is_looked_up_first() -> None:
    page = a_reply(orders_page(a_resting_row("7", ord_gno_brno="06010")))
    caller = ScriptedCaller({DAILY_ORDERS: [page], CANCEL: [DONE]})

    a_broker(caller).cancel(resting("0000000007"))

    assert caller.asked[-1].fields["KRX_FWDG_ORD_ORGNO"] == "06010"


def test_an_order_the_list_does_not_show_is_cancelled_without_a_branch() -> None:
    page = a_reply(orders_page())
    caller = ScriptedCaller({DAILY_ORDERS: [page], CANCEL: [DONE]})

    a_broker(caller).cancel(resting("0000000007"))

    fields = caller.asked[-1].fields
    assert fields["KRX_FWDG_ORD_ORGNO"] == ""
    assert (fields["ORGN_ODNO"], fields["ORD_DVSN"]) == ("0000000007", "00")


def test_a_reader_of_the_account_cannot_order_anything() -> None:
    assert not {"submit", "cancel"} & set(dir(KisAccount))


def test_a_list_that_cannot_be_read_does_not_keep_a_buy_from_being_cancelled() -> None:
    silent = BrokerUnavailable("kis_no_answer", call="inquire-daily-ccld")
    caller = ScriptedCaller({DAILY_ORDERS: [silent], CANCEL: [DONE]})

    a_broker(caller).cancel(resting("0000000007"))

    assert caller.asked[-1].fields["ORGN_ODNO"] == "0000000007"


def test_the_cash_for_buys_is_one_request() -> None:
    caller = ScriptedCaller({BUYING_POWER: [a_reply(body_of(bodies.BUYING_POWER))]})

    assert a_broker(caller).spendable() == 107_177_377
    assert [asked.endpoint for asked in caller.asked] == [BUYING_POWER]
