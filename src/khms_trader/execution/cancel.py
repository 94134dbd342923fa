"""Cancelling what still stands open at its deadline: buys of ours, nobody else's."""

import logging
from datetime import datetime

from khms_trader.domain.order import BrokerOrder, OrderRecord, Side
from khms_trader.domain.plan import Plan
from khms_trader.errors import BrokerError, BrokerUnavailable, OrderRejected
from khms_trader.execution.follow import wait_for_ends
from khms_trader.execution.office import Desk
from khms_trader.execution.resolve import WORKING
from khms_trader.execution.send import PAUSES_SECONDS

logger = logging.getLogger(__name__)


def cancel_open_buys(
    desk: Desk, plan: Plan, *, sent_by: datetime | None = None
) -> str | None:
    """Cancel every buy of ours that is still open, and settle what came of it.

    With ``sent_by`` those that left later stay open. They are those of the journal,
    which the caller has just settled: a list that cannot be read, or shows them late,
    keeps no buy open.

    Returns:
        Why the order list could not be read afterwards; None when no buy was open.
    """
    journal = desk.office.journal
    records = journal.order_records(plan.for_trading_day, states=WORKING)
    buys = [
        record
        for record in records
        if record.key.side is Side.BUY
        and (sent_by is None or record.intended_at <= sent_by)
    ]
    if not buys:
        return None
    desk.progress.step(0, len(buys), "cancels")
    cancelled = {record.key for record in buys if _cancel(desk, record)}
    return wait_for_ends(desk, plan.for_trading_day, cancelled)


def _cancel(desk: Desk, record: OrderRecord) -> bool:
    """Cancel an order; False when it surely was not, whatever it is now."""
    for pause in (*PAUSES_SECONDS, 0.0):
        try:
            desk.broker.cancel(_row_of(record))
        except BrokerUnavailable as error:
            # It never arrived; and cancelling twice does no harm.
            logger.warning("cancel of order %s failed: %s", record.number, error)
            desk.rest(pause)
        except OrderRejected as error:
            logger.warning("cancel of order %s refused: %s", record.number, error)
            return False
        except BrokerError as error:
            logger.warning("cancel of order %s unknown: %s", record.number, error)
            return True
        else:
            return True
    # What could not be cancelled stays open in the journal: the next run of any
    # script settles it by the broker's list.
    return False


def _row_of(record: OrderRecord) -> BrokerOrder:
    return BrokerOrder(
        number=record.number,
        symbol=record.key.symbol,
        side=record.key.side,
        quantity=record.order.quantity,
        order_type=record.order.order_type,
        ordered_at=record.intended_at,
        limit_price=record.order.limit_price,
        filled_quantity=record.filled_quantity,
        filled_value=record.filled_value,
        is_open=True,
    )
