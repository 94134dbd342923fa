"""Requests over real HTTP: what leaves, what comes back, and what is asked again."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from broker.kis.loopback_kis import (
    Fate,
    LoopbackKis,
    Says,
    a_loopback_kis,
    a_token,
    an_error,
)
from broker.kis.scripted_caller import Veiled
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import (
    BALANCE,
    BUY,
    CANCEL,
    HOLIDAYS,
    PRICE,
    QUOTATIONS,
    Environment,
)
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import Pace
from khms_trader.broker.kis.transport import Timeouts
from khms_trader.clock import ManualClock
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    ConfigError,
    NotInVirtual,
    OrderRejected,
    OrderUnconfirmed,
    RateLimited,
    TokenExpired,
    TokenRefused,
)
from khms_trader.market.calendar import SEOUL

APP_KEY: Final = "PSa1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7"
APP_SECRET: Final = "s3cr3t" * 30
START: Final = datetime(2026, 11, 23, 9, 1, tzinfo=SEOUL)
ASKED: Final = {"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": "319400"}
ORDER: Final = {
    "cano": "12345678",
    "ACNT_PRDT_CD": "01",
    "PDNO": "319400",
    "ORD_QTY": "1",
    "ORD_UNPR": "12960",
}
HTML: Final = Says(body=b"<html>busy</html>", status=500)
Make = Callable[..., KisClient]


@pytest.fixture
def kis() -> Iterator[LoopbackKis]:
    with a_loopback_kis() as server:
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def make(tmp_path: Path, kis: LoopbackKis, clock: ManualClock) -> Make:
    def a_client(
        address: str = kis.address,
        environment: Environment = Environment.VIRTUAL,
        **manners: object,
    ) -> KisClient:
        usual: dict[str, object] = {
            "pace": Pace(request_seconds=0.5, order_seconds=0.7),
            "timeouts": Timeouts(connect_seconds=2, read_seconds=0.3),
        }
        return KisClient(
            environment=environment,
            address=address,
            keys=Keys(app_key=Veiled(APP_KEY), app_secret=Veiled(APP_SECRET)),
            folder=tmp_path / "kis",
            clock=clock,
            manners=Manners(**{**usual, **manners}),  # type: ignore[arg-type]
        )

    return a_client


def test_a_read_goes_out_with_the_documented_headers(
    kis: LoopbackKis, make: Make
) -> None:
    reply = make().read(BALANCE, {"CANO": "12345678"}, continuation="N")

    heard = kis.heard_of("inquire-balance")[0]
    assert reply.body["rt_cd"] == "0"
    assert heard.fields == {"CANO": "12345678"}
    assert {name: heard.headers[name] for name in ("appkey", "appsecret", "tr_id")} == {
        "appkey": APP_KEY,
        "appsecret": APP_SECRET,
        "tr_id": "VTTC8434R",
    }
    assert heard.headers["authorization"] == "Bearer token-1"
    assert heard.headers["content-type"] == "application/json; charset=utf-8"
    assert (heard.headers["tr_cont"], heard.headers["custtype"]) == ("N", "P")


def test_a_token_is_asked_for_as_documented(kis: LoopbackKis, make: Make) -> None:
    make().read(PRICE, ASKED)

    heard = kis.heard_of("tokenP")[0]
    assert heard.fields == {
        "grant_type": "client_credentials",
        "appkey": APP_KEY,
        "appsecret": APP_SECRET,
    }
    assert heard.headers["authorization"] is None


def test_the_body_of_an_order_has_upper_case_names_and_texts(
    kis: LoopbackKis, make: Make
) -> None:
    make().order(BUY, ORDER)

    heard = kis.heard_of("order-cash")[0]
    assert json.loads(heard.raw)["CANO"] == "12345678"
    assert all(name == name.upper() for name in heard.fields)
    assert all(isinstance(value, str) for value in heard.fields.values())
    assert heard.headers["tr_id"] == "VTTC0012U"


def test_a_practice_server_is_told_the_time(
    kis: LoopbackKis, make: Make, clock: ManualClock
) -> None:
    client = make()
    client.read(PRICE, ASKED)
    clock.move_to(START.replace(hour=10))
    client.read(PRICE, ASKED)

    assert [h.headers["x-practice-now"] for h in kis.heard] == [
        "2026-11-23T09:01:00+09:00",
        "2026-11-23T09:01:00.500000+09:00",
        "2026-11-23T10:01:00+09:00",
    ]


def test_a_reply_tells_of_more_pages_and_of_the_servers_time(
    kis: LoopbackKis, make: Make
) -> None:
    kis.will_say("inquire-balance", Says(headers={"tr_cont": "M"}), Says())
    client = make()

    first, last = client.read(BALANCE, {}), client.read(BALANCE, {})

    assert (first.continuation, first.has_more, last.has_more) == ("M", True, False)
    assert first.server_time == datetime(2026, 11, 23, 9, 1, 2, tzinfo=SEOUL)


@pytest.mark.parametrize(
    "trouble",
    [
        an_error("EGW00201"),
        an_error("EGW00215"),
        HTML,
        Says(body=b""),
        Says(body=b"{"),
        Says(fate=Fate.RESET),
        Says(fate=Fate.CLOSED),
        Says(fate=Fate.SILENT),
    ],
)
def test_a_read_is_asked_again_after_passing_trouble(
    kis: LoopbackKis, make: Make, clock: ManualClock, trouble: Says
) -> None:
    kis.will_say("inquire-price", trouble, trouble)

    assert make().read(PRICE, ASKED).body["rt_cd"] == "0"
    assert len(kis.heard_of("inquire-price")) == 3
    assert clock.monotonic() >= 1 + 2


def test_a_read_is_not_asked_again_for_ever(kis: LoopbackKis, make: Make) -> None:
    kis.will_say("inquire-price", *[an_error("EGW00201")] * 9)

    with pytest.raises(RateLimited):
        make().read(PRICE, ASKED)

    assert len(kis.heard_of("inquire-price")) == 4


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (an_error("OPSQ2000", status=200), BrokerUnavailable),
        (an_error("EGW02006"), NotInVirtual),
        (an_error("EGW00103", status=403), TokenRefused),
    ],
)
def test_a_final_refusal_of_a_read_is_told_at_once(
    kis: LoopbackKis, make: Make, says: Says, kind: type[BrokerError]
) -> None:
    kis.will_say("inquire-price", says)

    with pytest.raises(kind) as caught:
        make().read(PRICE, ASKED)

    assert type(caught.value) is kind
    assert len(kis.heard_of("inquire-price")) == 1


@pytest.mark.parametrize(
    "says",
    [
        HTML,
        Says(body=b""),
        an_error("IGW00007"),
        Says(fate=Fate.RESET),
        Says(fate=Fate.CLOSED),
        Says(fate=Fate.SILENT),
        Says(body=b"", status=302, headers={"location": "/uapi/elsewhere"}),
    ],
)
def test_an_order_without_a_clear_answer_is_unconfirmed_and_not_repeated(
    kis: LoopbackKis, make: Make, says: Says
) -> None:
    kis.will_say("order-cash", says)

    with pytest.raises(OrderUnconfirmed):
        make().order(BUY, ORDER)

    assert len(kis.heard_of("order-cash")) == 1
    assert len(kis.heard) == 2


def test_a_business_refusal_of_an_order_is_definite(
    kis: LoopbackKis, make: Make
) -> None:
    kis.will_say("order-cash", an_error("40250000", status=200, message="부족  "))

    with pytest.raises(OrderRejected) as caught:
        make().order(BUY, ORDER)

    assert caught.value.code == "not_enough_cash"
    assert caught.value.facts["symbol"] == "319400"
    assert caught.value.facts["message"] == "부족"
    assert len(kis.heard_of("order-cash")) == 1


def test_a_limited_order_may_be_repeated_by_the_caller_after_a_rest(
    kis: LoopbackKis, make: Make, clock: ManualClock
) -> None:
    kis.will_say("order-cash", an_error("EGW00215"))
    client = make()
    client.tokens.current()
    before = clock.monotonic()

    with pytest.raises(BrokerUnavailable) as caught:
        client.order(BUY, ORDER)

    assert type(caught.value) is RateLimited
    assert clock.monotonic() - before == pytest.approx(0.7 + 0.7)
    assert client.order(BUY, ORDER).body["rt_cd"] == "0"


def test_an_order_to_a_server_that_is_not_there_never_left(
    make: Make, kis: LoopbackKis
) -> None:
    client = make()
    client.tokens.current()
    gone = make(address="http://127.0.0.1:9")

    with pytest.raises(BrokerUnavailable) as caught:
        gone.order(BUY, ORDER)

    assert caught.value.code == "kis_unreachable"


@pytest.mark.parametrize("code", ["EGW00121", "EGW00123"])
def test_a_read_goes_on_with_a_new_token(
    kis: LoopbackKis, make: Make, code: str
) -> None:
    kis.will_say("inquire-price", an_error(code))

    assert make().read(PRICE, ASKED).body["rt_cd"] == "0"
    assert [h.headers["authorization"] for h in kis.heard_of("inquire-price")] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


def test_a_token_is_renewed_only_once_for_a_read(kis: LoopbackKis, make: Make) -> None:
    kis.will_say("inquire-price", *[an_error("EGW00123")] * 9)

    with pytest.raises(TokenRefused) as caught:
        make().read(PRICE, ASKED)

    assert caught.value.code == "kis_token_not_accepted"
    assert len(kis.heard_of("inquire-price")) == 2
    assert len(kis.heard_of("tokenP")) == 2


def test_an_order_with_an_old_token_is_repeated_by_the_caller_only(
    kis: LoopbackKis, make: Make
) -> None:
    kis.will_say("order-cash", an_error("EGW00123"))
    client = make()

    with pytest.raises(TokenExpired):
        client.order(BUY, ORDER)

    assert len(kis.heard_of("order-cash")) == 1
    assert client.order(BUY, ORDER).body["rt_cd"] == "0"
    assert kis.heard_of("order-cash")[1].headers["authorization"] == "Bearer token-2"


def test_an_order_never_has_more_than_one_token_renewed(
    kis: LoopbackKis, make: Make
) -> None:
    kis.will_say("order-cash", *[an_error("EGW00121")] * 9)
    client = make()

    kinds = []
    for _ in range(3):
        with pytest.raises(BrokerUnavailable) as caught:
            client.order(BUY, ORDER)
        kinds.append(type(caught.value))

    assert kinds == [TokenExpired, TokenRefused, TokenRefused]
    assert len(kis.heard_of("tokenP")) == 2


def test_a_token_that_worked_may_be_renewed_again(kis: LoopbackKis, make: Make) -> None:
    expired = an_error("EGW00123")
    kis.will_say("inquire-price", expired, Says(), expired, Says())
    client = make()
    client.read(PRICE, ASKED)
    client.read(PRICE, ASKED)

    assert len(kis.heard_of("tokenP")) == 3


def test_a_token_refused_with_the_oauth_envelope_is_awaited(
    kis: LoopbackKis, make: Make, clock: ManualClock
) -> None:
    limited = Says(
        body={"error_code": "EGW00133", "error_description": "1분당 1회"}, status=403
    )
    kis.will_say("tokenP", limited, limited, a_token("late"))

    assert make().read(PRICE, ASKED).body["rt_cd"] == "0"
    assert kis.heard_of("inquire-price")[0].headers["authorization"] == "Bearer late"
    assert clock.monotonic() > 30


def test_a_limited_token_keeps_an_order_from_leaving(
    kis: LoopbackKis, make: Make
) -> None:
    body = {"error_code": "EGW00133", "error_description": "1분당 1회"}
    kis.will_say("tokenP", *[Says(body=body, status=403)] * 99)

    with pytest.raises(TokenRefused):
        make(token_patience_seconds=60).order(BUY, ORDER)

    assert kis.heard_of("order-cash") == []


def test_a_real_only_call_is_refused_before_any_request(
    kis: LoopbackKis, make: Make
) -> None:
    with pytest.raises(NotInVirtual):
        make().read(HOLIDAYS, {})

    assert kis.heard == []


def test_a_client_for_prices_knows_no_account_and_no_order(
    kis: LoopbackKis, make: Make
) -> None:
    client = make(environment=Environment.REAL, calls=QUOTATIONS)

    with pytest.raises(BrokerError, match="kis_call_not_allowed"):
        client.read(BALANCE, {})
    with pytest.raises(OrderRejected, match="kis_call_not_allowed"):
        client.order(CANCEL, {})

    assert kis.heard == []


def test_a_real_order_is_never_sent(kis: LoopbackKis, make: Make) -> None:
    with pytest.raises(OrderRejected, match="kis_real_orders_refused"):
        make(environment=Environment.REAL).order(BUY, ORDER)

    assert kis.heard == []


def test_an_order_cannot_be_sent_as_a_read_nor_a_read_as_an_order(
    kis: LoopbackKis, make: Make
) -> None:
    with pytest.raises(BrokerError, match="kis_call_not_allowed"):
        make().read(BUY, ORDER)
    with pytest.raises(OrderRejected, match="kis_call_not_allowed"):
        make().order(PRICE, ASKED)

    assert kis.heard == []


def test_a_strange_address_is_refused_before_a_secret_leaves(
    kis: LoopbackKis, make: Make
) -> None:
    with pytest.raises(ConfigError, match="kis_address_refused"):
        make(address="http://10.0.0.1:8010")

    assert kis.heard == []


def test_kis_itself_is_not_asked_faster_than_it_allows(make: Make) -> None:
    official = "https://openapivts.koreainvestment.com:29443"

    with pytest.raises(ConfigError, match="kis_pace_refused"):
        make(address=official, pace=Pace(request_seconds=0.9, order_seconds=1.5))

    make(address=official, pace=Pace(request_seconds=1.0, order_seconds=1.0))


def test_the_clocks_are_compared_at_the_newest_answer(
    kis: LoopbackKis, make: Make, clock: ManualClock
) -> None:
    # The server always says 09:01:02.
    client = make()
    before = client.clock_offset, client.last_seconds

    client.read(PRICE, ASKED)
    ahead = client.clock_offset
    clock.move_to(START.replace(second=9))
    client.read(PRICE, ASKED)

    assert before == (None, None)
    assert (ahead, client.clock_offset) == (
        timedelta(seconds=1.5),
        timedelta(seconds=-7),
    )


def test_a_practice_server_that_lives_by_our_time_has_no_clock_of_its_own(
    kis: LoopbackKis, make: Make, clock: ManualClock
) -> None:
    clock.move_to(START.replace(second=2, microsecond=400_000))
    client = make(pace=Pace(request_seconds=0.01, order_seconds=0.01))

    client.read(PRICE, ASKED)

    assert client.clock_offset is None
    assert client.last_seconds == 0


def test_an_answer_that_never_came_leaves_the_facts_of_the_last(
    kis: LoopbackKis, make: Make
) -> None:
    client = make()
    client.read(PRICE, ASKED)
    known = client.clock_offset, client.last_seconds
    kis.will_say("order-cash", Says(fate=Fate.RESET))

    with pytest.raises(OrderUnconfirmed):
        client.order(BUY, ORDER)

    assert (client.clock_offset, client.last_seconds) == known


def test_a_wait_for_a_token_reaches_who_listens(kis: LoopbackKis, make: Make) -> None:
    told: list[str] = []
    kis.will_say("tokenP", Says(body={"error_code": "EGW00133"}, status=403))

    make(tell=lambda code, _: told.append(code)).read(PRICE, ASKED)

    assert told == ["kis_token_wait"]
