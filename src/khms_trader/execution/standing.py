"""How far a session's plan is: what was dealt with, what is left, what forbids a run.

Execute acts on it and the state check shows it, so that both judge alike. It reads
account, journal and prices, and sends and writes nothing.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from khms_trader.domain.events import ExecutionStarted, LineSkipped
from khms_trader.domain.order import PLAN_PURPOSE, OrderRecord, Side
from khms_trader.domain.plan import Plan
from khms_trader.domain.reasons import SkipReason
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.office import Halted, Office
from khms_trader.execution.resolve import UNKNOWN, needing_a_person
from khms_trader.planning.due import Budget, Holdings, TradingRules, worst_price
from khms_trader.planning.gates import RunFacts
from khms_trader.planning.rules import cash_needed, slots_free
from khms_trader.ports import Quotes

LineKey = tuple[str, Side]


class Counter(Protocol):
    """What execute's desk and the state check's room have in common."""

    @property
    def office(self) -> Office:
        """The account and everything a job may look at."""

    @property
    def quotes(self) -> Quotes:
        """The prices the account trades at."""

    @property
    def rules(self) -> TradingRules:
        """The settings that decide orders."""

    @property
    def data_source(self) -> str:
        """Whose prices they are."""

    @property
    def is_real(self) -> bool:
        """True when real money would be traded."""

    @property
    def halt_file(self) -> str:
        """Path of the halt file, for messages."""

    @property
    def is_halted(self) -> Halted:
        """Asked whether the halt file exists."""


def run_facts(
    counter: Counter, plan: Plan, session: date, *, start_window: timedelta
) -> RunFacts:
    """Return what the gates of a run look at, ``session`` being the one to trade."""
    office = counter.office
    opens_at = office.calendar.opens_at(session)
    return RunFacts(
        now=office.clock.now(),
        session=session,
        previous_session=office.calendar.previous_session(session),
        opens_at=opens_at,
        window_ends_at=opens_at + start_window,
        account=office.reader.account_id,
        data_source=counter.data_source,
        is_real=counter.is_real,
        confirmed=office.is_confirmed(),
        halt_file=counter.halt_file if counter.is_halted() else "",
        plan=plan,
        clock_offset=office.clock_offset(),
        limits=counter.rules.limits,
        orders_today=len(_records(office, plan)),
        bought_today=_bought_today(counter, plan),
        may_sell=_may_sell(office, plan),
    )


def _bought_today(counter: Counter, plan: Plan) -> int:
    if counter.rules.limits.max_daily_won is None:
        return 0  # nobody asks, and a market buy would cost a price
    records = _records(counter.office, plan)
    return sum(_committed(counter, r) for r in records if r.key.side is Side.BUY)


def _may_sell(office: Office, plan: Plan) -> bool:
    """Return True unless nothing of what the plan sells is ours, or it was tried."""
    managed = office.journal.managed()
    done = dealt_with(office, plan)
    return any(
        line.symbol in managed and (line.symbol, Side.SELL) not in done
        for line in plan.sells
    )


def starts(office: Office, session: date) -> tuple[ExecutionStarted, ...]:
    """Return when and with which plan ``session`` began to be executed, by age."""
    events = office.journal.events(session, kinds=(ExecutionStarted,))
    return tuple(event for event in events if isinstance(event, ExecutionStarted))


def started_otherwise(office: Office, plan: Plan) -> str:
    """Return the plans the session was started with when ``plan`` is another."""
    started = {event.plan_id for event in starts(office, plan.for_trading_day)}
    return ", ".join(sorted(started)) if started - {plan.plan_id} else ""


def last_skips(office: Office, plan: Plan) -> dict[tuple[str, Side], SkipReason]:
    """Return why lines were not sent, the newest reason each, by symbol and side."""
    events = office.journal.events(plan.for_trading_day, kinds=(LineSkipped,))
    return {
        (event.symbol, Side(event.side)): SkipReason(event.reason)
        for event in events
        if isinstance(event, LineSkipped)
    }


def dealt_with(office: Office, plan: Plan) -> frozenset[tuple[str, Side]]:
    """Return the lines that were sent, or that nothing can change any more."""
    sent = {(r.key.symbol, r.key.side) for r in _records(office, plan) if r.plan_id}
    skips = last_skips(office, plan)
    return frozenset(sent | {line for line in skips if not skips[line].may_pass})


def budget_left(counter: Counter, plan: Plan, holdings: Holdings) -> Budget:
    """Return what buys may still use on the plan's session.

    Orders that a person sends through a tool use up none of its caps.

    Slot and cash of an order whose outcome is unknown stay reserved: the broker may
    hold it without showing it yet.
    """
    records = _records(counter.office, plan)
    buys = [record for record in records if record.key.side is Side.BUY]
    unknown = [record for record in buys if record.state in UNKNOWN]
    taken = _taken(counter.office, holdings, buys)
    return Budget(
        slots=slots_free(counter.rules.max_positions, len(taken)),
        cash=holdings.account.spendable - sum(_committed(counter, r) for r in unknown),
        bought_today=sum(_committed(counter, record) for record in buys),
        orders_today=len(records),
    )


def _taken(
    office: Office, holdings: Holdings, buys: Iterable[OrderRecord]
) -> frozenset[str]:
    """Return the symbols that fill a slot, or may turn out to.

    What the journal manages and a person sold in the broker's app fills none; today's
    buys count even where the account does not show them yet.
    """
    held = {h.symbol for h in holdings.account.holdings if h.quantity > 0}
    ours = {r.key.symbol for r in buys if r.filled_quantity or not r.state.is_final}
    lost = {
        record.key.symbol
        for record in needing_a_person(office.journal)
        if record.key.side is Side.BUY
    }
    return frozenset(ours | lost | (held & set(holdings.managed))) - holdings.legacy


def _committed(counter: Counter, record: OrderRecord) -> int:
    costs = counter.rules.costs
    if record.state.is_final:
        return record.filled_value + costs.fee(record.filled_value)
    price = record.order.limit_price or _highest_price(counter, record)
    return cash_needed(record.order.quantity, price, costs.fee_rate)


def _highest_price(counter: Counter, record: OrderRecord) -> int:
    try:
        quote = counter.quotes.opening_quote(record.key.symbol, record.key.session)
    except BrokerUnavailable:
        quote = None
    if quote is None:
        # From limit down to limit up a price less than doubles (0.7 to 1.3).
        return 2 * (record.open_price or 0)
    return worst_price(record.order, quote)


def _records(office: Office, plan: Plan) -> tuple[OrderRecord, ...]:
    records = office.journal.order_records(plan.for_trading_day)
    return tuple(r for r in records if r.key.purpose == PLAN_PURPOSE)
