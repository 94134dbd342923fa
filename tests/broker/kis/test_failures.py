"""Every documented refusal, and every way to get no answer, is one error of ours."""

import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khms_trader.broker.kis.endpoints import BUY, CANCEL, PRICE, TOKEN, Endpoint
from khms_trader.broker.kis.failures import (
    Answer,
    Failure,
    Loss,
    failure_in,
    failure_of,
)
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.broker.kis.vendor_codes import MEANINGS
from khms_trader.cli.sentences import sentence
from khms_trader.errors import (
    BrokerUnavailable,
    OrderRejected,
    OrderUnconfirmed,
    RateLimited,
    TokenExpired,
    TokenRefused,
)

ORDER: Final = {"CANO": "12345678", "PDNO": "319400", "ORD_UNPR": "12960"}
DEFINITE_NO: Final = (OrderRejected, RateLimited, TokenExpired)


def an_answer(content: object, status: int = 200) -> Answer:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(status=status, content=raw)


def found_in(answer: Answer, call: Endpoint) -> Failure:
    found = failure_in(answer, call, fields=ORDER, redactor=Redactor("12345678"))
    assert found is not None
    return found


def an_envelope(code: str, outcome: str = "1") -> dict[str, str]:
    return {"rt_cd": outcome, "msg_cd": code, "msg1": "안내입니다.   "}


@pytest.mark.parametrize(
    "body",
    [
        {
            "rt_cd": "1",
            "msg1": "초당 거래건수를 초과하였습니다.",
            "msg_cd": "EGW00201",
            "message": "EGW00201",
        },
        {
            "rt_cd": "1",
            "msg1": "초당 거래건수를 초과하였습니다.",
            "message": "EGW00201",
        },
    ],
)
def test_the_measured_throttle_body_is_a_limit(body: dict[str, str]) -> None:
    found = found_in(an_answer(body, 500), BUY)

    assert (found.kind, found.is_passing) == (RateLimited, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (
            {
                "error_description": "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)",
                "error_code": "EGW00133",
            },
            403,
        ),
        (an_envelope("EGW00133"), 500),
    ],
)
def test_a_token_issued_too_often_is_told_in_either_envelope(
    body: dict[str, str], status: int
) -> None:
    found = found_in(an_answer(body, status), TOKEN)

    assert (found.kind, found.code) == (TokenRefused, "kis_token_too_often")
    assert found.is_passing is False


def test_wrong_keys_are_told_in_the_envelope_of_the_oauth_gateway() -> None:
    body = {
        "error_code": "EGW00103",
        "error_description": "유효하지 않은 AppKey입니다.",
    }

    found = found_in(an_answer(body, 403), TOKEN)

    assert (found.kind, found.code) == (TokenRefused, "kis_keys_refused")


def test_a_refusal_of_a_token_is_never_called_a_missing_service() -> None:
    found = found_in(an_answer(an_envelope("EGW02006"), 500), TOKEN)

    assert found.kind is TokenRefused


def test_a_token_answer_succeeds_without_the_usual_envelope() -> None:
    answer = an_answer({"access_token": "eyJ0eXAi", "expires_in": 86400})

    assert failure_in(answer, TOKEN, fields={}, redactor=Redactor()) is None


@pytest.mark.parametrize("content", [{}, {"access_token": ""}, {"access_token": 7}])
def test_a_token_answer_without_a_token_is_no_success(content: object) -> None:
    assert found_in(an_answer(content), TOKEN).kind is BrokerUnavailable


@pytest.mark.parametrize("code", ["KIOK0560", "70070000", "20310000", "40600000", ""])
def test_success_is_said_by_the_outcome_alone(code: str) -> None:
    answer = an_answer(an_envelope(code, "0"))

    assert failure_in(answer, BUY, fields=ORDER, redactor=Redactor()) is None


@pytest.mark.parametrize("outcome", ["1", "2", "7", "9"])
def test_any_other_outcome_is_a_refusal(outcome: str) -> None:
    answer = an_answer(an_envelope("ZZZZ0001", outcome))

    assert found_in(answer, BUY).kind is OrderRejected
    assert found_in(answer, PRICE).kind is BrokerUnavailable


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 200, "kis_answer_empty"),
        (b"  \n", 200, "kis_answer_empty"),
        (b"<html>busy</html>", 200, "kis_answer_garbled"),
        (b"<html>500</html>", 500, "kis_server_error"),
        (b"", 502, "kis_server_error"),
        (b"[]", 200, "kis_answer_garbled"),
        (b'"0"', 200, "kis_answer_garbled"),
        (b"[" * 100_000, 200, "kis_answer_garbled"),
        (b"\xb0\xa1", 200, "kis_answer_garbled"),
        (b'{"rt_cd":"0"', 200, "kis_answer_garbled"),
        (b"{}", 200, "kis_answer_garbled"),
        (b'{"rt_cd":0,"msg_cd":"40600000"}', 200, "kis_refused"),
        (b'{"rt_cd":""}', 200, "kis_answer_garbled"),
        (b'{"rt_cd":"0"}', 500, "kis_refused"),
        (b"moved", 302, "kis_answer_garbled"),
    ],
)
def test_an_order_without_a_readable_answer_is_unconfirmed(
    content: bytes, status: int, code: str
) -> None:
    order = found_in(an_answer(content, status), BUY)
    read = found_in(an_answer(content, status), PRICE)

    assert (order.kind, order.code) == (OrderUnconfirmed, code)
    assert (read.kind, read.code) == (BrokerUnavailable, code)
    assert "알 수 없음" not in sentence(order.error()) or code == "kis_refused"


@pytest.mark.parametrize("vendor", ["EGW09999", "IGW00007", "IGW99999"])
def test_an_unclear_gateway_code_leaves_an_order_unknown_even_with_200(
    vendor: str,
) -> None:
    assert found_in(an_answer(an_envelope(vendor)), BUY).kind is OrderUnconfirmed


@pytest.mark.parametrize("vendor", ["40250000", "APBK0952", "OPSQ0002", "ZZZZ0001"])
def test_a_business_code_with_500_leaves_an_order_unknown(vendor: str) -> None:
    answer = an_answer(an_envelope(vendor), 500)

    assert found_in(answer, BUY).kind is OrderUnconfirmed


@pytest.mark.parametrize("vendor", ["EGW00121", "EGW00123"])
def test_an_old_server_says_expired_with_200(vendor: str) -> None:
    assert found_in(an_answer(an_envelope(vendor)), BUY).kind is TokenExpired


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("매매불가 종목 입니다.", "symbol_halted"),
        ("조회이후에 자료가 변경되었습니다.(다시 조회하세요)", "kis_list_changed"),
    ],
)
def test_a_text_without_a_known_code_is_understood(message: str, code: str) -> None:
    answer = an_answer({"rt_cd": "1", "msg_cd": "49999999", "msg1": message})

    assert found_in(answer, BUY).code == code


def test_an_order_that_never_left_may_be_sent_again() -> None:
    for loss in (Loss.UNREACHED, Loss.UNTRUSTED):
        assert failure_of(loss, CANCEL, fields=ORDER).kind is BrokerUnavailable


def test_an_order_that_left_without_an_answer_is_unconfirmed() -> None:
    for loss in (Loss.SILENT, Loss.CUT):
        found = failure_of(loss, BUY, fields=ORDER)

        assert found.kind is OrderUnconfirmed
        assert found.facts == {
            "call": "order-cash",
            "symbol": "319400",
            "price": "12960",
        }


def test_the_account_number_in_a_message_is_masked() -> None:
    body = {
        "rt_cd": "1",
        "msg_cd": "ZZ",
        "msg1": "계좌 12345678-01 확인 eyJhbGciOi.x.y",
    }

    error = found_in(an_answer(body), BUY).error()

    assert error.facts["message"] == "계좌 ****-01 확인 ****"
    assert "12345678" not in f"{error}{error.facts}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "rt_cd": st.sampled_from(["0", "1", "7", "", 0, None]) | json_values,
        "msg_cd": st.sampled_from([*MEANINGS, "EGW9", "x"]) | json_values,
        "msg1": json_values,
        "error_code": st.sampled_from(sorted(MEANINGS)) | json_values,
    },
)


@given(
    st.binary(max_size=40) | envelopes.map(lambda body: json.dumps(body).encode()),
    st.sampled_from([200, 201, 302, 400, 403, 500, 503]),
)
def test_whatever_comes_back_an_order_is_never_wrongly_called_refused(
    content: bytes, status: int
) -> None:
    answer = Answer(status=status, content=content)

    found = failure_in(answer, BUY, fields=ORDER, redactor=Redactor())

    if found is None:
        assert status == 200
        assert json.loads(content)["rt_cd"] == "0"
    elif issubclass(found.kind, DEFINITE_NO):
        body = json.loads(content)
        stopped = {"EGW00201", "EGW00215", "EGW00121", "EGW00123"}
        stopped |= {"EGW02004", "EGW02006"}
        codes = {str(body.get(key)).strip() for key in ("msg_cd", "error_code")}
        is_refusal = status == 200 and str(body.get("rt_cd")).strip() in set(
            "123456789"
        )
        assert is_refusal or codes & stopped
