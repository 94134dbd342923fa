"""Every code that KIS or its users have written down is one error of ours."""

import json
from typing import Final

import pytest

from khms_trader.broker.kis.endpoints import BUY, PRICE, Endpoint
from khms_trader.broker.kis.failures import Answer, Loss, failure_in
from khms_trader.broker.kis.redaction import Redactor
from khms_trader.broker.kis.vendor_codes import MEANINGS, TEXT_MEANINGS
from khms_trader.cli.sentences import SENTENCES, sentence
from khms_trader.errors import (
    BrokerError,
    BrokerUnavailable,
    MarketClosed,
    NotInVirtual,
    OrderRejected,
    OrderUnconfirmed,
    RateLimited,
    TokenExpired,
    TokenRefused,
)

SERVER, MALFORMED, NO_RIGHT = (
    ("kis_server_trouble", BrokerUnavailable, OrderUnconfirmed),
    ("kis_request_malformed", BrokerUnavailable, OrderUnconfirmed),
    ("kis_no_right", BrokerUnavailable, OrderUnconfirmed),
)
KEYS = ("kis_keys_refused", TokenRefused, OrderUnconfirmed)
CORPORATE = ("kis_corporate_only", BrokerUnavailable, OrderUnconfirmed)
REFUSED_FORM = ("kis_request_malformed", BrokerUnavailable, OrderRejected)
UNSETTLED = ("kis_refused", BrokerUnavailable, OrderRejected)
UNSETTLED_GATEWAY = ("kis_refused", BrokerUnavailable, OrderUnconfirmed)

# Wire sheet 6.2: HTTP 500.
GATEWAY: Final = {
    **dict.fromkeys(("EGW00001", "EGW00002"), SERVER),
    **dict.fromkeys(("EGW00003", "EGW00004", "EGW00130"), NO_RIGHT),
    **dict.fromkeys(("EGW00101", "EGW00106", "EGW00110", "EGW00115"), MALFORMED),
    **dict.fromkeys(("EGW00102", "EGW00103", "EGW00104", "EGW00105"), KEYS),
    **dict.fromkeys(("EGW00131", "EGW00132", "EGW00205"), MALFORMED),
    "EGW00121": ("kis_token_invalid", TokenExpired, TokenExpired),
    "EGW00123": ("kis_token_expired", TokenExpired, TokenExpired),
    "EGW00133": ("kis_token_too_often", TokenRefused, OrderUnconfirmed),
    "EGW00201": ("kis_too_fast", RateLimited, RateLimited),
    **dict.fromkeys(("EGW00202", "EGW00203", "EGW00204", "EGW00300"), SERVER),
    **dict.fromkeys(("EGW00206", "EGW00207"), NO_RIGHT),
    **dict.fromkeys(("EGW00208", "EGW00209"), MALFORMED),
    **dict.fromkeys(("EGW00210", "EGW00211", "EGW00212"), CORPORATE),
    "EGW00213": ("kis_not_in_virtual", NotInVirtual, OrderUnconfirmed),
    "EGW00215": ("kis_ledger_too_fast", RateLimited, RateLimited),
    "EGW00304": UNSETTLED_GATEWAY,
    "EGW00310": ("kis_service_unknown", BrokerUnavailable, OrderUnconfirmed),
    "EGW00316": ("kis_perhaps_too_fast", RateLimited, OrderUnconfirmed),
    "EGW02004": ("kis_key_of_other_server", BrokerUnavailable, OrderRejected),
    "EGW02006": ("kis_not_in_virtual", NotInVirtual, OrderRejected),
    "IGW00002": ("kis_account_mismatch", BrokerUnavailable, OrderUnconfirmed),
    "IGW00007": ("kis_order_path_trouble", BrokerUnavailable, OrderUnconfirmed),
    "IGW00009": ("kis_not_in_virtual", NotInVirtual, OrderUnconfirmed),
    "MCA00124": ("kis_service_unknown", BrokerUnavailable, OrderUnconfirmed),
}
# Wire sheet 6.3 and 6.4: HTTP 200.
BUSINESS: Final = {
    "OPSQ0002": ("kis_service_unknown", BrokerUnavailable, OrderRejected),
    **dict.fromkeys(("OPSQ0001", "OPSQ0010", "OPSQ0011", "OPSQ1002"), SERVER),
    "OPSQ2000": ("kis_account_mismatch", BrokerUnavailable, OrderRejected),
    **dict.fromkeys(("OPSQ2001", "OPSQ2002", "OPSQ9995", "OPSQ9999"), REFUSED_FORM),
    **dict.fromkeys(("OPSQ2003", "OPSQ3001", "OPSQ3002", "OPSQ3004"), SERVER),
    "APBK0400": ("kis_quantity_refused", BrokerUnavailable, OrderRejected),
    "APBK0506": ("price_not_allowed", BrokerUnavailable, OrderRejected),
    "APBK0656": ("unknown_symbol", BrokerUnavailable, OrderRejected),
    "APBK0918": ("market_closed", BrokerUnavailable, MarketClosed),
    "APBK0919": ("kis_not_a_session", BrokerUnavailable, MarketClosed),
    "APBK0952": ("not_enough_cash", BrokerUnavailable, OrderRejected),
    "APBK1234": ("kis_quantity_refused", BrokerUnavailable, OrderRejected),
    "APBK1664": ("kis_service_unknown", BrokerUnavailable, OrderRejected),
    "APMP0001": REFUSED_FORM,
    **dict.fromkeys(("APAM3099", "APTR0057", "MCA05918", "KIER2620"), UNSETTLED),
    "PRAC0001": ("practice_time_refused", BrokerUnavailable, OrderRejected),
    "40100000": ("kis_not_a_session", BrokerUnavailable, MarketClosed),
    "40570000": ("kis_before_open", BrokerUnavailable, MarketClosed),
    "40580000": ("kis_after_close", BrokerUnavailable, MarketClosed),
    "40240000": ("not_enough_shares", BrokerUnavailable, OrderRejected),
    "40250000": ("not_enough_cash", BrokerUnavailable, OrderRejected),
    "40330000": ("kis_nothing_to_cancel", BrokerUnavailable, OrderRejected),
    "40310000": ("kis_virtual_refused", BrokerUnavailable, OrderRejected),
    "90000000": ("kis_not_in_virtual", NotInVirtual, OrderRejected),
    "40910000": ("kis_virtual_account_ended", BrokerUnavailable, OrderRejected),
}
DOCUMENTED: Final = [
    *((code, 500, *meant) for code, meant in GATEWAY.items()),
    *((code, 200, *meant) for code, meant in BUSINESS.items()),
]


def error_in(vendor: str, status: int, call: Endpoint) -> BrokerError:
    body = {"rt_cd": "1", "msg_cd": vendor, "msg1": "안내입니다.   "}
    answer = Answer(status=status, content=json.dumps(body).encode())
    fields = {"PDNO": "319400", "ORD_UNPR": "12960"}
    found = failure_in(answer, call, fields=fields, redactor=Redactor())
    assert found is not None
    return found.error()


@pytest.mark.parametrize(
    ("vendor", "status", "code", "of_read", "of_order"), DOCUMENTED
)
def test_a_documented_code_is_its_error_with_a_korean_sentence(
    vendor: str, status: int, code: str, of_read: type, of_order: type
) -> None:
    read, order = (error_in(vendor, status, call) for call in (PRICE, BUY))

    assert (read.code, type(read)) == (code, of_read)
    assert (order.code, type(order)) == (code, of_order)
    assert order.facts["vendor_code"] == vendor
    assert order.facts["message"] == "안내입니다."
    for said in (sentence(read), sentence(order)):
        assert "로그를 확인하세요" not in said
        assert "알 수 없음" not in said


def test_every_code_of_the_table_has_a_sentence() -> None:
    ours = {meaning.code for meaning in (*MEANINGS.values(), *TEXT_MEANINGS.values())}

    assert ours | {loss.value for loss in Loss} <= set(SENTENCES)
