"""One session's orders against the broker's word on them: the only place that judges.

Unknown ones are looked up together and adopted only when one row explains one order;
working ones are rolled on. What only a person can tell is marked for one. Needs only an
``AccountReader`` and the journal.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from khms_trader.domain.events import ForeignOrdersSeen
from khms_trader.domain.order import (
    CUT_OFF,
    VANISHED,
    BrokerOrder,
    OrderRecord,
    OrderState,
    Side,
)
from khms_trader.domain.read_at import ReadAt
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Office
from khms_trader.execution.traces import Witness
from khms_trader.execution.warmed import listed_at
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.evidence import Evidence
from khms_trader.planning.foreign import keys_of
from khms_trader.planning.match import (
    STILL_UNKNOWN,
    Progress,
    Verdict,
    progress_of,
    resolve,
    row_of,
)
from khms_trader.ports import JournalReader

UNKNOWN: Final = (OrderState.INTENDED, OrderState.UNCONFIRMED)
WORKING: Final = (OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED)
# The code of a list that counts orders and shows none.
_HIDDEN: Final = "kis_orders_hidden"
_FOUND: Final = {
    OrderState.ACCEPTED: "found_in_list",
    OrderState.NOT_PLACED: "not_in_list",
}
_LISTED_AGAIN: Final = "listed_again"


def settle_session(office: Office, session: date, witness: Witness) -> ReadAt:
    """Bring the orders of ``session`` up to the broker's word on them.

    Returns:
        When the list was read; some seconds ago where it was read ahead.

    Raises:
        BrokerUnavailable: the order list could not be read completely.
    """
    is_over = has_ended(office, session)
    rows = _rows(office, session, is_over=is_over)
    read_at = listed_at(office.reader, office.clock)
    lost = _lost(office, session)
    if rows is None:
        _roll_on(office, session, (), is_over=is_over)
        return read_at
    _roll_on(office, session, rows, is_over=is_over)
    if lost:
        _resolve(office, lost, rows, witness)
        _roll_on(office, session, rows, is_over=is_over)
    _name_foreign(office, session, rows)
    return read_at


def foreign_open(office: Office, session: date) -> frozenset[tuple[str, Side]]:
    """Return the lines that a person's own orders hold back, as last seen."""
    return keys_of(_foreign_rows(office, session))


def needing_a_person(journal: JournalReader) -> tuple[OrderRecord, ...]:
    """Return the orders whose end only a person can tell, once they were settled."""
    found = journal.order_records(states=(*UNKNOWN, *WORKING))
    return tuple(record for record in found if record.needs_a_person)


def has_ended(office: Office, session: date) -> bool:
    """Return True once nothing of ``session`` can change any more.

    The closing auction may end late and its fills arrive later still; an order that
    was called expired too early would hide shares that are ours.
    """
    return office.clock.now() > office.calendar.closes_at(session) + CLOSE_GRACE


def known_numbers(office: Office, session: date) -> frozenset[str]:
    """Return the numbers of our orders of ``session``."""
    records = office.journal.order_records(session)
    return frozenset(record.number for record in records if record.number)


def _rows(
    office: Office, session: date, *, is_over: bool
) -> tuple[BrokerOrder, ...] | None:
    """Return the complete list; None when it hides its orders for good.

    Some virtual accounts count orders and never show them (kis-wire.md 4.6). Waiting
    for their list would keep every later job from its work.
    """
    try:
        return office.reader.orders(session)
    except BrokerUnavailable as error:
        if error.code != _HIDDEN or not is_over:
            raise
        return None


def _lost(office: Office, session: date) -> tuple[OrderRecord, ...]:
    """Return what nobody knows the outcome of; an intent found here is such an order.

    Whoever settles holds the account's lock, so that no other run is just sending it.
    """
    for record in office.journal.order_records(session, states=(OrderState.INTENDED,)):
        office.journal.advance(
            record.key,
            OrderState.UNCONFIRMED,
            at=office.clock.now(),
            detail=CUT_OFF,
        )
    return office.journal.order_records(session, states=(OrderState.UNCONFIRMED,))


def _resolve(
    office: Office,
    lost: Sequence[OrderRecord],
    rows: Sequence[BrokerOrder],
    witness: Witness,
) -> None:
    session = lost[0].key.session
    evidence = Evidence(
        rows=rows,
        known=known_numbers(office, session),
        is_over=has_ended(office, session),
    )
    verdicts = resolve(lost, evidence)
    if evidence.is_over or any(v.state is OrderState.ACCEPTED for v in verdicts):
        shares = witness.shares(lost)
        verdicts = resolve(lost, replace(evidence, shares=shares))
    for record, verdict in zip(lost, verdicts, strict=True):
        _write(office, record, verdict)


def _write(office: Office, record: OrderRecord, verdict: Verdict) -> None:
    now = office.clock.now()
    if verdict.state is OrderState.UNCONFIRMED:
        if verdict.detail and verdict.detail != record.detail:
            office.journal.note(record.key, verdict.detail, at=now)
        return
    is_outdated = record.detail in STILL_UNKNOWN
    office.journal.advance(
        record.key,
        verdict.state,
        at=now,
        number=verdict.number or None,
        detail=_FOUND[verdict.state] if is_outdated else "",
    )


def _roll_on(
    office: Office, session: date, rows: Sequence[BrokerOrder], *, is_over: bool
) -> None:
    for record in office.journal.order_records(session, states=WORKING):
        row = row_of(record, rows)
        if row is not None:
            progress = progress_of(record, row, session_is_over=is_over)
            if is_over:
                progress = _never_less(record, progress)
            if _is_news(record, progress):
                _advance(office, record, progress)
        elif is_over and not record.has_vanished:
            # Neither filled nor expired can be told without it: a person looks.
            office.journal.note(record.key, VANISHED, at=office.clock.now())


def _never_less(record: OrderRecord, progress: Progress) -> Progress:
    """Return an ended order with the fills we saw: a list may take some back.

    Left as it was, it would stay open for ever and keep its symbol from being sold.
    """
    filled = max(record.filled_quantity, progress.filled_quantity)
    return replace(progress, filled_quantity=filled)


def _advance(office: Office, record: OrderRecord, progress: Progress) -> None:
    office.journal.advance(
        record.key,
        progress.state,
        at=office.clock.now(),
        filled_quantity=progress.filled_quantity,
        # A list may correct the won of a fill downwards; the journal never shrinks.
        filled_value=max(progress.filled_value, record.filled_value),
        detail=_LISTED_AGAIN if record.has_vanished else "",
    )


def _is_news(record: OrderRecord, progress: Progress) -> bool:
    has_moved = (
        progress.state is not record.state
        or progress.filled_quantity != record.filled_quantity
    )
    return has_moved and progress.filled_quantity >= record.filled_quantity


def foreign_of(
    office: Office, session: date, rows: Sequence[BrokerOrder]
) -> tuple[BrokerOrder, ...]:
    """Return those of ``rows`` that no order of ours is known by, oldest first."""
    evidence = Evidence(rows=rows, known=known_numbers(office, session))
    return tuple(
        sorted(evidence.outside(), key=lambda row: (row.ordered_at, row.number))
    )


def _name_foreign(office: Office, session: date, rows: Sequence[BrokerOrder]) -> None:
    """Write down the orders that are nobody's of ours: never adopted, always named."""
    foreign = foreign_of(office, session, rows)
    if foreign != _foreign_rows(office, session):
        office.publish(
            ForeignOrdersSeen(
                at=office.clock.now(),
                account=office.reader.account_id,
                session=session,
                rows=foreign,
            )
        )


def _foreign_rows(office: Office, session: date) -> tuple[BrokerOrder, ...]:
    """Return the orders of others as the newest list showed them."""
    events = office.journal.events(session, kinds=(ForeignOrdersSeen,))
    seen = [event.rows for event in events if isinstance(event, ForeignOrdersSeen)]
    return seen[-1] if seen else ()
