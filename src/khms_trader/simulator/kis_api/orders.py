"""order-cash and order-rvsecncl (wire sheet 4.1, 4.2)."""

from typing import Final

from khms_trader.broker.kis.endpoints import SELL
from khms_trader.domain.order import Side
from khms_trader.simulator.kis_api.asked import Asked, Venue
from khms_trader.simulator.messages import good
from khms_trader.simulator.orders import (
    Act,
    Denial,
    Denied,
    Division,
    OrderRow,
    OrderWanted,
)
from khms_trader.simulator.traffic import Page

ORGANISATION: Final = "00950"
"""The branch that takes virtual orders."""

_AMEND: Final = "01"
_CANCEL: Final = "02"
_ACKS: Final = {
    (Act.ORDER, Side.BUY): "40600000",
    (Act.ORDER, Side.SELL): "40590000",
    (Act.AMENDMENT, Side.BUY): "40620000",
    (Act.AMENDMENT, Side.SELL): "40620000",
    (Act.CANCELLATION, Side.BUY): "40630000",
    (Act.CANCELLATION, Side.SELL): "40630000",
}


def order_cash(venue: Venue, asked: Asked) -> Page:
    """Take a buy or sell; the ``tr_id`` says which.

    Raises:
        Denied: the exchange did not take it.
        WireError: a field is missing, or another account is asked for.
    """
    venue.need_account(asked)
    asked.need("PDNO", "ORD_DVSN", "ORD_QTY", "ORD_UNPR")
    wanted = OrderWanted(
        symbol=asked.text("PDNO"),
        side=Side.SELL if asked.call.endpoint == SELL else Side.BUY,
        quantity=_whole(asked.text("ORD_QTY")),
        division=_division(asked),
        price=_whole(asked.text("ORD_UNPR")),
    )
    row = venue.exchange.place(wanted, asked.now, cap=asked.effects.cap)
    return _acknowledged(venue, row)


def order_rvsecncl(venue: Venue, asked: Asked) -> Page:
    """Amend or cancel an open order, wholly or in part.

    Raises:
        Denied: nothing was changed.
        WireError: a field is missing, or another account is asked for.
    """
    venue.need_account(asked)
    asked.need("ORGN_ODNO", "ORD_DVSN", "RVSE_CNCL_DVSN_CD")
    asked.need("KRX_FWDG_ORD_ORGNO", "ORD_QTY", "ORD_UNPR", "QTY_ALL_ORD_YN")
    number = _whole(asked.text("ORGN_ODNO"))
    is_all = asked.text("QTY_ALL_ORD_YN") == "Y"
    quantity = 0 if is_all else _whole(asked.text("ORD_QTY"))
    act = asked.text("RVSE_CNCL_DVSN_CD")
    if act not in {_AMEND, _CANCEL}:
        raise Denied(Denial.NOT_OFFERED)
    if not is_all and quantity < 1:
        raise Denied(Denial.BAD_QUANTITY)
    if act == _CANCEL:
        row = venue.exchange.cancel(number, asked.now, quantity=quantity)
    else:
        # Symbol and side are those of the old order, whatever is said here.
        wanted = OrderWanted(
            symbol="",
            side=Side.BUY,
            quantity=quantity,
            division=_division(asked),
            price=_whole(asked.text("ORD_UNPR")),
        )
        row = venue.exchange.amend(number, wanted, asked.now)
    return _acknowledged(venue, row)


def odno(number: int) -> str:
    """Return an order number as KIS writes it, ten digits."""
    return f"{number:010d}"


def _division(asked: Asked) -> Division:
    code = asked.text("ORD_DVSN")
    if code not in set(Division) or asked.text("EXCG_ID_DVSN_CD") not in {"", "KRX"}:
        raise Denied(Denial.NOT_OFFERED)
    return Division(code)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _acknowledged(venue: Venue, row: OrderRow) -> Page:
    output = {
        "KRX_FWDG_ORD_ORGNO": ORGANISATION,
        "ODNO": odno(row.number),
        "ORD_TMD": f"{row.ordered_at:%H%M%S}",
    }
    if venue.rules.variants.acks_in_lower_case:
        output = {name.lower(): text for name, text in output.items()}
    return Page(body=good(_ACKS[row.act, row.side], {"output": output}))
