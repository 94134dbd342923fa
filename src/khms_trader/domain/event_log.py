"""Events as lines of the log: short, one fact per event, many of a kind counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from khms_trader.domain.account import Account
from khms_trader.domain.events import Event, LineSkipped
from khms_trader.domain.order import OrderKey
from khms_trader.domain.reasons import korean_of

_COMMON = frozenset({"at", "account", "session"})
_DETAILS = frozenset({"detail", "account_error"})
_NOTHING = ("", None)


def log_lines(events: Iterable[Event]) -> tuple[str, ...]:
    """Return one line per event; skipped lines are counted by side and reason."""
    listed = tuple(events)
    lines = [_line(event) for event in listed if not isinstance(event, LineSkipped)]
    skipped = Counter(
        (event.account, event.session, event.side, event.reason)
        for event in listed
        if isinstance(event, LineSkipped)
    )
    lines += [
        f"LineSkipped {account} {session} {side} {reason} x{count}"
        for (account, session, side, reason), count in sorted(skipped.items())
    ]
    return tuple(lines)


def _line(event: Event) -> str:
    facts = " ".join(
        f"{field.name}={_told(field.name, getattr(event, field.name))}"
        for field in fields(event)
        if field.name not in _COMMON and getattr(event, field.name) not in _NOTHING
    )
    head = f"{type(event).__name__} {event.account} {event.session}"
    return f"{head} {facts}".rstrip()


def _told(name: str, value: object) -> str:
    return korean_of(str(value)) if name in _DETAILS else _short(value)


def _short(value: object) -> str:
    match value:
        case OrderKey():
            return f"{value.side}:{value.symbol}:{value.purpose}"
        case Account():
            return (
                f"cash:{value.cash},d2:{value.cash_d2},total:{value.total},"
                f"holdings:{len(value.holdings)}"
            )
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%S}"
        case tuple():
            return f"x{len(value)}"
        case _:
            return str(value)
