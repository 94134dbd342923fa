"""What can be traded: symbols, instruments and the designations KRX puts on them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Short codes carry letters in the 5th place since 2024-01-01 and share classes in
# the 6th (KRX; every one of 2,040 KOSDAQ codes of 2021-2026 matches).
_SYMBOL: Final = re.compile(r"[0-9]{4}[0-9A-HJ-NP-TV-Z][0-9KLMN]")


# KODEX KOSDAQ150, and the ETF of the generated market.
_BENCHMARKS: Final = frozenset({"229200", "799150"})


class InstrumentKind(StrEnum):
    """What kind of security a symbol is; ticks and taxes depend on it."""

    EQUITY = "equity"
    PREFERRED = "preferred"
    ETF = "etf"
    SPAC = "spac"


class Designation(StrEnum):
    """A mark KRX puts on an issue that changes how, or whether, it may be traded."""

    HALTED = "halted"
    ADMINISTRATIVE = "administrative"
    LIQUIDATION = "liquidation"
    ATTENTION = "attention"
    WARNING = "warning"
    RISK = "risk"
    OVERHEATED = "overheated"
    LOW_LIQUIDITY = "low_liquidity"

    @property
    def korean(self) -> str:
        """The exchange's own word for the designation."""
        return _KOREAN[self]


_KOREAN: Final = {
    Designation.HALTED: "거래정지",
    Designation.ADMINISTRATIVE: "관리종목",
    Designation.LIQUIDATION: "정리매매",
    Designation.ATTENTION: "투자주의환기",
    Designation.WARNING: "투자경고",
    Designation.RISK: "투자위험",
    Designation.OVERHEATED: "단기과열",
    Designation.LOW_LIQUIDITY: "저유동성",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One listed issue as a listing of some session describes it.

    Attributes:
        symbol: the six-character short code, upper case, without the ``A`` prefix.
        reference_volume: shares traded on the session before the listing's.
        reference_price: close of that session, in won; ranking multiplies the two.
        designations: marks in force on the listing's session.
    """

    symbol: str
    name: str
    kind: InstrumentKind = InstrumentKind.EQUITY
    reference_price: int = 0
    reference_volume: int = 0
    designations: frozenset[Designation] = frozenset()

    @property
    def reference_value(self) -> int:
        """Won traded on the session before the listing's: what a universe ranks by."""
        return self.reference_price * self.reference_volume


def parse_symbol(text: str) -> str | None:
    """Return the six-character code in ``text``, or None when it holds none.

    Blanks, lower case and the exchange's leading ``A`` are forgiven; a number is not
    padded, because a lost leading zero cannot be told from another symbol.
    """
    symbol = text.strip().upper()
    if len(symbol) == 7 and symbol.startswith("A"):
        symbol = symbol[1:]
    return symbol if _SYMBOL.fullmatch(symbol) else None


def kind_of(symbol: str) -> InstrumentKind:
    """Return EQUITY or PREFERRED, as the share class in the last place says.

    0 is common; 5, 7, 9 and K, L, M, N are preferred classes (KRX code rules). Codes
    do not tell an ETF; the benchmarks are known.
    """
    if symbol in _BENCHMARKS:
        return InstrumentKind.ETF
    preferred = symbol[-1] in "579KLMN"
    return InstrumentKind.PREFERRED if preferred else InstrumentKind.EQUITY
