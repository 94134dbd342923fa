"""Daily bars on disk: one Parquet file per source and price basis, never mixed.

What a reader gets depends on the past only: a panel up to a session is the same
whether or not the file goes on after it. The module stays light; numpy and pyarrow
come with the first call.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from khms_trader.domain.instrument import Instrument
from khms_trader.domain.plan import BarsState
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.durable import replace_file
from khms_trader.errors import DataError

if TYPE_CHECKING:  # numpy stays out of the 09:01 path
    from khms_trader.data.bar_rows import BarRows
    from khms_trader.data.marks import Marks
    from khms_trader.domain.panel import Panel

Signature = tuple[int, int, int]


@dataclass(slots=True, kw_only=True)
class _Loaded:
    """What was read of the file.

    Attributes:
        signature: of the file it was read from; another one means another file.
        until: the session it reaches at least; None when it is the whole file.
        marks: in the shape of the panel; None for a file without any.
        first_rows: by column, the row of the symbol's first bar.
        begun: the latest cut to the symbols listed by some session, by their number,
            which identifies them as symbols only ever join.
        seen: the latest panel of all symbols, by its ``until``: quotes ask for the
            same one again and again.
    """

    signature: Signature
    until: date | None
    panel: "Panel"
    marks: "Marks | None"
    first_rows: tuple[int, ...]
    begun: dict[int, "Panel"] = field(default_factory=dict)
    seen: dict[date, "Panel"] = field(default_factory=dict)


class ParquetBarStore:
    """Bars and listing of one source on one basis, in ``<name>-<basis>.parquet``.

    The arrays it returns are read-only views of one copy in memory, which is read
    again when the file was replaced.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        basis: str,
        marked: "ParquetBarStore | None" = None,
    ) -> None:
        """Stand for the file in ``folder``; nothing is read or made yet.

        ``marked`` is another store whose designations serve where this one has none.
        """
        self._marked = marked
        self.name = name
        self.basis = basis
        self.path = folder / f"{name}-{basis}.parquet"
        self._loaded: _Loaded | None = None
        self._problems: tuple[Signature, tuple[BarProblem, ...]] | None = None

    def panel(self, until: date, symbols: Sequence[str] | None = None) -> "Panel":
        """Return all bars up to and including ``until``, of ``symbols`` or of all.

        Raises:
            DataError: ``bars_missing``, ``bars_start_later``, ``bars_unreadable`` or
                ``bars_mixed``.
        """
        loaded = self._load(until)
        if until not in loaded.seen:
            loaded.seen = {until: _begun_by(until, loaded).until(until)}
        seen = loaded.seen[until]
        if not seen.sessions:
            code = "bars_start_later"
            raise DataError(code, path=str(self.path), until=until)
        return seen if symbols is None else seen.only(symbols)

    def state_of(self, session: date, now: datetime) -> BarsState:  # noqa: ARG002 - port
        """Return PROVISIONAL when a bar of ``session`` was taken before its day's end.

        A partial day of an import is a problem, told as such, and no such state.
        """
        from khms_trader.data.marks import PARTIAL  # noqa: PLC0415 - loads numpy

        if not any(mark & PARTIAL for mark in self.lent_marks(session).values()):
            return BarsState.FINAL
        told = {(found.code, found.session) for found in self.problems()}
        is_known = (QualityCode.PARTIAL_LAST_DAY, session) in told
        return BarsState.FINAL if is_known else BarsState.PROVISIONAL

    def problems(self) -> tuple[BarProblem, ...]:
        """Return what is wrong with the stored bars, by session and symbol.

        Raises:
            DataError: as for ``panel``.
        """
        from khms_trader.data import bar_file  # noqa: PLC0415 - loads pyarrow

        signature = self._signature()
        if self._problems is None or self._problems[0] != signature:
            self._check_label()
            self._problems = signature, bar_file.read_problems(self.path)
        return self._problems[1]

    def write(self, panel: "Panel", problems: Iterable[BarProblem] = ()) -> None:
        """Replace everything stored by ``panel`` and ``problems``, all or nothing.

        Raises:
            DataError: the file there is not this store's (``bars_mixed``) or not a
                bar file at all (``bars_unreadable``).
            StorageError: it could not be written; the old file stands.
        """
        from khms_trader.data.bar_rows import rows_of  # noqa: PLC0415 - loads numpy

        self.write_rows(rows_of(panel), problems)

    def rows(self) -> "BarRows":
        """Return everything stored, with the marks a panel has no place for.

        Raises:
            DataError: as for ``panel``.
        """
        from khms_trader.data import bar_file  # noqa: PLC0415 - loads pyarrow

        self._signature()
        self._check_label()
        return bar_file.read_rows(self.path)

    def write_rows(self, rows: "BarRows", problems: Iterable[BarProblem]) -> None:
        """Do what ``write`` does, with marks; an equal file is not touched.

        Raises:
            DataError, StorageError: as for ``write``.
        """
        from khms_trader.data import bar_file  # noqa: PLC0415 - loads pyarrow
        from khms_trader.data.bar_rows import ordered  # noqa: PLC0415 - loads numpy

        content = bar_file.encoded(
            ordered(rows), problems, source=self.name, basis=self.basis
        )
        if self.path.exists():
            self._check_label()
            if content == self.path.read_bytes():
                return
        replace_file(self.path, lambda file: file.write(content))
        self._loaded = None

    def instruments(self, asof: date) -> tuple[Instrument, ...]:
        """Return every symbol with a bar on ``asof``, traded or not, by symbol.

        References are the close and volume of the stored session before ``asof``, 0
        for a symbol without a bar there. Designations are those an imported listing
        gave for ``asof`` itself; where it gave none they are unknown and left empty.
        A SPAC is known by its listing or else by its name (스팩 and a number); an ETF
        cannot be told from an equity here.

        Raises:
            DataError: as for ``panel``, and ``bars_session_missing`` when nothing is
                stored of ``asof`` itself.
        """
        from khms_trader.data.marks import (  # noqa: PLC0415 - loads numpy
            designations_of,
            kind_from,
        )

        panel = self.panel(asof)
        if panel.sessions[-1] != asof:
            code, newest = "bars_session_missing", panel.sessions[-1]
            raise DataError(code, path=str(self.path), session=asof, newest=newest)
        before = panel.until(panel.sessions[-2]) if len(panel.sessions) > 1 else None
        blank = [0] * len(panel.symbols)
        prices = blank if before is None else before.close[-1].tolist()
        volumes = blank if before is None else before.volume[-1].tolist()
        today = panel.close[-1].tolist()
        marks = self._marks_on(asof, panel.symbols)
        if self._marked is not None and self._marked.path.exists():
            lent = self._marked.lent_marks(asof)
            marks = [
                mark or lent.get(symbol, 0)
                for symbol, mark in zip(panel.symbols, marks, strict=True)
            ]
        return tuple(
            Instrument(
                symbol=symbol,
                name=panel.names.get(symbol, ""),
                kind=kind_from(symbol, panel.names.get(symbol, ""), mark),
                reference_price=price,
                reference_volume=volume,
                designations=designations_of(mark),
            )
            for symbol, close, price, volume, mark in zip(
                panel.symbols, today, prices, volumes, marks, strict=True
            )
            if close
        )

    def lent_marks(self, asof: date) -> dict[str, int]:
        """Return the marks of ``asof`` by symbol; none where it is not stored."""
        try:
            panel = self.panel(asof)
        except DataError:
            return {}
        if panel.sessions[-1] != asof:
            return {}
        marks = self._marks_on(asof, panel.symbols)
        return dict(zip(panel.symbols, marks, strict=True))

    def _marks_on(self, asof: date, symbols: Sequence[str]) -> list[int]:
        """Return the marks of ``symbols``, which are stored, on a stored session."""
        loaded = self._load(asof)
        if loaded.marks is None:
            return [0] * len(symbols)
        row = bisect_left(loaded.panel.sessions, asof)
        known = zip(loaded.panel.symbols, loaded.marks[row].tolist(), strict=True)
        marks = dict(known)
        return [marks[symbol] for symbol in symbols]

    def _load(self, until: date) -> _Loaded:
        """Return what is in memory, read (again) when it is not enough."""
        signature = self._signature()
        held = self._loaded
        if held is not None and held.signature == signature:
            if held.until is None or until <= held.until:
                return held
            # Somebody walks through time: from now on keep the whole file.
            self._loaded = self._read(signature, None)
        else:
            self._loaded = self._read(signature, until)
        return self._loaded

    def _read(self, signature: Signature, until: date | None) -> _Loaded:
        from khms_trader.data import bar_file  # noqa: PLC0415 - loads pyarrow

        self._check_label()
        contents = bar_file.read_contents(self.path, until)
        panel = contents.panel
        begins = (panel.close > 0).argmax(axis=0).tolist() if panel.sessions else []
        return _Loaded(
            signature=signature,
            until=None if contents.is_whole else until,
            panel=panel,
            marks=contents.marks,
            first_rows=tuple(begins),
        )

    def _signature(self) -> Signature:
        try:
            status = self.path.stat()
        except FileNotFoundError as error:
            code = "bars_missing"
            raise DataError(code, path=str(self.path)) from error
        except OSError as error:
            code, reason = "bars_unreadable", error.strerror
            raise DataError(code, path=str(self.path), reason=reason) from error
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _check_label(self) -> None:
        from khms_trader.data import bar_file  # noqa: PLC0415 - loads pyarrow

        label = bar_file.read_label(self.path)
        if (label.source, label.basis) != (self.name, self.basis):
            code = "bars_mixed"
            raise DataError(
                code,
                path=str(self.path),
                found=f"{label.source}-{label.basis}",
                wanted=f"{self.name}-{self.basis}",
            )


def _begun_by(session: date, loaded: _Loaded) -> "Panel":
    """Return the panel of the symbols that had a bar by ``session``, all rows."""
    panel = loaded.panel
    rows = bisect_right(panel.sessions, session)
    count = sum(first < rows for first in loaded.first_rows)
    if count == len(panel.symbols):
        return panel
    if count not in loaded.begun:
        pairs = zip(panel.symbols, loaded.first_rows, strict=True)
        begun = panel.only([symbol for symbol, first in pairs if first < rows])
        # Only the latest cut is kept: a copy may be as large as the file.
        loaded.begun = {count: begun}
    return loaded.begun[count]
