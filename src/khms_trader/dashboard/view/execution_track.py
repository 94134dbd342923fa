"""What happened to each order of a run, in seconds from its trigger. Pure.

The trigger is the moment the command began. What became known only after the run had
ended (an order that expired, settled the next day) is told as later: drawn to scale it
would leave nothing of the run to be seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from khms_trader.dashboard.words import shares, won
from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
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
from khms_trader.domain.order import OrderKey
from khms_trader.domain.reasons import korean_of


class MarkKind(StrEnum):
    """What a mark on an order's line stands for."""

    INTENDED = "intended"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    FILLED = "filled"
    ENDED = "ended"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One step of an order.

    Attributes:
        seconds: since the trigger of its run.
        text: what happened, in Korean.
        is_later: it became known after the run had ended.
    """

    kind: MarkKind
    at: datetime
    seconds: float
    text: str
    is_later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One order from its intent on; ``marks`` by age, never empty."""

    key: OrderKey
    name: str
    quantity: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of execute.

    Attributes:
        began_at: when the command began.
        tracks: the orders that left in it, in their order.
    """

    began_at: datetime
    tracks: tuple[Track, ...]

    @property
    def span(self) -> float:
        """Seconds from the trigger to the last mark of the run itself."""
        own = [
            mark.seconds
            for track in self.tracks
            for mark in track.marks
            if not mark.is_later
        ]
        return max(own, default=0.0)


def runs(events: Sequence[Event], names: Mapping[str, str]) -> tuple[Run, ...]:
    """Return the runs that sent an order, oldest first, from a session's events.

    An order sent by a tool, outside of any run, makes a run of its own.
    """
    starts = [
        n for n, event in enumerate(events) if isinstance(event, ExecutionStarted)
    ]
    cuts = [0, *starts] if not starts or starts[0] else starts
    found = [
        _run(events[since:until], events[until:], names)
        for since, until in pairwise([*cuts, len(events)])
    ]
    return tuple(run for run in found if run is not None)


def _run(
    own: Sequence[Event], after: Sequence[Event], names: Mapping[str, str]
) -> Run | None:
    intents = [event for event in own if isinstance(event, OrderIntended)]
    if not intents:
        return None
    began_at = _began(own, intents[0])
    inside = _until_the_end(own)
    later = [*own[len(inside) :], *after]
    tracks = []
    for intent in intents:
        marks = [
            mark
            for events, is_later in ((inside, False), (later, True))
            for event in events
            if isinstance(event, OrderEvent) and event.key == intent.key
            if (mark := _mark(event, began_at, is_later=is_later)) is not None
        ]
        tracks.append(
            Track(
                key=intent.key,
                name=names.get(intent.key.symbol, ""),
                quantity=intent.quantity,
                marks=tuple(marks),
            )
        )
    return Run(began_at=began_at, tracks=tuple(tracks))


def _began(events: Sequence[Event], intent: OrderIntended) -> datetime:
    first = events[0]
    if isinstance(first, ExecutionStarted):
        return first.began_at or first.at
    return intent.at


def _until_the_end(events: Sequence[Event]) -> Sequence[Event]:
    """Return the events up to the run's own end; all of them when it was cut off."""
    for place, event in enumerate(events):
        if isinstance(event, ExecutionFinished | ExecutionPaused):
            return events[: place + 1]
    return events


def _mark(event: OrderEvent, began_at: datetime, *, is_later: bool) -> Mark | None:
    told = _told(event)
    if told is None:
        return None
    kind, text = told
    # What a warm desk did ahead was done when the run began.
    seconds = max((event.at - began_at).total_seconds(), 0.0)
    return Mark(
        kind=kind,
        at=event.at,
        seconds=round(seconds, 2),
        text=text,
        is_later=is_later,
    )


def _told(event: OrderEvent) -> tuple[MarkKind, str] | None:  # noqa: PLR0911 - one each
    match event:
        case OrderIntended():
            price = "시장가" if event.limit_price is None else won(event.limit_price)
            return MarkKind.INTENDED, f"주문 결정 {shares(event.quantity)} {price}"
        case OrderAccepted():
            return MarkKind.ACCEPTED, f"접수 {event.number}"
        case OrderFilled():
            kind = MarkKind.FILLED if event.is_complete else MarkKind.PARTLY
            word = "체결" if event.is_complete else "일부 체결"
            return kind, f"{word} {shares(event.filled_quantity)} {_average(event)}"
        case OrderCancelled():
            return MarkKind.ENDED, f"취소 (체결 {shares(event.filled_quantity)})"
        case OrderExpired():
            return MarkKind.ENDED, f"미체결 종료 (체결 {shares(event.filled_quantity)})"
        case OrderRejected():
            return MarkKind.REFUSED, f"거부: {korean_of(event.detail)}"
        case OrderNotPlaced():
            return MarkKind.REFUSED, "접수되지 않았음을 확인"
        case OrderUnconfirmed():
            return MarkKind.UNKNOWN, f"결과 모름: {korean_of(event.detail)}"
        case _:
            return None


def _average(fill: OrderFilled) -> str:
    if not fill.filled_quantity:
        return ""
    return f"주당 {fill.filled_value / fill.filled_quantity:,.0f}원"
