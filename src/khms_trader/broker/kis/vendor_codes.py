"""What KIS's answer codes mean to us: the one table from its code to our error.

Pure. Source: the wire sheet, section 6 (KIS's own list, and captures of 2026). Codes of
the WebSocket are left out: we open none. Codes whose meaning nobody has settled are
left out too and fall to the defaults of ``failures``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one answer code means.

    Attributes:
        code: our code; its Korean sentence is ``cli.texts.broker_texts``'s.
        of_read, of_order: the error of a read, and of an order or cancellation.
        stops_early: the gateway stopped it in front of the ledger, whatever the HTTP
            status; else an order is only known to be refused with HTTP 200.
        is_passing: asking the same again may help.
    """

    code: str
    of_read: type[BrokerError] = BrokerUnavailable
    of_order: type[BrokerError] = OrderUnconfirmed
    stops_early: bool = False
    is_passing: bool = False


def _refusal(code: str) -> Meaning:
    return Meaning(code=code, of_order=OrderRejected)


def _closed(code: str) -> Meaning:
    return Meaning(code=code, of_order=MarketClosed)


def _trouble(code: str) -> Meaning:
    """Trouble of the server: an order may or may not have gone through."""
    return Meaning(code=code, is_passing=True)


def _setup(code: str) -> Meaning:
    """Refuse a read for good; nothing says that an order stopped early."""
    return Meaning(code=code)


def _keys(code: str) -> Meaning:
    return Meaning(code=code, of_read=TokenRefused)


def _elsewhere(code: str, of_order: type[BrokerError] = OrderUnconfirmed) -> Meaning:
    return Meaning(code=code, of_read=NotInVirtual, of_order=of_order)


def _limit(code: str) -> Meaning:
    return Meaning(
        code=code,
        of_read=RateLimited,
        of_order=RateLimited,
        stops_early=True,
        is_passing=True,
    )


def _token(code: str) -> Meaning:
    return Meaning(
        code=code, of_read=TokenExpired, of_order=TokenExpired, stops_early=True
    )


def _numbered(
    prefix: str, first: int, last: int, meaning: Meaning
) -> dict[str, Meaning]:
    width = 8 - len(prefix)
    return {f"{prefix}{n:0{width}}": meaning for n in range(first, last + 1)}


_MALFORMED: Final = _setup("kis_request_malformed")
_SERVER: Final = _trouble("kis_server_trouble")
_NO_RIGHT: Final = _setup("kis_no_right")
_CORPORATE: Final = _setup("kis_corporate_only")

_GATEWAY: Final[dict[str, Meaning]] = {
    **_numbered("EGW", 1, 2, _SERVER),
    **_numbered("EGW", 3, 4, _NO_RIGHT),
    "EGW00101": _MALFORMED,
    **_numbered("EGW", 102, 105, _keys("kis_keys_refused")),
    **_numbered("EGW", 106, 115, _MALFORMED),
    "EGW00121": _token("kis_token_invalid"),
    "EGW00123": _token("kis_token_expired"),
    "EGW00130": _NO_RIGHT,
    **_numbered("EGW", 131, 132, _MALFORMED),
    "EGW00133": Meaning(code="kis_token_too_often", of_read=TokenRefused),
    "EGW00201": _limit("kis_too_fast"),
    **_numbered("EGW", 202, 204, _SERVER),
    "EGW00205": _MALFORMED,
    **_numbered("EGW", 206, 207, _NO_RIGHT),
    **_numbered("EGW", 208, 209, _MALFORMED),
    **_numbered("EGW", 210, 212, _CORPORATE),
    # KIS's list: corporate field or "virtual TR mismatch"; captures show EGW02006.
    "EGW00213": _elsewhere("kis_not_in_virtual"),
    "EGW00215": _limit("kis_ledger_too_fast"),
    "EGW00300": _SERVER,
    "EGW00310": _setup("kis_service_unknown"),
    # One project takes it for a limit: good enough to ask again, not to order again.
    "EGW00316": Meaning(
        code="kis_perhaps_too_fast", of_read=RateLimited, is_passing=True
    ),
    "EGW02004": Meaning(
        code="kis_key_of_other_server", of_order=OrderRejected, stops_early=True
    ),
    "EGW02006": Meaning(
        code="kis_not_in_virtual",
        of_read=NotInVirtual,
        of_order=OrderRejected,
        stops_early=True,
    ),
    "IGW00002": _setup("kis_account_mismatch"),
    "IGW00007": _trouble("kis_order_path_trouble"),
    "IGW00009": _elsewhere("kis_not_in_virtual"),
    "MCA00124": _setup("kis_service_unknown"),
}

_OPS: Final[dict[str, Meaning]] = {
    # Before the ledger or after it: their short names do not say.
    "OPSQ0001": _SERVER,
    "OPSQ0010": _SERVER,
    "OPSQ0011": _SERVER,
    "OPSQ1002": _SERVER,
    "OPSQ2003": _SERVER,
    "OPSQ3001": _SERVER,
    "OPSQ3002": _SERVER,
    "OPSQ3004": _SERVER,
    "OPSQ0002": _refusal("kis_service_unknown"),
    "OPSQ2000": _refusal("kis_account_mismatch"),
    "OPSQ2001": _refusal("kis_request_malformed"),
    "OPSQ2002": _refusal("kis_request_malformed"),
    **_numbered("OPSQ", 9995, 9999, _refusal("kis_request_malformed")),
}

_BUSINESS: Final[dict[str, Meaning]] = {
    "APBK0400": _refusal("kis_quantity_refused"),
    "APBK0506": _refusal("price_not_allowed"),
    "APBK0656": _refusal("unknown_symbol"),
    "APBK0918": _closed("market_closed"),
    # Often taken for a lack of cash; it says that the order's date is no session.
    "APBK0919": _closed("kis_not_a_session"),
    "APBK0952": _refusal("not_enough_cash"),
    "APBK1234": _refusal("kis_quantity_refused"),
    "APBK1664": _refusal("kis_service_unknown"),
    "APMP0001": _refusal("kis_request_malformed"),
    "40100000": _closed("kis_not_a_session"),
    "40240000": _refusal("not_enough_shares"),
    "40250000": _refusal("not_enough_cash"),
    "40310000": _refusal("kis_virtual_refused"),
    "40330000": _refusal("kis_nothing_to_cancel"),
    "40570000": _closed("kis_before_open"),
    "40580000": _closed("kis_after_close"),
    "40910000": _refusal("kis_virtual_account_ended"),
    # Of our own practice server alone (``simulator.following``).
    "PRAC0001": _refusal("practice_time_refused"),
    "90000000": _elsewhere("kis_not_in_virtual", of_order=OrderRejected),
}

MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType(_GATEWAY | _OPS | _BUSINESS)

# Refusals that came with a text and without a code anybody has written down.
TEXT_MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "매매불가": _refusal("symbol_halted"),
        "자료가 변경": _refusal("kis_list_changed"),
    }
)
