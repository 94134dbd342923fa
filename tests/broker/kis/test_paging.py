"""A page that was to follow and came empty: read again, and not believed at once."""

import pytest

from broker.kis.scripted_caller import (
    CALENDAR,
    NUMBER,
    ScriptedCaller,
    a_reply,
    kst,
    pages,
)
from broker.kis.wire_builders import a_balance, a_position
from khms_trader.broker.kis.broker import KisAccount
from khms_trader.broker.kis.endpoints import BALANCE, BUYING_POWER
from khms_trader.clock import ManualClock
from khms_trader.domain.account import Holding
from khms_trader.errors import BrokerUnavailable

POWER = a_reply({"output": {"nrcvb_buy_amt": "850"}})
FIRST = a_balance(*(a_position(f"{n:05d}0", 1) for n in range(20)))
SECOND = a_balance(*(a_position(f"{n:05d}0", 2) for n in range(20, 25)))
EMPTY = a_balance()


def holdings_of(caller: ScriptedCaller) -> tuple[Holding, ...]:
    account = KisAccount(
        caller,
        NUMBER,
        account_id="virtual-0a1b2c3d",
        clock=ManualClock(kst(9, 1)),
        calendar=CALENDAR,
    )
    return account.account().holdings


@pytest.mark.parametrize("nothing", [EMPTY, {**EMPTY, "msg_cd": "KIOK0560"}])
def test_a_promised_page_that_comes_empty_has_the_list_read_again(
    nothing: dict[str, object],
) -> None:
    answers = [*pages(FIRST, nothing), *pages(FIRST, SECOND)]
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    assert len(holdings_of(caller)) == 25
    assert len(caller.asked_of(BALANCE)) == 4


def test_a_full_page_and_an_empty_one_are_believed_the_second_time() -> None:
    # An account of exactly one full page was told of a second (python-kis issue 20).
    answers = pages(FIRST, EMPTY) * 2
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    assert len(holdings_of(caller)) == 20
    assert len(caller.asked_of(BALANCE)) == 4


@pytest.mark.parametrize(
    "bodies",
    [
        (a_balance(a_position("000200", 1)), EMPTY),
        (FIRST, EMPTY, SECOND),
        (EMPTY, EMPTY),
    ],
)
def test_a_promise_that_no_full_page_explains_is_never_half_an_account(
    bodies: tuple[dict[str, object], ...],
) -> None:
    caller = ScriptedCaller({BALANCE: pages(*bodies) * 3, BUYING_POWER: [POWER]})

    with pytest.raises(BrokerUnavailable) as caught:
        holdings_of(caller)

    assert caught.value.code == "kis_pages_changed"
    assert len(caller.asked_of(BALANCE)) == 3 * len(bodies)


def test_two_lists_cut_at_different_places_explain_nothing() -> None:
    more = a_balance(*(a_position(f"{n:05d}0", 3) for n in range(20, 40)))
    most = a_balance(*(a_position(f"{n:05d}0", 3) for n in range(40, 60)))
    lists = (FIRST, EMPTY), (FIRST, more, EMPTY), (FIRST, more, most, EMPTY)
    answers = [reply for bodies in lists for reply in pages(*bodies)]
    caller = ScriptedCaller({BALANCE: answers, BUYING_POWER: [POWER]})

    with pytest.raises(BrokerUnavailable, match="kis_pages_changed"):
        holdings_of(caller)
