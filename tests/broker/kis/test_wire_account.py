"""Balance pages and buying power become an account, completely or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.kis import wire_bodies as bodies
from broker.kis.scripted_caller import NUMBER
from broker.kis.wire_bodies import body_of
from broker.kis.wire_builders import a_balance, a_position
from khms_trader.broker.kis.wire.account import (
    balance_request,
    buying_power_request,
    parse_balance,
    parse_buying_power,
)
from khms_trader.domain.account import Holding
from khms_trader.errors import BrokerUnavailable


def test_the_documented_balance_is_read() -> None:
    found = parse_balance([body_of(bodies.BALANCE)])

    assert (found.cash, found.cash_d2, found.total) == (346_455, 346_455, 2_106_055)
    assert found.holdings == (
        Holding(
            symbol="009150",
            name="삼성전기",
            quantity=1_657,
            sellable=1_611,
            average_price=Decimal("135440.2517"),
            price=0,
        ),
    )


def test_the_documented_buying_power_is_what_needs_no_loan() -> None:
    assert parse_buying_power(body_of(bodies.BUYING_POWER)) == 107_177_377


def test_cash_after_settlement_is_not_the_deposit() -> None:
    found = parse_balance([a_balance(d2=-250, total=4_000)])

    assert (found.cash, found.cash_d2, found.total) == (1_000, -250, 4_000)


def test_totals_may_come_as_an_object() -> None:
    body = a_balance(a_position("086520", 3))
    body["output2"] = body["output2"][0]

    assert parse_balance([body]) == parse_balance([a_balance(a_position("086520", 3))])


def test_shares_sold_out_until_settlement_are_not_held() -> None:
    found = parse_balance([a_balance(a_position("086520", 0), a_position("247540", 2))])

    assert [holding.symbol for holding in found.holdings] == ["247540"]


def test_shares_bought_on_credit_are_held_but_not_sold_by_a_cash_order() -> None:
    loan = a_position("086520", 1, trad_dvsn_name="융자", loan_dt="20260701")
    cash = a_position("086520", 3, pchs_avg_pric="2000.0000")

    (holding,) = parse_balance([a_balance(cash, loan)]).holdings

    assert (holding.quantity, holding.sellable) == (4, 3)
    assert holding.average_price == Decimal("1750.0000")


def test_an_account_without_holdings_may_leave_the_list_out() -> None:
    body = a_balance() | {"msg_cd": "KIOK0560"}
    del body["output1"]

    assert parse_balance([body]).holdings == ()


@pytest.mark.parametrize("list_name", ["output1", "output2"])
def test_a_balance_without_one_of_its_lists_is_unreadable(list_name: str) -> None:
    body = a_balance(a_position("086520", 1))
    del body[list_name]

    with pytest.raises(BrokerUnavailable) as caught:
        parse_balance([body])

    assert caught.value.facts["field"] == list_name


@pytest.mark.parametrize(
    "field",
    ["pdno", "prdt_name", "hldg_qty", "ord_psbl_qty", "pchs_avg_pric", "prpr"],
)
def test_a_holding_without_a_field_is_unreadable_never_zero(field: str) -> None:
    row = a_position("086520", 1)
    del row[field]

    with pytest.raises(BrokerUnavailable) as caught:
        parse_balance([a_balance(row)])

    assert caught.value.facts == {"call": "inquire-balance", "field": field}


@pytest.mark.parametrize("value", [None, "", "n/a"])
@pytest.mark.parametrize(
    "field", ["dnca_tot_amt", "prvs_rcdl_excc_amt", "tot_evlu_amt"]
)
def test_cash_that_cannot_be_read_is_never_zero(field: str, value: str | None) -> None:
    body = a_balance()
    body["output2"][0][field] = value

    with pytest.raises(BrokerUnavailable) as caught:
        parse_balance([body])

    assert caught.value.facts["field"] == field


def test_buying_power_that_is_missing_is_never_zero() -> None:
    with pytest.raises(BrokerUnavailable):
        parse_buying_power({"output": {"ord_psbl_cash": "1000"}})


def test_cash_that_moved_between_pages_means_a_changed_account() -> None:
    first = a_balance(a_position("086520", 1))
    second = a_balance(a_position("247540", 1), d2=100)

    with pytest.raises(BrokerUnavailable) as caught:
        parse_balance([first, second])

    assert caught.value.code == "kis_pages_changed"


def test_a_symbol_with_two_quantities_means_a_changed_account() -> None:
    with pytest.raises(BrokerUnavailable) as caught:
        parse_balance(
            [a_balance(a_position("086520", 1)), a_balance(a_position("086520", 2))]
        )

    assert caught.value.code == "kis_pages_changed"


@pytest.mark.parametrize(
    ("total", "is_whole"), [(0, True), (22_000, True), (22_220, True), (22_221, False)]
)
def test_an_empty_last_page_is_the_end_only_where_the_total_counts_no_more(
    total: int, *, is_whole: bool
) -> None:
    # 22,000 won are listed; a price of another moment may be one part in a hundred.
    full = a_balance(
        *(a_position(f"{n:05d}0", 1) for n in range(20)), total=900 + total
    )
    empty = a_balance(total=900 + total)

    assert len(parse_balance([full]).holdings) == 20
    if is_whole:
        assert len(parse_balance([full, empty]).holdings) == 20
        return
    with pytest.raises(BrokerUnavailable, match="kis_pages_changed"):
        parse_balance([full, empty])


POSITIONS = st.lists(
    st.builds(
        a_position,
        st.integers(0, 99).map(lambda n: f"{n:05d}0"),
        st.integers(0, 999),
    ),
    unique_by=lambda row: str(row["pdno"]),
    max_size=12,
)


@settings(max_examples=50)
@given(rows=POSITIONS, cut=st.integers(0, 12), extra=st.text(min_size=1, max_size=4))
def test_any_split_into_pages_with_repeats_and_new_fields_is_one_account(
    *, rows: list[dict[str, str]], cut: int, extra: str
) -> None:
    whole = parse_balance([a_balance(*rows, total=900)])
    strange = [{f"new_{extra}": "x"} | row for row in rows]
    halves = strange[: cut + 1], strange[cut:]

    split = parse_balance([a_balance(*half, total=900) for half in halves])

    assert split == whole


def test_the_requests_are_the_documented_ones() -> None:
    assert balance_request(NUMBER) == {
        "CANO": "12345678",
        "ACNT_PRDT_CD": "01",
        "AFHR_FLPR_YN": "N",
        "OFL_YN": "",
        "INQR_DVSN": "02",
        "UNPR_DVSN": "01",
        "FUND_STTL_ICLD_YN": "N",
        "FNCG_AMT_AUTO_RDPT_YN": "N",
        "PRCS_DVSN": "00",
    }
    assert buying_power_request(NUMBER) == {
        "CANO": "12345678",
        "ACNT_PRDT_CD": "01",
        "PDNO": "",
        "ORD_UNPR": "",
        "ORD_DVSN": "01",
        "CMA_EVLU_AMT_ICLD_YN": "N",
        "OVRS_ICLD_YN": "N",
    }


def test_an_account_number_does_not_show() -> None:
    assert "12345678" not in repr(NUMBER)
