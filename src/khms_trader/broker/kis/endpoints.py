"""Every call of the KIS Open API we know, one row each.

Client and practice server share this table and nothing else of each other. It names
calls and sends none. Source: the wire sheet, sections 1.1 and 4.0 (KIS's own samples
``koreainvestment/open-trading-api`` and the portal's document, 2026).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from khms_trader.errors import NotInVirtual


class Environment(StrEnum):
    """Which of KIS's two servers: real money, or the virtual account (모의투자)."""

    REAL = "real"
    VIRTUAL = "virtual"


class CallClass(StrEnum):
    """How careful the client must be with a call."""

    READ = "read"
    ORDER = "order"
    TOKEN = "token"  # noqa: S105 - a kind of call


class OrderDivision(StrEnum):
    """``ORD_DVSN``: the two order types we send (지정가, 시장가)."""

    LIMIT = "00"
    MARKET = "01"


HOSTS: Final[Mapping[Environment, str]] = MappingProxyType(
    {
        Environment.REAL: "https://openapi.koreainvestment.com:9443",
        Environment.VIRTUAL: "https://openapivts.koreainvestment.com:29443",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One call: where it goes and what it is called on either server.

    Attributes:
        name: KIS's own name of the call.
        virtual_id: None for a call the virtual server does not offer.
        former_ids: older ids of the same call, real then virtual, which KIS still
            answered in 2026-08 and may stop without notice; we never send them.
    """

    name: str
    method: str
    path: str
    real_id: str
    virtual_id: str | None
    call_class: CallClass
    former_ids: tuple[str, ...] = ()

    def tr_id(self, environment: Environment) -> str:
        """Return the id of this call on ``environment``; empty where none is sent.

        Raises:
            NotInVirtual: ``kis_not_in_virtual``, the call exists on the real server
                only.
        """
        if environment is Environment.REAL:
            return self.real_id
        if self.virtual_id is None:
            raise NotInVirtual("kis_not_in_virtual", call=self.name)
        return self.virtual_id


_TRADING: Final = "/uapi/domestic-stock/v1/trading/"
_QUOTATIONS: Final = "/uapi/domestic-stock/v1/quotations/"


def _oauth(name: str) -> Endpoint:
    return Endpoint(
        name=name,
        method="POST",
        path=f"/oauth2/{name}",
        real_id="",
        virtual_id="",
        call_class=CallClass.TOKEN,
    )


def _order(name: str, real_id: str, *, former: str) -> Endpoint:
    return Endpoint(
        name=name,
        method="POST",
        path=_TRADING + name,
        real_id=real_id,
        virtual_id=_virtual(real_id),
        call_class=CallClass.ORDER,
        former_ids=(former, _virtual(former)),
    )


def _account(name: str, real_id: str, *, former: str | None = None) -> Endpoint:
    return Endpoint(
        name=name,
        method="GET",
        path=_TRADING + name,
        real_id=real_id,
        virtual_id=_virtual(real_id),
        call_class=CallClass.READ,
        former_ids=() if former is None else (former, _virtual(former)),
    )


def _quotation(name: str, tr_id: str) -> Endpoint:
    return Endpoint(
        name=name,
        method="GET",
        path=_QUOTATIONS + name,
        real_id=tr_id,
        virtual_id=tr_id,
        call_class=CallClass.READ,
    )


def _real_only(path: str, real_id: str, *, former: tuple[str, ...] = ()) -> Endpoint:
    return Endpoint(
        name=path.rpartition("/")[2],
        method="GET",
        path=path,
        real_id=real_id,
        virtual_id=None,
        call_class=CallClass.READ,
        former_ids=former,
    )


def _virtual(real_id: str) -> str:
    """Turn an account id's first letter into V; quotation ids are left alone."""
    return f"V{real_id[1:]}"


TOKEN: Final = _oauth("tokenP")
REVOKE: Final = _oauth("revokeP")
APPROVAL: Final = _oauth("Approval")

BUY: Final = _order("order-cash", "TTTC0012U", former="TTTC0802U")
SELL: Final = _order("order-cash", "TTTC0011U", former="TTTC0801U")
CANCEL: Final = _order("order-rvsecncl", "TTTC0013U", former="TTTC0803U")

BALANCE: Final = _account("inquire-balance", "TTTC8434R")
BUYING_POWER: Final = _account("inquire-psbl-order", "TTTC8908R")
DAILY_ORDERS: Final = _account("inquire-daily-ccld", "TTTC0081R", former="TTTC8001R")
OLD_DAILY_ORDERS: Final = _account(
    "inquire-daily-ccld", "CTSC9215R", former="CTSC9115R"
)

PRICE: Final = _quotation("inquire-price", "FHKST01010100")
ASKING_PRICE: Final = _quotation("inquire-asking-price-exp-ccn", "FHKST01010200")
TICKS: Final = _quotation("inquire-ccnl", "FHKST01010300")
DAILY_PRICE: Final = _quotation("inquire-daily-price", "FHKST01010400")
INVESTORS: Final = _quotation("inquire-investor", "FHKST01010900")
PERIOD_BARS: Final = _quotation("inquire-daily-itemchartprice", "FHKST03010100")
INDEX_BARS: Final = _quotation("inquire-daily-indexchartprice", "FHKUP03500100")

MULTI_PRICE: Final = _real_only(f"{_QUOTATIONS}intstock-multprice", "FHKST11300006")
HOLIDAYS: Final = _real_only(f"{_QUOTATIONS}chk-holiday", "CTCA0903R")
STOCK_INFO: Final = _real_only(f"{_QUOTATIONS}search-stock-info", "CTPF1002R")
PRODUCT_INFO: Final = _real_only(f"{_QUOTATIONS}search-info", "CTPF1604R")
VOLUME_RANK: Final = _real_only(f"{_QUOTATIONS}volume-rank", "FHPST01710000")
SELLABLE: Final = _real_only(f"{_TRADING}inquire-psbl-sell", "TTTC8408R")
OPEN_ORDERS: Final = _real_only(
    f"{_TRADING}inquire-psbl-rvsecncl", "TTTC0084R", former=("TTTC8036R", "VTTC8036R")
)
RESERVED_ORDER: Final = Endpoint(
    name="order-resv",
    method="POST",
    path=f"{_TRADING}order-resv",
    real_id="CTSC0008U",
    virtual_id=None,
    call_class=CallClass.ORDER,
)

ENDPOINTS: Final = (
    TOKEN,
    REVOKE,
    APPROVAL,
    BUY,
    SELL,
    CANCEL,
    BALANCE,
    BUYING_POWER,
    DAILY_ORDERS,
    OLD_DAILY_ORDERS,
    PRICE,
    ASKING_PRICE,
    TICKS,
    DAILY_PRICE,
    INVESTORS,
    PERIOD_BARS,
    INDEX_BARS,
    MULTI_PRICE,
    HOLIDAYS,
    STOCK_INFO,
    PRODUCT_INFO,
    VOLUME_RANK,
    SELLABLE,
    OPEN_ORDERS,
    RESERVED_ORDER,
)

# All that a client for prices alone may call: no account, no order.
QUOTATIONS: Final = (
    TOKEN,
    *(endpoint for endpoint in ENDPOINTS if endpoint.path.startswith(_QUOTATIONS)),
)
