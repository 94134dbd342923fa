"""Read before the trigger what execute would read after it, so that orders go at once.

Nothing is sent and nothing is written; what fails here is tried again by execute. The
quotes help the desk that reads them, for as long as its ``Quotes`` keeps them: a price
after the open for a minute, one from before it not at all.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from khms_trader.domain.account import Account
from khms_trader.domain.order import Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import detail_of
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Desk
from khms_trader.execution.standing import dealt_with
from khms_trader.planning.due import symbols_to_quote

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """What is ready for the trigger.

    Attributes:
        plan: of today's session; None when there is none, or no session.
        opened: symbols whose opening price is known.
        waiting: symbols that have none yet, or none that could be read.
        problem: why something could not be read, as a detail of ``reasons``; empty
            when everything was.
    """

    plan: Plan | None = None
    opened: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    problem: str = ""


def warm_up(desk: Desk, *, until: datetime | None = None) -> WarmUp:
    """Prove token, account and plan of ``desk`` and read its candidates' quotes.

    No quote is asked for from ``until`` on.

    Raises:
        PlanError: the plan cannot be read or was altered.
    """
    session = desk.office.clock.now().date()
    is_session = desk.office.calendar.is_session(session)
    plan = desk.office.plans.load(session) if is_session else None
    if plan is None:
        return WarmUp()
    try:
        account = desk.office.reader.account()
    except BrokerUnavailable as error:
        logger.warning("warm-up without an account: %s", error)
        return WarmUp(plan=plan, problem=detail_of(error))
    return quotes_read(desk, plan, candidates(desk, plan, account), until=until)


def candidates(desk: Desk, plan: Plan, account: Account) -> tuple[str, ...]:
    """Return the symbols whose prices execute would ask for, sells first."""
    holdings = desk.office.holdings(account)
    tried = dealt_with(desk.office, plan)
    symbols = [
        symbol
        for side in (Side.SELL, Side.BUY)
        for symbol in symbols_to_quote(
            plan, holdings, {name for name, its in tried if its is side}, side
        )
    ]
    return tuple(dict.fromkeys(symbols))


def quotes_read(
    desk: Desk, plan: Plan, symbols: Iterable[str], *, until: datetime | None = None
) -> WarmUp:
    """Read the quotes of ``symbols``; none is asked for from ``until`` on."""
    wanted = tuple(symbols)
    opened: list[str] = []
    problem = ""
    for done, symbol in enumerate(wanted):
        desk.progress.step(done, len(wanted), "quotes")
        if until is not None and desk.office.clock.now() >= until:
            break
        try:
            quote = desk.quotes.opening_quote(symbol, plan.for_trading_day)
        except BrokerUnavailable as error:
            # Execute asks again; here nobody hammers a server in trouble.
            logger.warning("warm-up ends at %s: %s", symbol, error)
            problem = detail_of(error)
            break
        if quote is not None and quote.open_price is not None:
            opened.append(symbol)
    return WarmUp(
        plan=plan,
        opened=tuple(opened),
        waiting=tuple(symbol for symbol in wanted if symbol not in opened),
        problem=problem,
    )
