"""One order out, at most once: intent first, then the request, then its answer."""

import logging
from datetime import date
from typing import Final

from khms_trader.domain.events import LineSkipped, LineWarned
from khms_trader.domain.order import PLAN_PURPOSE, Order, OrderKey, OrderState
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import detail_of, korean_of
from khms_trader.errors import (
    BrokerUnavailable,
    MarketClosed,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.execution.office import Desk
from khms_trader.planning.due import Decision, Skip

logger = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 3
# Before the second and third attempt: a blip of some seconds must not cost the line.
PAUSES_SECONDS: Final = (2.0, 6.0)
# The gates let our clock run up to five seconds ahead of the broker's: three attempts
# outlast that.
BEFORE_OPEN: Final = "kis_before_open"
BEFORE_OPEN_SECONDS: Final = 3.0


def send(desk: Desk, plan: Plan, order: Order, *, open_price: int | None) -> bool:
    """Place ``order`` of ``plan`` under its natural key; False as ``send_as``."""
    key = order_key(desk, plan.for_trading_day, order)
    return send_as(desk, key, order, plan_id=plan.plan_id, open_price=open_price)


def send_as(
    desk: Desk,
    key: OrderKey,
    order: Order,
    *,
    plan_id: str = "",
    open_price: int | None = None,
) -> bool:
    """Place ``order`` under ``key``; False when nothing was sent.

    That is when the key was used before, or an order of ours for the symbol and side
    is still open. The intent is committed before the request leaves. A refusal that
    proves nothing was placed may be tried again; an unknown outcome never is.
    """
    office = desk.office
    intended = office.journal.intend(
        key,
        order,
        plan_id=plan_id,
        at=office.clock.now(),
        open_price=open_price,
    )
    if intended:
        _request(desk, key, order)
    return intended


def order_key(
    desk: Desk, session: date, order: Order, *, purpose: str = PLAN_PURPOSE
) -> OrderKey:
    """Return the natural key of an order of the desk's account."""
    return OrderKey(
        account=desk.office.reader.account_id,
        session=session,
        symbol=order.symbol,
        side=order.side,
        purpose=purpose,
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


def caution_events(
    desk: Desk, plan: Plan, decision: Decision
) -> tuple[LineWarned, ...]:
    """Return the events of what a person should know of a line that was sent."""
    return tuple(
        LineWarned(
            at=desk.office.clock.now(),
            account=desk.office.reader.account_id,
            session=plan.for_trading_day,
            plan_id=plan.plan_id,
            symbol=decision.line.symbol,
            side=decision.side,
            warning=remark.caution,
            detail=remark.detail,
        )
        for remark in decision.remarks
    )


def _request(desk: Desk, key: OrderKey, order: Order) -> None:
    office = desk.office
    while True:
        attempts = office.journal.attempt(key, at=office.clock.now())
        try:
            acknowledged = desk.broker.submit(order)
        except OrderRejected as error:
            if _is_too_early(error) and attempts < MAX_ATTEMPTS:
                office.clock.sleep(BEFORE_OPEN_SECONDS)
                continue
            _end(desk, key, OrderState.REJECTED, detail_of(error))
        except OrderUnconfirmed as error:
            _end(desk, key, OrderState.UNCONFIRMED, detail_of(error))
        except BrokerUnavailable as error:
            if attempts < MAX_ATTEMPTS:
                office.clock.sleep(PAUSES_SECONDS[attempts - 1])
                continue
            _end(desk, key, OrderState.REJECTED, detail_of(error))
        else:
            office.journal.advance(
                key,
                OrderState.ACCEPTED,
                at=office.clock.now(),
                number=acknowledged.number,
            )
        return


def _is_too_early(error: OrderRejected) -> bool:
    """Return True for the one definite no that a few seconds may turn into a yes."""
    return isinstance(error, MarketClosed) and error.code == BEFORE_OPEN


def _end(desk: Desk, key: OrderKey, state: OrderState, detail: str) -> None:
    at = desk.office.clock.now()
    desk.office.journal.advance(key, state, at=at, detail=detail)
    logger.warning("%s %s %s: %s", state, key.side, key.symbol, korean_of(detail))
