"""The account at KIS over all its pages, and the orders of a day."""

from dataclasses import replace
from datetime import date

import pytest

from broker.kis.scripted_caller import (
    CALENDAR,
    NUMBER,
    SESSION,
    ScriptedCaller,
    a_reply,
    kst,
    pages,
)
from broker.kis.wire_builders import (
    a_balance,
    a_position,
    a_resting_row,
    an_order_row,
    orders_page,
)
from khms_trader.broker.kis.broker import KisAccount
from khms_trader.broker.kis.endpoints import (
    BALANCE,
    BUYING_POWER,
    DAILY_ORDERS,
    OLD_DAILY_ORDERS,
)
from khms_trader.broker.kis.reply import Reply
from khms_trader.clock import ManualClock
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    NotInVirtual,
    RateLimited,
)
from khms_trader.ports import AccountReader

POWER = a_reply({"output": {"nrcvb_buy_amt": "850"}})
FIRST = a_balance(*(a_position(f"{n:05d}0", 1) for n in range(20)))
SECOND = a_balance(*(a_position(f"{n:05d}0", 2) for n in range(20, 25)))


def an_account(caller: ScriptedCaller, *, hour: int = 9) -> KisAccount:
    return KisAccount(
        caller,
        NUMBER,
        account_id="virtual-0a1b2c3d",
        clock=ManualClock(kst(hour, 1)),
        calendar=CALENDAR,
    )


def test_an_account_is_read_over_all_its_pages() -> None:
    caller = ScriptedCaller({BALANCE: pages(FIRST, SECOND), BUYING_POWER: [POWER]})
    reader: AccountReader = an_account(caller)

    account = reader.account()

    assert (account.cash, account.cash_d2, account.total) == (1_000, 900, 5_000)
    assert account.spendable == 850
    assert [h.quantity for h in account.holdings] == [1] * 20 + [2] * 5
    assert account.account == "virtual-0a1b2c3d"
    assert account.observed_at == kst(9, 1)


@pytest.mark.parametrize(("more", "last"), [("M", "D"), ("F", "E"), ("M", "")])
def test_the_header_alone_says_whether_a_page_follows(more: str, last: str) -> None:
    answers = pages(FIRST, SECOND, more=more, last=last)
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    assert len(an_account(caller).account().holdings) == 25


def test_the_next_page_is_asked_for_with_n_and_the_keys_as_they_came() -> None:
    first = {"ctx_area_fk100": "12345678^01".ljust(100), "ctx_area_nk100": "A00020"}
    answers = [a_reply(FIRST | first, "M"), a_reply(SECOND, "D")]
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    an_account(caller).account()

    one, two = caller.asked_of(BALANCE)
    assert one.continuation == ""
    assert one.fields["CTX_AREA_FK100"] == one.fields["CTX_AREA_NK100"] == ""
    assert two.continuation == "N"
    assert two.fields["CTX_AREA_FK100"] == "12345678^01".ljust(100)
    assert two.fields["CTX_AREA_NK100"] == "A00020"
    assert two.fields["CANO"] == "12345678"


def test_keys_that_lead_nowhere_on_a_last_page_are_not_followed() -> None:
    keys = {"ctx_area_fk100": "static", "ctx_area_nk100": "static"}
    caller = ScriptedCaller(
        {BALANCE: [a_reply(SECOND | keys, "D")], BUYING_POWER: [POWER]}
    )

    assert len(an_account(caller).account().holdings) == 5
    assert len(caller.asked_of(BALANCE)) == 1


def test_a_full_page_that_says_nothing_of_another_is_followed() -> None:
    # A proxy may swallow the header; holdings beyond the page must not get lost.
    keys = {"ctx_area_fk100": "x", "ctx_area_nk100": "A00020"}
    answers = [a_reply(FIRST | keys, ""), a_reply(SECOND, "D")]
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    assert len(an_account(caller).account().holdings) == 25


def test_a_server_that_repeats_its_only_page_is_believed() -> None:
    keys = {"ctx_area_fk100": "x", "ctx_area_nk100": "A00020"}
    caller = ScriptedCaller(
        {BALANCE: [a_reply(FIRST | keys, "")] * 3, BUYING_POWER: [POWER]}
    )

    assert len(an_account(caller).account().holdings) == 20


def test_a_full_page_that_says_it_is_the_last_is_the_last() -> None:
    keys = {"ctx_area_fk100": "x", "ctx_area_nk100": "A00020"}
    caller = ScriptedCaller(
        {BALANCE: [a_reply(FIRST | keys, "D")], BUYING_POWER: [POWER]}
    )

    assert len(an_account(caller).account().holdings) == 20
    assert len(caller.asked_of(BALANCE)) == 1


@pytest.mark.parametrize(
    "broken",
    [
        BrokerUnavailable("kis_refused"),
        RateLimited("kis_too_fast"),
        a_reply({"msg_cd": "20310000"}, "D"),
        a_reply(a_balance({"pdno": "000200"}), "D"),
        a_reply(a_balance(d2=1), "D"),
    ],
)
def test_a_page_that_breaks_has_the_list_read_again(
    broken: BrokerError | Reply,
) -> None:
    first, second = pages(FIRST, SECOND)
    answers: list[BrokerError | Reply] = [first, broken, first, second]
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    assert len(an_account(caller).account().holdings) == 25
    assert [asked.continuation for asked in caller.asked_of(BALANCE)] == [
        "",
        "N",
        "",
        "N",
    ]


def test_a_page_that_stays_broken_is_never_half_an_account() -> None:
    first, _ = pages(FIRST, SECOND)
    broken = BrokerUnavailable("kis_refused")
    answers: list[BrokerError | Reply] = [first, broken] * 3
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    with pytest.raises(BrokerUnavailable) as caught:
        an_account(caller).account()

    assert caught.value.code == "kis_refused"
    assert len(caller.asked_of(BALANCE)) == 6


def test_a_page_without_keys_to_the_next_is_broken() -> None:
    caller = ScriptedCaller({BALANCE: [a_reply(FIRST, "M")], BUYING_POWER: [POWER]})

    with pytest.raises(BrokerUnavailable) as caught:
        an_account(caller).account()

    assert caught.value.facts["field"] == "ctx_area_nk100"


def test_pages_that_never_end_are_given_up() -> None:
    keys = {"ctx_area_fk100": "", "ctx_area_nk100": "same"}
    caller = ScriptedCaller(
        {BALANCE: [a_reply(FIRST | keys, "M")], BUYING_POWER: [POWER]}
    )

    with pytest.raises(BrokerUnavailable) as caught:
        an_account(caller).account()

    assert caught.value.code == "kis_pages_endless"
    assert len(caller.asked) == 6


def test_a_first_page_that_fails_is_left_to_the_client() -> None:
    caller = ScriptedCaller({BALANCE: [RateLimited("kis_too_fast", call="x")]})

    with pytest.raises(RateLimited):
        an_account(caller).account()

    assert len(caller.asked) == 1


def test_buying_power_that_cannot_be_had_is_no_account() -> None:
    caller = ScriptedCaller(
        {BALANCE: pages(SECOND), BUYING_POWER: [BrokerUnavailable("kis_no_answer")]}
    )

    with pytest.raises(BrokerUnavailable):
        an_account(caller).account()


def test_whatever_a_read_fails_of_is_what_the_port_names() -> None:
    refused = NotInVirtual("kis_not_in_virtual", call="inquire-balance")
    caller = ScriptedCaller({BALANCE: [refused]})

    with pytest.raises(BrokerUnavailable) as caught:
        an_account(caller).account()

    assert caught.value.code == "kis_not_in_virtual"
    assert caught.value.facts == {"call": "inquire-balance"}


def test_orders_are_read_over_all_their_pages_and_once_each() -> None:
    rows = [an_order_row(str(n), ord_tmd=f"0900{n:02}") for n in range(1, 21)]
    answers = pages(orders_page(*rows[:15]), orders_page(*rows[13:]))
    caller = ScriptedCaller({DAILY_ORDERS: answers})

    orders = an_account(caller).orders(SESSION)

    assert [int(order.number) for order in orders] == list(range(1, 21))


def test_a_list_that_changed_while_it_was_read_is_read_again() -> None:
    page_one = orders_page(an_order_row("1"))
    first, second = pages(page_one, orders_page(an_order_row("2")))
    changed = BrokerUnavailable(
        "kis_refused", message="조회이후에 자료가 변경되었습니다"
    )
    caller = ScriptedCaller({DAILY_ORDERS: [first, changed, first, second]})

    assert len(an_account(caller).orders(SESSION)) == 2


def test_an_order_is_open_until_five_minutes_after_the_close() -> None:
    caller = ScriptedCaller({DAILY_ORDERS: [a_reply(orders_page(a_resting_row("1")))]})
    clock = ManualClock(kst(15, 35))
    reader = KisAccount(caller, NUMBER, account_id="x", clock=clock, calendar=CALENDAR)

    assert reader.orders(SESSION)[0].is_open
    clock.sleep(1)
    assert not reader.orders(SESSION)[0].is_open


def test_orders_of_an_earlier_session_are_over() -> None:
    row = a_resting_row("1", ord_dt="20260730", rmn_qty="0", rjct_qty="10")
    caller = ScriptedCaller({DAILY_ORDERS: [a_reply(orders_page(row))]})

    (order,) = an_account(caller).orders(date(2026, 7, 30))

    assert not order.is_rejected


def test_orders_older_than_three_months_go_by_another_id() -> None:
    nothing = [a_reply(orders_page())]
    caller = ScriptedCaller({DAILY_ORDERS: nothing, OLD_DAILY_ORDERS: nothing})
    reader = an_account(caller)

    reader.orders(date(2026, 5, 4))
    reader.orders(date(2026, 4, 30))

    assert [asked.endpoint for asked in caller.asked] == [
        DAILY_ORDERS,
        OLD_DAILY_ORDERS,
    ]


def test_an_answer_shows_nothing_of_the_account_number() -> None:
    caller = ScriptedCaller({BALANCE: pages(SECOND), BUYING_POWER: [POWER]})

    account = an_account(caller).account()

    assert "12345678" not in repr(replace(account, holdings=()))
