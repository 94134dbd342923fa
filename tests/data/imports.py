"""Imports into the stores of a folder, and what they hold then."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from data.foreign_files import is_weekday, parquet_file
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.domain.imported import ImportProblem, ImportReport
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import Verdict, verdicts

MON, TUE, WED = "2026-03-02", "2026-03-03", "2026-03-04"
Bars = Mapping[str, Mapping[str, int]]


def a_file(path: Path, bars: Bars) -> Path:
    """Write closes by symbol and day, ten shares each."""
    rows = [
        (day, symbol, close, 10)
        for symbol, days in bars.items()
        for day, close in days.items()
    ]
    return parquet_file(path, rows)


def run(folder: Path, *paths: Path, replace: bool = False) -> ImportReport:
    return BarImport(is_weekday).run(paths, folder / "bars", replace=replace)


def store(folder: Path, basis: str = "adjusted") -> ParquetBarStore:
    return ParquetBarStore(folder / "bars", name="store", basis=basis)


def stored(folder: Path, basis: str = "adjusted") -> dict[str, dict[str, int]]:
    """Return closes by symbol and day."""
    panel: Panel = store(folder, basis).panel(date.max)
    return {
        symbol: {
            session.isoformat(): int(panel.close[row, column])
            for row, session in enumerate(panel.sessions)
            if panel.close[row, column]
        }
        for column, symbol in enumerate(panel.symbols)
    }


def quarantined(folder: Path, basis: str = "adjusted") -> set[str]:
    """Return the symbols that are out of reach as of the newest session."""
    bars = store(folder, basis)
    sessions = bars.panel(date.max).sessions
    found = verdicts(bars.problems(), sessions, sessions[-1])
    return {symbol for symbol, one in found.items() if one is Verdict.QUARANTINE}


def told(problems: tuple[ImportProblem, ...]) -> list[tuple[str, str, int, str]]:
    return [(Path(p.path).name, p.code, p.count, p.detail) for p in problems]


def changes(report: ImportReport) -> list[tuple[int, int]]:
    return [(stored.added_rows, stored.replaced_rows) for stored in report.stores]
