"""The scheduler's sign of life: a small file that another process may read at any time.

It is replaced whole. A reader gets what was last written, or nothing: a file that is
missing or damaged says no more than that.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from khms_trader.durable import replace_text

HEARTBEAT: Final = "heartbeat.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextJob:
    """What the scheduler waits for.

    Attributes:
        kind: ``prepare`` or ``execute``.
        session: the one it is for.
        due_at: aware, in Asia/Seoul.
    """

    kind: str
    session: date
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResult:
    """What a job came to.

    Attributes:
        kind, session: as for ``NextJob``.
        at: when it ended, aware, in Asia/Seoul.
        code: of the error it ended with; empty when it ended well.
    """

    kind: str
    session: date
    at: datetime
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """One sign of life.

    Attributes:
        pid: of the scheduler.
        at: when it was written, aware, in Asia/Seoul, by the scheduler's clock.
        begun_at: when a scheduler first served the account; None when nobody knows.
        times: what the scheduler was started with, such as ``15:40``.
        next: None while a job runs, or when nothing will come.
        running: the kind of the job that runs; empty while none does.
        prepare_seconds: how long the last prepare took; None when nobody knows.
        results: the newest job of each kind.
        ended_at: when the scheduler was ended on purpose; None while it should live.
    """

    pid: int
    at: datetime
    begun_at: datetime | None = None
    times: tuple[str, ...] = ()
    next: NextJob | None = None
    running: str = ""
    prepare_seconds: float | None = None
    results: tuple[LastResult, ...] = ()
    ended_at: datetime | None = None


class HeartbeatFile:
    """The heartbeat of one account, a file beside its journal."""

    def __init__(self, path: Path) -> None:
        """Keep it in ``path``."""
        self._path = path

    def write(self, heartbeat: Heartbeat) -> None:
        """Replace what was there.

        Raises:
            StorageError: it cannot be written.
        """
        text = json.dumps(_document(heartbeat), ensure_ascii=False, indent=1)
        replace_text(self._path, f"{text}\n", private=True)

    def read(self) -> Heartbeat | None:
        """Return the newest heartbeat; None when there is none, or none readable."""
        try:
            return _parsed(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None


def _document(heartbeat: Heartbeat) -> dict[str, Any]:
    coming = heartbeat.next
    return {
        "pid": heartbeat.pid,
        "at": heartbeat.at.isoformat(),
        "begun_at": heartbeat.begun_at and heartbeat.begun_at.isoformat(),
        "times": list(heartbeat.times),
        "next": None
        if coming is None
        else {
            "kind": coming.kind,
            "session": coming.session.isoformat(),
            "due_at": coming.due_at.isoformat(),
        },
        "running": heartbeat.running,
        "prepare_seconds": heartbeat.prepare_seconds,
        "results": [
            {
                "kind": result.kind,
                "session": result.session.isoformat(),
                "at": result.at.isoformat(),
                "code": result.code,
            }
            for result in heartbeat.results
        ],
        "ended_at": heartbeat.ended_at and heartbeat.ended_at.isoformat(),
    }


def _parsed(stored: dict[str, Any]) -> Heartbeat:
    coming, seconds = stored["next"], stored["prepare_seconds"]
    # An older version of this program wrote no ``ended_at``.
    begun_at, ended_at = stored["begun_at"], stored.get("ended_at")
    return Heartbeat(
        pid=int(stored["pid"]),
        at=_moment(stored["at"]),
        begun_at=None if begun_at is None else _moment(begun_at),
        times=tuple(str(each) for each in stored["times"]),
        next=None
        if coming is None
        else NextJob(
            kind=str(coming["kind"]),
            session=date.fromisoformat(coming["session"]),
            due_at=_moment(coming["due_at"]),
        ),
        running=str(stored["running"]),
        prepare_seconds=None if seconds is None else float(seconds),
        results=tuple(
            LastResult(
                kind=str(each["kind"]),
                session=date.fromisoformat(each["session"]),
                at=_moment(each["at"]),
                code=str(each["code"]),
            )
            for each in stored["results"]
        ),
        ended_at=None if ended_at is None else _moment(ended_at),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
