"""What the sell-out tool knows of an account: whose shares are whose, and what is open.

Reads the account and settles orders that earlier runs left open; sends nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountConfirmed, HoldingAdopted
from khms_trader.domain.order import OrderKey, OrderRecord
from khms_trader.execution.follow import settle_orders
from khms_trader.execution.office import Office
from khms_trader.execution.report_lines import end_of, order_report
from khms_trader.execution.resolve import UNKNOWN, WORKING
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import Holdings, TradingRules
from khms_trader.planning.gates import PAPER
from khms_trader.planning.sale_gates import TradingHours
from khms_trader.planning.sell_out import (
    MANUAL,
    Asked,
    Choice,
    HeldBack,
    Unmanaged,
    busy_symbols,
    choose_adoptions,
    choose_sales,
    unmanaged,
)
from khms_trader.planning.sold_out import OrderLine, Standing

OPEN: Final = (*UNKNOWN, *WORKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything a choice is made from.

    Attributes:
        left_open: orders of earlier runs that had not ended, or not by the journal.
    """

    holdings: Holdings
    found: tuple[Unmanaged, ...]
    busy: dict[str, HeldBack]
    left_open: tuple[OrderKey, ...]

    @property
    def account(self) -> Account:
        """The account as it was read."""
        return self.holdings.account

    def sales(self, asked: Asked) -> tuple[Choice, ...]:
        """Return what of ``asked`` to sell."""
        return choose_sales(self.holdings, self.found, asked, self.busy)

    def adoptions(self, asked: Asked) -> tuple[Choice, ...]:
        """Return what of ``asked`` to adopt."""
        return choose_adoptions(self.holdings, self.found, asked, self.busy)

    def lines(
        self, records: Iterable[OrderRecord], costs: CostRates
    ) -> tuple[OrderLine, ...]:
        """Return ``records`` as lines to show."""
        return tuple(self._line(record, costs) for record in records)

    def _line(self, record: OrderRecord, costs: CostRates) -> OrderLine:
        holding = self.account.holding(record.key.symbol)
        return OrderLine(
            symbol=record.key.symbol,
            name=holding.name if holding else "",
            side=record.key.side,
            end=end_of(record),
            detail=record.detail,
            order=order_report(record, costs),
        )


def gather(office: Office) -> Known:
    """Look up what is open, then read the account.

    In this order, an order that has ended by the journal has ended in the account too,
    but for the time the account needs to show it.

    Raises:
        Refused: the clock runs behind the journal.
        BrokerUnavailable: the account or an order list cannot be read.
    """
    office.refuse_a_clock_behind()
    journal = office.journal
    left_open = journal.order_records(states=OPEN)
    settle_orders(office)
    now = office.clock.now()
    records = (*journal.order_records(states=OPEN), *journal.order_records(now.date()))
    holdings = office.holdings(office.reader.account())
    return Known(
        holdings=holdings,
        found=unmanaged(holdings, _confirmed_legacy(office)),
        busy=busy_symbols(records, now),
        left_open=tuple(record.key for record in left_open),
    )


def trading_hours(office: Office) -> TradingHours:
    """Return today's hours until the close, then those of the next session."""
    now = office.clock.now()
    calendar = office.calendar
    session = now.date()
    if not calendar.is_session(session) or now >= calendar.closes_at(session):
        session = calendar.next_session(session)
    return TradingHours(
        session=session,
        opens_at=calendar.opens_at(session),
        closes_at=calendar.closes_at(session),
    )


def records_of(office: Office, keys: Collection[OrderKey]) -> tuple[OrderRecord, ...]:
    """Return the orders of ``keys`` as they stand now, by age."""
    sessions = sorted({key.session for key in keys})
    return tuple(
        record
        for session in sessions
        for record in office.journal.order_records(session)
        if record.key in keys
    )


def standing_of(
    office: Office,
    rules: TradingRules,
    known: Known,
    *,
    sent: Collection[OrderKey] = (),
) -> Standing:
    """Return what ``known`` says, its orders as they stand now, all but ``sent``."""
    now = office.clock.now()
    hours = trading_hours(office)
    told = {*known.left_open, *sent}
    sold = [
        record
        for record in office.journal.order_records(now.date())
        if record.key.purpose.startswith(MANUAL) and record.key not in told
    ]
    managed = office.journal.managed()
    held = [h for h in known.account.holdings if h.quantity > 0]
    return Standing(
        account=known.account,
        found=known.found,
        managed_positions=sum(holding.symbol in managed for holding in held),
        max_positions=rules.max_positions,
        is_paper=office.reader.account_id == PAPER,
        is_confirmed=office.is_confirmed(),
        hours=hours,
        is_open=hours.is_open(now),
        settled=known.lines(records_of(office, known.left_open), rules.costs),
        sold=known.lines(sold, rules.costs),
    )


def _confirmed_legacy(office: Office) -> Collection[str] | None:
    """Return what was legacy at the confirmation and was never adopted since.

    Shares of an adopted symbol that come later were bought by hand.
    """
    if not office.is_confirmed():
        return None
    legacy: set[str] = set()
    for event in office.journal.events(kinds=(AccountConfirmed, HoldingAdopted)):
        if isinstance(event, AccountConfirmed):
            legacy |= event.legacy.keys()
        elif isinstance(event, HoldingAdopted):
            legacy.discard(event.symbol)
    return frozenset(legacy)
