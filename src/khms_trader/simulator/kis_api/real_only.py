"""What the real host alone answers: many prices, holidays, names (sheet 4.14-17)."""

from datetime import datetime, timedelta
from typing import Final

from khms_trader.simulator.kis_api.asked import Asked, Venue, trimmed
from khms_trader.simulator.kis_api.issue import Issue, issue_at
from khms_trader.simulator.kis_api.master import isin
from khms_trader.simulator.kis_api.numbers import percent, sign
from khms_trader.simulator.market import ladder
from khms_trader.simulator.messages import business_error, good, missing_field
from khms_trader.simulator.traffic import Page

MOST_SYMBOLS: Final = 30
_DAYS: Final = 24
_ONE_DAY: Final = timedelta(days=1)
_STOCKS: Final = "300"


def intstock_multprice(venue: Venue, asked: Asked) -> Page:
    """Return the prices of up to thirty symbols.

    Raises:
        WireError: ``OPSQ2001``, not even one symbol.
    """
    asked.need("FID_COND_MRKT_DIV_CODE_1", "FID_INPUT_ISCD_1")
    symbols = [asked.text(f"FID_INPUT_ISCD_{n}") for n in range(1, MOST_SYMBOLS + 1)]
    without = venue.rules.variants.without
    rows = [
        trimmed(_row(venue, issue_at(venue, symbol, asked.now)), without)
        for symbol in symbols
        if symbol
    ]
    return Page(body=good("MCA00000", {"output": rows}))


def chk_holiday(venue: Venue, asked: Asked) -> Page:
    """Return 24 days from ``BASS_DT`` on.

    Raises:
        WireError: the date is missing or none.
    """
    asked.need("BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK")
    try:
        first = datetime.strptime(asked.text("BASS_DT"), "%Y%m%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise missing_field("BASS_DT") from error
    days = [first + number * _ONE_DAY for number in range(_DAYS)]
    rows = []
    for day in days:
        is_open = "Y" if venue.market.calendar.is_session(day) else "N"
        rows.append(
            {
                "bass_dt": f"{day:%Y%m%d}",
                "wday_dvsn_cd": f"{day.isoweekday() % 7 + 1:02d}",
                "bzdy_yn": is_open,
                "tr_day_yn": is_open,
                "opnd_yn": is_open,
                "sttl_day_yn": is_open,
            }
        )
    body = {
        "ctx_area_nk": f"{days[-1]:%Y%m%d}".ljust(20),
        "ctx_area_fk": f"{first:%Y%m%d}".ljust(20),
        "output": rows,
    }
    return Page(body=good("KIOK0500", body), continuation="F")


def search_info(venue: Venue, asked: Asked) -> Page:
    """Return the names of one symbol.

    Raises:
        WireError: a field is missing; ``rt_cd`` 7 for what is no domestic issue, as
            python-kis expects.
    """
    asked.need("PDNO", "PRDT_TYPE_CD")
    symbol = asked.text("PDNO")
    quote = venue.market.quote(symbol, asked.now)
    if quote is None or asked.text("PRDT_TYPE_CD") != _STOCKS:
        raise business_error("KIOK0560", rt_cd="7")
    output = {
        "pdno": f"00000A{symbol}",
        "prdt_type_cd": _STOCKS,
        **dict.fromkeys(("prdt_name", "prdt_name120", "prdt_abrv_name"), quote.name),
        # The practice market has no English names.
        **dict.fromkeys(
            ("prdt_eng_name", "prdt_eng_name120", "prdt_eng_abrv_name"), quote.name
        ),
        "std_pdno": isin(symbol),
        "shtn_pdno": symbol,
        "prdt_sale_stat_cd": "",
        "prdt_risk_grad_cd": "",
        "prdt_clsf_cd": "301",
        "prdt_clsf_name": "주권",
        "sale_strt_dt": "",
        "sale_end_dt": "",
        "wrap_asst_type_cd": "06",
        "ivst_prdt_type_cd": "1012",
        "ivst_prdt_type_cd_name": "국내주식",
        "frst_erlm_dt": "",
    }
    output = trimmed(output, venue.rules.variants.without)
    return Page(body=good("KIOK0530", {"output": output}))


def _row(venue: Venue, issue: Issue) -> dict[str, str]:
    quote, today, before = issue.quote, issue.today, issue.before
    book = ladder(issue.price, quote) if quote else None
    opened, high = (today.open, today.high) if today else (0, 0)
    return {
        "kospi_kosdaq_cls_name": "코스닥",
        "mrkt_trtm_cls_name": "",
        "hour_cls_code": "0",
        "inter_shrn_iscd": issue.symbol,
        "inter_kor_isnm": issue.name,
        "inter2_prpr": str(issue.price),
        "inter2_prdy_vrss": str(issue.change),
        "prdy_vrss_sign": issue.changes()["prdy_vrss_sign"],
        "prdy_ctrt": issue.changes()["prdy_ctrt"],
        "acml_vol": str(today.volume if today else 0),
        "inter2_oprc": str(opened),
        "inter2_hgpr": str(high),
        "inter2_lwpr": str(today.low if today else 0),
        "inter2_llam": str((quote.lower_limit or 0) if quote else 0),
        "inter2_mxpr": str((quote.upper_limit or 0) if quote else 0),
        "inter2_askp": str(book.asks[0] if book else 0),
        "inter2_bidp": str(book.bids[0] if book else 0),
        "seln_rsqn": "1000",
        "shnu_rsqn": "1000",
        "total_askp_rsqn": "5500",
        "total_bidp_rsqn": "5500",
        "acml_tr_pbmn": str(today.value if today else 0),
        "inter2_prdy_clpr": str(before.close if before else 0),
        "oprc_vrss_hgpr_rate": percent(high - opened, opened),
        **_expected(venue, issue),
        "inter2_sdpr": str(issue.base),
    }


def _expected(venue: Venue, issue: Issue) -> dict[str, str]:
    is_early = not venue.market.has_opened(issue.now)
    opened = (issue.quote.open_price or 0) if issue.quote and is_early else 0
    change = opened - issue.base if opened else 0
    return {
        "intr_antc_cntg_vrss": str(change),
        "intr_antc_cntg_vrss_sign": sign(change),
        "intr_antc_cntg_prdy_ctrt": percent(change, issue.base),
        "intr_antc_vol": "0",
    }
