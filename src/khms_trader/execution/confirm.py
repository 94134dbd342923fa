"""Confirming an account: a person has seen what it holds, and orders may follow."""

from datetime import date

from khms_trader.domain.events import AccountConfirmed
from khms_trader.execution.office import Desk
from khms_trader.planning.executed import Confirmed


def confirm(desk: Desk, session: date) -> Confirmed | None:
    """Record a first use; None when the account needs none or had it.

    Whatever is held and not managed by then is legacy from now on.

    Raises:
        BrokerUnavailable: the account could not be read; nothing was recorded.
    """
    office = desk.office
    if office.is_confirmed():
        return None
    account = office.reader.account()
    managed = office.journal.managed()
    legacy = {
        holding.symbol: holding.quantity
        for holding in account.holdings
        if holding.symbol not in managed
    }
    office.publish(
        AccountConfirmed(
            at=office.clock.now(),
            account=office.reader.account_id,
            session=session,
            legacy=legacy,
        )
    )
    plan = office.plans.newest()
    is_ours = plan is not None and plan.account == office.reader.account_id
    is_ahead = plan is not None and plan.for_trading_day >= session
    return Confirmed(
        account=account,
        legacy=frozenset(legacy),
        next_plan=plan if is_ours and is_ahead else None,
    )
