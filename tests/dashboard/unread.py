"""Rooms whose journal cannot be read, everything else being as it should."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from dashboard import nows, plans, symbols
from dashboard.rooms import ListedJournal
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import EventKind
from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.errors import StorageError

DAMAGED = StorageError("database_damaged", path="/x", reason="y")


class BrokenJournal(ListedJournal):
    def order_records(
        self, session: date | None = None, *, states: Sequence[OrderState] = ()
    ) -> tuple[OrderRecord, ...]:
        raise DAMAGED

    def events(
        self, session: date | None = None, *, kinds: Sequence[type[Event]] = ()
    ) -> tuple[Event, ...]:
        raise DAMAGED

    def newest(
        self, kind: type[EventKind], *, before: date | None = None
    ) -> EventKind | None:
        raise DAMAGED

    def counts(self) -> Mapping[tuple[date, str], int]:
        raise DAMAGED

    def managed(self) -> Mapping[str, int]:
        raise DAMAGED

    def last_event_at(self) -> datetime | None:
        raise DAMAGED


def without_a_journal(room: Room) -> Room:
    return replace(room, journal=BrokenJournal())


def a_plan_room() -> Room:
    return without_a_journal(plans.planned_room())


def a_symbol_room() -> Room:
    return without_a_journal(symbols.seen_room())


def a_paper_room() -> Room:
    return without_a_journal(nows.an_empty_room())
