"""Our bodies have the fields of the wire sheet, all of them, and its types."""

from collections.abc import Mapping
from typing import Any

import pytest
import requests

from fakes import at
from khms_trader.simulator.rules import REAL_LIMITS, ServerRules, Variants
from simulator import documented
from simulator.practice import (
    PERIOD_FIELDS,
    QUOTATIONS,
    REAL,
    Practice,
)

TWENTY_FIVE = {f"1000{place:02}": 10 for place in range(25)}


def names(text: str) -> set[str]:
    return set(text.split())


def row_of(body: Mapping[str, Any], block: str) -> dict[str, Any]:
    """Return an object, or the first of a list of them."""
    found = body[block]
    row: dict[str, Any] = found[0] if isinstance(found, list) else found
    return row


def scalars(value: object) -> set[type]:
    """Return the types of everything that is neither object nor list."""
    if isinstance(value, dict):
        return {kind for item in value.values() for kind in scalars(item)}
    if isinstance(value, list):
        return {kind for item in value for kind in scalars(item)}
    return {type(value)}


def agree(ours: requests.Response, theirs: Mapping[str, Any]) -> None:
    """Check that ours has every field of theirs, in the same kind of place."""
    body = ours.json()
    assert theirs.keys() <= body.keys()
    for block, value in theirs.items():
        assert type(body[block]) is type(value), block
        if isinstance(value, (dict, list)):
            assert row_of(theirs, block).keys() <= row_of(body, block).keys()
    assert scalars(body) == {str}


def test_a_token_is_answered_as_documented() -> None:
    body = Practice(start_at=at(8, 16, 59)).issue().json()

    assert list(body) == [
        "access_token",
        "access_token_token_expired",
        "token_type",
        "expires_in",
    ]
    assert {k: type(v) for k, v in body.items()} == {
        k: type(v) for k, v in documented.TOKEN.items()
    }
    assert list(body.values())[1:] == ["2026-03-05 08:16:59", "Bearer", 86_400]


def test_a_second_token_within_a_minute_is_refused_word_for_word() -> None:
    practice = Practice()
    practice.issue()
    practice.wait(seconds=5)

    refused = practice.issue()

    assert refused.status_code == 403
    assert refused.json() == documented.TOKEN_TOO_SOON


def test_a_call_too_fast_is_refused_word_for_word() -> None:
    practice = Practice()
    practice.price()
    practice.pause = 0.5

    refused = practice.price()

    assert refused.status_code == 500
    assert list(refused.json().items()) == list(documented.THROTTLED.items())


def test_a_buy_is_acknowledged_as_measured() -> None:
    practice = Practice(start_at=at(15, 25, 54))
    practice.token  # noqa: B018 - issued before the moment that counts
    practice.pause = 2

    body = practice.buy().json()

    assert body == {
        "rt_cd": "0",
        "msg_cd": "40600000",
        "msg1": "모의투자 매수주문이 완료 되었습니다.",
        "output": {
            "KRX_FWDG_ORD_ORGNO": "00950",
            "ODNO": "0000000001",
            "ORD_TMD": "152556",
        },
    }
    assert body.keys() == documented.VIRTUAL_BUY.keys()
    assert body["output"].keys() == documented.VIRTUAL_BUY["output"].keys()


def test_a_cancellation_is_acknowledged_with_the_documented_fields() -> None:
    practice = Practice()
    practice.buy(price=9_000)

    agree(practice.change("0000000001"), documented.CANCEL)


def test_a_balance_has_every_documented_field() -> None:
    practice = Practice(holdings=TWENTY_FIVE)

    response = practice.balance()

    agree(response, documented.BALANCE)
    body = response.json()
    assert row_of(body, "output1").keys() == names(documented.BALANCE_HOLDING_FIELDS)
    assert row_of(body, "output2").keys() == names(documented.BALANCE_TOTAL_FIELDS)
    assert len(row_of(body, "output2")) == 24
    assert len(body["msg1"]) == 80


def test_the_orderable_amount_has_every_documented_field() -> None:
    response = Practice().buying_power()

    agree(response, documented.BUYING_POWER)
    output = row_of(response.json(), "output")
    assert output.keys() == names(documented.BUYING_POWER_FIELDS)


def test_the_order_list_has_every_documented_field_under_its_live_name() -> None:
    practice = Practice()
    for _ in range(16):
        practice.buy(quantity=1)

    response = practice.orders()

    agree(response, documented.DAILY_ORDERS)
    row, total = (row_of(response.json(), block) for block in ("output1", "output2"))
    live = {"cncl_cfrm_qty", "excg_id_dvsn_cd"}
    tabled = {"cnc_cfrm_qty", "excg_id_dvsn_Cd"}
    assert row.keys() == names(documented.ORDER_FIELDS) - tabled | live
    assert total.keys() == names(documented.ORDER_TOTAL_FIELDS)
    assert documented.VIRTUAL_ORDER_ROW.keys() <= row.keys()


def test_the_order_list_can_use_the_names_of_the_portal_too() -> None:
    variants = Variants(documented_order_names=True)
    practice = Practice(rules=ServerRules(variants=variants))
    practice.buy()

    row = row_of(practice.orders().json(), "output1")

    assert row.keys() == names(documented.ORDER_FIELDS)


def test_a_price_has_every_documented_field() -> None:
    response = Practice().price()

    agree(response, documented.PRICE)
    assert row_of(response.json(), "output").keys() == names(documented.PRICE_FIELDS)


def test_a_price_can_lack_the_field_that_the_example_lacks() -> None:
    variants = Variants(without=frozenset({"mang_issu_cls_code"}))
    practice = Practice(rules=ServerRules(variants=variants))

    output = row_of(practice.price().json(), "output")

    assert output.keys() == names(documented.PRICE_FIELDS) - {"mang_issu_cls_code"}


def test_the_order_book_has_every_documented_field_and_ten_levels() -> None:
    response = Practice().quotation("inquire-asking-price-exp-ccn", "FHKST01010200")

    agree(response, documented.ASKING_PRICE)
    book = response.json()["output1"]
    assert {f"{side}p{level}" for side in ("ask", "bid") for level in range(1, 11)} <= (
        book.keys()
    )
    assert len(book) == 71
    assert len(response.json()["output2"]) == 13


def test_period_bars_have_every_documented_field() -> None:
    response = Practice().quotation(
        "inquire-daily-itemchartprice", "FHKST03010100", **PERIOD_FIELDS
    )

    body = response.json()
    assert row_of(body, "output1").keys() == names(documented.PERIOD_HEAD_FIELDS)
    assert row_of(body, "output2").keys() == documented.PERIOD_BAR.keys()
    assert (type(body["output1"]), type(body["output2"])) == (dict, list)
    assert scalars(body) == {str}


@pytest.mark.parametrize(
    ("call", "tr_id", "theirs", "fields"),
    [
        (
            "inquire-daily-price",
            "FHKST01010400",
            documented.DAILY_PRICE,
            documented.DAILY_PRICE_FIELDS,
        ),
        ("inquire-ccnl", "FHKST01010300", documented.TICKS, documented.TICK_FIELDS),
        (
            "inquire-investor",
            "FHKST01010900",
            documented.INVESTORS,
            documented.INVESTOR_FIELDS,
        ),
    ],
)
def test_lists_of_a_symbol_have_every_documented_field(
    call: str, tr_id: str, theirs: Mapping[str, Any], fields: str
) -> None:
    period = {"FID_PERIOD_DIV_CODE": "D", "FID_ORG_ADJ_PRC": "1"}

    response = Practice().quotation(call, tr_id, **period)

    agree(response, theirs)
    assert row_of(response.json(), "output").keys() == names(fields)
    assert len(response.json()["output"]) == 30


def test_the_real_host_answers_thirty_prices_at_once() -> None:
    practice = Practice(rules=REAL)
    symbols = {f"FID_INPUT_ISCD_{n}": f"1000{n:02}" for n in range(1, 31)}
    markets = {f"FID_COND_MRKT_DIV_CODE_{n}": "J" for n in range(1, 31)}

    response = practice.get(
        f"{QUOTATIONS}intstock-multprice", "FHKST11300006", {**symbols, **markets}
    )

    agree(response, documented.MULTI_PRICE)
    rows = response.json()["output"]
    assert rows[0].keys() == names(documented.MULTI_PRICE_FIELDS)
    assert len(rows) == 30


def test_the_real_host_answers_holidays() -> None:
    practice = Practice(rules=REAL)
    fields = {"BASS_DT": "20260227", "CTX_AREA_NK": "", "CTX_AREA_FK": ""}

    response = practice.get(f"{QUOTATIONS}chk-holiday", "CTCA0903R", fields)

    agree(response, documented.HOLIDAYS)
    days = response.json()["output"]
    assert [(day["bass_dt"], day["wday_dvsn_cd"], day["opnd_yn"]) for day in days][
        :5
    ] == [
        ("20260227", "06", "Y"),
        ("20260228", "07", "N"),
        ("20260301", "01", "N"),
        ("20260302", "02", "N"),
        ("20260303", "03", "Y"),
    ]
    assert len(days) == 24


def test_the_real_host_has_pages_of_its_own_size() -> None:
    assert (REAL_LIMITS.per_second, REAL_LIMITS.page_balance) == (18, 50)


def test_an_unknown_symbol_has_the_price_zero_and_no_error() -> None:
    response = Practice().price("999990")

    agree(response, documented.PRICE)
    assert response.json()["rt_cd"] == "0"
    assert response.json()["output"]["stck_prpr"] == "0"


def test_refusals_are_those_of_the_sheet_word_for_word() -> None:
    late = Practice(start_at=at(15, 31))
    poor = Practice(cash=1_000)

    assert late.buy().json() == documented.AFTER_THE_CLOSE
    assert poor.buy().json() == documented.NO_CASH
    assert Practice().buy(CANO="50999999").json() == documented.OTHER_ACCOUNT
    real_only = Practice().get(f"{QUOTATIONS}chk-holiday", "CTCA0903R", {})
    assert real_only.json() == documented.NOT_A_VIRTUAL_CALL
