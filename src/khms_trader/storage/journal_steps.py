"""Which event a change of an order's row is, so that both tables tell one story."""

from collections.abc import Callable

from khms_trader.domain.events import (
    Event,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderFilled,
    OrderNotPlaced,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.domain.order import OrderRecord, OrderState

_FILL_STATES = frozenset({OrderState.FILLED, OrderState.PARTIALLY_FILLED})


def events_of_step(before: OrderRecord, after: OrderRecord) -> tuple[Event, ...]:
    """Return what the step from ``before`` to ``after`` means, in order.

    A step to CANCELLED or EXPIRED may bring a fill along that nobody saw before.
    """
    events: list[Event] = []
    if after.filled_quantity > before.filled_quantity or (
        after.state in _FILL_STATES and after.state is not before.state
    ):
        events.append(_filled(after))
    if after.state is not before.state and after.state not in _FILL_STATES:
        events.append(_changed(after))
    return tuple(events)


def _changed(after: OrderRecord) -> Event:
    match after.state:
        case OrderState.ACCEPTED:
            return _event(OrderAccepted, after, number=after.number)
        case OrderState.CANCELLED:
            return _event(OrderCancelled, after, filled_quantity=after.filled_quantity)
        case OrderState.EXPIRED:
            return _event(OrderExpired, after, filled_quantity=after.filled_quantity)
        case OrderState.REJECTED:
            return _event(OrderRejected, after, detail=after.detail)
        case OrderState.UNCONFIRMED:
            return _event(OrderUnconfirmed, after, detail=after.detail)
        case _:
            return _event(OrderNotPlaced, after)


def _filled(record: OrderRecord) -> Event:
    return _event(
        OrderFilled,
        record,
        filled_quantity=record.filled_quantity,
        filled_value=record.filled_value,
        is_complete=record.unfilled_quantity == 0,
    )


def _event(kind: Callable[..., Event], record: OrderRecord, **facts: object) -> Event:
    return kind(
        at=record.updated_at,
        account=record.key.account,
        session=record.key.session,
        key=record.key,
        **facts,
    )
