"""The order list on the wire (wire sheet 4.6): rows to orders.

KIS lists a cancel or an amendment as a row of its own that names the original; a day
order that did not fill turns into a "refused" one after the close.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from khms_trader.broker.kis.endpoints import DAILY_ORDERS, OrderDivision
from khms_trader.broker.kis.wire.account import AccountNumber, rows_of
from khms_trader.broker.kis.wire.fields import Body, Fields, has_member, objects_of
from khms_trader.domain.order import BrokerOrder, OrderType, Side
from khms_trader.errors import BrokerUnavailable

_CALL: Final = DAILY_ORDERS.name
_SIDES: Final = {"01": Side.SELL, "02": Side.BUY}
_CANCEL_WORDS: Final = ("취소", "CANCEL")
_AMEND_WORDS: Final = ("정정", "AMEND")
_REFUSAL_WORDS: Final = ("거부", "REJECT")
_NUMBER_WIDTH: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a cancellation must say of the order it cancels.

    Attributes:
        branch: ``KRX_FWDG_ORD_ORGNO``; may be empty, which the virtual server takes.
        number: as KIS wrote it, padding and all.
        division: ``ORD_DVSN`` of the order.
    """

    branch: str
    number: str
    division: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """An order and what a cancellation of it must say."""

    order: BrokerOrder
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    day: date
    branch: str
    number: str
    raw_number: str
    original: str
    label: str
    side: Side
    symbol: str
    quantity: int
    price: int
    division: str
    order_type: OrderType
    at: datetime
    filled: int
    filled_value: int
    remaining: int
    cancelled: int
    refused: int
    is_marked_cancelled: bool

    @property
    def key(self) -> tuple[date, str, str]:
        return self.day, self.branch, self.number

    @property
    def is_cancellation(self) -> bool:
        """True for a row that only takes away; an amendment is an order of its own.

        Rows without a label are told apart by what a cancellation never has.
        """
        if not self.original or _says(self.label, _AMEND_WORDS):
            return False
        is_alive = self.filled > 0 or self.remaining > 0
        return _says(self.label, _CANCEL_WORDS) or not is_alive

    @property
    def was_refused(self) -> bool:
        return self.refused > 0 and self.refused >= self.quantity


def orders_request(number: AccountNumber, session: date) -> dict[str, str]:
    """Return the fields that ask for every order of ``session``, oldest first."""
    return number.fields() | {
        "INQR_STRT_DT": f"{session:%Y%m%d}",
        "INQR_END_DT": f"{session:%Y%m%d}",
        "SLL_BUY_DVSN_CD": "00",
        "PDNO": "",
        "ORD_GNO_BRNO": "",
        "ODNO": "",
        "CCLD_DVSN": "00",
        "INQR_DVSN": "01",
        "INQR_DVSN_1": "",
        "INQR_DVSN_3": "00",
        "EXCG_ID_DVSN_CD": "KRX",
    }


def parse_orders(
    pages: Sequence[Body], session: date, *, is_over: bool
) -> tuple[ListedOrder, ...]:
    """Return the orders of ``session`` over all ``pages``, oldest first.

    Args:
        is_over: whether the session's close has passed: a fully "refused" order then
            is one that expired, unless its label says otherwise.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``; ``kis_orders_hidden`` when the
            list is empty although its own sums count orders.
    """
    rows = _without_copies(
        _row(fields) for page in pages for fields in rows_of(page, "output1", _CALL)
    )
    if not rows and any(map(_counts_orders, pages)):
        raise BrokerUnavailable("kis_orders_hidden", session=session)
    rows = [row for row in rows if row.day == session]
    changed = {row.original for row in rows if not row.was_refused}
    listed = [row for row in rows if not row.is_cancellation]
    numbers = [row.number for row in listed]
    found = [
        ListedOrder(
            order=_order(
                row,
                is_changed=row.number in changed,
                is_over=is_over,
                is_ambiguous=numbers.count(row.number) > 1,
            ),
            origin=Origin(
                branch=row.branch, number=row.raw_number, division=row.division
            ),
        )
        for row in listed
    ]
    return tuple(sorted(found, key=lambda each: _age(each.order)))


def normal_number(text: str) -> str:
    """Return an order number in the one form we compare: ten digits, zero-padded.

    Empty for a blank, for zeros and for anything that is no number.
    """
    digits = text.strip().lstrip("0")
    is_number = digits.isascii() and digits.isdigit()
    return digits.zfill(_NUMBER_WIDTH) if is_number else ""


def _age(order: BrokerOrder) -> tuple[datetime, str]:
    return order.ordered_at, order.number


def _row(fields: Fields) -> _Row:
    day = fields.day("ord_dt")
    number = normal_number(fields.text("odno"))
    side = _SIDES.get(fields.text("sll_buy_dvsn_cd"))
    if not number or side is None:
        raise fields.unreadable("sll_buy_dvsn_cd" if number else "odno")
    price = fields.count("ord_unpr")
    division, order_type = _division(fields, price)
    original = normal_number(fields.text_if_any("orgn_odno"))
    filled = fields.count("tot_ccld_qty")
    return _Row(
        day=day,
        branch=fields.text_if_any("ord_gno_brno"),
        number=number,
        raw_number=fields.text("odno"),
        original="" if original == number else original,
        label=fields.text_if_any("sll_buy_dvsn_cd_name").upper(),
        side=side,
        symbol=fields.symbol("pdno"),
        quantity=fields.count("ord_qty"),
        price=price,
        division=division,
        order_type=order_type,
        at=fields.moment(day, "ord_tmd"),
        filled=filled,
        filled_value=_filled_value(fields, filled),
        remaining=fields.count("rmn_qty"),
        # The document and the bodies spell it differently; measured rows lack it.
        cancelled=fields.count_if_any("cncl_cfrm_qty", "cnc_cfrm_qty"),
        refused=fields.count("rjct_qty"),
        is_marked_cancelled=fields.text_if_any("cncl_yn").upper() == "Y",
    )


def _division(fields: Fields, price: int) -> tuple[str, OrderType]:
    """Return ``ORD_DVSN`` and what it means to us: measured rows have the name only.

    Types we never send (best price and the like) count by whether they name a price.
    """
    code = fields.text_if_any("ord_dvsn_cd")
    name = fields.text_if_any("ord_dvsn_name").upper()
    if not code and name in {"시장가", "MARKET"}:
        code = OrderDivision.MARKET.value
    if code == OrderDivision.MARKET or (code != OrderDivision.LIMIT and not price):
        return code or OrderDivision.MARKET.value, OrderType.MARKET
    return code or OrderDivision.LIMIT.value, OrderType.LIMIT


def _filled_value(fields: Fields, filled: int) -> int:
    """Return the won of the filled shares, which are never worth nothing."""
    value = fields.count("tot_ccld_amt")
    if filled and not value:
        raise fields.unreadable("tot_ccld_amt")
    return value


def _without_copies(rows: Iterable[_Row]) -> list[_Row]:
    """Return each order once: KIS repeats rows across pages; fills only ever grow."""
    found: dict[tuple[date, str, str], _Row] = {}
    for row in rows:
        known = found.get(row.key)
        if known is None or row.filled >= known.filled:
            found[row.key] = row
    return list(found.values())


def _counts_orders(page: Body) -> bool:
    if not has_member(page, "output2"):
        return False
    sums = objects_of(page, "output2", _CALL)
    return any(each.count_if_any("tot_ord_qty") > 0 for each in sums)


def _order(
    row: _Row, *, is_changed: bool, is_over: bool, is_ambiguous: bool
) -> BrokerOrder:
    # Numbers are unique with their branch only; nothing is guessed when two meet.
    number = f"{row.number}-{row.branch}" if is_ambiguous else row.number
    is_settled = row.remaining == 0
    is_refusal = _says(row.label, _REFUSAL_WORDS) or not is_over
    is_rejected = is_settled and not row.filled and row.was_refused and is_refusal
    has_lost = row.is_marked_cancelled or row.cancelled > 0
    is_cut = has_lost or (is_changed and row.filled < row.quantity)
    return BrokerOrder(
        number=number,
        symbol=row.symbol,
        side=row.side,
        # The row itself may shrink with a cancel: what was asked for is the sum.
        quantity=max(row.quantity, row.filled + row.remaining + row.cancelled),
        order_type=row.order_type,
        ordered_at=row.at,
        limit_price=row.price or None if row.order_type is OrderType.LIMIT else None,
        filled_quantity=row.filled,
        filled_value=row.filled_value,
        # Only what remains decides: an order thought dead that lives is the dear error.
        is_open=not is_settled and not is_over,
        is_cancelled=is_settled and is_cut and not is_rejected,
        is_rejected=is_rejected,
    )


def _says(label: str, words: Sequence[str]) -> bool:
    return any(word in label for word in words)
