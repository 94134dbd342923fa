"""Confirming an account: a person has seen what it holds, and orders may follow."""

from datetime import date

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountConfirmed
from khms_trader.domain.order import Side
from khms_trader.domain.plan import Plan
from khms_trader.execution.office import Desk
from khms_trader.planning.due import symbols_to_quote
from khms_trader.planning.executed import Confirmed
from khms_trader.planning.rules import slots_free


def confirm(desk: Desk, session: date) -> Confirmed | None:
    """Record a first use; None when the account needs none or had it.

    Whatever is held and not managed by then is legacy from now on: who comes from an
    older bot adopts its positions first.

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
        if holding.quantity > 0 and holding.symbol not in managed
    }
    office.publish(
        AccountConfirmed(
            at=office.clock.now(),
            account=office.reader.account_id,
            session=session,
            legacy=legacy,
        )
    )
    plan = _plan_ahead(desk, session)
    buys, sells = (0, 0) if plan is None else _orders(desk, plan, account)
    return Confirmed(
        account=account,
        legacy=frozenset(legacy),
        next_plan=plan,
        buys=buys,
        sells=sells,
    )


def _plan_ahead(desk: Desk, session: date) -> Plan | None:
    """Return the account's newest plan unless its time has passed."""
    office = desk.office
    plan = office.plans.newest()
    if plan is None or plan.account != office.reader.account_id:
        return None
    if plan.for_trading_day != session:
        return plan if plan.for_trading_day > session else None
    until = office.calendar.opens_at(session) + desk.pace.start_window
    return plan if office.clock.now() <= until else None


def _orders(desk: Desk, plan: Plan, account: Account) -> tuple[int, int]:
    """Return how many buys and sells ``plan`` may send by what is held today.

    The slots the plan was made with are those of its evening: adoptions came since.
    """
    holdings = desk.office.holdings(account)
    sells = symbols_to_quote(plan, holdings, (), Side.SELL)
    kept = {
        holding.symbol
        for holding in account.holdings
        if holding.quantity > 0 and holdings.is_managed(holding.symbol)
    } - set(sells)
    buys = symbols_to_quote(plan, holdings, (), Side.BUY)
    free = slots_free(desk.rules.max_positions, len(kept))
    return min(len(buys), free), len(sells)
