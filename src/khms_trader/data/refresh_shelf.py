"""The bars of a store symbol by symbol, taken out, changed, and written back.

The file is always a whole one: whoever is interrupted loses what was not yet written,
nothing else.
"""

from typing import Final

import numpy as np

from khms_trader.data.bar_rows import BarRows, panel_of, stacked
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.stored_problems import KEPT_CODES, found_problems
from khms_trader.domain.quality import BarProblem
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Clock

WRITTEN_EVERY: Final = 20
"""Changed symbols after which they are written, unless writing takes long."""

# Writing takes at most a twentieth of the time: 1,700 symbols of 500 sessions need
# half a second, which is as long as eight requests with a real key.
_COST_LIMIT: Final = 20


class BarShelf:
    """All bars of one store in memory, with what is remembered of them."""

    def __init__(
        self, store: ParquetBarStore, *, calendar: Calendar, clock: Clock
    ) -> None:
        """Read the whole ``store``, which need not exist yet.

        Raises:
            DataError: it cannot be read.
        """
        self._store = store
        self._calendar = calendar
        self._clock = clock
        is_there = store.path.exists()
        problems = store.problems() if is_there else ()
        self._rows = _by_symbol(store.rows()) if is_there else {}
        self._kept = {found for found in problems if found.code in KEPT_CODES}
        self._found = tuple(p for p in problems if p.code not in KEPT_CODES)
        self._quarantined = {p.symbol for p in self._kept if p.code.is_lasting}
        self._waiting = 0
        self._written_at = clock.monotonic()
        self._cost = 0.0

    def rows(self, symbol: str) -> BarRows | None:
        """Return the bars of ``symbol`` by day, at least one, or None."""
        return self._rows.get(symbol)

    def put(self, symbol: str, rows: BarRows) -> None:
        """Replace the bars of ``symbol`` by ``rows``, which are understood."""
        self._rows[symbol] = rows
        if symbol in self._quarantined:
            self._quarantined.remove(symbol)
            self._kept = {
                found
                for found in self._kept
                if found.symbol != symbol or not found.code.is_lasting
            }
        self._waiting += 1

    def remember(self, problem: BarProblem) -> None:
        """Keep ``problem`` beside the bars."""
        self._kept.add(problem)
        if problem.code.is_lasting:
            self._quarantined.add(problem.symbol)
        self._waiting += 1

    def is_quarantined(self, symbol: str) -> bool:
        """Return whether nobody understood the newest bars of ``symbol``."""
        return symbol in self._quarantined

    def write_if_due(self) -> None:
        """Write what was changed once there is enough of it.

        Raises:
            StorageError: it could not be written; the old file stands.
        """
        rested = self._clock.monotonic() - self._written_at
        if self._waiting >= WRITTEN_EVERY and rested >= _COST_LIMIT * self._cost:
            self._write()

    def close(self) -> None:
        """Judge all bars anew and write them; an equal file is not touched.

        Raises:
            StorageError: it could not be written; the old file stands.
        """
        if not self._rows:
            return
        self._found = found_problems(
            panel_of(stacked(list(self._rows.values()))),
            basis=self._store.basis,
            is_session=self._calendar.is_session,
            remembered=self._kept,
        )
        self._write()

    def _write(self) -> None:
        began_at = self._clock.monotonic()
        rows = stacked(list(self._rows.values()))
        self._store.write_rows(rows, (*self._kept, *self._found))
        self._waiting = 0
        self._written_at = self._clock.monotonic()
        self._cost = self._written_at - began_at


def _by_symbol(rows: BarRows) -> dict[str, BarRows]:
    rows = rows.take(np.lexsort((rows.days, rows.codes)))
    edges = np.searchsorted(rows.codes, np.arange(len(rows.symbols) + 1)).tolist()
    return {
        symbol: _only(symbol, rows.take(slice(edges[place], edges[place + 1])))
        for place, symbol in enumerate(rows.symbols)
        if edges[place] < edges[place + 1]
    }


def _only(symbol: str, rows: BarRows) -> BarRows:
    """Return ``rows``, all of ``symbol``, as if there were no other."""
    name = rows.names.get(symbol)
    return BarRows(
        days=rows.days,
        codes=np.zeros(len(rows), dtype=np.int32),
        symbols=(symbol,),
        open=rows.open,
        high=rows.high,
        low=rows.low,
        close=rows.close,
        volume=rows.volume,
        marks=rows.marks,
        names={symbol: name} if name else {},
    )
