"""Reports: one Markdown and one JSON file per session and account."""

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khms_trader.durable import replace_text

if TYPE_CHECKING:  # a report is made after the orders
    from khms_trader.domain.report import SessionReport


class ReportFiles:
    """The reports of one account in one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep reports in ``folder``."""
        self._folder = folder

    def save(self, report: "SessionReport") -> Path:
        """Write the Markdown and JSON of ``report`` and return the Markdown's path.

        Raises:
            StorageError: a file could not be written.
        """
        from khms_trader.storage.report_text import (  # noqa: PLC0415 - as above
            report_text,
        )

        stem = f"{report.session:%Y%m%d}_{report.account}"
        document = json.dumps(
            asdict(report), ensure_ascii=False, indent=1, default=_plain
        )
        replace_text(self._folder / f"{stem}.json", document + "\n")
        path = self._folder / f"{stem}.md"
        replace_text(path, report_text(report))
        return path


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    match value:
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return f"{value:%Y%m%d}"
        case Decimal():
            return str(value)
        case _:
            message = f"a report holds no {type(value).__name__}"
            raise TypeError(message)
