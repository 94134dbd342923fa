"""The folder of a replay: checkpoints at session boundaries, and its results.

A process may die at any moment: what stands is the last checkpoint, and everything
after it is forgotten and lived again. A loss of power may damage a checkpoint, because
a replay does not wait for the disk; then it is begun anew with ``--restart``.
"""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from khms_trader.durable import replace_text
from khms_trader.errors import StorageError
from khms_trader.planning.replayed import Figures, LivedSession, Trades
from khms_trader.storage.dry_run import copy_database

_PROGRESS: Final = "progress.json"
_RESULT: Final = "replay.json"
_EQUITY: Final = "equity.csv"
_CHECKPOINT: Final = "checkpoint-"
_SCHEMA_VERSION: Final = 1
_SESSION: Final = re.compile(r"\d{8}")
_BOM: Final = "\ufeff"
_TRADE_COLUMNS: Final = tuple(field.name for field in fields(Trades))
_COLUMNS: Final = (
    *("session", "total", "cash", "positions", *_TRADE_COLUMNS),
    *("unfinished", "no_plan", "digest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """What ``progress.json`` holds.

    Attributes:
        checkpoint: the folder with the databases as they were after the last row.
    """

    schema_version: int
    checkpoint: str
    lived: tuple[LivedSession, ...]


class ReplayFiles:
    """One replay's folder; ``databases`` are the names of its SQLite files there."""

    def __init__(self, folder: Path, *, databases: Sequence[str]) -> None:
        """Keep everything in ``folder``."""
        self._folder = folder
        self._databases = databases
        self._progress = folder / _PROGRESS

    def lived(self) -> list[LivedSession]:
        """Return the sessions of the last checkpoint; none without one.

        Raises:
            StorageError: ``replay_progress_unreadable``.
        """
        found = self._read()
        return list(found.lived) if found else []

    def clear(self) -> None:
        """Forget everything but the locks, the checkpoint first.

        Raises:
            StorageError: something cannot be removed.
        """
        with _translated(self._folder):
            self._progress.unlink(missing_ok=True)
            for path in self._folder.glob("*"):
                if path.is_dir():
                    shutil.rmtree(path)
                elif path.suffix not in {".lock", ".holder"}:
                    path.unlink(missing_ok=True)

    def restore(self, kept: Mapping[Path, date]) -> None:
        """Put the databases back as the last checkpoint left them.

        Args:
            kept: by folder of files named after sessions, the last one to keep.

        Raises:
            StorageError: the checkpoint cannot be read or something not be written.
        """
        found = self._read()
        if found is None:
            return
        for name in self._databases:
            source = self._folder / found.checkpoint / name
            if not source.exists():
                raise StorageError("replay_progress_unreadable", path=str(source))
            copy_database(source, self._folder / name)
        with _translated(self._folder):
            for folder, last in kept.items():
                _forget_after(last, folder)

    def keep(self, lived: Sequence[LivedSession]) -> None:
        """Make a checkpoint of the databases, which nobody may hold open.

        Raises:
            StorageError: it could not be written; the one before stands.
        """
        name = f"{_CHECKPOINT}{len(lived):06d}"
        for database in self._databases:
            copy_database(self._folder / database, self._folder / name / database)
        progress = _Progress(
            schema_version=_SCHEMA_VERSION, checkpoint=name, lived=tuple(lived)
        )
        # From here on the new checkpoint counts; until here the one before did.
        replace_text(self._progress, _adapter().dump_json(progress).decode())
        with _translated(self._folder):
            for older in self._folder.glob(f"{_CHECKPOINT}*"):
                if older.name != name:
                    shutil.rmtree(older)

    def write_results(
        self,
        identity: Mapping[str, str],
        figures: Figures,
        lived: Sequence[LivedSession],
    ) -> None:
        """Write ``replay.json`` and, one row per session, ``equity.csv`` (for Excel).

        Raises:
            StorageError: one of them could not be written.
        """
        document = {"identity": dict(identity), "figures": asdict(figures)}
        text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
        replace_text(self._folder / _RESULT, text + "\n")
        replace_text(self._folder / _EQUITY, _BOM + _csv_of(lived))

    def _read(self) -> _Progress | None:
        try:
            content = self._progress.read_bytes()
            return _adapter().validate_json(content)
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise StorageError(
                "replay_progress_unreadable", path=str(self._progress)
            ) from error


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            "not_writable", path=error.filename or str(folder), reason=error.strerror
        ) from error


@cache
def _adapter() -> TypeAdapter[_Progress]:
    return TypeAdapter(_Progress)


def _forget_after(last: date, folder: Path) -> None:
    for path in folder.rglob("*"):
        named = _SESSION.search(path.name)
        is_unfinished = path.name.startswith(".")
        if path.is_file() and (
            is_unfinished or (named and named[0] > f"{last:%Y%m%d}")
        ):
            path.unlink()


def _csv_of(lived: Sequence[LivedSession]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in lived:
        plain: dict[str, Any] = asdict(row)
        del plain["skips"]
        trades = plain.pop("trades")
        writer.writerow(plain | trades)
    return text.getvalue()
