"""One order out, at most once: intent first, then the request, then its answer."""

from datetime import date
from typing import Final

from khms_trader.domain.events import LineSkipped
from khms_trader.domain.order import Order, OrderKey, OrderState
from khms_trader.domain.plan import Plan
from khms_trader.errors import BrokerUnavailable, OrderRejected, OrderUnconfirmed
from khms_trader.execution.office import Desk
from khms_trader.planning.due import Decision, Skip

MAX_ATTEMPTS: Final = 3


def send(desk: Desk, plan: Plan, order: Order, *, open_price: int | None) -> bool:
    """Place ``order`` under its natural key; False when the key was used before.

    The intent is committed before the request leaves. A refusal that proves nothing
    was placed may be tried again; an unknown outcome never is.
    """
    office = desk.office
    key = order_key(desk, plan.for_trading_day, order)
    intended = office.journal.intend(
        key,
        order,
        plan_id=plan.plan_id,
        at=office.clock.now(),
        open_price=open_price,
    )
    if intended:
        _request(desk, key, order)
    return intended


def order_key(desk: Desk, session: date, order: Order) -> OrderKey:
    """Return the natural key of a plan's order."""
    return OrderKey(
        account=desk.office.reader.account_id,
        session=session,
        symbol=order.symbol,
        side=order.side,
    )


def skip_event(desk: Desk, plan: Plan, decision: Decision, skip: Skip) -> LineSkipped:
    """Return the event of a line that is not sent."""
    return LineSkipped(
        at=desk.office.clock.now(),
        account=desk.office.reader.account_id,
        session=plan.for_trading_day,
        plan_id=plan.plan_id,
        symbol=decision.line.symbol,
        side=decision.side,
        reason=skip.reason,
        detail=skip.detail,
    )


def _request(desk: Desk, key: OrderKey, order: Order) -> None:
    office = desk.office
    while True:
        attempts = office.journal.attempt(key, at=office.clock.now())
        try:
            acknowledged = desk.broker.submit(order)
        except OrderRejected as error:
            _end(desk, key, OrderState.REJECTED, error.code)
        except OrderUnconfirmed as error:
            _end(desk, key, OrderState.UNCONFIRMED, error.code)
        except BrokerUnavailable as error:
            if attempts < MAX_ATTEMPTS:
                continue
            _end(desk, key, OrderState.REJECTED, error.code)
        else:
            office.journal.advance(
                key,
                OrderState.ACCEPTED,
                at=office.clock.now(),
                number=acknowledged.number,
            )
        return


def _end(desk: Desk, key: OrderKey, state: OrderState, detail: str) -> None:
    at = desk.office.clock.now()
    desk.office.journal.advance(key, state, at=at, detail=detail)
