"""KIS's price of now becomes a quote with limits and designations."""

import pytest

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import SESSION
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import a_price
from khms_trader.broker.kis.wire.quotes import (
    parse_expected_price,
    parse_price,
    price_request,
)
from khms_trader.domain.instrument import Designation, Instrument, InstrumentKind
from khms_trader.domain.quote import NoOpen, Quote
from khms_trader.errors import BrokerUnavailable

SYMBOL = "086520"


def quoted(**changes: str) -> Quote:
    quote = parse_price(a_price(**changes), SYMBOL, SESSION)
    assert quote is not None
    return quote


def test_the_documented_price_is_read() -> None:
    assert parse_price(body_of(bodies.PRICE), "000660", SESSION) == Quote(
        symbol="000660",
        session=SESSION,
        base_price=128_500,
        upper_limit=167_000,
        lower_limit=90_000,
        open_price=128_500,
        price=128_500,
    )


def test_the_request_names_the_exchange() -> None:
    assert price_request(SYMBOL) == {
        "FID_COND_MRKT_DIV_CODE": "J",
        "FID_INPUT_ISCD": "086520",
    }


@pytest.mark.parametrize(
    ("changes", "designation"),
    [
        ({"iscd_stat_cls_code": "51"}, Designation.ADMINISTRATIVE),
        ({"iscd_stat_cls_code": "52"}, Designation.RISK),
        ({"iscd_stat_cls_code": "53"}, Designation.WARNING),
        ({"iscd_stat_cls_code": "58"}, Designation.HALTED),
        ({"iscd_stat_cls_code": "59"}, Designation.OVERHEATED),
        ({"mrkt_warn_cls_code": "02"}, Designation.WARNING),
        ({"mrkt_warn_cls_code": "03"}, Designation.RISK),
        ({"temp_stop_yn": "Y"}, Designation.HALTED),
        ({"sltr_yn": "Y"}, Designation.LIQUIDATION),
        ({"short_over_yn": "Y"}, Designation.OVERHEATED),
        ({"invt_caful_yn": "Y"}, Designation.ATTENTION),
        ({"mang_issu_cls_code": "Y"}, Designation.ADMINISTRATIVE),
    ],
)
def test_a_mark_of_kis_is_a_designation_of_ours(
    changes: dict[str, str], designation: Designation
) -> None:
    assert quoted(**changes).designations == {designation}


@pytest.mark.parametrize(
    "changes",
    [
        {"iscd_stat_cls_code": "00"},
        {"iscd_stat_cls_code": "54"},
        {"iscd_stat_cls_code": "57"},
        {"mrkt_warn_cls_code": "01"},
        {"mang_issu_cls_code": "N"},
        {"temp_stop_yn": ""},
    ],
)
def test_a_mark_that_stops_nothing_is_none(changes: dict[str, str]) -> None:
    assert quoted(**changes).designations == frozenset()


@pytest.mark.parametrize(
    "changes",
    [{"stck_oprc": "0"}, {"stck_oprc": ""}, {"acml_vol": "0"}],
)
def test_without_a_trade_there_is_no_opening_price(changes: dict[str, str]) -> None:
    quote = quoted(**changes)

    assert quote.open_price is None
    assert quote.price == 10_100


@pytest.mark.parametrize(
    ("changes", "no_open"),
    [
        ({"acml_vol": "0", "stck_oprc": "0", "stck_hgpr": "0"}, NoOpen.AWAITED),
        # Volume of before the open is no trading.
        ({"stck_oprc": "0", "stck_hgpr": "0"}, NoOpen.AWAITED),
        ({"stck_oprc": "0", "stck_hgpr": "10200"}, NoOpen.UNTOLD),
        ({"stck_oprc": "", "stck_hgpr": "10200"}, NoOpen.UNTOLD),
        (
            {"stck_oprc": "0", "stck_hgpr": "10200", "vi_cls_code": "Y"},
            NoOpen.AWAITED,
        ),
    ],
)
def test_not_yet_opened_and_opened_unseen_are_told_apart(
    changes: dict[str, str], no_open: NoOpen
) -> None:
    quote = quoted(**changes)

    assert quote.open_price is None
    assert quote.no_open is no_open


def test_before_the_open_nobody_awaits_a_trade() -> None:
    body = a_price(acml_vol="0", stck_oprc="0")
    quote = parse_price(body, SYMBOL, SESSION, is_open=False)

    assert quote is not None
    assert quote.no_open is NoOpen.UNKNOWN


def test_before_the_open_yesterdays_opening_price_is_not_todays() -> None:
    quote = parse_price(a_price(), SYMBOL, SESSION, is_open=False)

    assert quote is not None
    assert quote.open_price is None


def test_an_issue_in_liquidation_has_no_limits() -> None:
    quote = quoted(sltr_yn="Y", stck_mxpr="0", stck_llam="0")

    assert (quote.upper_limit, quote.lower_limit) == (None, None)


@pytest.mark.parametrize("price", ["0", "", "  "])
def test_an_unknown_symbol_has_a_price_of_nothing(price: str) -> None:
    assert parse_price(a_price(stck_prpr=price), SYMBOL, SESSION) is None


def test_the_price_of_another_symbol_is_not_taken() -> None:
    with pytest.raises(BrokerUnavailable):
        parse_price(a_price(stck_shrn_iscd="247540"), SYMBOL, SESSION)


@pytest.mark.parametrize(
    "field",
    [
        "stck_prpr",
        "stck_sdpr",
        "stck_mxpr",
        "stck_llam",
        "acml_vol",
        "iscd_stat_cls_code",
        "mrkt_warn_cls_code",
        "temp_stop_yn",
        "sltr_yn",
        "short_over_yn",
        "invt_caful_yn",
    ],
)
def test_a_price_without_a_field_is_unreadable(field: str) -> None:
    body = a_price()
    del body["output"][field]

    with pytest.raises(BrokerUnavailable) as caught:
        parse_price(body, SYMBOL, SESSION)

    assert caught.value.facts == {"call": "inquire-price", "field": field}


@pytest.mark.parametrize("value", ["", "0", "?"])
def test_a_base_price_is_never_nothing(value: str) -> None:
    with pytest.raises(BrokerUnavailable):
        quoted(stck_sdpr=value)


def test_name_and_kind_come_from_the_listing() -> None:
    fund = Instrument(symbol=SYMBOL, name="코스닥150", kind=InstrumentKind.ETF)

    quote = parse_price(a_price(), SYMBOL, SESSION, instrument=fund)

    assert quote is not None
    assert (quote.name, quote.kind) == ("코스닥150", InstrumentKind.ETF)


def test_the_printed_auction_price_is_read() -> None:
    assert parse_expected_price(body_of(bodies.ASKING_PRICE)) == 12_340


@pytest.mark.parametrize(
    "changes",
    [{"antc_cnpr": "0"}, {"antc_cnpr": ""}, {"antc_vol": "0"}, {"antc_vol": " "}],
)
def test_a_zero_or_a_blank_means_no_auction_price(changes: dict[str, str]) -> None:
    body = body_of(bodies.ASKING_PRICE)
    body["output2"] |= changes

    assert parse_expected_price(body) is None


@pytest.mark.parametrize("field", ["antc_cnpr", "antc_vol"])
def test_an_auction_price_that_is_missing_is_not_none(field: str) -> None:
    body = body_of(bodies.ASKING_PRICE)
    del body["output2"][field]

    with pytest.raises(BrokerUnavailable):
        parse_expected_price(body)
