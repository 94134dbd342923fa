"""What symbols are called, from all that knows a name: for the state check's tables.

What was sold or expired is in no account and often in no newer plan any more.
"""

from collections.abc import Collection, Iterable

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved
from khms_trader.domain.order import BrokerOrder, OrderRecord
from khms_trader.domain.plan import Plan
from khms_trader.execution.glances import Glances
from khms_trader.execution.office import Office
from khms_trader.execution.state_plan import Plans, StateRoom
from khms_trader.planning.due import Holdings


def symbols_told(
    holdings: Holdings, rows: Iterable[BrokerOrder], records: Iterable[OrderRecord]
) -> frozenset[str]:
    """Return the symbols that tables of orders and differences show."""
    listed = {row.symbol for row in rows}
    ours = {record.key.symbol for record in records}
    return frozenset(listed | ours | holdings.managed.keys())


def names_of(
    room: StateRoom,
    plans: Plans,
    account: Account,
    glances: Glances,
    *,
    wanted: Collection[str],
) -> dict[str, str]:
    """Return names by symbol; a symbol of ``wanted`` that nobody knows has none.

    The account's own word comes first, then plans, prices, what the account was seen
    to hold before, and the newest universe.
    """
    found = {
        symbol: glance.quote.name
        for symbol, glance in glances.seen.items()
        if glance.quote is not None
    }
    readable = [p for p in (plans.newest, plans.today) if isinstance(p, Plan)]
    for plan in readable:
        found |= {line.symbol: line.name for line in plan.buys}
        found |= {line.symbol: line.name for line in plan.sells}
    found |= {holding.symbol: holding.name for holding in account.holdings}
    found = {symbol: name for symbol, name in found.items() if name}
    if set(wanted) - found.keys():
        found = _seen_before(room.office, readable) | found
    if set(wanted) - found.keys():
        listed = room.listed_names()
        found = {s: listed[s] for s in wanted if listed.get(s)} | found
    return found


def _seen_before(office: Office, plans: Collection[Plan]) -> dict[str, str]:
    """Return the names of what the account held around the sessions of ``plans``."""
    sessions = {office.clock.now().date()}
    for plan in plans:
        sessions |= {plan.data_asof, plan.for_trading_day}
    return {
        holding.symbol: holding.name
        for session in sorted(sessions)
        for event in office.journal.events(session, kinds=(AccountObserved,))
        if isinstance(event, AccountObserved)
        for holding in event.observed.holdings
        if holding.name
    }
