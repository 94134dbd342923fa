"""Orders at the practice server: what is taken, filled, denied, amended, cancelled."""

from datetime import date

import pytest

from fakes import at
from khms_trader.domain.instrument import Designation
from khms_trader.market.rates import CostRates
from khms_trader.simulator.exchange import ExchangeRules
from khms_trader.simulator.rules import ServerRules, Variants
from simulator.practice import CLOSE, ONE, TRADING, TWO, Practice, number, said

SATURDAY = date(2026, 3, 7)
# 14.7 bp fee, the dated tax (20 bp in 2026), no slippage.
COSTS = CostRates(fee_rate=1_470_000)


def figures(row: dict[str, str]) -> tuple[str, ...]:
    """Return ordered, filled, cancelled, rejected and remaining shares of a row."""
    names = ("ord_qty", "tot_ccld_qty", "cncl_cfrm_qty", "rjct_qty", "rmn_qty")
    return tuple(row[name] for name in names)


def test_a_market_buy_fills_at_the_open_at_once() -> None:
    practice = Practice(costs=COSTS)

    practice.buy(quantity=10)

    (row,) = practice.rows()
    assert figures(row) == ("10", "10", "0", "0", "0")
    assert (row["avg_prvs"], row["tot_ccld_amt"]) == ("10000", "100000")
    assert (row["ord_unpr"], row["ord_dvsn_name"]) == ("0", "시장가")
    money = practice.money()
    # 100,000 won and a fee of 147; the deposit moves at settlement only.
    assert money["prvs_rcdl_excc_amt"] == "9899853"
    assert (money["dnca_tot_amt"], money["thdt_tlex_amt"]) == ("10000000", "147")
    assert (money["thdt_buy_amt"], money["tot_evlu_amt"]) == ("100000", "9999853")


def test_a_limit_buy_fills_at_the_better_market_price() -> None:
    practice = Practice()

    practice.buy(price=10_300)

    assert practice.rows()[0]["avg_prvs"] == "10000"


def test_slippage_moves_a_fill_by_its_rate() -> None:
    practice = Practice(costs=CostRates(fee_rate=0, slippage_rate=1_000_000))

    practice.buy(price=10_300)

    assert practice.rows()[0]["avg_prvs"] == "10010"


def test_a_limit_buy_below_the_market_rests_and_holds_cash_back() -> None:
    practice = Practice()

    practice.buy(quantity=100, price=9_000)

    assert figures(practice.rows()[0]) == ("100", "0", "0", "0", "100")
    assert practice.buying_power().json()["output"]["nrcvb_buy_amt"] == "9100000"


def test_a_resting_order_fills_once_the_open_is_known() -> None:
    practice = Practice()
    practice.market.opens[ONE] = None
    practice.buy()
    before = figures(practice.rows()[0])

    practice.market.opens[ONE] = 9_500

    assert before == ("10", "0", "0", "0", "10")
    assert figures(practice.rows()[0]) == ("10", "10", "0", "0", "0")
    assert practice.rows()[0]["avg_prvs"] == "9500"


def test_an_unfilled_order_ends_at_the_close_as_rejected_shares() -> None:
    practice = Practice()
    practice.buy(price=9_000)

    practice.clock.move_to(at(15, 30))

    assert figures(practice.rows()[0]) == ("10", "0", "0", "10", "0")
    assert practice.buying_power().json()["output"]["nrcvb_buy_amt"] == "10000000"


def test_order_numbers_rise_within_a_day_and_start_again_on_the_next() -> None:
    practice = Practice()

    first, second = number(practice.buy()), number(practice.buy())
    practice.clock.move_to(at(9, 1, day=date(2026, 3, 5)))
    practice.forget_token()

    assert (first, second) == ("0000000001", "0000000002")
    assert number(practice.buy()) == "0000000001"


def test_the_same_body_twice_makes_two_orders() -> None:
    practice = Practice()

    practice.buy()
    practice.buy()

    assert practice.balance().json()["output1"][0]["hldg_qty"] == "20"


def test_a_sale_is_paid_two_sessions_later_less_fee_and_tax() -> None:
    practice = Practice(costs=COSTS, cash=0, holdings={ONE: 10})

    practice.sell(quantity=10)

    money = practice.money()
    # 100,000 won less a fee of 147 and a tax of 200.
    assert money["prvs_rcdl_excc_amt"] == "99653"
    assert (money["dnca_tot_amt"], money["nxdy_excc_amt"]) == ("0", "0")
    practice.clock.move_to(at(9, 1, day=date(2026, 3, 5)))
    practice.forget_token()
    assert practice.money()["nxdy_excc_amt"] == "99653"
    practice.clock.move_to(at(8, day=date(2026, 3, 6)))
    practice.forget_token()
    assert practice.money()["dnca_tot_amt"] == "99653"


def test_proceeds_of_a_sale_buy_on_the_same_day() -> None:
    practice = Practice(cash=0, holdings={ONE: 20})

    practice.sell(quantity=20)

    assert practice.buy(TWO, quantity=15).json()["rt_cd"] == "0"


def test_resting_sells_hold_shares_back() -> None:
    practice = Practice(holdings={ONE: 10})

    practice.sell(quantity=6, price=12_000)

    assert practice.balance().json()["output1"][0]["ord_psbl_qty"] == "4"
    assert said(practice.sell(quantity=5)) == (200, "40240000")
    assert practice.sell(quantity=4).json()["msg_cd"] == "40590000"


def test_a_market_buy_needs_cash_for_the_upper_limit() -> None:
    practice = Practice(cash=129_999)

    assert said(practice.buy(quantity=10)) == (200, "40250000")
    assert practice.buy(quantity=9).json()["rt_cd"] == "0"


def test_a_market_buy_without_day_limits_can_rest_no_deeper_than_the_cash() -> None:
    practice = Practice(cash=200_000)
    practice.market.unlimited.add(ONE)
    practice.market.opens[ONE] = 50_000

    assert said(practice.buy(quantity=5)) == (200, "40250000")
    assert practice.buy(quantity=4).json()["rt_cd"] == "0"
    assert practice.money()["prvs_rcdl_excc_amt"] == "0"


@pytest.mark.parametrize(
    ("price", "code"),
    [
        (10_005, "40030000"),  # off the tick of 10 won
        (13_010, "40270000"),  # above the upper limit
        (6_990, "40270000"),  # below the lower limit
    ],
)
def test_a_price_that_may_not_be_is_denied(price: int, code: str) -> None:
    assert said(Practice().buy(price=price)) == (200, code)


@pytest.mark.parametrize("price", [13_000, 7_000])
def test_the_day_limits_themselves_are_allowed(price: int) -> None:
    assert Practice().buy(price=price).json()["rt_cd"] == "0"


def test_a_halted_or_unknown_symbol_cannot_be_traded() -> None:
    practice = Practice()
    practice.market.marks[ONE] = frozenset({Designation.HALTED})

    assert said(practice.buy(ONE)) == (200, "40070000")
    assert said(practice.buy("999990")) == (200, "40070000")


@pytest.mark.parametrize(
    ("hour", "minute", "code"),
    [
        (8, 29, "40570000"),
        (8, 30, "40570000"),
        (8, 59, "40570000"),
        (15, 30, "40580000"),
        (20, 0, "40580000"),
    ],
)
def test_outside_the_session_nothing_is_taken(
    hour: int, minute: int, code: str
) -> None:
    practice = Practice(start_at=at(hour, minute))

    assert said(practice.buy()) == (200, code)
    assert said(practice.change("0000000001")) == (200, code)


def test_on_a_day_without_a_session_nothing_is_taken() -> None:
    assert said(Practice(start_at=at(10, day=SATURDAY)).buy()) == (200, "40100000")


def test_orders_of_the_opening_auction_can_be_let_in_and_fill_at_the_open() -> None:
    rules = ExchangeRules(takes_auction_orders=True)
    practice = Practice(start_at=at(8, 50), exchange_rules=rules)

    practice.buy()
    waiting = figures(practice.rows()[0])
    practice.clock.move_to(at(9))

    assert waiting == ("10", "0", "0", "0", "10")
    assert figures(practice.rows()[0]) == ("10", "10", "0", "0", "0")


def test_a_cancellation_is_a_row_of_its_own() -> None:
    practice = Practice()
    practice.buy(price=9_000)

    cancelled = practice.change("0000000001")

    assert cancelled.json()["msg_cd"] == "40630000"
    order, cancellation = practice.rows()
    assert figures(order) == ("10", "0", "10", "0", "0")
    assert (order["cncl_yn"], order["orgn_odno"]) == ("Y", "0000000000")
    assert (cancellation["odno"], cancellation["orgn_odno"]) == (
        "0000000002",
        "0000000001",
    )
    assert cancellation["sll_buy_dvsn_cd_name"] == "매수취소"
    assert figures(cancellation) == ("10", "0", "10", "0", "0")


def test_only_the_cancellation_may_tell_of_itself() -> None:
    variants = Variants(original_is_marked=False, original_is_blank=True)
    practice = Practice(rules=ServerRules(variants=variants))
    practice.buy(price=9_000)
    practice.change("0000000001")

    order, cancellation = practice.rows()

    assert (order["cncl_yn"], order["orgn_odno"]) == ("N", "")
    assert figures(order) == ("10", "0", "0", "0", "0")
    assert (cancellation["cncl_yn"], cancellation["cncl_cfrm_qty"]) == ("Y", "10")


def test_a_part_can_be_cancelled() -> None:
    practice = Practice()
    practice.buy(price=9_000)

    practice.change("0000000001", ORD_QTY="4", QTY_ALL_ORD_YN="N")

    order, cancellation = practice.rows()
    assert figures(order) == ("10", "0", "4", "0", "6")
    assert cancellation["ord_qty"] == "4"


def test_what_is_filled_or_cancelled_cannot_be_cancelled() -> None:
    practice = Practice()
    practice.buy()
    practice.buy(price=9_000)
    practice.change("0000000002")

    assert said(practice.change("0000000001")) == (200, "40330000")
    assert said(practice.change("0000000002")) == (200, "40330000")
    assert said(practice.change("0000000099")) == (200, "40330000")


def test_a_cancellation_without_the_organisation_works() -> None:
    practice = Practice()
    practice.buy(price=9_000)

    cancelled = practice.change("1", KRX_FWDG_ORD_ORGNO="")

    assert cancelled.json()["rt_cd"] == "0"


def test_an_amendment_uses_the_old_order_up_and_has_a_new_number() -> None:
    practice = Practice()
    practice.buy(price=9_000)

    amended = practice.change("0000000001", RVSE_CNCL_DVSN_CD="01", ORD_UNPR="10000")

    assert (amended.json()["msg_cd"], number(amended)) == ("40620000", "0000000002")
    old, new = practice.rows()
    assert figures(old) == ("10", "0", "10", "0", "0")
    assert figures(new) == ("10", "10", "0", "0", "0")
    assert (new["orgn_odno"], new["sll_buy_dvsn_cd_name"]) == ("0000000001", "매수정정")
    assert said(practice.change("0000000001")) == (200, "40330000")


def test_an_amendment_to_a_price_the_cash_does_not_reach_changes_nothing() -> None:
    practice = Practice(cash=90_000)
    practice.buy(price=9_000)
    practice.market.opens[ONE] = None

    denied = practice.change("0000000001", RVSE_CNCL_DVSN_CD="01", ORD_UNPR="9010")

    assert said(denied) == (200, "40250000")
    assert figures(practice.rows()[0]) == ("10", "0", "0", "0", "10")


@pytest.mark.parametrize(
    ("division", "filled"),
    [("02", "0"), ("03", "10"), ("04", "0")],
)
def test_the_other_order_types_of_a_virtual_account(division: str, filled: str) -> None:
    practice = Practice()

    practice.buy(price=9_000, ORD_DVSN=division)

    assert practice.rows()[0]["tot_ccld_qty"] == filled


@pytest.mark.parametrize(
    ("division", "exchange"), [("11", "KRX"), ("06", ""), ("01", "NXT")]
)
def test_what_virtual_does_not_offer_is_denied(division: str, exchange: str) -> None:
    denied = Practice().buy(ORD_DVSN=division, EXCG_ID_DVSN_CD=exchange)

    assert said(denied) == (200, "90000000")


def test_a_body_with_lower_case_keys_lacks_its_fields() -> None:
    practice = Practice()
    fields = {"cano": "50123456", "acnt_prdt_cd": "01"}

    refused = practice.post(f"{TRADING}order-cash", "VTTC0012U", fields)

    assert said(refused) == (200, "OPSQ2001")
    assert refused.json()["msg1"] == "ERROR : INPUT FIELD NOT FOUND [CANO]"


def test_a_quantity_of_none_is_denied() -> None:
    assert said(Practice().buy(quantity=0)) == (200, "40310000")


def test_acknowledgements_may_come_in_lower_case() -> None:
    variants = Variants(acks_in_lower_case=True)

    output = Practice(rules=ServerRules(variants=variants)).buy().json()["output"]

    assert list(output) == ["krx_fwdg_ord_orgno", "odno", "ord_tmd"]


def test_a_split_multiplies_the_shares_held_over_night() -> None:
    practice = Practice(holdings={ONE: 10})
    practice.market.splits[ONE, date(2026, 3, 5)] = 5

    practice.clock.move_to(at(9, 1, day=date(2026, 3, 5)))

    (row,) = practice.balance().json()["output1"]
    assert (row["hldg_qty"], row["pchs_avg_pric"]) == ("50", "1800.0000")


def test_holdings_are_valued_at_the_close_once_there_is_one() -> None:
    practice = Practice(holdings={ONE: 10})
    during = practice.money()["scts_evlu_amt"]

    practice.clock.move_to(at(15, 30))

    assert (during, practice.money()["scts_evlu_amt"]) == ("100000", str(10 * CLOSE))
