"""Where bars, listing and quotes come from, as the settings say."""

from typing import Protocol, TypeAlias

from khms_trader.bootstrap.options import RunOptions
from khms_trader.errors import ConfigError
from khms_trader.market.calendar import Calendar
from khms_trader.ports import BarSource, Listing, Quotes


class Market(BarSource, Listing, Protocol):
    """Bars and a listing from one source."""


Sources: TypeAlias = tuple[Market, Quotes]


def market_of(options: RunOptions, calendar: Calendar) -> Sources:
    """Return the source of bars and listing, and its quotes.

    Raises:
        ConfigError: the source is not available.
    """
    source = options.settings.data.source
    if source in {"auto", "sample"}:
        from khms_trader.data.sample.market import SampleMarket

        sample = SampleMarket(calendar)
        return sample, sample
    if source == "store":
        from khms_trader.data.bar_store import ParquetBarStore
        from khms_trader.data.store_quotes import StoreQuotes

        bars = options.folders.bars
        # Signals belong on adjusted prices; raw ones serve where nothing else is.
        is_adjusted = (bars / "store-adjusted.parquet").exists()
        basis = "adjusted" if is_adjusted else "raw"
        # Only raw whole-market files say which issues are designated.
        raw = ParquetBarStore(bars, name="store", basis="raw")
        store = ParquetBarStore(
            bars, name="store", basis=basis, marked=raw if is_adjusted else None
        )
        return store, StoreQuotes(store, calendar)
    raise ConfigError("source_not_available", source=source)
