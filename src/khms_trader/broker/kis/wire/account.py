"""The account on the wire: balance pages and buying power (wire sheet 4.3, 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from khms_trader.broker.kis.endpoints import BALANCE, BUYING_POWER, OrderDivision
from khms_trader.broker.kis.wire.fields import (
    Body,
    Fields,
    has_member,
    object_of,
    objects_of,
)
from khms_trader.domain.account import Holding
from khms_trader.errors import BrokerUnavailable

NO_DATA: Final = frozenset({"KIOK0560", "70070000"})
"""``msg_cd`` of an answer that says there is nothing: its lists may be left out."""

# Rows and totals of one answer may be of different moments: 252,500 against 253,000
# won was seen (wire sheet 4.3), one part in 500.
_DRIFT: Final = 100
_NO_LOAN: Final = frozenset({"", "00000000"})


class Hidden(Protocol):
    """A secret text that shows itself only to who asks for it by name."""

    def reveal(self) -> str:
        """Return the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNumber:
    """The number every account call carries; it never shows.

    Attributes:
        number: the eight digits.
        product: two digits, ``01`` for a stock account.
    """

    number: Hidden
    product: str = "01"

    def fields(self) -> dict[str, str]:
        """Return the two fields of the wire."""
        return {"CANO": self.number.reveal(), "ACNT_PRDT_CD": self.product}


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Cash and holdings over all pages; money in won, see ``domain.account``."""

    cash: int
    cash_d2: int
    total: int
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Position:
    """One row: shares of one symbol bought in one way (cash, or one loan)."""

    key: tuple[str, str, str]
    holding: Holding


def balance_request(number: AccountNumber) -> dict[str, str]:
    """Return the fields of the first balance page, by symbol, with today's trades."""
    return number.fields() | {
        "AFHR_FLPR_YN": "N",
        "OFL_YN": "",
        "INQR_DVSN": "02",
        "UNPR_DVSN": "01",
        "FUND_STTL_ICLD_YN": "N",
        "FNCG_AMT_AUTO_RDPT_YN": "N",
        "PRCS_DVSN": "00",
    }


def buying_power_request(number: AccountNumber) -> dict[str, str]:
    """Return the fields that ask for the amounts alone, without a symbol.

    The division must be the market one: with ``00`` KIS ignores margin rates.
    """
    return number.fields() | {
        "PDNO": "",
        "ORD_UNPR": "",
        "ORD_DVSN": OrderDivision.MARKET.value,
        "CMA_EVLU_AMT_ICLD_YN": "N",
        "OVRS_ICLD_YN": "N",
    }


def parse_balance(pages: Sequence[Body]) -> Balance:
    """Return what all ``pages`` of one balance say together, holdings by symbol.

    A row that came twice counts once; sold-out rows (0 shares until D+2) are dropped.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``; ``kis_pages_changed`` when the
            account moved from one page to the next, or a page that was promised came
            empty and the total counts more than is listed.
    """
    totals = [_totals(page) for page in pages]
    known = [found for found in totals if found is not None]
    if not known:
        raise BrokerUnavailable(
            "kis_body_unreadable", call=BALANCE.name, field="output2"
        )
    # Cash moves with fills only, the total with every price.
    if len({(cash, cash_d2) for cash, cash_d2, _ in known}) > 1:
        raise BrokerUnavailable("kis_pages_changed", call=BALANCE.name)
    cash, cash_d2, total = known[-1]
    found = _holdings(pages)
    is_promised = len(pages) > 1 and not rows_of(pages[-1], "output1", BALANCE.name)
    listed = sum(holding.value for holding in found)
    if is_promised and total - cash_d2 - listed > listed // _DRIFT:
        raise BrokerUnavailable("kis_pages_changed", call=BALANCE.name)
    return Balance(cash=cash, cash_d2=cash_d2, total=total, holdings=found)


def parse_buying_power(body: Body) -> int:
    """Return the won that may be spent without borrowing (``nrcvb_buy_amt``)."""
    return object_of(body, "output", BUYING_POWER.name).whole("nrcvb_buy_amt")


def _totals(page: Body) -> tuple[int, int, int] | None:
    if not has_member(page, "output2"):
        return None
    found = objects_of(page, "output2", BALANCE.name)
    if not found:
        return None
    return (
        found[0].whole("dnca_tot_amt"),
        found[0].whole("prvs_rcdl_excc_amt"),
        found[0].whole("tot_evlu_amt"),
    )


def _holdings(pages: Sequence[Body]) -> tuple[Holding, ...]:
    positions: dict[tuple[str, str, str], Holding] = {}
    for page in pages:
        for position in map(_position, rows_of(page, "output1", BALANCE.name)):
            held = positions.setdefault(position.key, position.holding)
            if held.quantity != position.holding.quantity:
                raise BrokerUnavailable("kis_pages_changed", call=BALANCE.name)
    by_symbol: dict[str, Holding] = {}
    for holding in positions.values():
        if holding.quantity:
            known = by_symbol.get(holding.symbol)
            by_symbol[holding.symbol] = _together(known, holding) if known else holding
    return tuple(by_symbol[symbol] for symbol in sorted(by_symbol))


def rows_of(page: Body, name: str, call: str) -> list[Fields]:
    """Return the rows of a page; a list may be left out only when KIS says "no data".

    Raises:
        BrokerUnavailable: the list is missing or is no list of objects.
    """
    says_nothing = Fields(page, call).text_if_any("msg_cd") in NO_DATA
    if says_nothing and not has_member(page, name):
        return []
    return objects_of(page, name, call)


def _position(row: Fields) -> _Position:
    loan = row.text_if_any("loan_dt")
    loan = "" if loan in _NO_LOAN else loan
    symbol = row.symbol("pdno")
    return _Position(
        key=(symbol, row.text_if_any("trad_dvsn_name"), loan),
        holding=Holding(
            symbol=symbol,
            name=row.text("prdt_name"),
            quantity=row.count("hldg_qty"),
            # What was bought on credit is not sold by a cash order.
            sellable=0 if loan else row.count("ord_psbl_qty"),
            average_price=row.decimal("pchs_avg_pric"),
            price=row.count("prpr"),
        ),
    )


def _together(one: Holding, other: Holding) -> Holding:
    quantity = one.quantity + other.quantity
    paid = one.average_price * one.quantity + other.average_price * other.quantity
    return Holding(
        symbol=one.symbol,
        name=one.name,
        quantity=quantity,
        sellable=one.sellable + other.sellable,
        average_price=(paid / quantity).quantize(Decimal("0.0001")),
        price=one.price or other.price,
    )
