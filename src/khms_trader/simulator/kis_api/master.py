"""The KOSDAQ master file, as KIS's download server packs it (wire sheet, section 5)."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from khms_trader.domain.instrument import Designation, Instrument, InstrumentKind
from khms_trader.market.prices import base_price, tick_rule
from khms_trader.simulator.kis_api.issue import (
    FACE_VALUE,
    HUNDRED_MILLION,
    LISTED_SHARES,
)
from khms_trader.simulator.market import PracticeMarket

MEMBER: Final = "kosdaq_code.mst"

_NAME_BYTES: Final = 40
# Every column of the tail: its width, and what an ordinary share has there. A number
# is written with leading zeros, a text with blanks behind it.
_TAIL: Final[tuple[tuple[str, int, str], ...]] = (
    ("scrt_grp_cls_code", 2, "ST"),
    ("avls_scal_cls_code", 1, "3"),
    ("bstp_larg_div_code", 4, "1009"),
    ("bstp_medm_div_code", 4, "0000"),
    ("bstp_smal_div_code", 4, "0000"),
    ("vntr_issu_yn", 1, "N"),
    ("low_current_yn", 1, "N"),
    ("krx_issu_yn", 1, "N"),
    ("etp_prod_cls_code", 1, " "),
    *((f"sector_{number}", 1, "N") for number in range(5)),
    ("etpr_undt_objt_co_yn", 1, "N"),
    *((f"industry_{number}", 1, "N") for number in range(2)),
    ("short_over_cls_code", 1, "0"),
    *((f"media_{number}", 1, "N") for number in range(2)),
    ("invt_alrm_yn", 1, "N"),
    *((f"service_{number}", 1, "N") for number in range(4)),
    ("ksq150_nmix_yn", 1, "N"),
    ("stck_sdpr", 9, "0"),
    ("frml_mrkt_deal_qty_unit", 5, "1"),
    ("ovtm_mrkt_deal_qty_unit", 5, "1"),
    ("trht_yn", 1, "N"),
    ("sltr_yn", 1, "N"),
    ("mang_issu_yn", 1, "N"),
    ("mrkt_alrm_cls_code", 2, "00"),
    ("mrkt_alrm_risk_adnt_yn", 1, "N"),
    ("insn_pbnt_yn", 1, "N"),
    ("byps_lstn_yn", 1, "N"),
    ("flng_cls_code", 2, "00"),
    ("fcam_mod_cls_code", 2, "00"),
    ("icic_cls_code", 2, "00"),
    ("marg_rate", 3, "100"),
    ("crdt_able", 1, "N"),
    ("crdt_days", 3, "0"),
    ("prdy_vol", 12, "0"),
    ("stck_fcam", 12, str(FACE_VALUE)),
    ("stck_lstn_date", 8, "20000104"),
    ("lstn_stcn", 15, str(LISTED_SHARES // 1000)),
    ("cpfn", 21, str(LISTED_SHARES * FACE_VALUE)),
    ("stac_month", 2, "12"),
    ("po_prc", 7, "0"),
    ("prst_cls_code", 1, "0"),
    *((f"mark_{number}", 1, "N") for number in range(3)),
    ("sale_account", 9, "0"),
    ("bsop_prfi", 9, "0"),
    ("op_prfi", 9, "0"),
    ("thtr_ntin", 5, "0"),
    ("roe", 9, "0"),
    ("base_date", 8, "20260101"),
    ("prdy_avls_scal", 9, "0"),
    ("grp_code", 3, " "),
    *((f"credit_{number}", 1, "N") for number in range(3)),
)


def master_zip(market: PracticeMarket, now: datetime) -> bytes:
    """Return the zipped master file of the session of ``now``.

    Base price and volume are those after the session before, as in the original.

    Raises:
        DataError: as ``Listing.instruments``.
    """
    session = market.session_at(now)
    listed = market.listing.instruments(session)
    text = master_file([_split(market, each, now) for each in listed], session)
    packed = io.BytesIO()
    member = zipfile.ZipInfo(MEMBER, date_time=(*session.timetuple()[:3], 7, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, text)
    return packed.getvalue()


def _split(market: PracticeMarket, instrument: Instrument, now: datetime) -> Instrument:
    """Return ``instrument`` in the shares of today: the listing counts yesterday's."""
    quote = market.quote(instrument.symbol, now)
    if quote is None or quote.split_ratio == 1:
        return instrument
    return replace(
        instrument,
        reference_price=quote.base_price,
        reference_volume=instrument.reference_volume * quote.split_ratio,
    )


def master_file(instruments: Sequence[Instrument], session: date) -> bytes:
    """Return the lines of ``instruments``, in cp949."""
    return b"".join(_line(instrument, session) for instrument in instruments)


def _line(instrument: Instrument, session: date) -> bytes:
    name = instrument.name.encode("cp949", errors="replace")[:_NAME_BYTES]
    values = _values(instrument, session)
    tail = "".join(
        _column(values.get(column, usual), width) for column, width, usual in _TAIL
    )
    head = f"{instrument.symbol:<9}{isin(instrument.symbol)}".encode("ascii")
    return head + name.ljust(_NAME_BYTES) + tail.encode("ascii") + b"\n"


def _column(text: str, width: int) -> str:
    return text.rjust(width, "0") if text.isdecimal() else text.ljust(width)


def _values(instrument: Instrument, session: date) -> dict[str, str]:
    marks = instrument.designations
    kind = instrument.kind
    base = 0
    if instrument.reference_price:
        base = base_price(instrument.reference_price, tick_rule(session, kind))
    warning = "02" if Designation.WARNING in marks else "00"
    return {
        "scrt_grp_cls_code": "EF" if kind is InstrumentKind.ETF else "ST",
        "etpr_undt_objt_co_yn": _flag(is_set=kind is InstrumentKind.SPAC),
        "short_over_cls_code": "2" if Designation.OVERHEATED in marks else "0",
        "invt_alrm_yn": _flag(is_set=Designation.ATTENTION in marks),
        "low_current_yn": _flag(is_set=Designation.LOW_LIQUIDITY in marks),
        "stck_sdpr": str(base),
        "trht_yn": _flag(is_set=Designation.HALTED in marks),
        "sltr_yn": _flag(is_set=Designation.LIQUIDATION in marks),
        "mang_issu_yn": _flag(is_set=Designation.ADMINISTRATIVE in marks),
        "mrkt_alrm_cls_code": "03" if Designation.RISK in marks else warning,
        "prdy_vol": str(instrument.reference_volume),
        "prst_cls_code": "1" if kind is InstrumentKind.PREFERRED else "0",
        "prdy_avls_scal": str(base * LISTED_SHARES // HUNDRED_MILLION),
    }


def _flag(*, is_set: bool) -> str:
    return "Y" if is_set else "N"


def isin(symbol: str) -> str:
    """Return the twelve-character standard code of a share (KR7, ISO 6166)."""
    body = f"KR7{symbol}00"
    digits = "".join(str(int(letter, 36)) for letter in body)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return f"{body}{-total % 10}"
