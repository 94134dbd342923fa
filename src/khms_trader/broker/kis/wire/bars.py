"""Daily bars on the wire: period bars and the many-symbol price (wire 4.10, 4.14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from khms_trader.broker.kis.endpoints import MULTI_PRICE, PERIOD_BARS
from khms_trader.broker.kis.wire.fields import (
    Body,
    Fields,
    has_member,
    object_of,
    objects_of,
)
from khms_trader.broker.kis.wire.quotes import KRX
from khms_trader.domain.bars import DailyBar, MultiPrice
from khms_trader.errors import BrokerUnavailable

PAGE_ROWS: Final = 100
"""Rows of a full page of period bars."""

MULTI_SYMBOLS: Final = 30
"""Symbols one many-symbol call takes."""

# The other way round than in inquire-daily-price; measured over a 50:1 split.
_ADJUSTED: Final = "0"
_NOTHING: Final = frozenset({"", "0"})
# What a stored price can hold; the dearest share ever cost a few million won.
_DEAREST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPage:
    """One page of bars, oldest first.

    Attributes:
        name: the company's; empty where the body has none.
        is_full: whether older bars may follow on another page.
    """

    name: str
    bars: tuple[DailyBar, ...]
    is_full: bool


def bars_request(symbol: str, first: date, last: date) -> dict[str, str]:
    """Return the fields that ask for the newest adjusted bars of a span of days."""
    return {
        "FID_COND_MRKT_DIV_CODE": KRX,
        "FID_INPUT_ISCD": symbol,
        "FID_INPUT_DATE_1": f"{first:%Y%m%d}",
        "FID_INPUT_DATE_2": f"{last:%Y%m%d}",
        "FID_PERIOD_DIV_CODE": "D",
        "FID_ORG_ADJ_PRC": _ADJUSTED,
    }


def multi_price_request(symbols: Sequence[str]) -> dict[str, str]:
    """Return the fields that ask for up to 30 symbols at once."""
    if not 0 < len(symbols) <= MULTI_SYMBOLS:
        message = f"one call takes 1 to {MULTI_SYMBOLS} symbols, not {len(symbols)}"
        raise ValueError(message)
    return {
        name: value
        for place, symbol in enumerate(symbols, start=1)
        for name, value in (
            (f"FID_COND_MRKT_DIV_CODE_{place}", KRX),
            (f"FID_INPUT_ISCD_{place}", symbol),
        )
    }


def parse_bars(body: Body) -> BarPage:
    """Return a page of bars; an unknown symbol has none.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``, or ``kis_bars_repeated`` when one
            session came twice with different bars.
    """
    call = PERIOD_BARS.name
    head = object_of(body, "output1", call)
    is_unknown = head.text("stck_prpr") in _NOTHING
    is_left_out = is_unknown and not has_member(body, "output2")
    rows = [] if is_left_out else objects_of(body, "output2", call)
    by_session: dict[date, DailyBar] = {}
    for bar in (_bar(row) for row in rows if _is_dated(row)):
        if by_session.setdefault(bar.session, bar) != bar:
            raise BrokerUnavailable("kis_bars_repeated", session=bar.session)
    return BarPage(
        name=head.text_if_any("hts_kor_isnm"),
        bars=tuple(by_session[session] for session in sorted(by_session)),
        is_full=len(rows) >= PAGE_ROWS,
    )


def parse_multi_prices(body: Body, session: date) -> tuple[MultiPrice, ...]:
    """Return what a many-symbol call says of ``session``.

    Left out are unknown symbols and days that no session can have had: both need
    their history to be asked for.

    Raises:
        BrokerUnavailable: ``kis_body_unreadable``.
    """
    rows = objects_of(body, "output", MULTI_PRICE.name)
    priced = [row for row in rows if row.text("inter2_prpr") not in _NOTHING]
    found = [_multi_price(row, session) for row in priced]
    return tuple(each for each in found if each is not None)


def _is_dated(row: Fields) -> bool:
    """Return False for the padding of a short page: neither a date nor a close."""
    close = row.text_if_any("stck_clpr")
    return bool(row.text_if_any("stck_bsop_date")) or close not in _NOTHING


def _bar(row: Fields) -> DailyBar:
    opened, high, low = (
        row.count(name) for name in ("stck_oprc", "stck_hgpr", "stck_lwpr")
    )
    bar = _normal(
        session=row.day("stck_bsop_date"),
        prices=(opened, high, low),
        close=row.count("stck_clpr"),
        volume=row.count("acml_vol"),
    )
    if bar is None:
        raise row.unreadable("stck_clpr" if not row.count("stck_clpr") else "stck_oprc")
    return bar


def _multi_price(row: Fields, session: date) -> MultiPrice | None:
    opened, high, low = (
        row.count(name) for name in ("inter2_oprc", "inter2_hgpr", "inter2_lwpr")
    )
    bar = _normal(
        session=session,
        prices=(opened, high, low),
        close=row.count("inter2_prpr"),
        volume=row.count("acml_vol"),
    )
    if bar is None:
        return None
    return MultiPrice(
        symbol=row.symbol("inter_shrn_iscd"),
        name=row.text("inter_kor_isnm"),
        bar=bar,
        base_price=row.count("inter2_sdpr"),
    )


def _normal(
    *, session: date, prices: tuple[int, int, int], close: int, volume: int
) -> DailyBar | None:
    """Return the bar in one form; None for prices that no session can have had.

    Without an opening price only off-hours trades can have made the volume, which
    nobody could have had at the open.
    """
    if not close:
        return None
    if not volume or not any(prices):
        prices, volume = (close, close, close), 0
    opened, high, low = prices
    if not all(prices) or max(close, *prices) > _DEAREST:
        return None
    return DailyBar(
        session=session, open=opened, high=high, low=low, close=close, volume=volume
    )
