"""How long the parts of each run took, from the journal's events. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    LineSkipped,
    OrderAccepted,
    OrderCancelled,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderIntended,
    OrderNotPlaced,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.domain.order import CUT_OFF, OrderKey, Side
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import RunParts

_ANSWERS = (OrderAccepted, OrderRejected, OrderUnconfirmed)
_ENDS = (OrderCancelled, OrderExpired, OrderRejected, OrderNotPlaced)


def runs_of(events: Sequence[Event]) -> tuple[RunParts, ...]:
    """Return the parts of every run among a session's ``events``, oldest first."""
    starts = [
        index
        for index, event in enumerate(events)
        if isinstance(event, ExecutionStarted)
    ]
    return tuple(
        _parts(events[start:stop]) for start, stop in pairwise([*starts, len(events)])
    )


def ended_at(events: Iterable[Event], key: OrderKey) -> datetime | None:
    """Return when the order of ``key`` was seen filled, ended or refused, or None."""
    ends = [event.at for event in events if _is_end(event) and _key(event) == key]
    return ends[-1] if ends else None


def accepted_at(events: Iterable[Event], key: OrderKey) -> datetime | None:
    """Return when the broker's number of the order became known, or None."""
    return next(
        (e.at for e in events if isinstance(e, OrderAccepted) and e.key == key), None
    )


def _parts(events: Sequence[Event]) -> RunParts:
    started = events[0]
    began = started.began_at if isinstance(started, ExecutionStarted) else None
    began_at = began or started.at
    events = _until_the_end(events)
    sells, buys = _answers(events, Side.SELL), _answers(events, Side.BUY)

    def seconds(moment: datetime | None) -> float | None:
        if moment is None:
            return None
        # What a warm desk read ahead was known when the run began.
        return max(round((moment - began_at).total_seconds(), 1), 0.0)

    return RunParts(
        began_at=began_at,
        account_read=seconds(_first(events, AccountObserved)),
        first_order=seconds(min([*sells, *buys], default=None)),
        last_sell=seconds(max(sells, default=None)),
        sells_done=seconds(_sells_done(events)),
        last_buy=seconds(max(buys, default=None)),
        ended=seconds(_first(events, ExecutionFinished, ExecutionPaused)),
    )


def _until_the_end(events: Sequence[Event]) -> Sequence[Event]:
    """Return the events up to the run's end: what is settled later is no part of it.

    A run that was cut off has no end of its own: a later one settles what it left.
    """
    for index, event in enumerate(events):
        if _is_of_a_later_run(event):
            return events[:index]
        if isinstance(event, ExecutionFinished | ExecutionPaused):
            return events[: index + 1]
    return events


def _is_of_a_later_run(event: Event) -> bool:
    match event:
        case OrderUnconfirmed(detail=word):
            return word == CUT_OFF
        case LineSkipped(reason=word):
            return word == SkipReason.INTERRUPTED
        case _:
            return False


def _first(events: Iterable[Event], *kinds: type[Event]) -> datetime | None:
    return next((event.at for event in events if isinstance(event, kinds)), None)


def _answers(events: Iterable[Event], side: Side) -> list[datetime]:
    """Return when each order of ``side`` that left in these events was answered."""
    sent: set[OrderKey] = set()
    answers: dict[OrderKey, datetime] = {}
    for event in events:
        if isinstance(event, OrderIntended) and event.key.side is side:
            sent.add(event.key)
        elif isinstance(event, _ANSWERS) and event.key in sent:
            answers.setdefault(event.key, event.at)
    return list(answers.values())


def _sells_done(events: Sequence[Event]) -> datetime | None:
    sent = {
        event.key
        for event in events
        if isinstance(event, OrderIntended) and event.key.side is Side.SELL
    }
    done = [event for event in events if _is_end(event) and _key(event) in sent]
    if not sent or {_key(event) for event in done} != sent:
        return None
    return max(event.at for event in done)


def _is_end(event: Event) -> bool:
    is_full = isinstance(event, OrderFilled) and event.is_complete
    return is_full or isinstance(event, _ENDS)


def _key(event: Event) -> OrderKey | None:
    return event.key if isinstance(event, OrderEvent) else None
