"""A market and a broker that do what a test tells them, over our real files.

Only what lies outside our program is faked: the broker and the prices. Journal, plans,
reports and lock are the real ones, in a folder of the test's own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from pathlib import Path

from khms_trader.clock import ManualClock
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.events import Event, HoldingAdopted
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import (
    BrokerOrder,
    Order,
    OrderAck,
    OrderKey,
    OrderRecord,
    OrderState,
    OrderType,
    Side,
)
from khms_trader.domain.plan import BarsState, BuyLine, Plan, SellLine, StrategyUsed
from khms_trader.domain.quote import Quote
from khms_trader.errors import (
    BrokerUnavailable,
    OrderRejected,
    OrderUnconfirmed,
)
from khms_trader.execution.execute import execute
from khms_trader.execution.office import Desk, Office, Pace
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.market.rates import CostRates
from khms_trader.planning.document import seal
from khms_trader.planning.due import TradingRules
from khms_trader.planning.executed import Execution
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.plan_store import PlanFiles
from khms_trader.storage.reports import ReportFiles
from khms_trader.storage.run_lock import FileRunLock

ASOF = date(2026, 3, 3)
SESSION = date(2026, 3, 4)
NEXT_SESSION = date(2026, 3, 5)
CALENDAR = Calendar()
ACCOUNT = "virtual-0a1b2c3d"
NO_COSTS = CostRates(fee_rate=0, tax_rate=0)


def at(hour: int, minute: int = 0, second: int = 0, *, day: date = SESSION) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SEOUL)


def a_quote(
    symbol: str,
    *,
    open_price: int | None = 10_000,
    base: int = 10_000,
    session: date = SESSION,
    has_limits: bool = True,
    designations: frozenset[Designation] = frozenset(),
) -> Quote:
    """Return a quote with limits 30 percent around a ``base`` that ends in 000."""
    return Quote(
        symbol=symbol,
        session=session,
        base_price=base,
        upper_limit=base * 13 // 10 if has_limits else None,
        lower_limit=base * 7 // 10 if has_limits else None,
        open_price=open_price,
        price=open_price,
        name=f"이름{symbol}",
        designations=designations,
    )


def a_buy(
    symbol: str, *, rank: int = 1, quantity: int = 10, reference: int = 10_000
) -> BuyLine:
    return BuyLine(
        symbol=symbol,
        name=f"이름{symbol}",
        quantity=quantity,
        reference_price=reference,
        rank=rank,
        score=1_000.0 - rank,
        traded_value_20d=1_000_000_000,
        indicators={"ma": 9_876.5},
        reason="오름세",
    )


def a_sell(symbol: str, *, reference: int = 10_000, held: bool = True) -> SellLine:
    return SellLine(
        symbol=symbol, name=f"이름{symbol}", reference_price=reference, held=held
    )


def a_plan(
    *,
    buys: Sequence[BuyLine] = (),
    sells: Sequence[SellLine] = (),
    slots_free: int = 5,
    account: str = ACCOUNT,
    session: date = SESSION,
    asof: date = ASOF,
) -> Plan:
    return seal(
        Plan(
            plan_id="",
            generated_at=at(15, 40, day=asof),
            data_asof=asof,
            bars=BarsState.FINAL,
            for_trading_day=session,
            account=account,
            data_source="store",
            universe_file=f"kosdaq_{asof:%Y%m%d}.csv",
            slots_free=slots_free,
            strategy=StrategyUsed(name="trend_momentum", params={"ma_window": 20}),
            config_hash="0123456789ab",
            buys=tuple(buys),
            sells=tuple(sells),
        )
    )


def plan_of(buys: str = "", sells: str = "") -> Plan:
    """Return a plan for symbols parted by blanks, buys ranked as written."""
    return a_plan(
        buys=[a_buy(s, rank=rank) for rank, s in enumerate(buys.split(), start=1)],
        sells=[a_sell(symbol) for symbol in sells.split()],
    )


class FakeQuotes:
    """Every symbol opens at 10,000 won unless told otherwise; None is unknown."""

    def __init__(self, quotes: Mapping[str, Quote | None] | None = None) -> None:
        self.quotes = dict(quotes or {})
        self.asked: list[str] = []

    def opening_quote(self, symbol: str, session: date) -> Quote | None:
        self.asked.append(symbol)
        if symbol in self.quotes:
            found = self.quotes[symbol]
            return None if found is None else replace(found, session=session)
        return a_quote(symbol, session=session)

    def last_price(self, symbol: str, at: datetime) -> int | None:
        quote = self.opening_quote(symbol, at.date())
        return None if quote is None else quote.price


class Answer(Enum):
    """What the broker does with one request."""

    ACK = auto()
    REJECT = auto()
    LOSE = auto()  # takes the order, and its answer never arrives
    LOSE_UNPLACED = auto()  # nothing is placed, and nobody says so
    UNAVAILABLE = auto()  # was never reached


@dataclass(slots=True, kw_only=True)
class ScriptedBroker:
    """A broker whose orders fill at the open as soon as anybody looks.

    Attributes:
        cash: won; moves with every fill, without costs.
        shares: by symbol.
        answers: by symbol, what its next requests get; afterwards ACK.
        fills: by symbol, the most shares that ever fill.
        listed_from: by symbol, when its orders first show up in the list.
        on_submit: called with every order before anything else happens.
        failed_reads: how many of the next reads of the order list fail.
        read_seconds: how long a look at the account takes.
        account_reads: how often anybody looked.
        submitted: every request that reached ``submit``.
    """

    clock: ManualClock
    quotes: FakeQuotes
    cash: int = 10_000_000
    shares: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    fills: dict[str, int] = field(default_factory=dict)
    listed_from: dict[str, datetime] = field(default_factory=dict)
    on_submit: Callable[[Order], None] = lambda order: None
    can_cancel: bool = True
    failed_reads: int = 0
    read_seconds: float = 0.0
    account_reads: int = 0
    rows: list[BrokerOrder] = field(default_factory=list)
    submitted: list[Order] = field(default_factory=list)
    account_id: str = ACCOUNT

    def account(self) -> Account:
        self.account_reads += 1
        self.clock.sleep(self.read_seconds)
        self._trade()
        reserved = sum(
            (row.quantity - row.filled_quantity) * (row.limit_price or 13_000)
            for row in self.rows
            if row.is_open and row.side is Side.BUY
        )
        holdings = tuple(
            Holding(
                symbol=symbol,
                name=f"이름{symbol}",
                quantity=quantity,
                sellable=quantity - self._resting(symbol),
                average_price=Decimal(10_000),
                price=10_000,
            )
            for symbol, quantity in sorted(self.shares.items())
            if quantity
        )
        return Account(
            account=self.account_id,
            observed_at=self.clock.now(),
            cash=self.cash,
            cash_d2=self.cash,
            spendable=self.cash - reserved,
            total=self.cash + sum(h.value for h in holdings),
            holdings=holdings,
        )

    def spendable(self) -> int:
        return self.account().spendable

    def orders(self, session: date) -> tuple[BrokerOrder, ...]:
        if self.failed_reads:
            self.failed_reads -= 1
            raise BrokerUnavailable("no_answer")
        self._trade()
        now = self.clock.now()
        return tuple(
            row
            for row in self.rows
            if row.ordered_at.date() == session
            and now >= self.listed_from.get(row.symbol, row.ordered_at)
        )

    def submit(self, order: Order) -> OrderAck:
        self.submitted.append(order)
        self.on_submit(order)
        script = self.answers.get(order.symbol, [])
        answer = script.pop(0) if script else Answer.ACK
        if answer is Answer.REJECT:
            raise OrderRejected("not_enough_cash", symbol=order.symbol)
        if answer is Answer.UNAVAILABLE:
            raise BrokerUnavailable("no_connection")
        if answer is Answer.LOSE_UNPLACED:
            raise OrderUnconfirmed("no_answer")
        number = self.place(order)
        if answer is Answer.LOSE:
            raise OrderUnconfirmed("no_answer")
        return OrderAck(number=number, accepted_at=self.clock.now())

    def cancel(self, order: BrokerOrder) -> None:
        if not self.can_cancel:
            raise BrokerUnavailable("no_answer")
        self.rows = [
            replace(row, is_open=False, is_cancelled=True)
            if row.number == order.number
            else row
            for row in self.rows
        ]

    def place(self, order: Order) -> str:
        """Take ``order`` as the exchange does, whoever sends it."""
        number = f"{len(self.rows) + 1:010d}"
        self.rows.append(
            BrokerOrder(
                number=number,
                symbol=order.symbol,
                side=order.side,
                quantity=order.quantity,
                order_type=order.order_type,
                ordered_at=self.clock.now(),
                limit_price=order.limit_price,
                is_open=True,
            )
        )
        return number

    def numbers(self, symbol: str) -> list[str]:
        return [row.number for row in self.rows if row.symbol == symbol]

    def _resting(self, symbol: str) -> int:
        return sum(
            row.quantity - row.filled_quantity
            for row in self.rows
            if row.is_open and row.symbol == symbol and row.side is Side.SELL
        )

    def _trade(self) -> None:
        self.rows = [self._filled(row) if row.is_open else row for row in self.rows]

    def _filled(self, row: BrokerOrder) -> BrokerOrder:
        most = min(self.fills.get(row.symbol, row.quantity), row.quantity)
        more = most - row.filled_quantity
        quote = self.quotes.opening_quote(row.symbol, row.ordered_at.date())
        price = quote.open_price if quote else None
        # The closing auction may end half a minute late, and its fills show up later.
        closes_at = CALENDAR.closes_at(row.ordered_at.date())
        is_over = self.clock.now() > closes_at + timedelta(minutes=1)
        if price is None or more <= 0 or is_over:
            return replace(row, is_open=row.is_open and not is_over)
        sign = 1 if row.side is Side.BUY else -1
        self.cash -= sign * more * price
        self.shares[row.symbol] = self.shares.get(row.symbol, 0) + sign * more
        return replace(
            row,
            filled_quantity=most,
            filled_value=row.filled_value + more * price,
            is_open=most < row.quantity,
        )


PACE = Pace(
    sell_wait=timedelta(seconds=20),
    fill_wait=timedelta(seconds=300),
    resolve=timedelta(seconds=30),
    poll=timedelta(seconds=1),
    start_window=timedelta(minutes=30),
)
RULES = TradingRules(max_positions=8, costs=NO_COSTS, collar_rate=30_000_000)


class Workbench:
    """A desk over real files, and what a test wants to know of it."""

    def __init__(self, folder: Path, *, start_at: datetime | None = None) -> None:
        self.folder = folder
        self.clock = ManualClock(start_at or at(9, 1))
        self.quotes = FakeQuotes()
        self.broker = ScriptedBroker(clock=self.clock, quotes=self.quotes)
        self.published: list[Event] = []
        self.pace = PACE
        self.rules = RULES
        self.legacy: frozenset[str] = frozenset()
        self.needs_confirmation = False
        self.is_real = False
        self.data_source = "store"
        self.plans = PlanFiles(folder / "plans")
        self.journal = self._open_journal()

    @property
    def journal_path(self) -> Path:
        return self.folder / "state" / "journal.sqlite3"

    @property
    def halt_file(self) -> Path:
        return self.folder / "HALT"

    @property
    def office(self) -> Office:
        return Office(
            clock=self.clock,
            calendar=CALENDAR,
            reader=self.broker,
            journal=self.journal,
            plans=self.plans,
            lock=FileRunLock(self.folder / "state" / "run.lock"),
            publish=self.publish,
            legacy=self.legacy,
            needs_confirmation=self.needs_confirmation,
            state_folder=str(self.folder / "state"),
        )

    @property
    def desk(self) -> Desk:
        return Desk(
            office=self.office,
            broker=self.broker,
            quotes=self.quotes,
            reports=ReportFiles(self.folder / "reports"),
            rules=self.rules,
            pace=self.pace,
            data_source=self.data_source,
            is_real=self.is_real,
            halt_file=str(self.halt_file),
            is_halted=self.halt_file.exists,
        )

    def publish(self, *events: Event) -> None:
        self.journal.append(*events)
        self.published.extend(events)

    def own(self, symbol: str, quantity: int = 10) -> None:
        """Give the account shares that the strategy manages."""
        self.broker.shares[symbol] = quantity
        adopted = HoldingAdopted(
            at=at(8, day=ASOF),
            account=ACCOUNT,
            session=ASOF,
            symbol=symbol,
            quantity=quantity,
        )
        self.journal.append(adopted)

    def execute(self, plan: Plan | None = None) -> Execution:
        """Save ``plan`` when given, and execute the session's."""
        if plan is not None:
            self.plans.save(plan)
        return execute(self.desk)

    def restart(self) -> None:
        """Let the program end and start again."""
        self.journal.close()
        self.journal = self._open_journal()

    def close(self) -> None:
        self.journal.close()

    def record(self, symbol: str, side: Side = Side.BUY) -> OrderRecord:
        (found,) = (
            record
            for record in self.journal.order_records()
            if (record.key.symbol, record.key.side) == (symbol, side)
        )
        return found

    def state(self, symbol: str, side: Side = Side.BUY) -> OrderState:
        return self.record(symbol, side).state

    def _open_journal(self) -> SqliteJournal:
        return SqliteJournal(self.journal_path, account=ACCOUNT)


@contextmanager
def a_workbench(
    folder: Path, *, start_at: datetime | None = None
) -> Iterator[Workbench]:
    bench = Workbench(folder, start_at=start_at)
    try:
        yield bench
    finally:
        bench.close()


def a_key(symbol: str, side: Side = Side.BUY, *, session: date = SESSION) -> OrderKey:
    return OrderKey(account=ACCOUNT, session=session, symbol=symbol, side=side)


def an_order(
    symbol: str,
    side: Side = Side.BUY,
    *,
    quantity: int = 10,
    limit_price: int | None = None,
) -> Order:
    return Order(
        symbol=symbol,
        side=side,
        quantity=quantity,
        order_type=OrderType.MARKET if limit_price is None else OrderType.LIMIT,
        limit_price=limit_price,
    )
