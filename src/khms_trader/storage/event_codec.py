"""Events to JSON and back, by the name of their class."""

from collections.abc import Collection
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from khms_trader.domain import events
from khms_trader.domain.events import Event, OrderEvent
from khms_trader.errors import StorageError


def _kinds() -> dict[str, type[Event]]:
    return {
        name: kind
        for name, kind in vars(events).items()
        if isinstance(kind, type)
        and issubclass(kind, Event)
        and kind not in {Event, OrderEvent}
    }


KINDS: Final = _kinds()


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def encode(event: Event, *, without: Collection[str] = ()) -> tuple[str, str]:
    """Return the kind and the JSON of ``event``, some fields left out if asked."""
    kind = type(event).__name__
    return kind, _adapter(kind).dump_json(event, exclude=set(without)).decode()


def decode(kind: str, payload: str) -> Event:
    """Return the event stored as ``kind`` and ``payload``.

    Raises:
        StorageError: the row is not one of ours.
    """
    try:
        event: Event = _adapter(kind).validate_json(payload)
    except (KeyError, ValidationError) as error:
        raise StorageError("journal_row_unreadable", kind=kind) from error
    return event
