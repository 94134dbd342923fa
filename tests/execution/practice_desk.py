"""A desk whose broker is the KIS client over the practice server in this process.

Time is a ``ManualClock``: the gate, the polls and the server's delays all sleep on it,
so that what a test measures are the seconds a person would wait.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from broker.kis.scripted_caller import Veiled
from fakes import (
    ACCOUNT,
    ASOF,
    CALENDAR,
    PACE,
    RULES,
    a_buy,
    a_plan,
    a_sell,
    at,
)
from khms_trader.broker.kis.broker import KisBroker
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.manners import Keys
from khms_trader.broker.kis.quotes import KisQuotes
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.domain.events import Event, HoldingAdopted
from khms_trader.domain.order import OrderRecord, OrderState, Side
from khms_trader.domain.plan import Plan
from khms_trader.execution.execute import execute
from khms_trader.execution.office import Desk, Office
from khms_trader.planning.executed import Execution
from khms_trader.planning.gates import certain_offset
from khms_trader.simulator.exchange import ExchangeRules
from khms_trader.simulator.rules import Limits, ServerRules
from khms_trader.simulator.transport import PracticeAdapter
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from khms_trader.storage.reports import ReportFiles
from khms_trader.storage.run_lock import FileRunLock
from simulator.practice import HOST, KEYS, Practice

SOLD = tuple(f"1{n:05d}" for n in range(8))
BOUGHT = tuple(f"2{n:05d}" for n in range(8))
KEPT = tuple(f"3{n:05d}" for n in range(17))


class PracticeDesk:
    """A person's virtual account at the practice server, and their desk."""

    def __init__(
        self,
        folder: Path,
        *,
        holdings: Mapping[str, int],
        lag: timedelta = timedelta(0),
        start_at: datetime | None = None,
    ) -> None:
        """Open the account with ``holdings``; lists show everything ``lag`` late."""
        self.folder = folder
        self.practice = Practice(
            start_at=start_at or at(9, 1),
            holdings=holdings,
            cash=100_000_000,
            exchange_rules=ExchangeRules(orders_lag=lag, balance_lag=lag),
            rules=ServerRules(limits=Limits(order_gap=1.4)),
        )
        self.clock = self.practice.clock
        self.faults = self.practice.faults
        self.journal = SqliteJournal(folder / "journal.sqlite3", account=ACCOUNT)
        self.plans = PlanFiles(folder / "plans")
        self.published: list[Event] = []
        self.rules = RULES
        self.is_halted = False

    def own(self, *symbols: str) -> None:
        """Put what the account holds of ``symbols`` under management, 10 each."""
        for symbol in symbols:
            adopted = HoldingAdopted(
                at=at(8, day=ASOF),
                account=ACCOUNT,
                session=ASOF,
                symbol=symbol,
                quantity=10,
            )
            self.journal.append(adopted)

    def execute(self, plan: Plan | None = None) -> Execution:
        """Save ``plan`` when given, and execute the session's in a new process."""
        if plan is not None:
            self.plans.save(plan)
        return execute(self.desk())

    def desk(self) -> Desk:
        """Return the desk of a process that has just started."""
        client = KisClient(
            environment=Environment.VIRTUAL,
            address=HOST,
            keys=Keys(app_key=Veiled(KEYS.app_key), app_secret=Veiled(KEYS.app_secret)),
            folder=self.folder / "kis",
            clock=self.clock,
            adapter=PracticeAdapter(self.practice.server, sleep=self.clock.sleep),
        )
        broker = KisBroker(
            client,
            AccountNumber(number=Veiled(KEYS.account[:8]), product="01"),
            account_id=ACCOUNT,
            clock=self.clock,
            calendar=CALENDAR,
        )
        office = Office(
            clock=self.clock,
            calendar=CALENDAR,
            reader=broker,
            journal=self.journal,
            plans=self.plans,
            lock=FileRunLock(self.folder / "run.lock"),
            publish=self._publish,
            clock_offset=lambda: certain_offset(
                client.clock_offset, client.last_seconds
            ),
        )
        return Desk(
            office=office,
            broker=broker,
            quotes=KisQuotes(client, clock=self.clock, calendar=CALENDAR),
            reports=ReportFiles(self.folder / "reports"),
            rules=self.rules,
            pace=replace(
                PACE, poll=timedelta(seconds=1.1), late_open=timedelta(minutes=70)
            ),
            data_source="store",
            is_real=False,
            halt_file="",
            is_halted=lambda: self.is_halted,
        )

    def record(self, symbol: str, side: Side = Side.BUY) -> OrderRecord:
        """Return the one order of ``symbol`` and ``side``."""
        (found,) = (
            record
            for record in self.journal.order_records()
            if (record.key.symbol, record.key.side) == (symbol, side)
        )
        return found

    def states(self) -> dict[str, OrderState]:
        """Return how each symbol's order stands."""
        return {r.key.symbol: r.state for r in self.journal.order_records()}

    def count(self, *calls: str) -> int:
        """Return how many requests the server saw, of ``calls`` or of all."""
        return self.practice.server.log.count(*calls)

    def taken(self) -> list[tuple[str, str]]:
        """Return symbol and side of every order the exchange took, in order."""
        orders = self.practice.exchange.books_at(self.clock.now()).orders
        return [(row.symbol, row.side.value) for row in orders]

    def _publish(self, *events: Event) -> None:
        self.journal.append(*events)
        self.published.extend(events)


@contextmanager
def a_practice_desk(
    folder: Path,
    *,
    sold: tuple[str, ...] = SOLD,
    kept: tuple[str, ...] = (),
    lag: timedelta = timedelta(0),
) -> Iterator[PracticeDesk]:
    """Open a desk that manages ``sold`` and leaves ``kept`` alone."""
    held = dict.fromkeys((*sold, *kept), 10)
    desk = PracticeDesk(folder, holdings=held, lag=lag)
    desk.own(*sold)
    try:
        yield desk
    finally:
        desk.journal.close()


def swap_plan(sold: tuple[str, ...] = SOLD, bought: tuple[str, ...] = BOUGHT) -> Plan:
    """Return a plan that sells ``sold`` and buys ``bought``."""
    return a_plan(
        sells=[a_sell(symbol) for symbol in sold],
        buys=[a_buy(symbol, rank=rank) for rank, symbol in enumerate(bought, start=1)],
        slots_free=len(bought),
    )
