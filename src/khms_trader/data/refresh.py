"""Bringing stored daily bars up to the last closed session: a refresh from outside.

What it got is written as it goes, so that a refresh cut off goes on where it was.
Adjusted bars only: on raw ones nobody could tell a split. A final bar of the last
session costs no request, so a basis that changes on the morning of an ex-day is seen
one session later; orders are safe by their base price gate (docs/decisions/0008).
"""

from collections.abc import Mapping, Sequence
from datetime import date

from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.refresh_lock import refreshing
from khms_trader.data.refresh_rules import sessions_to_keep
from khms_trader.data.refresh_run import RefreshRun
from khms_trader.data.refresh_shelf import BarShelf
from khms_trader.domain.bars import Refreshed, RefreshOutcome
from khms_trader.market.calendar import Calendar
from khms_trader.ports import BarFetcher, Clock, Progress


class BarRefresher:
    """A ``Refresher`` of one store."""

    def __init__(
        self,
        store: ParquetBarStore,
        fetcher: BarFetcher,
        *,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        """Bring ``store``, of adjusted bars, up to date with what ``fetcher`` gives."""
        self._store = store
        self._fetcher = fetcher
        self._calendar = calendar
        self._clock = clock

    def refresh(
        self,
        symbols: Sequence[str],
        asof: date,
        *,
        sessions: int,
        progress: Progress,
    ) -> Refreshed:
        """Store the bars of ``symbols`` up to ``asof``, the last closed session.

        Symbols that are up to date cost no request; one that cannot be had is told
        and left as it was. Another process's refresh of the store is waited for.

        Args:
            sessions: traded bars that are needed of each symbol.

        Raises:
            BrokerUnavailable: five symbols in a row could not be had, or no token.
            DataError, StorageError: the store cannot be read or written, or is held
                (``bars_locked``).
        """
        with refreshing(self._store.path, self._clock, progress):
            since = self._back(asof, sessions_to_keep(sessions))
            outcomes = self._outcomes(
                tuple(dict.fromkeys(symbols)), asof, since, progress
            )
        return Refreshed(asof=asof, outcomes=outcomes)

    def _outcomes(
        self, symbols: tuple[str, ...], asof: date, since: date, progress: Progress
    ) -> Mapping[str, RefreshOutcome]:
        shelf = BarShelf(self._store, calendar=self._calendar, clock=self._clock)
        run = RefreshRun(
            shelf,
            self._fetcher,
            self._calendar,
            self._clock,
            asof=asof,
            since=since,
        )
        try:
            return run.refresh(symbols, progress)
        finally:
            shelf.close()

    def _back(self, asof: date, count: int) -> date:
        """Return the first of ``count`` sessions up to ``asof``."""
        session = asof
        for _ in range(count - 1):
            session = self._calendar.previous_session(session)
        return session
