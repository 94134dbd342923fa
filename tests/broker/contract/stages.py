"""One account at one broker on one small market, the same at every broker.

A ``Scene`` says what a test starts with; a builder turns it into a ``Stage`` of the
broker it is named after. The practice server stands behind three of the four.
"""

import threading
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import uvicorn
from requests.adapters import BaseAdapter

from broker.kis.scripted_caller import Veiled
from fakes import CALENDAR, NO_COSTS, SESSION, at
from khms_trader.broker.kis.broker import KisAccount, KisBroker
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import HOSTS, Environment
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.pacing import Pace
from khms_trader.broker.kis.quotes import KisQuotes
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.broker.paper import PaperBroker, PaperMarket
from khms_trader.broker.paper_book import PaperBook
from khms_trader.broker.rehearsal import RehearsalBroker
from khms_trader.clock import ManualClock
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.order import BrokerOrder
from khms_trader.ledger import Ledger
from khms_trader.market.rates import CostRates
from khms_trader.ports import Broker
from khms_trader.simulator.asgi import PracticeAsgi
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import Limits, ServerRules
from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.transport import PracticeAdapter
from simulator.practice import KEYS, ONE, TWO, Market, held

BROKERS: Final = ("paper", "practice", "practice over HTTP", "rehearsal")
VIRTUAL: Final = HOSTS[Environment.VIRTUAL]
FAST: Final = Pace(request_seconds=0.001, order_seconds=0.001)
BUSY: Final = ServerRules(follow_client=True, limits=Limits(per_second=10_000))
NUMBER: Final = AccountNumber(number=Veiled(KEYS.account[:8]), product=KEYS.account[8:])
NAMED: Final = {s: Instrument(symbol=s, name=f"이름{s}") for s in (ONE, TWO)}
_START_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a test starts with.

    Attributes:
        cash: settled won.
        holdings: shares by symbol, bought at 9,000 won each.
        instruments: what a listing says, which KIS's quotes leave out.
    """

    market: Market | SampleMarket = field(default_factory=Market)
    cash: int = 1_000_000
    holdings: Mapping[str, int] = field(default_factory=dict)
    costs: CostRates = NO_COSTS
    start_at: datetime = field(default_factory=lambda: at(9, 1))
    instruments: Mapping[str, Instrument] = field(default_factory=lambda: NAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A broker of a test and the clock it lives by."""

    broker: Broker
    clock: ManualClock

    def rows(self, session: date = SESSION) -> tuple[BrokerOrder, ...]:
        return self.broker.orders(session)

    def row(self, number: str) -> BrokerOrder:
        (found,) = (row for row in self.rows() if row.number == number)
        return found

    def figures(self) -> tuple[int, int, int]:
        """Return deposit, deposit after settlement, and what may be spent."""
        account = self.broker.account()
        assert self.broker.spendable() == account.spendable
        return account.cash, account.cash_d2, account.spendable

    def held(self) -> dict[str, tuple[int, int]]:
        """Return shares held and sellable by symbol."""
        holdings = self.broker.account().holdings
        return {h.symbol: (h.quantity, h.sellable) for h in holdings}


class Hall:
    """A real HTTP server on loopback; it hands on to the practice server of a test."""

    def __init__(self) -> None:
        self.address = ""
        self.server: PracticeServer | None = None

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Any,  # noqa: ANN401
        send: Any,  # noqa: ANN401
    ) -> None:
        assert self.server is not None
        await PracticeAsgi(self.server)(scope, receive, send)


@contextmanager
def a_hall() -> Iterator[Hall]:
    """Serve on a free port for the time of a ``with`` block."""
    hall = Hall()
    config = uvicorn.Config(
        hall,
        host="127.0.0.1",
        port=0,
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    hall.address = f"http://127.0.0.1:{port}"
    try:
        yield hall
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def a_stage(name: str, scene: Scene, folder: Path, hall: Hall) -> Iterator[Stage]:
    """Build ``scene`` at the broker ``name`` for the time of a ``with`` block."""
    clock = ManualClock(scene.start_at)
    if name == "paper":
        with _paper(scene, clock, folder) as stage:
            yield stage
        return
    exchange = _exchange(scene)
    if name == "practice over HTTP":
        # Its own clock stands still: it lives by what the client says.
        standing = ManualClock(scene.start_at)
        hall.server = PracticeServer(exchange, standing, rules=BUSY, keys=KEYS)
        client = _client(hall.address, clock, folder, pace=FAST)
        yield Stage(broker=_kis(client, clock), clock=clock)
        return
    # The honest server, at the pace of a live account: sleeping costs no time here.
    adapter = PracticeAdapter(PracticeServer(exchange, clock, keys=KEYS))
    client = _client(VIRTUAL, clock, folder, adapter=adapter)
    if name == "practice":
        yield Stage(broker=_kis(client, clock), clock=clock)
        return
    yield Stage(broker=_rehearsal(client, clock, scene), clock=clock)
    assert exchange.books.orders == (), "a rehearsal sent an order"


@contextmanager
def _paper(scene: Scene, clock: ManualClock, folder: Path) -> Iterator[Stage]:
    book = PaperBook(folder / "paper.sqlite3", initial_cash=scene.cash)
    with book.transaction():
        book.write_ledger(Ledger(cash=scene.cash, positions=held(scene.holdings)))
    world = PaperMarket(
        clock=clock, calendar=CALENDAR, quotes=scene.market, costs=scene.costs
    )
    yield Stage(broker=PaperBroker(book, world), clock=clock)
    book.close()


def _exchange(scene: Scene) -> Exchange:
    market = PracticeMarket(
        calendar=CALENDAR,
        quotes=scene.market,
        bars=scene.market,
        listing=scene.market,
        costs=scene.costs,
    )
    seed = Seed(cash=scene.cash, holdings=held(scene.holdings))
    return Exchange(market, seed, now=scene.start_at)


def _client(
    address: str,
    clock: ManualClock,
    folder: Path,
    *,
    pace: Pace | None = None,
    adapter: BaseAdapter | None = None,
) -> KisClient:
    return KisClient(
        environment=Environment.VIRTUAL,
        address=address,
        keys=Keys(app_key=Veiled(KEYS.app_key), app_secret=Veiled(KEYS.app_secret)),
        folder=folder / "kis",
        clock=clock,
        manners=Manners(pace=pace),
        adapter=adapter,
    )


def _kis(client: KisClient, clock: ManualClock) -> KisBroker:
    return KisBroker(
        client, NUMBER, account_id="virtual-0a1b2c3d", clock=clock, calendar=CALENDAR
    )


def _rehearsal(client: KisClient, clock: ManualClock, scene: Scene) -> RehearsalBroker:
    reader = KisAccount(
        client, NUMBER, account_id="virtual-0a1b2c3d", clock=clock, calendar=CALENDAR
    )
    quotes = KisQuotes(
        client, clock=clock, calendar=CALENDAR, instruments=scene.instruments
    )
    return RehearsalBroker(
        reader, quotes, clock=clock, calendar=CALENDAR, costs=scene.costs
    )
