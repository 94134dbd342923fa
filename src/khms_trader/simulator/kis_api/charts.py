"""inquire-daily-itemchartprice and inquire-daily-price (wire sheet 4.10, 4.11)."""

from datetime import date, datetime
from typing import Final

from khms_trader.simulator.bars import Bar, bars_of, folded
from khms_trader.simulator.kis_api.asked import Asked, Venue, trimmed
from khms_trader.simulator.kis_api.issue import (
    FACE_VALUE,
    HUNDRED_MILLION,
    LISTED_SHARES,
    Issue,
    issue_of,
)
from khms_trader.simulator.kis_api.numbers import percent, sign
from khms_trader.simulator.market import ladder
from khms_trader.simulator.messages import good, missing_field
from khms_trader.simulator.traffic import Body, Page

_MOST_BARS: Final = 100
_MOST_DAYS: Final = 30
_ADJUSTED: Final = "0"


def inquire_period_bars(venue: Venue, asked: Asked) -> Page:
    """Return at most 100 bars of a span, newest first; ``0`` means adjusted.

    Raises:
        WireError: a field is missing or no date.
    """
    issue = issue_of(venue, asked)
    asked.need("FID_INPUT_DATE_1", "FID_INPUT_DATE_2")
    bars = _asked_bars(venue, asked, issue, adjusted_flag=_ADJUSTED)
    first, last = _day(asked, "FID_INPUT_DATE_1"), _day(asked, "FID_INPUT_DATE_2")
    within = [bar for bar in bars if first <= bar.session <= last]
    variants = venue.rules.variants
    rows = [trimmed(_bar(b), variants.without) for b in within[: -_MOST_BARS - 1 : -1]]
    if variants.bars_end_empty:
        rows.append({})
    body: Body = {"output1": trimmed(_head(issue), variants.without), "output2": rows}
    return Page(body=good("MCA00000", body))


def inquire_daily_price(venue: Venue, asked: Asked) -> Page:
    """Return the last 30 days, weeks or months, newest first.

    Raises:
        WireError: a field is missing.
    """
    issue = issue_of(venue, asked)
    flag = venue.rules.variants.daily_adjusted_flag
    bars = _asked_bars(venue, asked, issue, adjusted_flag=flag)
    volumes = [0, *(bar.volume for bar in bars)]
    rows = [
        trimmed(_day_row(bar, before), venue.rules.variants.without)
        for bar, before in zip(bars, volumes, strict=False)
    ]
    return Page(body=good("MCA00000", {"output": rows[: -_MOST_DAYS - 1 : -1]}))


def _asked_bars(
    venue: Venue, asked: Asked, issue: Issue, *, adjusted_flag: str
) -> list[Bar]:
    asked.need("FID_PERIOD_DIV_CODE", "FID_ORG_ADJ_PRC")
    period, flag = asked.text("FID_PERIOD_DIV_CODE"), asked.text("FID_ORG_ADJ_PRC")
    if period not in {"D", "W", "M", "Y"}:
        raise missing_field("FID_PERIOD_DIV_CODE")
    bars = bars_of(
        venue.market, issue.symbol, asked.now, is_adjusted=flag == adjusted_flag
    )
    return folded(bars, period)


def _day(asked: Asked, name: str) -> date:
    try:
        return datetime.strptime(asked.text(name), "%Y%m%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise missing_field(name) from error


def _bar(bar: Bar) -> dict[str, str]:
    change = bar.close - bar.previous_close if bar.previous_close else 0
    return {
        "stck_bsop_date": f"{bar.session:%Y%m%d}",
        "stck_clpr": str(bar.close),
        "stck_oprc": str(bar.open),
        "stck_hgpr": str(bar.high),
        "stck_lwpr": str(bar.low),
        "acml_vol": str(bar.volume),
        "acml_tr_pbmn": str(bar.value),
        "flng_cls_code": "00",
        "prtt_rate": "0.00",
        "mod_yn": "N",
        "prdy_vrss_sign": sign(change),
        "prdy_vrss": str(change),
        "revl_issu_reas": "",
    }


def _day_row(bar: Bar, volume_before: int) -> dict[str, str]:
    change = bar.close - bar.previous_close if bar.previous_close else 0
    return {
        "stck_bsop_date": f"{bar.session:%Y%m%d}",
        "stck_oprc": str(bar.open),
        "stck_hgpr": str(bar.high),
        "stck_lwpr": str(bar.low),
        "stck_clpr": str(bar.close),
        "acml_vol": str(bar.volume),
        "prdy_vrss_vol_rate": percent(bar.volume - volume_before, volume_before),
        "prdy_vrss": str(change),
        "prdy_vrss_sign": sign(change),
        "prdy_ctrt": percent(change, bar.previous_close),
        "hts_frgn_ehrt": "0.00",
        "frgn_ntby_qty": "0",
        "flng_cls_code": "00",
        "acml_prtt_rate": "1.00",
    }


def _head(issue: Issue) -> dict[str, str]:
    quote, today, before = issue.quote, issue.today, issue.before
    book = ladder(issue.price, quote) if quote else None
    volume, prior = (today.volume if today else 0), (before.volume if before else 0)
    return {
        **issue.changes(),
        "stck_prdy_clpr": str(before.close if before else 0),
        "acml_vol": str(volume),
        "acml_tr_pbmn": str(today.value if today else 0),
        "hts_kor_isnm": issue.name,
        "stck_prpr": str(issue.price),
        "stck_shrn_iscd": issue.symbol,
        "prdy_vol": str(prior),
        "stck_mxpr": str((quote.upper_limit or 0) if quote else 0),
        "stck_llam": str((quote.lower_limit or 0) if quote else 0),
        "stck_oprc": str(today.open if today else 0),
        "stck_hgpr": str(today.high if today else 0),
        "stck_lwpr": str(today.low if today else 0),
        "stck_prdy_oprc": str(before.open if before else 0),
        "stck_prdy_hgpr": str(before.high if before else 0),
        "stck_prdy_lwpr": str(before.low if before else 0),
        "askp": str(book.asks[0] if book else 0),
        "bidp": str(book.bids[0] if book else 0),
        "prdy_vrss_vol": str(volume - prior),
        **_company(issue, volume),
    }


def _company(issue: Issue, volume: int) -> dict[str, str]:
    return {
        "vol_tnrt": percent(volume, LISTED_SHARES),
        "stck_fcam": str(FACE_VALUE),
        "lstn_stcn": str(LISTED_SHARES),
        "cpfn": str(LISTED_SHARES * FACE_VALUE // HUNDRED_MILLION),
        "hts_avls": str(issue.price * LISTED_SHARES // HUNDRED_MILLION),
        "per": "0.00",
        "eps": "0.00",
        "pbr": "0.00",
        "itewhol_loan_rmnd_ratem": "0.00",
    }
