"""In front of the ledger: keys, tokens, pace, ids and headers."""

import logging
from dataclasses import replace
from datetime import date

import pytest

from fakes import at
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.simulator.log import busiest
from khms_trader.simulator.rules import (
    REAL_LIMITS,
    Limits,
    ServerRules,
    TokenRules,
    Variants,
)
from simulator.practice import (
    ACCOUNT,
    HOST,
    KEYS,
    ORDERS_FIELDS,
    QUOTATIONS,
    REAL,
    TRADING,
    Practice,
    said,
)

NEXT_DAY = date(2026, 3, 5)


def with_tokens(**rules: bool) -> Practice:
    return Practice(rules=ServerRules(tokens=TokenRules(**rules)))


def test_a_token_is_the_same_for_six_hours_and_another_one_after() -> None:
    practice = Practice()
    first = practice.issue().json()
    practice.wait(hours=5, minutes=59)
    again = practice.issue().json()
    practice.wait(hours=1)
    later = practice.issue().json()

    assert first["access_token"] == again["access_token"] != later["access_token"]
    assert (again["expires_in"], later["expires_in"]) == (64_860, 86_400)


def test_a_repeated_token_may_claim_a_whole_day() -> None:
    practice = with_tokens(repeats_full=True)
    practice.issue()
    practice.wait(hours=5)

    assert practice.issue().json()["expires_in"] == 86_400


@pytest.mark.parametrize(("seconds", "status"), [(59, 403), (60, 200)])
def test_the_lock_out_lasts_a_minute(seconds: int, status: int) -> None:
    practice = Practice()
    practice.issue()
    practice.wait(seconds=seconds)

    assert practice.issue().status_code == status


def test_a_refused_attempt_may_start_the_lock_out_again() -> None:
    practice = with_tokens(refusals_extend=True)
    practice.issue()
    practice.wait(seconds=50)
    practice.issue()
    practice.wait(seconds=50)

    assert practice.issue().status_code == 403


def test_the_lock_out_can_be_told_in_the_ordinary_envelope() -> None:
    practice = with_tokens(refuses_plainly=True)
    practice.issue()

    assert said(practice.issue()) == (403, "EGW00133")


def test_the_old_token_goes_on_working_during_the_lock_out() -> None:
    practice = Practice()
    assert practice.price().status_code == 200

    assert practice.issue().status_code == 403
    assert practice.price().status_code == 200


def test_a_new_token_leaves_the_old_one_alone_unless_told_otherwise() -> None:
    statuses = []
    for kills in (False, True):
        practice = with_tokens(new_kills_old=kills)
        assert practice.price().status_code == 200
        practice.wait(hours=7)
        practice.issue()
        statuses.append(practice.price().status_code)

    assert statuses == [200, 500]


def test_a_token_lives_for_a_day() -> None:
    practice = Practice()
    practice.price()
    practice.clock.move_to(at(9, 0, day=NEXT_DAY))
    before = practice.price().status_code
    practice.clock.move_to(at(9, 1, day=NEXT_DAY))

    assert (before, said(practice.price())) == (200, (500, "EGW00123"))


def test_a_revoked_token_is_invalid() -> None:
    practice = Practice()
    body = {
        "appkey": KEYS.app_key,
        "appsecret": KEYS.app_secret,
        "token": practice.token,
    }

    revoked = practice.session.post(f"{HOST}/oauth2/revokeP", json=body, timeout=5)

    assert revoked.json() == {"code": 200, "message": "접근토큰 폐기에 성공하였습니다"}
    assert said(practice.price()) == (500, "EGW00121")


def test_the_websocket_key_is_asked_for_with_another_name_of_the_secret() -> None:
    body = {
        "grant_type": "client_credentials",
        "appkey": KEYS.app_key,
        "secretkey": KEYS.app_secret,
    }

    answer = Practice().session.post(f"{HOST}/oauth2/Approval", json=body, timeout=5)

    assert list(answer.json()) == ["approval_key"]
    assert len(answer.json()["approval_key"]) == 36


def test_a_hash_is_given_to_those_who_still_want_one() -> None:
    practice = Practice()
    headers = {"appkey": KEYS.app_key, "appsecret": KEYS.app_secret}

    answer = practice.session.post(
        f"{HOST}/uapi/hashkey", json=ACCOUNT, headers=headers, timeout=5
    )

    assert answer.json()["BODY"] == ACCOUNT
    assert len(answer.json()["HASH"]) == 64


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"appkey": ""}, "EGW00102"),
        ({"appkey": "another"}, "EGW00103"),
        ({"appsecret": ""}, "EGW00104"),
        ({"appsecret": "another"}, "EGW00105"),
        ({"grant_type": "password"}, "EGW00115"),
    ],
)
def test_a_token_needs_the_right_keys(changes: dict[str, str], code: str) -> None:
    refused = Practice().issue(**changes)

    assert (refused.status_code, refused.json()["error_code"]) == (403, code)


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("appkey", "", "EGW00102"),
        ("appkey", "another", "EGW00103"),
        ("appsecret", "another", "EGW00105"),
        ("authorization", "another", "EGW00205"),
        ("authorization", "Bearer another", "EGW00121"),
        ("custtype", "X", "EGW00208"),
        ("content-type", "text/html", "EGW00132"),
        ("tr_id", "VTTC0084R", "OPSQ0002"),
        ("tr_id", "VTTC0012U", "EGW00310"),
        ("tr_id", "TTTC8434R", "EGW02006"),
        ("tr_id", "FHKST11300006", "EGW02006"),
        ("tr_id", "CTSC0008U", "IGW00009"),
    ],
)
def test_a_wrong_header_is_refused_by_the_gateway(
    header: str, value: str, code: str
) -> None:
    practice = Practice()
    headers = {**practice.headers("FHKST01010100"), header: value}

    refused = practice.session.get(
        f"{HOST}{QUOTATIONS}inquire-price", headers=headers, timeout=5
    )

    assert said(refused) == (500, code)


def test_the_old_id_of_open_orders_is_not_offered() -> None:
    refused = Practice().get(f"{TRADING}inquire-psbl-rvsecncl", "VTTC8036R", {})

    assert said(refused) == (200, "90000000")


def test_where_sources_disagree_an_unknown_id_may_be_told_with_status_200() -> None:
    variants = Variants(unknown_id_status=200, virtual_mismatch_code="EGW00213")
    practice = Practice(rules=ServerRules(variants=variants))

    assert said(practice.get(f"{TRADING}x", "VTCA0903R", {})) == (200, "OPSQ0002")


def test_any_keys_will_do_without_keys() -> None:
    practice = Practice(keys=None)

    assert practice.issue(appkey="mine", appsecret="too").status_code == 200


@pytest.mark.parametrize("pause", [1.0, 1.1])
def test_one_request_a_second_is_let_through(pause: float) -> None:
    practice = Practice()
    practice.pause = pause

    assert [practice.price().status_code for _ in range(5)] == [200] * 5


def test_half_a_second_between_requests_lets_every_second_one_through() -> None:
    practice = Practice()
    practice.pause = 0.5

    statuses = [practice.price().status_code for _ in range(6)]

    assert statuses == [200, 500, 200, 500, 200, 500]


def test_the_real_host_lets_eighteen_through_in_any_second() -> None:
    rules = ServerRules(environment=Environment.REAL, limits=REAL_LIMITS)
    practice = Practice(rules=rules)
    practice.pause = 0.05

    statuses = [practice.price().status_code for _ in range(20)]

    assert statuses == [200] * 18 + [500, 500]


def test_orders_can_be_throttled_at_a_pace_that_reads_keep() -> None:
    practice = Practice(rules=ServerRules(limits=Limits(order_gap=1.5)))
    practice.price()

    assert said(practice.buy()) == (500, "EGW00201")
    practice.pause = 1.5
    assert practice.buy().status_code == 200


def test_the_ledger_can_have_a_limit_of_its_own() -> None:
    practice = Practice(rules=ServerRules(limits=Limits(ledger_gap=2.0)))

    codes = [practice.balance().json()["msg_cd"] for _ in range(3)]

    assert codes == ["20310000", "EGW00215", "20310000"]
    assert practice.price().status_code == 200


def test_token_calls_can_count_as_requests() -> None:
    practice = Practice(rules=ServerRules(limits=Limits(counts_tokens=True)))
    practice.pause = 0.5

    assert said(practice.price()) == (500, "EGW00201")


@pytest.mark.parametrize(
    ("path", "tr_id"),
    [
        ("order-cash", "TTTC0012U"),
        ("inquire-balance", "TTTC8434R"),
        ("inquire-daily-ccld", "TTTC0081R"),
    ],
)
def test_the_real_host_has_no_account(path: str, tr_id: str) -> None:
    practice = Practice(rules=REAL)

    assert said(practice.get(TRADING + path, tr_id, ORDERS_FIELDS)) == (
        500,
        "EGW00206",
    )


def test_a_virtual_key_is_refused_by_the_real_host() -> None:
    keys = replace(KEYS, app_key="R" * 36, foreign=frozenset({KEYS.app_key}))

    assert said(Practice(rules=REAL, keys=keys).issue()) == (500, "EGW02004")


def test_the_server_tells_its_time_in_whole_seconds() -> None:
    practice = Practice(start_at=at(9, 1, 59))

    assert practice.price().headers["date"] == "Wed, 04 Mar 2026 00:02:00 GMT"


def test_the_log_proves_the_pace() -> None:
    practice = Practice()
    for _ in range(3):
        practice.price()

    log = practice.server.log
    assert (log.count(), log.count("price"), log.busiest_second()) == (4, 3, 1)
    assert [(seen.call, seen.status) for seen in log.seen][:2] == [
        ("token", 200),
        ("price", 200),
    ]
    told = practice.session.get(f"{HOST}/practice/requests", timeout=5).json()
    assert (len(told["requests"]), told["busiest_second"]) == (4, 1)


@pytest.mark.parametrize(
    ("moments", "most"),
    [([], 0), ([0.0, 1.0, 2.0], 1), ([0.0, 0.9, 1.8], 2), ([5.0, 5.2, 5.9, 6.1], 3)],
)
def test_the_busiest_second_is_found_wherever_it_begins(
    moments: list[float], most: int
) -> None:
    assert busiest(moments) == most


def test_a_server_that_follows_its_client_lives_by_the_clients_clock() -> None:
    practice = Practice(rules=ServerRules(follow_client=True))
    headers = practice.headers("FHKST01010100")
    times = ("2026-03-04T15:29:59+09:00", "2026-03-04T15:30:01+09:00")

    prices = []
    for now in times:
        practice.wait(seconds=1.1)
        answer = practice.session.get(
            f"{HOST}{QUOTATIONS}inquire-price",
            params={"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": "100000"},
            headers={**headers, "X-Practice-Now": now},
            timeout=5,
        )
        prices.append(answer.json()["output"]["stck_prpr"])

    assert prices == ["10000", "11000"]


def test_a_clients_own_time_does_not_loosen_the_pace() -> None:
    practice = Practice(rules=ServerRules(follow_client=True))
    headers = practice.headers("FHKST01010100")
    practice.wait(seconds=1.1)

    codes = [
        practice.session.get(
            f"{HOST}{QUOTATIONS}inquire-price",
            params={"FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": "100000"},
            headers={**headers, "X-Practice-Now": now},
            timeout=5,
        ).json()["msg_cd"]
        for now in ("2026-03-04T09:01:00+09:00", "2026-03-04T09:02:00+09:00")
    ]

    assert codes == ["MCA00000", "EGW00201"]


def test_keys_and_tokens_stay_out_of_logs_and_texts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    practice = Practice()
    practice.buy()

    shown = f"{caplog.text} {KEYS!r} {practice.server.log.as_json()}"

    assert "KKKK" not in shown
    assert "50123456" not in shown
    assert practice.token not in shown
