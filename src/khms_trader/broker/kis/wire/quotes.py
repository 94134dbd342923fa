"""Prices of now on the wire: quote and expected auction price (wire sheet 4.8, 4.9)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from khms_trader.broker.kis.endpoints import ASKING_PRICE, PRICE
from khms_trader.broker.kis.wire.fields import Body, Fields, object_of
from khms_trader.domain.instrument import (
    Designation,
    Instrument,
    kind_of,
    parse_symbol,
)
from khms_trader.domain.quote import NoOpen, Quote

KRX: Final = "J"
"""``FID_COND_MRKT_DIV_CODE`` of the exchange, whose opening price we trade."""

# 54 (투자주의), 55 and 57 (credit and margin) change nothing about an order.
_BY_STATUS: Final = {
    "51": Designation.ADMINISTRATIVE,
    "52": Designation.RISK,
    "53": Designation.WARNING,
    "58": Designation.HALTED,
    "59": Designation.OVERHEATED,
}
BY_WARNING: Final = {"02": Designation.WARNING, "03": Designation.RISK}
"""``mrkt_warn_cls_code``, the same in the master file; 01 is 투자주의, no mark."""

_BY_FLAG: Final = {
    "temp_stop_yn": Designation.HALTED,
    "sltr_yn": Designation.LIQUIDATION,
    "short_over_yn": Designation.OVERHEATED,
    "invt_caful_yn": Designation.ATTENTION,
}


def price_request(symbol: str) -> dict[str, str]:
    """Return the fields that ask for a price, or for the order book."""
    return {"FID_COND_MRKT_DIV_CODE": KRX, "FID_INPUT_ISCD": symbol}


def parse_price(
    body: Body,
    symbol: str,
    session: date,
    *,
    instrument: Instrument | None = None,
    is_open: bool = True,
) -> Quote | None:
    """Return the quote of ``session``, which must be today; None for an unknown symbol.

    KIS answers for an unknown symbol too, with a price of 0 or nothing at all.

    Args:
        instrument: gives name and kind, which the body does not have.
        is_open: False before the session's open: what the body calls the opening
            price is not today's then.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``, also for another symbol's price.
    """
    fields = object_of(body, "output", PRICE.name)
    if not fields.text("stck_prpr"):
        return None
    price = fields.count("stck_prpr")
    if not price:
        return None
    answered = fields.text_if_any("stck_shrn_iscd")
    base = fields.count("stck_sdpr")
    if not base:
        raise fields.unreadable("stck_sdpr")
    if answered and parse_symbol(answered) != symbol:
        raise fields.unreadable("stck_shrn_iscd")
    opened = _opened(fields) if is_open else None
    is_missing = is_open and opened is None
    return Quote(
        symbol=symbol,
        session=session,
        base_price=base,
        upper_limit=fields.count("stck_mxpr") or None,
        lower_limit=fields.count("stck_llam") or None,
        open_price=opened,
        price=price,
        name=instrument.name if instrument else "",
        kind=instrument.kind if instrument else kind_of(symbol),
        designations=frozenset(_designations(fields)),
        no_open=_no_open(fields) if is_missing else NoOpen.UNKNOWN,
    )


def parse_expected_price(body: Body) -> int | None:
    """Return the price the running auction would cross at, in won; None without one.

    Zero or blank in price or volume means that no auction price exists.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``.
    """
    fields = object_of(body, "output2", ASKING_PRICE.name)
    for name in ("antc_cnpr", "antc_vol"):
        fields.text(name)
        if not fields.count_if_any(name):
            return None
    return fields.count("antc_cnpr")


def _opened(fields: Fields) -> int | None:
    # Without a trade there is no opening price, whatever stands in its place.
    has_traded = fields.count("acml_vol") > 0
    return (fields.count_if_any("stck_oprc") or None) if has_traded else None


def _no_open(fields: Fields) -> NoOpen:
    """Say what a missing opening price means while the session runs.

    Volume alone is no witness of trading: it may be from before the open. A range of
    prices is, unless a VI holds the opening back.
    """
    has_range = fields.count("acml_vol") > 0 and bool(fields.count_if_any("stck_hgpr"))
    in_auction = fields.text_if_any("vi_cls_code").upper() == "Y"
    return NoOpen.UNTOLD if has_range and not in_auction else NoOpen.AWAITED


def _designations(fields: Fields) -> Iterator[Designation]:
    for code, table in (
        (fields.text("iscd_stat_cls_code"), _BY_STATUS),
        (fields.text("mrkt_warn_cls_code"), BY_WARNING),
    ):
        if code in table:
            yield table[code]
    yield from (mark for name, mark in _BY_FLAG.items() if fields.flag(name))
    # Documented, but missing from the documented example.
    if fields.text_if_any("mang_issu_cls_code").upper() == "Y":
        yield Designation.ADMINISTRATIVE
