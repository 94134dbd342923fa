"""Each fault does what it says, and nothing else happens."""

import contextlib

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.errors import UsageError
from khms_trader.simulator.faults import CALLS, FaultKind, parse_fault
from simulator.practice import ONE, Practice, said


def spoilt(*faults: str) -> Practice:
    practice = Practice()
    practice.faults.add(*faults)
    return practice


@pytest.mark.parametrize(
    ("kind", "error"),
    [("lost", requests.ConnectionError), ("lost:timeout", requests.ReadTimeout)],
)
def test_an_order_whose_answer_is_lost_was_taken(
    kind: str, error: type[Exception]
) -> None:
    practice = spoilt(f"buy:1:{kind}")

    with pytest.raises(error):
        practice.buy()

    assert [row["tot_ccld_qty"] for row in practice.rows()] == ["10"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("timeout", requests.ReadTimeout),
        ("reset", requests.ConnectionError),
        ("refused", requests.ConnectionError),
    ],
)
def test_an_order_that_never_arrives_was_not_taken(
    kind: str, error: type[Exception]
) -> None:
    practice = spoilt(f"order:1:{kind}")

    with pytest.raises(error):
        practice.buy()

    assert practice.rows() == []


def test_a_timeout_takes_as_long_as_the_client_waits() -> None:
    practice = spoilt("price:1:timeout")
    practice.token  # noqa: B018 - issued before the moment that counts
    before = practice.clock.monotonic()

    with pytest.raises(requests.ReadTimeout):
        practice.price()

    assert practice.clock.monotonic() - before == pytest.approx(6.1)


@pytest.mark.parametrize(
    ("fault", "taken"),
    [("buy:1:html", 0), ("buy:1:html:done", 1)],
)
def test_a_page_of_html_says_nothing_of_the_order(fault: str, taken: int) -> None:
    practice = spoilt(fault)

    answer = practice.buy()

    assert (answer.status_code, answer.text[:6]) == (500, "<html>")
    assert len(practice.rows()) == taken


@pytest.mark.parametrize(
    ("fault", "taken"),
    [("buy:1:empty", 0), ("buy:1:empty:done", 1)],
)
def test_an_empty_answer_says_nothing_of_the_order(fault: str, taken: int) -> None:
    practice = spoilt(fault)

    answer = practice.buy()

    assert (answer.status_code, answer.content) == (200, b"")
    assert len(practice.rows()) == taken


@pytest.mark.parametrize(
    ("kind", "code"), [("throttled", "EGW00201"), ("ledger", "EGW00215")]
)
def test_a_storm_refuses_a_row_of_requests(kind: str, code: str) -> None:
    practice = spoilt(f"order:1-2:{kind}")

    answers = [practice.buy(), practice.sell(), practice.buy()]

    assert [said(answer) for answer in answers[:2]] == [(500, code)] * 2
    assert answers[2].json()["rt_cd"] == "0"
    assert len(practice.rows()) == 1


@pytest.mark.parametrize(
    ("kind", "code"), [("revoked", "EGW00121"), ("expired", "EGW00123")]
)
def test_tokens_end_before_a_request(kind: str, code: str) -> None:
    practice = spoilt(f"balance:1:{kind}")
    old = practice.token

    assert said(practice.balance()) == (500, code)
    practice.wait(minutes=1)
    practice.forget_token()
    assert practice.balance().status_code == 200
    assert practice.token != old


def test_a_balance_is_shown_late() -> None:
    practice = spoilt("balance:1-2:late:3")
    practice.buy()

    rows = [len(practice.balance().json()["output1"]) for _ in range(3)]

    assert rows == [0, 0, 1]


def test_orders_are_shown_late() -> None:
    practice = spoilt("orders:*:late:2")
    practice.buy()

    assert [len(practice.rows()) for _ in range(3)] == [0, 1, 1]


def test_an_empty_order_list_still_has_its_sums() -> None:
    practice = spoilt("orders:1:no_rows")
    practice.buy()

    body = practice.orders().json()

    assert (body["rt_cd"], body["msg_cd"], body["output1"]) == ("0", "70070000", [])
    assert body["output2"]["tot_ccld_qty"] == "10"
    assert len(practice.rows()) == 1


def test_rows_come_twice() -> None:
    practice = spoilt("orders:1:twice")
    practice.buy()
    practice.sell()

    numbers = [row["odno"] for row in practice.rows()]

    assert numbers == ["0000000001", "0000000001", "0000000002", "0000000002"]


def test_only_a_following_page_is_broken() -> None:
    practice = spoilt("orders_next:1:changed")
    for _ in range(16):
        practice.buy(quantity=1)
    first = practice.orders()
    cursor = {"CTX_AREA_FK100": "", "CTX_AREA_NK100": first.json()["ctx_area_nk100"]}

    broken, again = practice.orders(**cursor), practice.orders(**cursor)

    assert first.status_code == 200
    assert said(broken) == (200, "SYDB0050")
    assert len(again.json()["output1"]) == 1


def test_only_some_shares_fill_and_the_rest_stays_open() -> None:
    practice = spoilt("buy:1:partial:3")

    practice.buy(quantity=10)

    (row,) = practice.rows()
    assert (row["tot_ccld_qty"], row["rmn_qty"]) == ("3", "7")
    assert practice.change("0000000001").json()["rt_cd"] == "0"
    assert practice.rows()[0]["cncl_cfrm_qty"] == "7"


def test_an_order_is_counted_without_its_cancelled_shares() -> None:
    practice = spoilt("buy:1:partial:3", "orders:2+:shrunk")
    practice.buy(quantity=10)
    practice.change("0000000001")

    honest, shrunk = practice.rows(), practice.rows()

    assert [row["ord_qty"] for row in honest] == ["10", "7"]
    assert [row["ord_qty"] for row in shrunk] == ["3", "7"]
    assert [row["tot_ccld_qty"] for row in shrunk] == ["3", "0"]


def test_the_rest_can_fill_later() -> None:
    practice = spoilt("buy:1:partial:0@5")
    practice.buy(quantity=10)

    first = practice.rows()[0]["tot_ccld_qty"]
    practice.wait(seconds=5)

    assert (first, practice.rows()[0]["tot_ccld_qty"]) == ("0", "10")


def test_an_order_is_refused_with_any_code() -> None:
    practice = spoilt("buy:1:reject:40910000")

    refused = practice.buy()

    assert said(refused) == (200, "40910000")
    assert refused.json()["msg1"] == "모의투자 주문이 불가한 계좌입니다."
    assert practice.rows() == []


@pytest.mark.parametrize("code", ["EGW00133", "EGW00103", "EGW09999"])
def test_a_token_is_refused_with_any_code(code: str) -> None:
    practice = spoilt(f"token:1:reject:{code}")

    refused, granted = practice.issue(), practice.issue()

    assert refused.status_code == 403
    assert refused.json()["error_code"] == code
    assert refused.json()["error_description"]
    assert granted.json()["access_token"]


def test_the_clock_of_the_server_goes_wrong() -> None:
    practice = spoilt("price:1:skew:-90")

    assert practice.price().headers["date"] == "Tue, 03 Mar 2026 23:59:31 GMT"


def test_a_slow_answer_takes_its_time_and_then_comes() -> None:
    practice = spoilt("price:1:slow:4.5")
    practice.token  # noqa: B018 - issued before the moment that counts
    before = practice.clock.monotonic()

    assert practice.price().status_code == 200
    assert practice.clock.monotonic() - before == pytest.approx(5.6)


def test_an_answer_slower_than_the_client_waits_is_a_timeout_of_a_done_order() -> None:
    practice = spoilt("buy:1:slow:20")

    with pytest.raises(requests.ReadTimeout):
        practice.buy()

    assert len(practice.rows()) == 1


def test_a_fault_counts_from_when_it_is_added() -> None:
    practice = Practice()
    practice.price()
    practice.faults.add("price:2:throttled")

    statuses = [practice.price().status_code for _ in range(3)]

    assert statuses == [200, 500, 200]


def test_a_server_without_faults_is_honest_again() -> None:
    practice = spoilt("any:*:html")
    practice.faults.clear()

    assert practice.price().status_code == 200


def test_a_fault_of_another_call_is_none_of_this_ones() -> None:
    practice = spoilt("sell:*:html", "balance:*:html")

    assert practice.buy(ONE).status_code == 200


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("buy:1:lost", 1, 1),
        ("buy:2-5:lost", 2, 5),
        ("buy:3+:lost", 3, 1 << 60),
        ("buy:*:lost", 1, 1 << 60),
    ],
)
def test_which_requests_are_meant_can_be_written_in_four_ways(
    text: str, first: int, last: int
) -> None:
    fault = parse_fault(text)

    assert (fault.call, fault.kind) == ("buy", FaultKind.LOST)
    assert (fault.first, fault.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("purchase:1:lost", "purchase"),
        ("buy:0:lost", "0"),
        ("buy:first:lost", "first"),
        ("buy:1-:lost", "1-"),
        ("buy:1-2+:lost", "1-2+"),
        ("buy:5-2:lost", "5-2"),
        ("balance:1:late:-5", "-5"),
        ("balance:1:slow:1e99", "1e99"),
        ("buy:1:stolen", "stolen"),
        ("buy:1", ""),
        ("balance:1:late", ""),
        ("balance:1:late:soon", "soon"),
        ("buy:1:partial:some", "some"),
        ("buy:1:partial:3@soon", "3@soon"),
        ("buy:1:reject", ""),
        ("buy:1:html:later", "later"),
        ("buy:1:throttled:5", "5"),
    ],
)
def test_a_fault_that_means_nothing_is_refused_with_the_part_that_is_wrong(
    text: str, part: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_fault(text)

    assert caught.value.code == "fault_unreadable"
    assert caught.value.facts == {"text": text, "part": part}


@settings(max_examples=60)
@given(st.text(alphabet="buyany:*1-3+.@latehtm ", max_size=30))
def test_no_text_does_anything_but_mean_a_fault_or_be_refused(text: str) -> None:
    with contextlib.suppress(UsageError):
        fault = parse_fault(text)

        assert fault.call in CALLS
        assert 1 <= fault.first <= fault.last
