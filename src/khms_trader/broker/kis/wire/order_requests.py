"""Orders and cancellations on the wire, and KIS's word that it has them (4.1, 4.2).

Body keys are upper case and every value a text, or KIS refuses the order.
"""

from dataclasses import dataclass
from datetime import datetime

from khms_trader.broker.kis.endpoints import BUY, OrderDivision
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.broker.kis.wire.fields import Body, Fields, object_of
from khms_trader.broker.kis.wire.orders import Origin, normal_number
from khms_trader.domain.order import Order, OrderAck, OrderType, Side
from khms_trader.errors import BrokerUnavailable

# Named in every order: the default may become a router that fills elsewhere.
_EXCHANGE = "KRX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """KIS's word on an order, and what a cancellation of it must say."""

    ack: OrderAck
    origin: Origin


def division_of(order_type: OrderType) -> str:
    """Return ``ORD_DVSN`` of an order type."""
    is_limit = order_type is OrderType.LIMIT
    return (OrderDivision.LIMIT if is_limit else OrderDivision.MARKET).value


def order_request(number: AccountNumber, order: Order) -> dict[str, str]:
    """Return the body of ``order``; a market order's price is ``0``."""
    body = number.fields() | {
        "PDNO": order.symbol,
        "ORD_DVSN": division_of(order.order_type),
        "ORD_QTY": str(order.quantity),
        "ORD_UNPR": str(order.limit_price or 0),
        "EXCG_ID_DVSN_CD": _EXCHANGE,
    }
    return body | {"SLL_TYPE": "01"} if order.side is Side.SELL else body


def cancel_request(number: AccountNumber, origin: Origin) -> dict[str, str]:
    """Return the body that cancels the whole rest of an order."""
    return number.fields() | {
        "KRX_FWDG_ORD_ORGNO": origin.branch,
        "ORGN_ODNO": origin.number,
        "ORD_DVSN": origin.division,
        "RVSE_CNCL_DVSN_CD": "02",
        "ORD_QTY": "0",
        "ORD_UNPR": "0",
        "QTY_ALL_ORD_YN": "Y",
        "EXCG_ID_DVSN_CD": _EXCHANGE,
    }


def parse_ack(body: Body, order: Order, *, received_at: datetime) -> Acknowledged:
    """Return the acknowledgement; its keys come in upper and in lower case.

    Args:
        received_at: gives the date, and the time where KIS's own cannot be read.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``: the order exists, its number is
            unknown; the caller must not take this for "never sent".
    """
    fields = object_of(body, "output", BUY.name)
    number = normal_number(fields.text("odno"))
    if not number:
        raise fields.unreadable("odno")
    return Acknowledged(
        ack=OrderAck(number=number, accepted_at=_accepted_at(fields, received_at)),
        origin=Origin(
            branch=fields.text_if_any("krx_fwdg_ord_orgno"),
            number=fields.text("odno"),
            division=division_of(order.order_type),
        ),
    )


def _accepted_at(fields: Fields, received_at: datetime) -> datetime:
    # A number is worth more than a time: without it nobody could follow the order.
    try:
        return fields.moment(received_at.date(), "ord_tmd")
    except BrokerUnavailable:
        return received_at
