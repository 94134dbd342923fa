"""The settings in force as rows, those that differ from the defaults first. Pure."""

from collections.abc import Sequence

from khms_trader.dashboard.sources import SettingRow
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.log_words import EMPTY
from khms_trader.dashboard.view.table_html import Cell


def changed_of(rows: Sequence[SettingRow]) -> tuple[SettingRow, ...]:
    """Return those that are not the default."""
    return tuple(row for row in rows if row.is_changed)


def setting_cells(
    rows: Sequence[SettingRow], wanted: str, look: Look
) -> list[list[Cell | str]]:
    """Return the rows that hold ``wanted`` in key or value, changed ones first."""
    needle = wanted.strip().casefold()
    found = [r for r in rows if needle in f"{r.key} {r.value}".casefold()]
    return [_row(row, look) for row in sorted(found, key=lambda r: not r.is_changed)]


def _row(row: SettingRow, look: Look) -> list[Cell | str]:
    value = row.value or EMPTY
    if not row.is_changed:
        return [row.key, value]
    usual = f"기본값: {row.default or EMPTY}"
    return [
        Cell(text=row.key, is_strong=True),
        Cell(text=value, color=look.account, note=usual, is_strong=True),
    ]
