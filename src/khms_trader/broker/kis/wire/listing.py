"""The KOSDAQ master file: fixed-width lines to instruments (wire sheet, section 5).

A line ends in 221 ASCII characters of flags and figures; the name before them has a
width in bytes, not in characters, so everything is counted from the end.
"""

from collections.abc import Iterator
from typing import Final

from khms_trader.broker.kis.wire.quotes import BY_WARNING
from khms_trader.domain.instrument import (
    Designation,
    Instrument,
    InstrumentKind,
    kind_of,
    parse_symbol,
)
from khms_trader.errors import DataError

_TAIL: Final = 221
_HEAD: Final = 21
_CODE: Final = slice(0, 9)

# Offsets inside the tail.
_GROUP: Final = slice(0, 2)
_LOW_LIQUIDITY: Final = 16
_SPAC: Final = 24
_OVERHEATED: Final = 27
_ATTENTION: Final = 30
_BASE_PRICE: Final = slice(36, 45)
_HALTED: Final = 55
_LIQUIDATION: Final = 56
_ADMINISTRATIVE: Final = 57
_WARNING: Final = slice(58, 60)
_VOLUME: Final = slice(76, 88)
_PREFERRED: Final = 153

# Shares, foreign shares and receipts trade alike; rights, warrants, notes and funds
# of other kinds are not for us.
_SHARES: Final = frozenset({"ST", "FS", "DR"})
_ETF: Final = "EF"
_FLAGS: Final = {
    _LOW_LIQUIDITY: Designation.LOW_LIQUIDITY,
    _ATTENTION: Designation.ATTENTION,
    _HALTED: Designation.HALTED,
    _LIQUIDATION: Designation.LIQUIDATION,
    _ADMINISTRATIVE: Designation.ADMINISTRATIVE,
}
_FLAG_NAMES: Final = {
    _LOW_LIQUIDITY: "low_current_yn",
    _ATTENTION: "invt_alrm_yn",
    _HALTED: "trht_yn",
    _LIQUIDATION: "sltr_yn",
    _ADMINISTRATIVE: "mang_issu_yn",
}
_OVERHEATED_SINCE: Final = frozenset("23")  # 1 is a notice that it may come


def parse_master(content: bytes) -> tuple[Instrument, ...]:
    """Return the issues of the file that we may trade or hold, by symbol.

    Reference price and volume are the base price (기준가) and the volume of the
    session before the file's.

    Raises:
        DataError: ``kis_master_unreadable`` with line and field; a file is read as a
            whole or not at all. ``kis_master_empty`` when no issue is in it.
    """
    found = {}
    # Two-byte characters of cp949 never hold a line break, so lines come first.
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        # A name in characters we cannot show must not cost the listing.
        instrument = _instrument(number, line.rstrip(b"\r").decode("cp949", "replace"))
        if instrument is not None:
            found[instrument.symbol] = instrument
    if not found:
        raise DataError("kis_master_empty")
    return tuple(found[symbol] for symbol in sorted(found))


def _instrument(number: int, line: str) -> Instrument | None:
    if len(line) <= _TAIL + _HEAD:
        raise _unreadable(number, "length")
    head, tail = line[:-_TAIL], line[-_TAIL:]
    if not tail.isascii():
        raise _unreadable(number, "length")
    symbol = parse_symbol(head[_CODE])
    group = tail[_GROUP]
    if symbol is None or (group not in _SHARES and group != _ETF):
        return None
    return Instrument(
        symbol=symbol,
        name=head[_HEAD:].strip(),
        kind=_kind(symbol, tail),
        reference_price=_whole(number, tail[_BASE_PRICE], "stck_sdpr"),
        reference_volume=_whole(number, tail[_VOLUME], "prdy_vol"),
        designations=frozenset(_designations(number, tail)),
    )


def _kind(symbol: str, tail: str) -> InstrumentKind:
    if tail[_GROUP] == _ETF:
        return InstrumentKind.ETF
    if tail[_SPAC] == "Y":
        return InstrumentKind.SPAC
    is_preferred = tail[_PREFERRED] not in {"0", " "}
    return InstrumentKind.PREFERRED if is_preferred else kind_of(symbol)


def _designations(number: int, tail: str) -> Iterator[Designation]:
    for place, mark in _FLAGS.items():
        if tail[place] not in {"Y", "N", " "}:
            raise _unreadable(number, _FLAG_NAMES[place])
        if tail[place] == "Y":
            yield mark
    warning = BY_WARNING.get(tail[_WARNING])
    if warning is not None:
        yield warning
    if tail[_OVERHEATED] in _OVERHEATED_SINCE:
        yield Designation.OVERHEATED


def _whole(number: int, text: str, field: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise _unreadable(number, field)
    return int(digits)


def _unreadable(number: int, field: str) -> DataError:
    return DataError("kis_master_unreadable", line=number, field=field)
