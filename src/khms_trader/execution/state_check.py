"""The state check: gather account, orders, plan and prices, and show how things stand.

It can order nothing, by type. All it writes is what became of orders that were already
sent, and that only while no other job holds the account.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, NoReturn

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountConfirmed
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.plan import Plan
from khms_trader.errors import AlreadyRunning
from khms_trader.execution.follow import settle_orders
from khms_trader.execution.glances import Glances
from khms_trader.execution.office import Office
from khms_trader.execution.resolve import UNKNOWN, WORKING, foreign_of
from khms_trader.execution.standing import starts
from khms_trader.execution.state_names import names_of, symbols_told
from khms_trader.execution.state_plan import (
    Plans,
    StateRoom,
    clock_behind,
    job_after,
    plan_view,
    plans_at,
    tried_lines,
    verdict_now,
)
from khms_trader.planning.due import Holdings
from khms_trader.planning.foreign import keys_of
from khms_trader.planning.state_check import (
    differences,
    held_rows,
    order_rows,
    symbols_in_order,
)
from khms_trader.planning.state_market import MarketNow, market_now
from khms_trader.planning.state_view import Settling, StateView
from khms_trader.ports import Clock

# Execute takes the account's lock at once or not at all: shortly before it is due, and
# until it started, nobody may stand in its way.
_BEFORE_OPEN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """What became of orders that had not ended; ``holder`` holds the lock."""

    settling: Settling
    unknown: tuple[OrderRecord, ...] = ()
    holder: str = ""


def watch(look: Callable[[], None], clock: Clock, *, seconds: float) -> NoReturn:
    """Look, and look again ``seconds`` after the last look began, until stopped."""
    while True:
        began = clock.monotonic()
        look()
        clock.sleep(seconds - (clock.monotonic() - began))


def check_state(room: StateRoom) -> StateView:
    """Look once at everything.

    Raises:
        NotAvailable: the account or its orders could not be read completely.
    """
    office = room.office
    now = office.clock.now()
    market = market_now(office.calendar, now)
    plans = plans_at(office, market)
    room.progress.step(0, 1, "account")
    settled = _settle(room, market, plans)
    account = office.reader.account()
    room.progress.step(0, 1, "orders")
    rows = office.reader.orders(now.date()) if market.session else ()
    holdings = office.holdings(account)
    plan = plans.shown
    glances = _glances(room, market, plan, holdings)
    ours = office.journal.order_records(now.date())
    wanted = symbols_told(holdings, rows, (*ours, *settled.unknown))
    names = names_of(room, plans, account, glances, wanted=wanted)
    seeing = replace(room, quotes=glances)
    taken = keys_of(foreign_of(office, now.date(), rows))
    return StateView(
        at=now,
        connection=room.connection(),
        account=account,
        is_confirmed=office.is_confirmed(),
        held=held_rows(holdings, _legacy(office, account), glances.seen),
        differences=differences(holdings, _moving(office), names),
        orders=order_rows(rows, ours, names),
        settling=settled.settling,
        unknown=settled.unknown,
        holder=settled.holder,
        market=market,
        next_job=job_after(room, plans, market),
        now=verdict_now(room, plans, market),
        names=names,
        plan=plan_view(seeing, plan, holdings, glances, market=market, foreign=taken),
        plan_problem=plans.problem,
        halt_file=room.halt_file if room.is_halted() else "",
        quote_limit=room.quote_limit,
        quoted=len(glances.seen),
        is_shifted=office.clock.is_shifted,
    )


def _glances(
    room: StateRoom, market: MarketNow, plan: Plan | None, holdings: Holdings
) -> Glances:
    """Look at the prices that matter, as many as are allowed."""
    now = room.office.clock.now()
    glances = Glances(
        room.quotes, now=now, is_open=market.is_open(now), limit=room.quote_limit
    )
    tried = tried_lines(room.office, plan)
    glances.look_at(symbols_in_order(plan, holdings, tried), room.progress)
    return glances


def _settle(room: StateRoom, market: MarketNow, plans: Plans) -> _Settled:
    """Settle what is open and nobody else is about to settle."""
    office = room.office
    journal = office.journal
    if not journal.order_records(states=(*UNKNOWN, *WORKING)):
        return _Settled(settling=Settling.NOTHING_OPEN)
    settling, holder = Settling.SETTLED, ""
    if clock_behind(office) is not None:
        settling = Settling.CLOCK_BEHIND
    elif _is_executes_turn(room, market, plans):
        settling = Settling.LEFT_TO_EXECUTE
    else:
        try:
            with office.open_for("state_check"):
                settle_orders(office)
        except AlreadyRunning as error:
            settling, holder = Settling.LOCK_HELD, str(error.facts.get("purpose", ""))
    # While another job runs, an intended order is one that is just being sent.
    states = UNKNOWN if settling is not Settling.LOCK_HELD else (_LOST,)
    found = journal.order_records(states=(*states, *WORKING))
    unknown = tuple(record for record in found if record.needs_a_person)
    return _Settled(settling=settling, unknown=unknown, holder=holder)


_LOST: Final = OrderState.UNCONFIRMED


def _is_executes_turn(room: StateRoom, market: MarketNow, plans: Plans) -> bool:
    if market.session is None or market.opens_at is None:
        return False
    if not isinstance(plans.today, Plan) or starts(room.office, market.session):
        return False
    if plans.today.account != room.office.reader.account_id:
        return False
    now = room.office.clock.now()
    begins, ends = market.opens_at - _BEFORE_OPEN, market.opens_at + room.start_window
    return begins <= now <= ends


def _legacy(office: Office, account: Account) -> frozenset[str]:
    """Return what was there when the account was confirmed, or will have been."""
    if not office.is_confirmed():
        return frozenset(holding.symbol for holding in account.holdings)
    confirmed = office.journal.events(kinds=(AccountConfirmed,))
    return frozenset(
        symbol
        for event in confirmed
        if isinstance(event, AccountConfirmed)
        for symbol in event.legacy
    )


def _moving(office: Office) -> frozenset[str]:
    records = office.journal.order_records(states=(*UNKNOWN, *WORKING))
    return frozenset(record.key.symbol for record in records)
