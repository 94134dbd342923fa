"""A room whose journal cannot be read, for what other files tell without it.

A page that shows it says so beside: nothing in here knows that it knows nothing.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import EventKind
from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderRecord, OrderState


class NoJournal:
    """A ``JournalView`` that tells nothing."""

    is_stale = False

    def order_records(
        self,
        session: date | None = None,  # noqa: ARG002 - as ``JournalView`` has it
        *,
        states: Sequence[OrderState] = (),  # noqa: ARG002 - the same
    ) -> tuple[OrderRecord, ...]:
        """Return none."""
        return ()

    def events(
        self,
        session: date | None = None,  # noqa: ARG002 - as ``JournalView`` has it
        *,
        kinds: Sequence[type[Event]] = (),  # noqa: ARG002 - the same
    ) -> tuple[Event, ...]:
        """Return none."""
        return ()

    def page(
        self,
        session: date | None = None,  # noqa: ARG002 - as ``JournalView`` has it
        *,
        kinds: Sequence[type[Event]] = (),  # noqa: ARG002 - the same
        offset: int = 0,  # noqa: ARG002 - the same
        limit: int = 100,  # noqa: ARG002 - the same
    ) -> tuple[Event, ...]:
        """Return none."""
        return ()

    def newest(
        self,
        kind: type[EventKind],  # noqa: ARG002 - as ``JournalView`` has it
        *,
        before: date | None = None,  # noqa: ARG002 - the same
    ) -> EventKind | None:
        """Return none."""
        return None

    def counts(self) -> Mapping[tuple[date, str], int]:
        """Return none."""
        return {}

    def managed(self) -> Mapping[str, int]:
        """Return none."""
        return {}

    def last_event_at(self) -> datetime | None:
        """Return none."""
        return None

    def stamp(self) -> Hashable:
        """Return that it is no journal."""
        return "no journal"


def without_journal(room: Room) -> Room:
    """Return ``room`` with all it knows but what happened."""
    return replace(room, journal=NoJournal(), report=lambda _session: None)
