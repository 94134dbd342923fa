"""The table of KIS's calls against what KIS documents."""

import pytest

from khms_trader.broker.kis import endpoints as kis
from khms_trader.broker.kis.endpoints import (
    ENDPOINTS,
    HOSTS,
    QUOTATIONS,
    CallClass,
    Endpoint,
    Environment,
    OrderDivision,
)
from khms_trader.errors import NotInVirtual

TRADING = "/uapi/domestic-stock/v1/trading/"
QUOTES = "/uapi/domestic-stock/v1/quotations/"
DOCUMENTED = [
    (kis.BUY, "POST", f"{TRADING}order-cash", "TTTC0012U", "VTTC0012U"),
    (kis.SELL, "POST", f"{TRADING}order-cash", "TTTC0011U", "VTTC0011U"),
    (kis.CANCEL, "POST", f"{TRADING}order-rvsecncl", "TTTC0013U", "VTTC0013U"),
    (kis.BALANCE, "GET", f"{TRADING}inquire-balance", "TTTC8434R", "VTTC8434R"),
    (kis.BUYING_POWER, "GET", f"{TRADING}inquire-psbl-order", "TTTC8908R", "VTTC8908R"),
    (kis.DAILY_ORDERS, "GET", f"{TRADING}inquire-daily-ccld", "TTTC0081R", "VTTC0081R"),
    (kis.PRICE, "GET", f"{QUOTES}inquire-price", "FHKST01010100", "FHKST01010100"),
    (
        kis.ASKING_PRICE,
        "GET",
        f"{QUOTES}inquire-asking-price-exp-ccn",
        "FHKST01010200",
        "FHKST01010200",
    ),
    (
        kis.PERIOD_BARS,
        "GET",
        f"{QUOTES}inquire-daily-itemchartprice",
        "FHKST03010100",
        "FHKST03010100",
    ),
    (kis.TOKEN, "POST", "/oauth2/tokenP", "", ""),
]


@pytest.mark.parametrize(("call", "method", "path", "real", "virtual"), DOCUMENTED)
def test_a_call_goes_where_kis_documents_it(
    call: Endpoint, method: str, path: str, real: str, virtual: str
) -> None:
    assert (call.method, call.path) == (method, path)
    assert call.tr_id(Environment.REAL) == real
    assert call.tr_id(Environment.VIRTUAL) == virtual


@pytest.mark.parametrize(
    ("call", "real"),
    [
        (kis.MULTI_PRICE, "FHKST11300006"),
        (kis.HOLIDAYS, "CTCA0903R"),
        (kis.SELLABLE, "TTTC8408R"),
        (kis.OPEN_ORDERS, "TTTC0084R"),
        (kis.VOLUME_RANK, "FHPST01710000"),
        (kis.RESERVED_ORDER, "CTSC0008U"),
    ],
)
def test_a_real_only_call_has_no_virtual_id(call: Endpoint, real: str) -> None:
    assert call.tr_id(Environment.REAL) == real

    with pytest.raises(NotInVirtual) as caught:
        call.tr_id(Environment.VIRTUAL)

    assert caught.value.code == "kis_not_in_virtual"
    assert caught.value.facts == {"call": call.name}


def test_the_former_ids_are_known_but_not_sent() -> None:
    assert kis.BUY.former_ids == ("TTTC0802U", "VTTC0802U")
    assert kis.DAILY_ORDERS.former_ids == ("TTTC8001R", "VTTC8001R")
    assert kis.OPEN_ORDERS.former_ids == ("TTTC8036R", "VTTC8036R")


def test_a_limit_order_is_00_and_a_market_order_01() -> None:
    assert (OrderDivision.LIMIT, OrderDivision.MARKET) == ("00", "01")


def test_the_two_servers_are_named_with_their_ports() -> None:
    assert HOSTS == {
        "real": "https://openapi.koreainvestment.com:9443",
        "virtual": "https://openapivts.koreainvestment.com:29443",
    }


def test_no_two_calls_share_an_id() -> None:
    for environment in Environment:
        ids = [
            call.tr_id(environment)
            for call in ENDPOINTS
            if call.virtual_id is not None and call.call_class is not CallClass.TOKEN
        ]

        assert sorted(set(ids)) == sorted(ids)


def test_only_posts_of_the_trading_path_are_orders() -> None:
    orders = [call for call in ENDPOINTS if call.call_class is CallClass.ORDER]

    assert orders == [kis.BUY, kis.SELL, kis.CANCEL, kis.RESERVED_ORDER]


def test_the_quotation_table_holds_no_account_and_no_order() -> None:
    assert kis.PRICE in QUOTATIONS
    assert kis.MULTI_PRICE in QUOTATIONS
    assert {call.path.rpartition("/")[0] + "/" for call in QUOTATIONS} == {
        "/oauth2/",
        QUOTES,
    }
