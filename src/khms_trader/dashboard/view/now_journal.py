"""What the page 지금 takes from the journal, kept until the journal changes. Pure.

It asks for few kinds of events and for the newest of them, never for a year of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import JournalView
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountConfirmed,
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    ForeignOrdersSeen,
    HoldingAdopted,
    HoldingReleased,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.domain.order import MAY_HAVE_FILLED, OPEN_STATES, OrderRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the journal tells.

    Attributes:
        is_confirmed: a person confirmed the account's first use, or need not.
        legacy: symbols that settings or the confirmation keep out of reach.
        managed: the strategy's shares by symbol.
        held_since: by symbol, the session its managed shares came.
        before: the account as last seen on a session before the one that is shown,
            which was ``before_session``.
        filled: our orders that traded since then; ``dealings`` the orders of others,
            and the rates that sessions kept.
        orders: of today, by age.
        unsettled: orders of any session that have not ended.
        prepared, started, ended: the newest of their kind.
        failed, missed: the newest of each job, by age.
    """

    is_confirmed: bool = True
    legacy: frozenset[str] = frozenset()
    managed: Mapping[str, int] = field(default_factory=dict)
    held_since: Mapping[str, date] = field(default_factory=dict)
    before: Account | None = None
    before_session: date | None = None
    filled: tuple[OrderRecord, ...] = ()
    dealings: tuple[Event, ...] = ()
    orders: tuple[OrderRecord, ...] = ()
    unsettled: tuple[OrderRecord, ...] = ()
    prepared: PlanPrepared | None = None
    started: ExecutionStarted | None = None
    ended: ExecutionFinished | ExecutionPaused | None = None
    failed: tuple[RunFailed, ...] = ()
    missed: tuple[JobMissed, ...] = ()


def told_by(room: Room, today: date, shown: date) -> Told:
    """Return what the journal tells of ``today``; the account is of ``shown``.

    Raises:
        StorageError: the journal cannot be read.
    """
    journal = room.journal
    confirmed = journal.newest(AccountConfirmed)
    before = journal.newest(AccountObserved, before=shown)
    moves = journal.events(kinds=(HoldingAdopted, HoldingReleased))
    filling = journal.order_records(states=MAY_HAVE_FILLED)
    return replace(
        told_of_jobs(journal),
        is_confirmed=confirmed is not None or not room.needs_confirmation,
        legacy=room.legacy | frozenset(confirmed.legacy if confirmed else ()),
        managed=journal.managed(),
        held_since=held_since(filling, moves),
        before=None if before is None else before.observed,
        before_session=None if before is None else before.session,
        filled=_since(before, filling),
        dealings=() if before is None else _dealings(room, before.session),
        orders=journal.order_records(today),
        unsettled=journal.order_records(states=OPEN_STATES),
    )


def told_of_jobs(journal: JournalView) -> Told:
    """Return only what the journal tells of the jobs.

    Raises:
        StorageError: the journal cannot be read.
    """
    failed = journal.events(kinds=(RunFailed,))
    missed = journal.events(kinds=(JobMissed,))
    return Told(
        prepared=journal.newest(PlanPrepared),
        started=journal.newest(ExecutionStarted),
        ended=_later(
            journal.newest(ExecutionFinished), journal.newest(ExecutionPaused)
        ),
        failed=tuple({e.job: e for e in failed if isinstance(e, RunFailed)}.values()),
        missed=tuple({e.job: e for e in missed if isinstance(e, JobMissed)}.values()),
    )


def _since(
    before: AccountObserved | None, records: Iterable[OrderRecord]
) -> tuple[OrderRecord, ...]:
    if before is None:
        return ()
    seen = before.observed.observed_at
    return tuple(r for r in records if r.filled_quantity and r.updated_at > seen)


def _dealings(room: Room, since: date) -> tuple[Event, ...]:
    kinds = (ExecutionStarted, ForeignOrdersSeen)
    return tuple(e for e in room.journal.events(kinds=kinds) if e.session >= since)


def held_since(
    records: Iterable[OrderRecord], moves: Iterable[Event]
) -> Mapping[str, date]:
    """Return when the shares of plans that are still there came, by symbol.

    A position begins with its first share and ends with its last; what is bought on
    top does not begin it anew.
    """
    steps = [
        (r.intended_at, r.key.symbol, r.key.session, r.net_quantity)
        for r in records
        if r.plan_id and r.filled_quantity
    ]
    steps += [
        (event.at, event.symbol, event.session, _moved(event))
        for event in moves
        if isinstance(event, HoldingAdopted | HoldingReleased)
    ]
    shares: dict[str, int] = {}
    since: dict[str, date] = {}
    for _, symbol, session, change in sorted(steps):
        if not shares.get(symbol):
            since[symbol] = session
        shares[symbol] = max(shares.get(symbol, 0) + change, 0)
    return {symbol: since[symbol] for symbol, held in shares.items() if held}


def _moved(event: HoldingAdopted | HoldingReleased) -> int:
    is_in = isinstance(event, HoldingAdopted)
    return event.quantity if is_in else -event.quantity


def _later(
    *ends: ExecutionFinished | ExecutionPaused | None,
) -> ExecutionFinished | ExecutionPaused | None:
    found: Sequence[ExecutionFinished | ExecutionPaused] = [e for e in ends if e]
    return max(found, key=lambda event: event.at, default=None)
