"""inquire-daily-ccld: the orders and fills of some sessions (wire sheet 4.6)."""

from datetime import date, datetime
from typing import Final

from khms_trader.domain.order import Side
from khms_trader.simulator.kis_api.asked import Asked, Venue, paged, trimmed
from khms_trader.simulator.kis_api.orders import ORGANISATION, odno
from khms_trader.simulator.messages import good, missing_field
from khms_trader.simulator.orders import Act, Division, OrderRow
from khms_trader.simulator.rules import Variants
from khms_trader.simulator.traffic import Body, Page

_ZEROS: Final = "0000000000"
_DIVISIONS: Final = {
    Division.LIMIT: "지정가",
    Division.MARKET: "시장가",
    Division.CONDITIONAL: "조건부지정가",
    Division.BEST_OPPOSITE: "최유리지정가",
    Division.BEST_OWN: "최우선지정가",
}
_SIDES: Final = {Side.SELL: ("01", "매도"), Side.BUY: ("02", "매수")}
_ACTS: Final = {Act.ORDER: "", Act.AMENDMENT: "정정", Act.CANCELLATION: "취소"}


def inquire_daily_ccld(venue: Venue, asked: Asked) -> Page:
    """Return orders with their fills, fifteen a page.

    The old id shows sums only, unless a variant says otherwise.

    Raises:
        WireError: a field is missing, or another account is asked for.
    """
    venue.need_account(asked)
    asked.need("INQR_STRT_DT", "INQR_END_DT", "SLL_BUY_DVSN_CD", "ORD_GNO_BRNO")
    asked.need("CCLD_DVSN", "INQR_DVSN", "INQR_DVSN_1", "INQR_DVSN_3")
    if not asked.call.is_former:
        asked.need("EXCG_ID_DVSN_CD")
    variants = venue.rules.variants
    rows = _selected(venue, asked)
    shows_rows = not asked.call.is_former or variants.old_ids_list_orders
    shown = rows if shows_rows and not asked.effects.shows_no_rows else []
    page, context, continuation = paged(
        shown,
        asked,
        size=venue.rules.limits.page_orders,
        always_pages=variants.always_pages,
    )
    named = _gone(rows)
    output1 = [
        trimmed(
            {
                **_shown(row, named, variants),
                "prdt_name": _name(venue, asked, row),
                "ord_qty": str(_counted(row, asked)),
            },
            variants.without,
        )
        for row in page
    ]
    body: Body = {**context, "output1": output1, "output2": _sums(rows)}
    code = "20310000" if shown else "70070000"
    return Page(body=good(code, body, is_padded=True), continuation=continuation)


def _selected(venue: Venue, asked: Asked) -> list[OrderRow]:
    lag = asked.effects.lag
    if lag is None:
        lag = venue.exchange.rules.orders_lag
    books = venue.exchange.books_at(asked.now, lag=lag)
    first, last = _day(asked, "INQR_STRT_DT"), _day(asked, "INQR_END_DT")
    rows = [
        row
        for row in books.orders
        if first <= row.session <= last and _is_wanted(row, asked)
    ]
    return rows if asked.text("INQR_DVSN") == "01" else rows[::-1]


def _is_wanted(row: OrderRow, asked: Asked) -> bool:
    side, symbol = asked.text("SLL_BUY_DVSN_CD"), asked.text("PDNO")
    number, filled = asked.text("ODNO"), asked.text("CCLD_DVSN")
    return (
        side in {"", "00", _SIDES[row.side][0]}
        and symbol in {"", row.symbol}
        and (not number or number.lstrip("0") == str(row.number))
        and (filled != "01" or row.filled > 0)
        and (filled != "02" or row.open_quantity > 0)
    )


def _day(asked: Asked, name: str) -> date:
    try:
        return datetime.strptime(asked.text(name), "%Y%m%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise missing_field(name) from error


def _gone(rows: list[OrderRow]) -> set[tuple[date, int]]:
    """Return the orders that a cancellation of the list is about."""
    return {(row.session, row.original) for row in rows if row.act is Act.CANCELLATION}


def _counted(row: OrderRow, asked: Asked) -> int:
    is_own = row.act is Act.CANCELLATION
    shrinks = asked.effects.shrinks_cancelled and not is_own
    return row.quantity - (row.cancelled if shrinks else 0)


def _name(venue: Venue, asked: Asked, row: OrderRow) -> str:
    quote = venue.market.quote(row.symbol, asked.now)
    return quote.name if quote else ""


def _shown(
    row: OrderRow, gone: set[tuple[date, int]], variants: Variants
) -> dict[str, str]:
    code, side = _SIDES[row.side]
    is_own = row.act is Act.CANCELLATION
    is_marked = (row.session, row.number) in gone and variants.original_is_marked
    blank = "" if variants.original_is_blank else _ZEROS
    names = ("cncl_cfrm_qty", "excg_id_dvsn_cd")
    if variants.documented_order_names:
        names = ("cnc_cfrm_qty", "excg_id_dvsn_Cd")
    cancelled = row.cancelled if is_own or variants.original_is_marked else 0
    return {
        "ord_dt": f"{row.session:%Y%m%d}",
        "ord_gno_brno": ORGANISATION,
        "odno": odno(row.number),
        "orgn_odno": odno(row.original) if row.original else blank,
        "ord_dvsn_name": _DIVISIONS[row.division],
        "sll_buy_dvsn_cd": code,
        "sll_buy_dvsn_cd_name": side + _ACTS[row.act],
        "pdno": row.symbol,
        "prdt_name": "",
        "ord_qty": str(row.quantity),
        "ord_unpr": "0" if is_own else str(row.limit_price),
        "ord_tmd": f"{row.ordered_at:%H%M%S}",
        "tot_ccld_qty": str(row.filled),
        "avg_prvs": str(row.filled_value // row.filled if row.filled else 0),
        "cncl_yn": "Y" if is_own or is_marked else "N",
        "tot_ccld_amt": str(row.filled_value),
        "loan_dt": "",
        "ordr_empno": "OpnAPI",
        "ord_dvsn_cd": row.division.value,
        names[0]: str(cancelled),
        "rmn_qty": str(row.open_quantity),
        "rjct_qty": str(row.expired),
        "ccld_cndt_name": "없음",
        **_constants(),
        names[1]: "KRX",
    }


def _constants() -> dict[str, str]:
    return {
        "inqr_ip_addr": "",
        "cpbc_ordp_ord_rcit_dvsn_cd": "",
        "cpbc_ordp_infm_mthd_dvsn_cd": "",
        "infm_tmd": "",
        "ctac_tlno": "",
        "prdt_type_cd": "300",
        "excg_dvsn_cd": "03",
        "cpbc_ordp_mtrl_dvsn_cd": "",
        "ord_orgno": ORGANISATION,
        "rsvn_ord_end_dt": "",
        "stpm_cndt_pric": "0",
        "stpm_efct_occr_dtmd": "",
    }


def _sums(rows: list[OrderRow]) -> dict[str, str]:
    orders = [row for row in rows if row.act is not Act.CANCELLATION]
    filled = sum(row.filled for row in orders)
    value = sum(row.filled_value for row in orders)
    average = value / filled if filled else 0.0
    return {
        "tot_ord_qty": str(sum(row.quantity for row in orders)),
        "tot_ccld_qty": str(filled),
        "tot_ccld_amt": str(value),
        "prsm_tlex_smtl": str(sum(row.costs for row in orders)),
        "pchs_avg_pric": f"{average:.4f}",
    }
