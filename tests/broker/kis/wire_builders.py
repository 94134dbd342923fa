"""Small bodies of KIS for tests: every row has all that must be there."""

from typing import Any

Row = dict[str, Any]


def a_position(symbol: str, quantity: int, **changes: str) -> Row:
    return {
        "pdno": symbol,
        "prdt_name": f"이름{symbol}",
        "trad_dvsn_name": "현금",
        "hldg_qty": str(quantity),
        "ord_psbl_qty": str(quantity),
        "pchs_avg_pric": "1000.0000",
        "prpr": "1100",
        "loan_dt": "",
    } | changes


def a_balance(*rows: Row, d2: int = 900, total: int = 5_000) -> Row:
    return {
        "output1": list(rows),
        "output2": [
            {
                "dnca_tot_amt": "1000",
                "prvs_rcdl_excc_amt": str(d2),
                "tot_evlu_amt": str(total),
            }
        ],
        "msg_cd": "20310000",
    }


def an_order_row(number: str, **changes: str) -> Row:
    """Return a filled market buy of one share at 09:00:01 on 2026-07-31."""
    return {
        "ord_dt": "20260731",
        "ord_gno_brno": "00950",
        "odno": number,
        "orgn_odno": "0000000000",
        "ord_dvsn_name": "시장가",
        "ord_dvsn_cd": "01",
        "sll_buy_dvsn_cd": "02",
        "sll_buy_dvsn_cd_name": "현금매수",
        "pdno": "086520",
        "ord_qty": "1",
        "ord_unpr": "0",
        "ord_tmd": "090001",
        "tot_ccld_qty": "1",
        "tot_ccld_amt": "249500",
        "avg_prvs": "249500",
        "cncl_cfrm_qty": "0",
        "rmn_qty": "0",
        "rjct_qty": "0",
        "cncl_yn": "N",
    } | changes


def a_resting_row(number: str, quantity: int = 10, **changes: str) -> Row:
    """Return an open limit buy at 50,000 won."""
    return an_order_row(
        number,
        **{
            "ord_dvsn_name": "지정가",
            "ord_dvsn_cd": "00",
            "ord_unpr": "50000",
            "ord_qty": str(quantity),
            "tot_ccld_qty": "0",
            "tot_ccld_amt": "0",
            "avg_prvs": "0",
            "rmn_qty": str(quantity),
        }
        | changes,
    )


def orders_page(*rows: Row, counted: int | None = None) -> Row:
    sums = {"tot_ord_qty": str(len(rows) if counted is None else counted)}
    return {"output1": list(rows), "output2": sums, "msg_cd": "20310000"}


def a_price(**changes: str) -> Row:
    """Return the price of a share that opened at 10,000 won, without any mark."""
    output = {
        "iscd_stat_cls_code": "55",
        "temp_stop_yn": "N",
        "stck_prpr": "10100",
        "acml_vol": "1234",
        "stck_oprc": "10000",
        "stck_mxpr": "13000",
        "stck_llam": "7000",
        "stck_sdpr": "10000",
        "stck_shrn_iscd": "086520",
        "invt_caful_yn": "N",
        "mrkt_warn_cls_code": "00",
        "short_over_yn": "N",
        "sltr_yn": "N",
    }
    return {"output": output | changes}


def a_bar_row(day: str, close: int, **changes: str) -> Row:
    text = str(close)
    return {
        "stck_bsop_date": day,
        "stck_oprc": text,
        "stck_hgpr": text,
        "stck_lwpr": text,
        "stck_clpr": text,
        "acml_vol": "100",
    } | changes


def a_bar_page(*rows: Row, price: str = "10000") -> Row:
    return {
        "output1": {"stck_prpr": price, "hts_kor_isnm": "에코프로"},
        "output2": list(rows),
    }


def a_master_line(  # one argument per column a test may talk about
    symbol: str, name: str = "에코프로", *, group: str = "ST", **columns: str
) -> bytes:
    """Return a line of the master file; ``columns`` are ``at<offset>=text``."""
    tail = [" "] * 221
    known = {
        "at0": group,
        "at16": "N",
        "at24": "N",
        "at27": "0",
        "at30": "N",
        "at36": "000012310",
        "at55": "NNN00",
        "at76": "000000345678",
        "at153": "0",
    }
    for place, text in (known | columns).items():
        start = int(place.removeprefix("at"))
        tail[start : start + len(text)] = text
    encoded = name.encode("cp949").ljust(40)
    head = symbol.ljust(9).encode() + f"KR7{symbol}003".ljust(12).encode()
    return head + encoded + "".join(tail).encode() + b"\n"
