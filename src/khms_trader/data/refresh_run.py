"""One refresh, symbol by symbol: what to ask for, and what becomes of the answer.

It asks for as little as will do and believes nothing that does not go with what is
stored.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from khms_trader.data.bar_folds import folded
from khms_trader.data.bar_overlap import Fit, Ruling, judged_overlap
from khms_trader.data.bar_rows import BarRows, days_of, session_of
from khms_trader.data.daily_rows import bar_at, bars_state, rows_from
from khms_trader.data.marks import PARTIAL, kind_from
from khms_trader.data.newest_day import bar_to_append
from khms_trader.data.refresh_rules import (
    LONGEST_QUARREL,
    MOST_PROVISIONAL,
    Fetched,
    begun,
    first_provisional,
    hole_before,
    is_short,
    noted,
    on_new_basis,
    overlap_day,
    remembering,
    with_day,
)
from khms_trader.data.refresh_shelf import BarShelf
from khms_trader.domain.bars import MultiPrice, RefreshOutcome
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.errors import BrokerUnavailable, TokenRefused
from khms_trader.market.calendar import Calendar
from khms_trader.ports import BarFetcher, Clock, Progress

logger = logging.getLogger(__name__)

MOST_FAILURES: Final = 5
"""Symbols in a row without an answer that end a refresh."""

_RATIO_DIGITS: Final = 6


class RefreshRun:
    """One refresh.

    Every symbol is brought up to ``asof`` and shall reach back to ``since``.
    """

    def __init__(
        self,
        shelf: BarShelf,
        fetcher: BarFetcher,
        calendar: Calendar,
        clock: Clock,
        *,
        asof: date,
        since: date,
    ) -> None:
        """Put what ``fetcher`` gives on ``shelf``."""
        self._shelf = shelf
        self._fetcher = fetcher
        self._calendar = calendar
        self._clock = clock
        self._asof = asof
        self._since = since
        days = [days_of(session) for session in calendar.sessions(since, asof)]
        self._sessions = np.array(days, dtype=np.int32)
        self._failures = 0
        self._priced_at = clock.now()

    def refresh(
        self, symbols: Sequence[str], progress: Progress
    ) -> Mapping[str, RefreshOutcome]:
        """Return what became of each of ``symbols``.

        Raises:
            BrokerUnavailable: five in a row could not be had, or no token.
            StorageError: the store cannot be written.
        """
        waiting = [symbol for symbol in symbols if not self._is_current(symbol)]
        outcomes = dict.fromkeys(symbols, RefreshOutcome.UNCHANGED)
        done = len(symbols) - len(waiting)
        progress.step(done, len(symbols), "refresh")
        prices = self._newest_day(waiting)
        for symbol in waiting:
            price = prices.get(symbol)
            if price is not None and self._append(price):
                outcomes[symbol] = RefreshOutcome.APPENDED
            else:
                outcomes[symbol] = self._guarded(symbol)
            self._shelf.write_if_due()
            done += 1
            progress.step(done, len(symbols), "refresh")
        return outcomes

    def _is_current(self, symbol: str) -> bool:
        """Return whether asking for ``symbol`` would bring nothing.

        A provisional bar of this evening counts: until 20:10 another one would be
        provisional too. A quarantined symbol is always asked for: the quarrel may
        be over.
        """
        rows = self._known(symbol)
        if rows is None or self._shelf.is_quarantined(symbol):
            return False
        if self._needs_history(rows):
            return False
        is_provisional = bool(rows.marks[-1] & PARTIAL)
        stays = bars_state(self._asof, self._clock.now()) is BarsState.PROVISIONAL
        return session_of(int(rows.days[-1])) == self._asof and (
            stays or not is_provisional
        )

    def _known(self, symbol: str) -> BarRows | None:
        """Return the stored bars up to the session, if they are of any use.

        Where they end before the bars that are needed begin, they are not.
        """
        rows = self._shelf.rows(symbol)
        if rows is None:
            return None
        rows = rows.take(np.flatnonzero(rows.days <= days_of(self._asof)))
        is_useful = len(rows) and rows.days[-1] >= days_of(self._since)
        return rows if is_useful else None

    def _needs_history(self, rows: BarRows) -> bool:
        if is_short(rows, days_of(self._since)):
            return True
        if hole_before(rows, self._sessions) is not None:
            return True
        oldest = first_provisional(rows)
        return oldest is not None and self._age(oldest) >= MOST_PROVISIONAL

    def _age(self, day: int) -> int:
        """Return the sessions since ``day``, itself a session."""
        return len(self._calendar.sessions(session_of(day), self._asof)) - 1

    def _newest_day(self, symbols: Sequence[str]) -> Mapping[str, MultiPrice]:
        """Return today's prices of the symbols that lack nothing else."""
        self._priced_at = self._clock.now()
        is_today = self._priced_at.date() == self._asof
        if not self._fetcher.has_many or not is_today:
            return {}
        ready = [symbol for symbol in symbols if self._place_before(symbol) is not None]
        try:
            return self._fetcher.today(ready) if ready else {}
        except TokenRefused:
            raise
        except BrokerUnavailable as error:
            logger.warning("no prices of many symbols: %s", error)
            return {}

    def _place_before(self, symbol: str) -> tuple[BarRows, int] | None:
        """Return the bars of ``symbol`` and where that of the session before stands.

        None when the symbol needs more than the newest day.
        """
        rows = self._known(symbol)
        if rows is None or self._shelf.is_quarantined(symbol):
            return None
        before = days_of(self._calendar.previous_session(self._asof))
        place = int(np.searchsorted(rows.days, before))
        is_there = place < len(rows) and rows.days[place] == before
        return (rows, place) if is_there and not self._needs_history(rows) else None

    def _append(self, price: MultiPrice) -> bool:
        """Store the day ``price`` tells of; False when it does not follow."""
        symbol, found = price.symbol, self._place_before(price.symbol)
        if found is None or price.bar.session != self._asof:
            return False
        rows, place = found
        name = price.name or rows.names.get(symbol, "")
        bar = bar_to_append(
            price,
            bar_at(rows, place),
            kind_from(symbol, name, int(rows.marks[place])),
            previous_session=self._calendar.previous_session(self._asof),
        )
        if bar is None:
            return False
        newest = rows_from(symbol, [bar], name=name, fetched_at=self._priced_at)
        self._shelf.put(symbol, remembering(with_day(rows, newest), rows))
        return True

    def _guarded(self, symbol: str) -> RefreshOutcome:
        try:
            outcome = self._from_history(symbol)
        except TokenRefused:
            raise
        except BrokerUnavailable as error:
            self._failures += 1
            logger.warning("bars of %s could not be had: %s", symbol, error)
            if self._failures >= MOST_FAILURES:
                raise
            return RefreshOutcome.FAILED
        self._failures = 0
        return outcome

    def _from_history(self, symbol: str) -> RefreshOutcome:
        rows = self._known(symbol)
        since = days_of(self._since)
        hole = None if rows is None else hole_before(rows, self._sessions)
        if rows is not None and not is_short(rows, since):
            since = overlap_day(rows)
            since = since if hole is None else min(since, hole)
        fetched = self._fetched(symbol, since)
        if fetched is None:
            return RefreshOutcome.UNKNOWN
        if rows is None:
            return self._filled(symbol, fetched)
        ruling = judged_overlap(
            rows, fetched.rows, is_adjusted=True, is_next=self._is_next
        )
        if ruling.fit is Fit.MISMATCH:
            return self._mismatched(rows, ruling)
        if hole is not None and fetched.rows.days[0] <= hole:
            fetched = replace(fetched, has_looked=True)
        if ruling.fit is not Fit.SAME:
            return self._rebased(rows, fetched, ruling)
        return self._continued(rows, fetched)

    def _fetched(self, symbol: str, since: int) -> Fetched | None:
        """Return what the source has of ``symbol`` from the day ``since`` on."""
        asked_at = self._clock.now()
        answer = self._fetcher.history(symbol, session_of(since))
        if not answer.bars:
            return None
        rows = rows_from(symbol, answer.bars, name=answer.name, fetched_at=asked_at)
        return Fetched(rows=rows, since=since, is_beginning=answer.is_beginning)

    def _filled(self, symbol: str, fetched: Fetched) -> RefreshOutcome:
        self._shelf.put(symbol, begun(fetched.rows, fetched))
        return RefreshOutcome.FILLED

    def _continued(self, rows: BarRows, fetched: Fetched) -> RefreshOutcome:
        fold = folded(rows, fetched.rows, is_adjusted=True, is_next=self._is_next)
        (told,) = fold.symbols
        self._shelf.put(told.symbol, noted(fold.rows, fetched, rows))
        is_changed = bool(told.added or told.finished)
        return RefreshOutcome.APPENDED if is_changed else RefreshOutcome.UNCHANGED

    def _mismatched(self, rows: BarRows, ruling: Ruling) -> RefreshOutcome:
        """Leave the bars alone; a source that stays with its word for days is right.

        It is one answer on one basis then, and judged like any other first one.
        """
        (symbol,) = rows.symbols
        is_old = self._age(int(rows.days[-1])) >= LONGEST_QUARREL
        if is_old and self._shelf.is_quarantined(symbol):
            fetched = self._fetched(symbol, days_of(self._since))
            if fetched is not None:
                logger.warning("bars of %s are taken anew after a quarrel", symbol)
                return self._filled(symbol, fetched)
        session, code = session_of(ruling.day), QualityCode.OVERLAP_MISMATCH
        self._shelf.remember(BarProblem(symbol=symbol, code=code, session=session))
        return RefreshOutcome.QUARANTINED

    def _rebased(
        self, rows: BarRows, fetched: Fetched, ruling: Ruling
    ) -> RefreshOutcome:
        """Take the whole series anew: multiplied prices would be off by rounding."""
        (symbol,), first = rows.symbols, int(rows.days[0])
        if fetched.rows.days[0] > first:
            whole = self._fetched(symbol, first) or fetched
            fetched = replace(whole, has_looked=fetched.has_looked)
        moved = on_new_basis(rows, fetched.rows, ruling.ratio)
        self._shelf.put(symbol, noted(moved, fetched, rows))
        self._shelf.remember(
            BarProblem(
                symbol=symbol,
                code=QualityCode.REBASED,
                session=self._asof,
                detail=f"x{round(ruling.ratio, _RATIO_DIGITS)}",
            )
        )
        return RefreshOutcome.REBASED

    def _is_next(self, first: int, second: int) -> bool:
        """Return whether no session lies between two days."""
        following = self._calendar.next_session(session_of(first))
        return following == session_of(second)
