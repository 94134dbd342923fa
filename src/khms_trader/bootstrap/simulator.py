"""The practice server, put together and served on loopback by uvicorn."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Thread
from typing import Final, Literal

import uvicorn

from khms_trader.bootstrap.markets import market_of
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.config.settings import Settings
from khms_trader.errors import NotAvailable, UsageError
from khms_trader.ledger import Position
from khms_trader.market.calendar import Calendar
from khms_trader.ports import Quotes
from khms_trader.simulator.asgi import PracticeAsgi
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.faults import FaultPlan, parse_fault
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import REAL_LIMITS, Limits, ServerRules
from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.stories import StoriedQuotes, Story, parse_story

LOOPBACK: Final = "127.0.0.1"
# A client that forgot its --at lives today; nobody practises with longer pauses.
MOST_DAYS_AHEAD: Final = 31
_START_SECONDS: Final = 10.0
_GLANCE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldShares:
    """Shares that lie in the practice account from the start.

    Attributes:
        average_price: won a share cost; None takes the last close before the start.
    """

    symbol: str
    quantity: int
    average_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOptions:
    """What the practice server is asked to be.

    Attributes:
        source: ``sample`` or ``store``: whose prices it trades at.
        port: of the virtual host; 0 takes any free one.
        real_port: of the real host, which answers quotations only; None starts none.
        follow_client: live by the client's clock.
        faults: in the text form of ``simulator.faults``.
        stories: in the text form of ``simulator.stories``.
        cash: won in the account; None takes the settings' paper money.
        requests_per_sec: what either host allows; None takes KIS's own limits.
    """

    run: RunOptions
    source: Literal["sample", "store"]
    port: int
    real_port: int | None = None
    follow_client: bool = False
    faults: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    cash: int | None = None
    holdings: tuple[HeldShares, ...] = ()
    requests_per_sec: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where the started servers listen."""

    virtual: str
    real: str | None


def serve(options: PracticeOptions, started: Callable[[Serving], None]) -> None:
    """Serve until the process is interrupted; ``started`` is told the addresses.

    Raises:
        NotAvailable: ``port_taken``, another program listens there.
        UsageError: ``fault_unreadable``, ``story_unreadable``, ``holding_unknown``,
            ``holding_unpriced`` or ``holding_repeated``.
        DataError: there are no prices to trade at.
    """
    rules = ServerRules(
        follow_client=options.follow_client,
        most_days_ahead=MOST_DAYS_AHEAD,
        limits=_limits(options, Limits()),
    )
    servers = [_uvicorn(_server(options, rules, options.faults), options.port)]
    if options.real_port is not None:
        limits = _limits(options, REAL_LIMITS)
        quoting = replace(rules, environment=Environment.REAL, limits=limits)
        servers.append(_uvicorn(_server(options, quoting), options.real_port))
    threads = [Thread(target=_run, args=[server], daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        pairs = zip(servers, threads, strict=True)
        addresses = [_address(server, thread) for server, thread in pairs]
        real = addresses[1] if len(addresses) > 1 else None
        started(Serving(virtual=addresses[0], real=real))
        while all(thread.is_alive() for thread in threads):
            time.sleep(_GLANCE_SECONDS)
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join()


def _server(
    options: PracticeOptions, rules: ServerRules, faults: Iterable[str] = ()
) -> PracticeServer:
    run = replace(options.run, settings=_at(options.run.settings, options.source))
    calendar = calendar_of(run.settings)
    market, quotes = market_of(run, calendar)
    stories = _stories(options, quotes, calendar)
    practice = PracticeMarket(
        calendar=calendar,
        quotes=StoriedQuotes(quotes, calendar, stories) if stories else quotes,
        bars=market.bars,
        listing=market.listing,
        costs=costs(run.settings),
    )
    now = run.clock.now()
    # Asked for once, so that a store without bars says so at the start.
    practice.listing.instruments(practice.session_at(now))
    seed = _seed(options, practice, now)
    return PracticeServer(
        Exchange(practice, seed, now=now),
        run.clock,
        rules=rules,
        faults=FaultPlan(parse_fault(text) for text in faults),
    )


def _stories(
    options: PracticeOptions, quotes: Quotes, calendar: Calendar
) -> tuple[Story, ...]:
    """Return the stories, each of a symbol that its session knows."""
    stories = tuple(parse_story(text) for text in options.stories)
    for story, text in zip(stories, options.stories, strict=True):
        if not calendar.is_session(story.session):
            session = story.session.isoformat()
            raise UsageError("story_unreadable", text=text, part=session)
        if quotes.opening_quote(story.symbol, story.session) is None:
            raise UsageError("story_unreadable", text=text, part=story.symbol)
    return stories


def _limits(options: PracticeOptions, own: Limits) -> Limits:
    if options.requests_per_sec is None:
        return own
    return replace(own, per_second=options.requests_per_sec)


def _seed(options: PracticeOptions, market: PracticeMarket, now: datetime) -> Seed:
    cash = options.cash
    _check_holdings(options.holdings, market, now)
    return Seed(
        cash=options.run.settings.paper.initial_cash if cash is None else cash,
        holdings={
            held.symbol: Position(
                quantity=held.quantity, cost=held.quantity * held.average_price
            )
            for held in options.holdings
            if held.average_price is not None
        },
        unpriced={
            held.symbol: held.quantity
            for held in options.holdings
            if held.average_price is None
        },
    )


def _check_holdings(
    holdings: Sequence[HeldShares], market: PracticeMarket, now: datetime
) -> None:
    symbols = [held.symbol for held in holdings]
    for held in holdings:
        symbol = held.symbol
        if symbols.count(symbol) > 1:
            raise UsageError("holding_repeated", symbol=symbol)
        if market.quote(symbol, now) is None:
            session = market.session_at(now).isoformat()
            raise UsageError("holding_unknown", symbol=symbol, session=session)
        if held.average_price is None and not market.closed_at(symbol, now):
            raise UsageError("holding_unpriced", symbol=symbol)


def _at(settings: Settings, source: Literal["sample", "store"]) -> Settings:
    return replace(settings, data=replace(settings.data, source=source))


def _uvicorn(server: PracticeServer, port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            PracticeAsgi(server),
            host=LOOPBACK,
            port=port,
            lifespan="off",
            log_config=None,
            access_log=False,
            # The practice clock's date is among the answer's own headers.
            date_header=False,
            server_header=False,
        )
    )


def _run(server: uvicorn.Server) -> None:
    # uvicorn ends its thread this way when the port is taken; the start notices.
    with suppress(SystemExit):
        server.run()


def _address(server: uvicorn.Server, thread: Thread) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise NotAvailable("port_taken", port=server.config.port)
        time.sleep(_GLANCE_SECONDS)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://{LOOPBACK}:{port}"
