"""Where bars, listing and quotes come from, as the settings say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.errors import ConfigError, StorageError
from khms_trader.market.calendar import Calendar
from khms_trader.ports import BarSource, Listing, Quotes

if TYPE_CHECKING:
    from khms_trader.broker.kis.pacing import Urgency
    from khms_trader.ports import Refresher


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Bars and a listing of one source.

    Attributes:
        refresher: makes what brings the stored bars up to date, which only prepare
            needs; None where they need no help.
    """

    bars: BarSource
    listing: Listing
    refresher: "Callable[[], Refresher] | None" = None

    @property
    def name(self) -> str:
        """The source: ``sample``, ``store``, ``kis`` or ``practice``."""
        return self.bars.name


Sources: TypeAlias = tuple[Market, Quotes]


def market_of(
    options: RunOptions, calendar: Calendar, *, urgency: "Urgency | None" = None
) -> Sources:
    """Return the source of bars and listing, and the quotes the account trades at.

    An account at KIS trades at KIS's prices, wherever its bars come from. ``urgency``
    is that of the quotes.

    Raises:
        ConfigError: ``kis_data_needs_account``, or keys are missing or do not go
            together.
        StorageError: ``not_readable``, the folder of imported bars.
    """
    source = options.settings.data.source
    is_paper = options.account == PAPER
    if source == "auto":
        source = "sample" if is_paper else "kis"
    market, quotes = _stored(options, calendar, source)
    if market is not None and quotes is not None and is_paper:
        return market, quotes
    if is_paper:
        # A paper book needs the openings of past sessions; KIS tells today's alone.
        raise ConfigError("kis_data_needs_account")
    from khms_trader.bootstrap.kis_market import kis_market, kis_quotes

    return market or kis_market(options, calendar), kis_quotes(
        options, calendar, urgency
    )


def _stored(
    options: RunOptions, calendar: Calendar, source: str
) -> tuple[Market | None, Quotes | None]:
    if source == "sample":
        from khms_trader.data.sample.market import SampleMarket

        sample = SampleMarket(calendar)
        return Market(bars=sample, listing=sample), sample
    if source == "store":
        from khms_trader.data.bar_store import ParquetBarStore
        from khms_trader.data.store_quotes import StoreQuotes

        bars = options.folders.bars
        # Signals belong on adjusted prices; raw ones serve where nothing else is.
        is_adjusted = _is_there(bars / "store-adjusted.parquet")
        basis = "adjusted" if is_adjusted else "raw"
        # Only raw whole-market files say which issues are designated.
        raw = ParquetBarStore(bars, name="store", basis="raw")
        store = ParquetBarStore(
            bars, name="store", basis=basis, marked=raw if is_adjusted else None
        )
        return Market(bars=store, listing=store), StoreQuotes(store, calendar)
    return None, None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageError("not_readable", path=str(path), reason=reason) from error
