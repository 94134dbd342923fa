"""What the section 상태 is made of, asked of the room at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.sources import Halt, Health, Heartbeat, Holder
from khms_trader.dashboard.view.life import is_at_work
from khms_trader.dashboard.view.now_journal import told_of_jobs
from khms_trader.dashboard.view.now_missed import Missed, missed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Everything the section 상태 is made of, read at ``now``.

    Attributes:
        live: what is known of the account, and why no more.
        newest_event: when the journal was last written.
        missed: a job that was not done in its time, and nothing made good since.
        versions: of what runs, by name.
    """

    now: datetime
    kind: Kind
    health: Health
    live: LiveView = field(default_factory=LiveView)
    heartbeat: Heartbeat | None = None
    halt: Halt | None = None
    holder: Holder | None = None
    newest_event: datetime | None = None
    is_stale: bool = False
    missed: Missed | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


def body_of(room: Room, versions: Mapping[str, str]) -> Body:
    """Return how things are now.

    Raises:
        StorageError: the journal cannot be read.
    """
    now = room.clock.now()
    heartbeat, holder = room.machine.heartbeat(), room.machine.holder()
    return Body(
        now=now,
        kind=room.kind,
        health=room.machine.health(),
        # Looking keeps the account renewed here too; waiting for it is for 지금.
        live=room.live.look(may_wait=False),
        heartbeat=heartbeat,
        halt=room.machine.halt(),
        holder=holder,
        newest_event=room.journal.last_event_at(),
        is_stale=room.journal.is_stale,
        missed=missed_of(
            room,
            told_of_jobs(room.journal),
            is_at_work=is_at_work(holder, heartbeat, now),
        ),
        versions=versions,
    )
