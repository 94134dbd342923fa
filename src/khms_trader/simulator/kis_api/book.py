"""Order book, ticks and investors (wire sheet 4.9, 4.12, 4.13).

The market behind has one price, so the book stands one tick around it and quantities
are made up. Net purchases of investors are unknown: zero on the generated market, and
blank, which KIS uses for "not yet", on everybody else's bars.
"""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.market.hours import MarketPhase
from khms_trader.simulator.bars import Bar, bars_of
from khms_trader.simulator.kis_api.asked import Asked, Venue, trimmed
from khms_trader.simulator.kis_api.issue import Issue, issue_of
from khms_trader.simulator.kis_api.numbers import percent, sign
from khms_trader.simulator.market import LEVELS, Ladder, ladder
from khms_trader.simulator.messages import good
from khms_trader.simulator.traffic import Body, Page

_ROWS: Final = 30
_EMPTY: Final = Ladder(asks=(0,) * LEVELS, bids=(0,) * LEVELS)
_SAMPLE: Final = "sample"
_WHO: Final = ("prsn", "frgn", "orgn")
_FLOWS: Final = (
    *("ntby_qty", "ntby_tr_pbmn", "shnu_vol"),
    *("shnu_tr_pbmn", "seln_vol", "seln_tr_pbmn"),
)


def inquire_asking_price(venue: Venue, asked: Asked) -> Page:
    """Return ten levels either side, and the price the opening auction expects.

    Raises:
        WireError: a field is missing.
    """
    issue = issue_of(venue, asked)
    without = venue.rules.variants.without
    body: Body = {
        "output1": trimmed(_levels(venue, issue), without),
        "output2": trimmed(_expected(venue, issue), without),
    }
    return Page(body=good("MCA00000", body))


def inquire_ccnl(venue: Venue, asked: Asked) -> Page:
    """Return the newest thirty ticks: all at the one price.

    Raises:
        WireError: a field is missing.
    """
    issue = issue_of(venue, asked)
    last = _last_moment(venue, asked.now)
    rows = [
        {
            "stck_cntg_hour": f"{last - timedelta(seconds=number):%H%M%S}",
            "stck_prpr": str(issue.price),
            **issue.changes(),
            "cntg_vol": str(1 + number % 7),
            "tday_rltv": "100.00",
        }
        for number in range(_ROWS)
    ]
    return Page(body=good("MCA00000", {"output": rows if issue.today else []}))


def inquire_investor(venue: Venue, asked: Asked) -> Page:
    """Return thirty sessions of net purchases; today's only after the close.

    Raises:
        WireError: a field is missing.
    """
    issue = issue_of(venue, asked)
    bars = bars_of(venue.market, issue.symbol, asked.now, is_adjusted=True)
    is_over = venue.market.has_closed(asked.now)
    session = venue.market.session_at(asked.now)
    is_made_up = venue.market.bars.name == _SAMPLE
    rows = [
        _investors(bar, is_known=is_made_up and (is_over or bar.session < session))
        for bar in bars[: -_ROWS - 1 : -1]
    ]
    return Page(body=good("MCA00000", {"output": rows}))


def _levels(venue: Venue, issue: Issue) -> dict[str, str]:
    book = ladder(issue.price, issue.quote) if issue.quote else _EMPTY
    asks = [100 * (LEVELS - i) if price else 0 for i, price in enumerate(book.asks)]
    bids = [100 * (LEVELS - i) if price else 0 for i, price in enumerate(book.bids)]
    numbered = range(1, LEVELS + 1)
    sides = (("ask", book.asks, asks), ("bid", book.bids, bids))
    levels = {f"{s}p{n}": str(won[n - 1]) for s, won, _ in sides for n in numbered}
    levels |= {f"{s}p_rsqn{n}": str(q[n - 1]) for s, _, q in sides for n in numbered}
    levels |= {f"{s}p_rsqn_icdc{n}": "0" for s, _, _ in sides for n in numbered}
    return {
        "aspr_acpt_hour": f"{_last_moment(venue, issue.now):%H%M%S}",
        **levels,
        "total_askp_rsqn": str(sum(asks)),
        "total_bidp_rsqn": str(sum(bids)),
        "total_askp_rsqn_icdc": "0",
        "total_bidp_rsqn_icdc": "0",
        "ovtm_total_askp_icdc": "0",
        "ovtm_total_bidp_icdc": "0",
        "ovtm_total_askp_rsqn": "0",
        "ovtm_total_bidp_rsqn": "0",
        "ntby_aspr_rsqn": str(sum(bids) - sum(asks)),
        "new_mkop_cls_code": "20" if venue.market.is_open(issue.now) else "31",
    }


def _expected(venue: Venue, issue: Issue) -> dict[str, str]:
    phase = venue.market.phase(issue.now)
    opened = (issue.quote.open_price or 0) if issue.quote else 0
    price = opened if phase is MarketPhase.OPENING_AUCTION else 0
    change = price - issue.base if price else 0
    volume = issue.before.volume // 20 if price and issue.before else 0
    today = issue.today
    return {
        "antc_mkop_cls_code": "311",
        "stck_prpr": str(issue.price),
        "stck_oprc": str(today.open if today else 0),
        "stck_hgpr": str(today.high if today else 0),
        "stck_lwpr": str(today.low if today else 0),
        "stck_sdpr": str(issue.base),
        "antc_cnpr": str(price),
        "antc_cntg_vrss_sign": sign(change),
        "antc_cntg_vrss": str(change),
        "antc_cntg_prdy_ctrt": percent(change, issue.base),
        "antc_vol": str(volume),
        "stck_shrn_iscd": issue.symbol,
        "vi_cls_code": "N",
    }


def _last_moment(venue: Venue, now: datetime) -> datetime:
    market = venue.market
    if not market.has_opened(now):
        return now
    return min(now, market.calendar.closes_at(market.session_at(now)))


def _investors(bar: Bar, *, is_known: bool) -> dict[str, str]:
    change = bar.close - bar.previous_close
    figure = "0" if is_known else ""
    figures = {f"{who}_{flow}": figure for flow in _FLOWS for who in _WHO}
    return {
        "stck_bsop_date": f"{bar.session:%Y%m%d}",
        "stck_clpr": str(bar.close),
        "prdy_vrss": str(change),
        "prdy_vrss_sign": sign(change),
        **figures,
    }
