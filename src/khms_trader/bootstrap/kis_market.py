"""KIS's bars, listing and quotes, put together from its parts."""

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from khms_trader.bootstrap.kis_access import data_access_of, data_client_of
from khms_trader.bootstrap.markets import Market
from khms_trader.bootstrap.options import RunOptions
from khms_trader.broker.kis.download import downloaded
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.master import MASTER_URL, KisMaster
from khms_trader.broker.kis.pacing import Urgency
from khms_trader.broker.kis.quotes import KisQuotes
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.durable import replace_file
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Quotes

if TYPE_CHECKING:
    from khms_trader.ports import Refresher

_BASIS: Final = "adjusted"


def kis_quotes(
    options: RunOptions, calendar: Calendar, urgency: Urgency | None = None
) -> Quotes:
    """Return today's prices from KIS.

    Raises:
        ConfigError: keys are missing or do not go together.
    """
    access = data_access_of(options)
    client = data_client_of(options, access, urgency=urgency or Urgency.ACCOUNT)
    return KisQuotes(client, clock=options.clock, calendar=calendar)


def kis_market(options: RunOptions, calendar: Calendar) -> Market:
    """Return KIS's listing and the stored bars, with what refreshes them.

    Raises:
        ConfigError: keys are missing or do not go together.
    """
    access = data_access_of(options)
    folder = options.output(options.folders.bars)
    store = ParquetBarStore(folder, name=access.source, basis=_BASIS)

    def refresher() -> "Refresher":
        from khms_trader.broker.kis.bars import KisBars
        from khms_trader.data.refresh import BarRefresher

        if options.is_dry_run:
            _copy_bars(options.folders.bars / store.path.name, store.path)
        fetcher = KisBars(
            data_client_of(options, access, urgency=Urgency.BULK),
            clock=options.clock,
            calendar=calendar,
            has_many=access.environment is Environment.REAL,
        )
        return BarRefresher(store, fetcher, calendar=calendar, clock=options.clock)

    url = options.settings.kis.master_url
    if url is None and access.is_practice:
        url = access.address + urlsplit(MASTER_URL).path
    return Market(
        bars=store,
        listing=KisMaster(downloaded, url or MASTER_URL),
        refresher=refresher,
    )


def _copy_bars(operating: Path, copy: Path) -> None:
    """Let a dry run begin with the operating bars, which it may not write.

    The copy is whole even while a refresh writes: the store replaces its file by
    another and never changes one, and the file is read through one opening of it.
    """
    if not operating.exists():
        return
    content = operating.read_bytes()
    replace_file(copy, lambda file: file.write(content))
