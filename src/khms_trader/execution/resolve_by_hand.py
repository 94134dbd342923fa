"""The open questions of an account, and the word of a person who looked.

Everything is looked up once more first; what the broker shows by then needs no word of
anybody. A word that contradicts broker or journal is refused. Sends nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from khms_trader.domain.account import Account
from khms_trader.domain.order import BrokerOrder, OrderKey, OrderRecord, OrderState
from khms_trader.domain.reasons import detail_of
from khms_trader.errors import BrokerUnavailable, PlanError, Refused
from khms_trader.execution.follow import try_to_settle
from khms_trader.execution.office import Office
from khms_trader.execution.resolve import (
    UNKNOWN,
    WORKING,
    known_numbers,
    needing_a_person,
)
from khms_trader.execution.traces import Witness
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.resolved import (
    Choice,
    Question,
    Resolution,
    Step,
    Word,
    choose,
    judge,
)

JOB: Final = "resolve_order"
BY_PERSON: Final = "by_person"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """A session's order list, or why it cannot be read."""

    rows: tuple[BrokerOrder, ...] | None
    unread: str = ""


def look(office: Office) -> Resolution:
    """Settle what can be settled, and return the rest as questions for a person.

    Raises:
        Refused: the clock runs behind the journal.
        AlreadyRunning: another job holds the account.
    """
    with office.open_for(JOB):
        office.refuse_a_clock_behind()
        before = _open_keys(office)
        questions = _questions(office)
        return Resolution(
            account=office.reader.account_id,
            settled=_settled(office, before),
            questions=questions,
        )


def answer(
    office: Office, choice: Choice, word: Word, *, is_confirmed: bool
) -> Resolution:
    """Record what a person saw of the order that ``choice`` means, or show it only.

    Raises:
        Refused: no such question, more than one, or the word cannot be so.
        AlreadyRunning: another job holds the account.
    """
    with office.open_for(JOB):
        office.refuse_a_clock_behind()
        before = _open_keys(office)
        questions = _questions(office)
        chosen = _or_refused(choose(questions, choice))
        step = _or_refused(judge(chosen, word))
        if is_confirmed:
            _record(office, chosen.record, step)
            before -= {chosen.record.key}
            questions = _questions(office)
        return Resolution(
            account=office.reader.account_id,
            settled=_settled(office, before),
            questions=questions,
            chosen=chosen,
            step=step,
            is_done=is_confirmed,
            after=_now(office, chosen.record.key),
        )


def _or_refused(found: T | Refusal) -> T:
    if isinstance(found, Refusal):
        raise Refused(found.code, **found.facts)
    return found


def _record(office: Office, record: OrderRecord, step: Step) -> None:
    if record.state is OrderState.INTENDED:
        # Its list could not be read, or settling would have said so.
        office.journal.advance(
            record.key, OrderState.UNCONFIRMED, at=office.clock.now(), detail=BY_PERSON
        )
    office.journal.advance(
        record.key,
        step.state,
        at=office.clock.now(),
        number=step.number or None,
        filled_quantity=step.filled_quantity,
        filled_value=step.filled_value,
        detail=BY_PERSON,
    )


def _questions(office: Office) -> tuple[Question, ...]:
    """Settle, and return what only a person can tell, oldest first."""
    try_to_settle(office)
    records = needing_a_person(office.journal)
    if not records:
        return ()
    lists = {session: _list(office, session) for session in _sessions(records)}
    witness = Witness(office)
    shares = witness.shares(records)
    names = _names(office, _sessions(records), witness.account())
    now = office.clock.now()
    return tuple(
        Question(
            record=record,
            name=names.get(record.key.symbol, ""),
            rows=lists[record.key.session].rows,
            unread=lists[record.key.session].unread,
            known=known_numbers(office, record.key.session) - {record.number},
            shares=shares.get(record.key),
            settles_at=office.calendar.closes_at(record.key.session) + CLOSE_GRACE,
            now=now,
        )
        for record in records
    )


def _sessions(records: Sequence[OrderRecord]) -> list[date]:
    return sorted({record.key.session for record in records})


def _list(office: Office, session: date) -> _List:
    try:
        return _List(rows=office.reader.orders(session))
    except BrokerUnavailable as error:
        return _List(rows=None, unread=detail_of(error))


def _names(
    office: Office, sessions: list[date], account: Account | None
) -> dict[str, str]:
    names: dict[str, str] = {}
    for session in sessions:
        try:
            plan = office.plans.load(session)
        except PlanError:
            continue  # a spoilt plan spoils no more than a name
        if plan is not None:
            names |= {line.symbol: line.name for line in plan.buys}
            names |= {line.symbol: line.name for line in plan.sells}
    held = account.holdings if account is not None else ()
    return names | {holding.symbol: holding.name for holding in held}


def _open_keys(office: Office) -> set[OrderKey]:
    records = office.journal.order_records(states=(*UNKNOWN, *WORKING))
    return {record.key for record in records}


def _settled(office: Office, before: set[OrderKey]) -> tuple[OrderRecord, ...]:
    """Return the orders of ``before`` that have ended since, by age."""
    return tuple(
        record
        for session in sorted({key.session for key in before})
        for record in office.journal.order_records(session)
        if record.key in before and record.state.is_final
    )


def _now(office: Office, key: OrderKey) -> OrderRecord | None:
    records = office.journal.order_records(key.session)
    return next((record for record in records if record.key == key), None)
