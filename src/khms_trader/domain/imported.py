"""What an import of bar files did, as plain values; problems are values, not errors.

``data`` makes them and ``console`` shows them, neither knowing the other.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khms_trader.domain.quality_summary import QualitySummary


class ImportCode(StrEnum):
    """What can be wrong with an imported file or row."""

    # The file as a whole is left out.
    NOT_BARS = "not_bars"
    UNREADABLE = "unreadable"
    UNIVERSE = "universe"
    NO_SYMBOL = "no_symbol"
    BASIS_UNKNOWN = "basis_unknown"
    NO_ROWS = "no_rows"
    # A row is left out.
    RAGGED_ROW = "ragged_row"
    BAD_DATE = "bad_date"
    NOT_A_SESSION = "not_a_session"
    BAD_SYMBOL = "bad_symbol"
    OTHER_MARKET = "other_market"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    FRACTIONAL_PRICE = "fractional_price"
    FRACTIONAL_VOLUME = "fractional_volume"
    TOO_LARGE = "too_large"
    NO_PRICE = "no_price"
    CONFLICTING_ROWS = "conflicting_rows"
    REPEATED_ROWS = "repeated_rows"
    # A row is kept, and somebody should know.
    IMPOSSIBLE_BAR = "impossible_bar"
    VOLUME_WITHOUT_PRICES = "volume_without_prices"
    PRICES_WITHOUT_VOLUME = "prices_without_volume"
    # New and stored bars of a symbol disagree; the overlap decides.
    UNFINISHED_REPLACED = "unfinished_replaced"
    REBASED = "rebased"
    OLDER_VINTAGE = "older_vintage"
    DIFFERS_FROM_STORED = "differs_from_stored"
    OVERLAP_MISMATCH = "overlap_mismatch"

    @property
    def leaves_out_the_file(self) -> bool:
        """True when nothing of the file was used."""
        return self in _WHOLE_FILE


_WHOLE_FILE = frozenset(
    {
        ImportCode.NOT_BARS,
        ImportCode.UNREADABLE,
        ImportCode.UNIVERSE,
        ImportCode.NO_SYMBOL,
        ImportCode.BASIS_UNKNOWN,
        ImportCode.NO_ROWS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProblem:
    """One kind of problem of one file.

    Attributes:
        path: the file, as the user may find it.
        count: rows; 1 for a file as a whole; symbols for REBASED, OLDER_VINTAGE and
            OVERLAP_MISMATCH.
        detail: the first case, or what the reader of the file said.
    """

    path: str
    code: ImportCode
    count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """A file whose rows were used, with what was usable in it."""

    path: str
    basis: str
    symbols: int
    rows: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBars:
    """What a store holds after an import.

    Attributes:
        added_rows, replaced_rows: what this import changed; both 0 when all of it
            was there already.
        appended, rebased, mismatched: stored symbols whose bars were continued,
            moved to another basis, or not touched because nobody knows.
    """

    path: str
    basis: str
    symbols: int
    sessions: int
    rows: int
    first: date
    last: date
    added_rows: int
    replaced_rows: int = 0
    appended: int = 0
    rebased: int = 0
    mismatched: int = 0
    quality: QualitySummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Everything an import did."""

    files: tuple[ImportedFile, ...]
    stores: tuple[StoredBars, ...]
    problems: tuple[ImportProblem, ...]
