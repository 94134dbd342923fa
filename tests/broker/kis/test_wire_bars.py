"""Period bars and many-symbol prices become bars in one form."""

from datetime import date

import pytest

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import SESSION
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import a_bar_page, a_bar_row
from khms_trader.broker.kis.wire.bars import (
    bars_request,
    multi_price_request,
    parse_bars,
    parse_multi_prices,
)
from khms_trader.domain.bars import DailyBar, MultiPrice
from khms_trader.errors import BrokerUnavailable


def test_the_captured_bar_is_read() -> None:
    page = parse_bars(a_bar_page(body_of(bodies.BAR_ROW)))

    assert page.name == "에코프로"
    assert page.bars == (
        DailyBar(
            session=date(2026, 8, 20),
            open=257_000,
            high=273_000,
            low=252_500,
            close=271_000,
            volume=26_095_919,
        ),
    )


def test_adjusted_bars_are_asked_for_with_0() -> None:
    assert bars_request("086520", date(2026, 1, 2), date(2026, 7, 31)) == {
        "FID_COND_MRKT_DIV_CODE": "J",
        "FID_INPUT_ISCD": "086520",
        "FID_INPUT_DATE_1": "20260102",
        "FID_INPUT_DATE_2": "20260731",
        "FID_PERIOD_DIV_CODE": "D",
        "FID_ORG_ADJ_PRC": "0",
    }


def test_bars_come_oldest_first_without_the_padding_of_the_page() -> None:
    blank = dict.fromkeys(a_bar_row("20260730", 1), "")
    dateless = a_bar_row("", 0)

    page = parse_bars(
        a_bar_page(
            a_bar_row("20260731", 102), a_bar_row("20260730", 101), {}, blank, dateless
        )
    )

    assert [bar.close for bar in page.bars] == [101, 102]
    assert not page.is_full


def test_a_page_of_a_hundred_rows_may_have_another_behind_it() -> None:
    rows = [a_bar_row(f"2026{1 + n // 25:02}{1 + n % 25:02}", 100) for n in range(100)]

    assert parse_bars(a_bar_page(*rows)).is_full
    assert not parse_bars(a_bar_page(*rows[1:])).is_full


@pytest.mark.parametrize(
    "changes",
    [
        {"acml_vol": "0"},
        {"acml_vol": "0", "stck_oprc": "0", "stck_hgpr": "0", "stck_lwpr": "0"},
        {"acml_vol": "30", "stck_oprc": "0", "stck_hgpr": "0", "stck_lwpr": "0"},
    ],
)
def test_a_day_without_regular_trades_keeps_its_close(changes: dict[str, str]) -> None:
    (bar,) = parse_bars(a_bar_page(a_bar_row("20260730", 4_162, **changes))).bars

    assert bar == DailyBar(
        session=date(2026, 7, 30),
        open=4_162,
        high=4_162,
        low=4_162,
        close=4_162,
        volume=0,
    )


@pytest.mark.parametrize("price", ["0", ""])
def test_an_unknown_symbol_has_no_bars(price: str) -> None:
    assert parse_bars(a_bar_page({}, price=price)).bars == ()
    assert parse_bars({"output1": {"stck_prpr": price, "a": "b"}}).bars == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"stck_clpr": "0"},
        {"stck_clpr": ""},
        {"stck_oprc": "0"},
        {"stck_hgpr": "x"},
        {"stck_oprc": "2147483648"},
        {"acml_vol": ""},
        {"acml_vol": "-1"},
        {"stck_bsop_date": ""},
        {"stck_bsop_date": "20261301"},
    ],
)
def test_a_bar_that_cannot_be_read_spoils_the_page(changes: dict[str, str]) -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        parse_bars(a_bar_page(a_bar_row("20260730", 100) | changes))

    assert caught.value.facts["field"] == next(iter(changes))


@pytest.mark.parametrize("part", ["output1", "output2"])
def test_a_page_without_one_of_its_parts_is_unreadable(part: str) -> None:
    body = a_bar_page(a_bar_row("20260730", 100))
    del body[part]

    with pytest.raises(BrokerUnavailable) as caught:
        parse_bars(body)

    assert caught.value.facts["field"] == part


def test_a_repeated_row_is_harmless_but_two_bars_of_one_day_are_not() -> None:
    row = a_bar_row("20260730", 100)

    assert len(parse_bars(a_bar_page(row, row)).bars) == 1
    with pytest.raises(BrokerUnavailable) as caught:
        parse_bars(a_bar_page(row, a_bar_row("20260730", 101)))
    assert caught.value.code == "kis_bars_repeated"


def test_the_documented_many_symbol_price_is_read() -> None:
    assert parse_multi_prices(body_of(bodies.MULTI_PRICE), SESSION) == (
        MultiPrice(
            symbol="005930",
            name="삼성전자",
            bar=DailyBar(
                session=SESSION,
                open=78_600,
                high=78_800,
                low=77_200,
                close=77_400,
                volume=15_713_440,
            ),
            base_price=78_200,
        ),
    )


def test_symbols_without_a_price_or_a_possible_day_are_left_out() -> None:
    body = body_of(bodies.MULTI_PRICE)
    row = body["output"][0]
    body["output"] = [row | {"inter2_prpr": "0"}, row | {"inter2_lwpr": "0"}, {}]

    assert parse_multi_prices(body, SESSION) == ()


def test_a_price_of_many_that_cannot_be_read_spoils_the_answer() -> None:
    body = body_of(bodies.MULTI_PRICE)
    body["output"][0]["acml_vol"] = ""

    with pytest.raises(BrokerUnavailable):
        parse_multi_prices(body, SESSION)


def test_thirty_symbols_fit_one_call() -> None:
    symbols = [f"{n:05d}0" for n in range(31)]

    request = multi_price_request(symbols[:30])

    assert len(request) == 60
    assert request["FID_INPUT_ISCD_30"] == "000290"
    assert request["FID_COND_MRKT_DIV_CODE_1"] == "J"
    with pytest.raises(ValueError, match="1 to 30"):
        multi_price_request(symbols)
