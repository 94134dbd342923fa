"""inquire-price: everything KIS says of one symbol (wire sheet 4.8)."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from khms_trader.domain.instrument import Designation
from khms_trader.simulator.bars import Bar
from khms_trader.simulator.kis_api.asked import Asked, Venue, trimmed
from khms_trader.simulator.kis_api.issue import (
    FACE_VALUE,
    HUNDRED_MILLION,
    LISTED_SHARES,
    Issue,
    issue_of,
)
from khms_trader.simulator.kis_api.numbers import percent
from khms_trader.simulator.messages import good
from khms_trader.simulator.traffic import Page


def inquire_price(venue: Venue, asked: Asked) -> Page:
    """Return price, limits, marks and statistics; price 0 for an unknown symbol.

    Raises:
        WireError: a field is missing.
    """
    issue = issue_of(venue, asked)
    output = {
        **_marks(issue),
        **_today(issue),
        **_limits(issue),
        **_pivots(issue),
        **_company(issue),
        **_extremes(issue),
        **_notices(issue),
    }
    return Page(
        body=good("MCA00000", {"output": trimmed(output, venue.rules.variants.without)})
    )


def _flag(*, is_set: bool) -> str:
    return "Y" if is_set else "N"


def _marks(issue: Issue) -> dict[str, str]:
    return {
        "iscd_stat_cls_code": issue.status,
        "marg_rate": "100.00" if issue.status == "57" else "40.00",
        "rprs_mrkt_kor_name": "KOSDAQ",
        "new_hgpr_lwpr_cls_code": "",
        "bstp_kor_isnm": "ETF" if issue.is_fund else "일반",
        "temp_stop_yn": _flag(is_set=issue.has(Designation.HALTED)),
        "oprc_rang_cont_yn": "N",
        "clpr_rang_cont_yn": "N",
        "crdt_able_yn": _flag(is_set=issue.status == "55"),
        "grmn_rate_cls_code": "100" if issue.status == "57" else "40",
        "elw_pblc_yn": "N",
    }


def _today(issue: Issue) -> dict[str, str]:
    today, before = issue.today, issue.before
    volume = today.volume if today else 0
    value = today.value if today else 0
    return {
        "stck_prpr": str(issue.price),
        **issue.changes(),
        "acml_tr_pbmn": str(value),
        "acml_vol": str(volume),
        "prdy_vrss_vol_rate": percent(volume, before.volume if before else 0),
        "stck_oprc": str(today.open if today else 0),
        "stck_hgpr": str(today.high if today else 0),
        "stck_lwpr": str(today.low if today else 0),
    }


def _limits(issue: Issue) -> dict[str, str]:
    quote, today = issue.quote, issue.today
    upper = (quote.upper_limit or 0) if quote else 0
    lower = (quote.lower_limit or 0) if quote else 0
    average = today.value / today.volume if today and today.volume else 0.0
    return {
        "stck_mxpr": str(upper),
        "stck_llam": str(lower),
        "stck_sdpr": str(issue.base),
        "wghn_avrg_stck_prc": f"{average:.2f}",
        "hts_frgn_ehrt": "0.00",
        "frgn_ntby_qty": "0",
        "pgtr_ntby_qty": "0",
        "rstc_wdth_prc": str(upper - issue.base if upper else 0),
        "aspr_unit": str(issue.tick),
        "hts_deal_qty_unit_val": "1",
        "stck_sspr": str(issue.base * 7 // 10),
    }


def _pivots(issue: Issue) -> dict[str, str]:
    bar = issue.before
    high, low, close = (bar.high, bar.low, bar.close) if bar else (0, 0, 0)
    pivot = (high + low + close) // 3
    first_up, first_down = 2 * pivot - low, 2 * pivot - high
    return {
        "pvt_scnd_dmrs_prc": str(pivot + high - low),
        "pvt_frst_dmrs_prc": str(first_up),
        "pvt_pont_val": str(pivot),
        "pvt_frst_dmsp_prc": str(first_down),
        "pvt_scnd_dmsp_prc": str(pivot - high + low),
        "dmrs_val": str((first_up + pivot) // 2),
        "dmsp_val": str((first_down + pivot) // 2),
    }


def _company(issue: Issue) -> dict[str, str]:
    capital = LISTED_SHARES * FACE_VALUE // HUNDRED_MILLION
    volume = issue.today.volume if issue.today else 0
    return {
        "cpfn": str(capital),
        "stck_fcam": str(FACE_VALUE),
        "lstn_stcn": str(LISTED_SHARES),
        "hts_avls": str(issue.price * LISTED_SHARES // HUNDRED_MILLION),
        "per": "0.00",
        "pbr": "0.00",
        "stac_month": "12",
        "vol_tnrt": percent(volume, LISTED_SHARES),
        "eps": "0.00",
        "bps": "0.00",
        "fcam_cnnm": f"{FACE_VALUE:,}",
        "cpfn_cnnm": f"{capital:,} 억",
        "stck_shrn_iscd": issue.symbol,
    }


def _extremes(issue: Issue) -> dict[str, str]:
    bars = [bar for bar in issue.bars if bar.volume > 0]
    since = (issue.now - timedelta(weeks=52)).date()
    year = [bar for bar in bars if bar.session.year == issue.now.year]
    weeks = [bar for bar in bars if bar.session >= since]
    price = issue.price
    return {
        **_extreme("d250_hgpr", "_vrss_prpr_rate", bars[-250:], price=price),
        **_extreme("d250_lwpr", "_vrss_prpr_rate", bars[-250:], price=price),
        **_extreme("stck_dryy_hgpr", "_vrss_prpr_rate", year, price=price),
        **_extreme("stck_dryy_lwpr", "_vrss_prpr_rate", year, price=price),
        **_extreme("w52_hgpr", "_vrss_prpr_ctrt", weeks, price=price),
        **_extreme("w52_lwpr", "_vrss_prpr_ctrt", weeks, price=price),
    }


def _extreme(
    name: str, rate_suffix: str, bars: Sequence[Bar], *, price: int
) -> dict[str, str]:
    is_high = name.endswith("hgpr")
    level: Callable[[Bar], int] = (
        (lambda bar: bar.high) if is_high else (lambda bar: bar.low)
    )
    best = (max if is_high else min)(bars, key=level, default=None)
    won = level(best) if best else 0
    # The year's extremes drop the prefix in the names of their companions.
    stem = name.removeprefix("stck_")
    return {
        name: str(won),
        f"{stem}_date": f"{best.session:%Y%m%d}" if best else "",
        f"{stem}{rate_suffix}": percent(price - won, won),
    }


def _notices(issue: Issue) -> dict[str, str]:
    return {
        "whol_loan_rmnd_rate": "0.00",
        "ssts_yn": "Y",
        "apprch_rate": "0.00",
        "frgn_hldn_qty": "0",
        "vi_cls_code": "N",
        "ovtm_vi_cls_code": "N",
        "last_ssts_cntg_qty": "0",
        "invt_caful_yn": _flag(is_set=issue.has(Designation.ATTENTION)),
        "mrkt_warn_cls_code": issue.warning,
        "short_over_yn": _flag(is_set=issue.has(Designation.OVERHEATED)),
        "sltr_yn": _flag(is_set=issue.has(Designation.LIQUIDATION)),
        "mang_issu_cls_code": _flag(is_set=issue.has(Designation.ADMINISTRATIVE)),
    }
