"""What the server says of prices and bars, and that it never tells the future."""

from datetime import date, timedelta
from typing import Any

import pytest

from fakes import CALENDAR, NO_COSTS, at
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.instrument import Designation
from khms_trader.simulator.bars import Bar, bars_of, folded
from khms_trader.simulator.market import PracticeMarket, ladder
from khms_trader.simulator.rules import ServerRules, Variants
from simulator.practice import ONE, PERIOD_FIELDS, Market, Practice, said

BARS = ("inquire-daily-itemchartprice", "FHKST03010100")
DAYS = ("inquire-daily-price", "FHKST01010400")
BOOK = ("inquire-asking-price-exp-ccn", "FHKST01010200")


def a_market(prices: Market | SampleMarket) -> PracticeMarket:
    return PracticeMarket(
        calendar=CALENDAR, quotes=prices, bars=prices, listing=prices, costs=NO_COSTS
    )


def the_price(practice: Practice) -> dict[str, str]:
    output: dict[str, str] = practice.price().json()["output"]
    return output


def bars(practice: Practice, **changes: str) -> list[dict[str, str]]:
    fields = {**PERIOD_FIELDS, **changes}
    rows: list[dict[str, str]] = practice.quotation(*BARS, **fields).json()["output2"]
    return rows


@pytest.mark.parametrize(
    ("hour", "minute", "price", "opened", "high"),
    [
        (8, 0, "10000", "0", "0"),
        (9, 1, "10000", "10000", "10000"),
        (15, 25, "10000", "10000", "10000"),
        (15, 31, "11000", "10000", "11200"),
    ],
)
def test_one_price_the_open_until_the_close_and_then_the_close(
    hour: int, minute: int, price: str, opened: str, high: str
) -> None:
    output = the_price(Practice(start_at=at(hour, minute)))

    assert (output["stck_prpr"], output["stck_oprc"]) == (price, opened)
    assert output["stck_hgpr"] == high


def test_a_price_tells_base_limits_and_tick() -> None:
    output = the_price(Practice())

    assert [
        output[name] for name in ("stck_sdpr", "stck_mxpr", "stck_llam", "aspr_unit")
    ] == ["10000", "13000", "7000", "10"]


def test_a_change_carries_its_own_sign() -> None:
    practice = Practice()
    practice.market.opens[ONE] = 9_500

    output = the_price(practice)

    assert (output["prdy_vrss"], output["prdy_vrss_sign"], output["prdy_ctrt"]) == (
        "-500",
        "5",
        "-5.00",
    )


@pytest.mark.parametrize(
    ("price", "sign"),
    [(13_000, "1"), (10_010, "2"), (10_000, "3"), (7_000, "4"), (9_990, "5")],
)
def test_the_sign_knows_the_day_limits(price: int, sign: str) -> None:
    practice = Practice()
    practice.market.opens[ONE] = price

    assert the_price(practice)["prdy_vrss_sign"] == sign


@pytest.mark.parametrize(
    ("mark", "fields"),
    [
        (Designation.HALTED, {"iscd_stat_cls_code": "58", "temp_stop_yn": "Y"}),
        (
            Designation.ADMINISTRATIVE,
            {"iscd_stat_cls_code": "51", "mang_issu_cls_code": "Y"},
        ),
        (Designation.LIQUIDATION, {"sltr_yn": "Y"}),
        (Designation.ATTENTION, {"invt_caful_yn": "Y"}),
        (Designation.WARNING, {"iscd_stat_cls_code": "53", "mrkt_warn_cls_code": "02"}),
        (Designation.RISK, {"iscd_stat_cls_code": "52", "mrkt_warn_cls_code": "03"}),
        (Designation.OVERHEATED, {"iscd_stat_cls_code": "59", "short_over_yn": "Y"}),
    ],
)
def test_marks_are_told_in_their_fields(
    mark: Designation, fields: dict[str, str]
) -> None:
    practice = Practice()
    plain = the_price(practice)
    practice.market.marks[ONE] = frozenset({mark})

    marked = the_price(practice)

    assert {name: marked[name] for name in fields} == fields
    assert all(plain[name] != text for name, text in fields.items())


def test_the_book_stands_one_tick_around_the_price() -> None:
    book = Practice().quotation(*BOOK).json()["output1"]

    assert [book[name] for name in ("askp1", "askp2", "bidp1", "bidp2", "bidp10")] == [
        "10010",
        "10020",
        "9990",
        "9980",
        "9900",
    ]


def test_the_book_ends_at_the_day_limits() -> None:
    quote = Market().opening_quote(ONE, date(2026, 3, 4))
    assert quote is not None

    book = ladder(12_990, quote)

    assert book.asks[:3] == (13_000, 0, 0)
    assert book.bids[:2] == (12_980, 12_970)


def test_only_the_opening_auction_expects_a_price() -> None:
    expected = []
    for moment in (at(8, 29), at(8, 45), at(9, 1)):
        practice = Practice(start_at=moment)
        practice.market.opens[ONE] = 10_300
        body = practice.quotation(*BOOK).json()
        expected.append(
            [body["output2"][name] for name in ("antc_cnpr", "antc_cntg_vrss")]
        )

    assert expected == [["0", "0"], ["10300", "300"], ["0", "0"]]


@pytest.mark.parametrize(
    ("hour", "minute", "newest", "close"),
    [
        (8, 59, "20260303", "11000"),
        (9, 1, "20260304", "10000"),
        (15, 30, "20260304", "11000"),
    ],
)
def test_todays_bar_moves_with_the_session(
    hour: int, minute: int, newest: str, close: str
) -> None:
    # The request leaves 1.1 seconds later than the practice starts.
    rows = bars(Practice(start_at=at(hour, minute, 0) - timedelta(seconds=1)))

    assert (rows[0]["stck_bsop_date"], rows[0]["stck_clpr"]) == (newest, close)


def test_a_hundred_bars_at_most_newest_first_within_the_span() -> None:
    practice = Practice()
    rows = bars(practice)
    few = bars(practice, FID_INPUT_DATE_1="20260226", FID_INPUT_DATE_2="20260303")

    assert (len(rows), rows[0]["stck_bsop_date"]) == (100, "20260304")
    assert [row["stck_bsop_date"] for row in few] == [
        "20260303",
        "20260227",
        "20260226",
    ]


def test_weeks_months_and_years_are_folded() -> None:
    days = [
        Bar(session=date(2026, 2, 27), open=10, high=14, low=9, close=12, volume=5),
        Bar(session=date(2026, 3, 3), open=12, high=13, low=8, close=11, volume=7),
        Bar(session=date(2026, 3, 4), open=11, high=12, low=10, close=10, volume=1),
    ]

    months = folded(days, "M")

    assert [(b.session.day, b.open, b.high, b.low, b.close) for b in months] == [
        (27, 10, 14, 9, 12),
        (4, 12, 13, 8, 10),
    ]
    assert [(bar.volume, bar.previous_close) for bar in months] == [(5, 0), (8, 12)]
    assert [len(folded(days, period)) for period in "DWMY"] == [3, 2, 2, 1]


def test_adjusted_bars_are_divided_by_a_later_split_and_raw_ones_are_not() -> None:
    practice = Practice()
    practice.market.opens[ONE] = 2_000
    practice.market.splits[ONE, date(2026, 3, 4)] = 5

    adjusted, raw = bars(practice)[:2], bars(practice, FID_ORG_ADJ_PRC="1")[:2]

    assert [row["stck_clpr"] for row in adjusted] == ["2000", "2200"]
    assert [row["stck_clpr"] for row in raw] == ["2000", "11000"]
    assert [row["acml_vol"] for row in (adjusted[1], raw[1])] == ["10000", "2000"]


def test_halved_shares_are_seen_as_split_even_when_they_open_at_their_limit() -> None:
    practice = Practice()
    # 11,000 won halved and 30 percent more: the least that a split can look like.
    practice.market.opens[ONE] = 7_150
    practice.market.splits[ONE, date(2026, 3, 4)] = 2

    assert [row["stck_clpr"] for row in bars(practice)[:2]] == ["7150", "5500"]


@pytest.mark.parametrize(("flag", "close"), [("1", "2200"), ("0", "11000")])
def test_the_other_chart_call_means_the_flag_the_other_way(
    flag: str, close: str
) -> None:
    practice = Practice()
    practice.market.opens[ONE] = 2_000
    practice.market.splits[ONE, date(2026, 3, 4)] = 5
    fields = {"FID_PERIOD_DIV_CODE": "D", "FID_ORG_ADJ_PRC": flag}

    rows = practice.quotation(*DAYS, **fields).json()["output"]

    assert rows[1]["stck_clpr"] == close


def test_bars_may_end_with_an_empty_object() -> None:
    practice = Practice(rules=ServerRules(variants=Variants(bars_end_empty=True)))

    assert bars(practice)[-1] == {}


def test_an_unknown_symbol_has_no_bars() -> None:
    body = Practice().quotation(*BARS, "999990", **PERIOD_FIELDS).json()

    assert (body["output1"]["stck_prpr"], body["output2"]) == ("0", [])


def test_a_date_that_is_none_is_refused() -> None:
    fields = {**PERIOD_FIELDS, "FID_INPUT_DATE_1": "soon"}

    assert said(Practice().quotation(*BARS, **fields)) == (200, "OPSQ2001")


def test_a_field_in_lower_case_is_taken_as_well() -> None:
    practice = Practice()
    fields = {"fid_cond_mrkt_div_code": "J", "fid_input_iscd": ONE}
    path = "/uapi/domestic-stock/v1/quotations/inquire-price"

    assert practice.get(path, "FHKST01010100", fields).json()["rt_cd"] == "0"


def test_net_purchases_of_today_are_blank_until_the_close() -> None:
    def newest(practice: Practice) -> dict[str, Any]:
        answer = practice.quotation("inquire-investor", "FHKST01010900")
        row: dict[str, Any] = answer.json()["output"][0]
        return row

    during, after = newest(Practice()), newest(Practice(start_at=at(15, 31)))

    assert (during["stck_bsop_date"], during["frgn_ntby_qty"]) == ("20260304", "")
    assert (after["stck_bsop_date"], after["frgn_ntby_qty"]) == ("20260304", "0")


def test_every_session_of_the_generated_market_is_told_as_it_was() -> None:
    sample = SampleMarket(CALENDAR)
    symbol = sample.instruments(date(2026, 3, 4))[0].symbol
    now = at(18)

    told = bars_of(a_market(sample), symbol, now, is_adjusted=False)

    panel = sample.panel(now.date(), [symbol])
    assert [bar.close for bar in told] == panel.close[:, 0].tolist()
    assert told[-1].session == date(2026, 3, 4)


def test_a_split_of_the_generated_market_leaves_no_cliff_in_adjusted_bars() -> None:
    sample = SampleMarket(CALENDAR)
    sessions = CALENDAR.sessions(date(2025, 1, 2), date(2026, 3, 4))
    symbol = next(
        instrument.symbol
        for instrument in sample.instruments(date(2026, 3, 4))
        for session in sessions
        if (quote := sample.opening_quote(instrument.symbol, session))
        and quote.split_ratio > 1
    )

    told = bars_of(a_market(sample), symbol, at(18), is_adjusted=True)

    falls = [bar.open / bar.previous_close for bar in told if bar.previous_close]
    assert min(falls) > 0.69
