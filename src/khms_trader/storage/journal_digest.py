"""A digest of what a journal says: the same story gives the same digest, anywhere.

No path, process or wall clock is in it, and neither is the file's own layout.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from khms_trader.domain.events import Event
from khms_trader.domain.order import OrderRecord
from khms_trader.storage.event_codec import encode

# When a command was typed, and what it could not read: no part of the story.
_OF_THE_PROCESS: Final = frozenset({"began_at", "account_error"})


def continued_digest(
    before: str, records: Sequence[OrderRecord], events: Sequence[Event]
) -> str:
    """Return SHA-256 in hex over ``before``, then every order, then every event.

    Chained session by session, it names the first session where two journals part.
    """
    digest = hashlib.sha256(before.encode())
    for record in records:
        digest.update(b"\norder ")
        digest.update(_orders().dump_json(record))
    for event in events:
        kind, payload = encode(event, without=_OF_THE_PROCESS)
        digest.update(f"\n{kind} {payload}".encode())
    return digest.hexdigest()


@cache
def _orders() -> TypeAdapter[OrderRecord]:
    return TypeAdapter(OrderRecord)
