"""One small number per bar: what a listing said of the symbol on that session.

Zero is "nobody said"; a session whose department is known and harmless is KNOWN
alone. What is unknown is never guessed, but for SPACs, whose names give them away.
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from khms_trader.domain.instrument import Designation, InstrumentKind, kind_of

Marks = npt.NDArray[np.uint8]

ADMINISTRATIVE: Final = 1
ATTENTION: Final = 2
SPAC: Final = 4
KNOWN: Final = 8
# The bar was taken before its session was over; it says nothing of the listing.
PARTIAL: Final = 16
# The source has no older bar of the symbol: it was asked for one and had none.
BEGINNING: Final = 32
# The newest bar when the source was last asked for the holes before it.
LOOKED: Final = 64
LISTING: Final = ADMINISTRATIVE | ATTENTION | SPAC | KNOWN

# The exchange's KOSDAQ departments (소속부) that are marks; the others are sizes and
# kinds of companies.
_WORDS: Final = {
    "관리": ADMINISTRATIVE,
    "환기": ATTENTION,
    "SPAC": SPAC,
    "스팩": SPAC,
}
_DESIGNATIONS: Final = {
    ADMINISTRATIVE: Designation.ADMINISTRATIVE,
    ATTENTION: Designation.ATTENTION,
}
# "하나금융25호스팩", "삼성스팩4호": a number and 스팩, in either order.
# With the blank that parts a brand from the index: "KODEX 200", never "ACEx".
_ETF_BRANDS: Final = (
    "KODEX ",
    "TIGER ",
    "RISE ",
    "KBSTAR ",
    "ACE ",
    "SOL ",
    "PLUS ",
    "ARIRANG ",
    "HANARO ",
    "KIWOOM ",
    "KOSEF ",
    "TIMEFOLIO ",
)
_SPAC_NAME: Final = re.compile(r"스팩.*\d|\d.*스팩")


def mark_of(department: str) -> int:
    """Return the mark of a KOSDAQ department; 0 when there is none."""
    text = department.strip().upper()
    if not text or text == "NAN":
        return 0
    return KNOWN | sum({mark for word, mark in _WORDS.items() if word in text})


def designations_of(mark: int) -> frozenset[Designation]:
    """Return the designations ``mark`` stands for."""
    return frozenset(found for bit, found in _DESIGNATIONS.items() if mark & bit)


def kind_from(symbol: str, name: str, mark: int) -> InstrumentKind:
    """Return SPAC or ETF where mark or name say so, else what the symbol says."""
    if mark & SPAC or _SPAC_NAME.search(name):
        return InstrumentKind.SPAC
    if name.startswith(_ETF_BRANDS):
        return InstrumentKind.ETF
    return kind_of(symbol)


def joined(mine: Marks, other: Marks) -> Marks:
    """Return ``mine``, with the listing of ``other`` where mine has none."""
    is_blank = (mine & LISTING) == 0
    answer: Marks = np.where(is_blank, mine | (other & LISTING), mine)
    return answer
