"""Balance, orderable amount and order list: pages, lags, and what they count."""

from datetime import date, timedelta

import pytest

from fakes import at
from khms_trader.market.rates import CostRates
from khms_trader.simulator.exchange import ExchangeRules
from khms_trader.simulator.rules import ServerRules, Variants
from simulator.practice import BALANCE_FIELDS, ONE, TRADING, TWO, Practice, said

TWENTY_FIVE = {f"1000{place:02}": 10 for place in range(25)}


def test_twenty_five_holdings_come_on_two_pages() -> None:
    practice = Practice(holdings=TWENTY_FIVE)

    first = practice.balance()
    context = {
        "CTX_AREA_FK100": first.json()["ctx_area_fk100"],
        "CTX_AREA_NK100": first.json()["ctx_area_nk100"],
    }
    second = practice.balance(**context)

    assert (first.headers["tr_cont"], second.headers["tr_cont"]) == ("M", "D")
    assert first.json()["ctx_area_fk100"].strip() == ""
    assert len(first.json()["ctx_area_nk100"]) == 6
    symbols = [
        row["pdno"] for page in (first, second) for row in page.json()["output1"]
    ]
    assert [len(page.json()["output1"]) for page in (first, second)] == [20, 5]
    assert symbols == list(TWENTY_FIVE)
    assert first.json()["output2"] == second.json()["output2"]


def test_a_following_page_needs_the_header_too() -> None:
    practice = Practice(holdings=TWENTY_FIVE)
    fields = {**BALANCE_FIELDS, "CTX_AREA_NK100": "000020"}

    again = practice.get(f"{TRADING}inquire-balance", "VTTC8434R", fields)

    assert again.json()["output1"][0]["pdno"] == "100000"


def test_a_single_page_can_lack_its_context_as_captured() -> None:
    rules = ServerRules(variants=Variants(always_pages=False))
    practice = Practice(holdings={ONE: 1}, rules=rules)

    answer = practice.balance()

    assert answer.headers["tr_cont"] == "D"
    assert list(answer.json()) == ["output1", "output2", "rt_cd", "msg_cd", "msg1"]


def test_a_single_page_has_its_context_blank_as_documented() -> None:
    answer = Practice().balance()

    assert answer.headers["tr_cont"] == "D"
    assert answer.json()["ctx_area_fk100"] == " " * 100
    assert answer.json()["ctx_area_nk100"] == " " * 100


def test_the_sums_of_a_balance_can_be_an_object() -> None:
    rules = ServerRules(variants=Variants(balance_total_is_object=True))

    output2 = Practice(rules=rules).balance().json()["output2"]

    assert output2["dnca_tot_amt"] == "10000000"


def test_twenty_orders_come_on_two_pages() -> None:
    practice = Practice()
    for _ in range(20):
        practice.buy(quantity=1)

    first = practice.orders()
    second = practice.orders(
        CTX_AREA_FK100=first.json()["ctx_area_fk100"],
        CTX_AREA_NK100=first.json()["ctx_area_nk100"],
    )

    assert (first.headers["tr_cont"], second.headers["tr_cont"]) == ("M", "D")
    numbers = [
        row["odno"] for page in (first, second) for row in page.json()["output1"]
    ]
    assert [len(page.json()["output1"]) for page in (first, second)] == [15, 5]
    assert numbers == [f"00000000{place:02}" for place in range(1, 21)]


def test_the_list_is_newest_first_when_asked_so() -> None:
    practice = Practice()
    practice.buy(ONE)
    practice.buy(TWO)

    rows = practice.orders(INQR_DVSN="00").json()["output1"]

    assert [row["pdno"] for row in rows] == [TWO, ONE]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"SLL_BUY_DVSN_CD": "01"}, ["0000000003"]),
        ({"SLL_BUY_DVSN_CD": "02"}, ["0000000001", "0000000002"]),
        ({"PDNO": TWO}, ["0000000002"]),
        ({"ODNO": "0000000003"}, ["0000000003"]),
        ({"CCLD_DVSN": "01"}, ["0000000001", "0000000003"]),
        ({"CCLD_DVSN": "02"}, ["0000000002"]),
        ({"INQR_STRT_DT": "20260303", "INQR_END_DT": "20260303"}, []),
    ],
)
def test_the_list_can_be_narrowed(wanted: dict[str, str], found: list[str]) -> None:
    practice = Practice()
    practice.buy(ONE)
    practice.buy(TWO, price=9_000)
    practice.sell(ONE, quantity=5)

    rows = practice.orders(**wanted).json()["output1"]

    assert [row["odno"] for row in rows] == found


def test_the_old_id_can_show_sums_without_rows_as_captured() -> None:
    rules = ServerRules(variants=Variants(old_ids_list_orders=False))
    practice = Practice(rules=rules)
    practice.buy(quantity=5)

    body = practice.orders("VTTC8001R").json()

    assert (body["output1"], body["msg_cd"]) == ([], "70070000")
    assert body["output2"] == {
        "tot_ord_qty": "5",
        "tot_ccld_qty": "5",
        "tot_ccld_amt": "50000",
        "prsm_tlex_smtl": "0",
        "pchs_avg_pric": "10000.0000",
    }


def test_the_old_id_shows_the_same_rows_for_clients_that_still_use_it() -> None:
    practice = Practice()
    practice.buy()

    assert len(practice.orders("VTTC8001R").json()["output1"]) == 1


def test_orders_and_balance_show_what_happened_late() -> None:
    lags = ExchangeRules(
        orders_lag=timedelta(seconds=3), balance_lag=timedelta(seconds=6)
    )
    practice = Practice(exchange_rules=lags)
    practice.buy()

    seen = [
        (len(practice.rows()), len(practice.balance().json()["output1"]))
        for _ in range(4)
    ]

    # Asked 1.1 and 2.2, 3.3 and 4.4, 5.5 and 6.6, 7.7 and 8.8 seconds later.
    assert seen == [(0, 0), (1, 0), (1, 1), (1, 1)]


def test_a_purchase_that_is_not_shown_yet_cannot_be_sold_yet() -> None:
    lags = ExchangeRules(balance_lag=timedelta(seconds=5))
    practice = Practice(exchange_rules=lags)
    practice.buy()

    early = said(practice.sell())
    practice.wait(seconds=5)

    assert early == (200, "40240000")
    assert practice.sell().json()["rt_cd"] == "0"


def test_a_holding_says_what_was_traded_today_and_the_session_before() -> None:
    practice = Practice()
    practice.buy(quantity=10)
    practice.sell(quantity=3)
    today = practice.balance().json()["output1"][0]
    practice.clock.move_to(at(9, 1, day=date(2026, 3, 5)))
    practice.forget_token()
    practice.buy(quantity=1)

    row = practice.balance().json()["output1"][0]

    assert (today["thdt_buyqty"], today["thdt_sll_qty"]) == ("10", "3")
    assert (row["bfdy_buy_qty"], row["bfdy_sll_qty"], row["thdt_buyqty"]) == (
        "10",
        "3",
        "1",
    )
    assert practice.money()["bfdy_buy_amt"] == "100000"


def test_a_holding_sold_out_stays_listed_with_no_shares_until_settled() -> None:
    practice = Practice(holdings={ONE: 10})
    practice.sell(quantity=10)

    listed = []
    for day in (4, 5, 6):
        practice.clock.move_to(at(15, 40, day=date(2026, 3, day)))
        practice.forget_token()
        listed.append([r["hldg_qty"] for r in practice.balance().json()["output1"]])

    assert listed == [["0"], ["0"], []]


def test_profit_is_counted_on_the_cost() -> None:
    practice = Practice(holdings={ONE: 3})

    (row,) = practice.balance().json()["output1"]

    assert (row["pchs_avg_pric"], row["evlu_amt"]) == ("9000.0000", "30000")
    assert (row["evlu_pfls_amt"], row["evlu_pfls_rt"]) == ("3000", "11.11")


def test_the_change_since_the_last_close_is_told() -> None:
    practice = Practice(holdings={ONE: 10}, cash=1_000)

    money = practice.money()

    assert (money["bfdy_tot_asst_evlu_amt"], money["asst_icdc_amt"]) == (
        "111000",
        "-10000",
    )


@pytest.mark.parametrize(
    ("asked", "price", "quantity"),
    [
        ({}, "13000", "75"),  # a market order is reckoned at the upper limit
        ({"ORD_DVSN": "00", "ORD_UNPR": "10000"}, "10000", "98"),
        ({"PDNO": ""}, "0", "0"),
        ({"PDNO": "999990"}, "0", "0"),
    ],
)
def test_the_orderable_quantity_pays_its_fee(
    asked: dict[str, str], price: str, quantity: str
) -> None:
    # A fee of 1 percent: 76 x 13,000 and 99 x 10,000 would cost more than there is.
    practice = Practice(cash=995_000, costs=CostRates(fee_rate=10_000_000))

    output = practice.buying_power(**asked).json()["output"]

    assert (output["psbl_qty_calc_unpr"], output["nrcvb_buy_qty"]) == (price, quantity)
    assert (output["nrcvb_buy_amt"], output["ord_psbl_cash"]) == ("995000", "995000")


def test_a_missing_field_is_named() -> None:
    practice = Practice()

    refused = practice.get(
        f"{TRADING}inquire-balance",
        "VTTC8434R",
        {"CANO": "50123456", "ACNT_PRDT_CD": "01"},
    )

    assert refused.json() == {
        "rt_cd": "2",
        "msg_cd": "OPSQ2001",
        "msg1": "ERROR : INPUT FIELD NOT FOUND [AFHR_FLPR_YN]",
    }
