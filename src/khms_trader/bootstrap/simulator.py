"""The practice server, put together and served on loopback by uvicorn."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Thread
from typing import Final, Literal

import uvicorn

from khms_trader.bootstrap.markets import market_of
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.rules import calendar_of, costs
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.config.settings import Settings
from khms_trader.errors import NotAvailable
from khms_trader.simulator.asgi import PracticeAsgi
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.faults import FaultPlan, parse_fault
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import REAL_LIMITS, ServerRules
from khms_trader.simulator.server import PracticeServer

LOOPBACK: Final = "127.0.0.1"
_START_SECONDS: Final = 10.0
_GLANCE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOptions:
    """What the practice server is asked to be.

    Attributes:
        source: ``sample`` or ``store``: whose prices it trades at.
        port: of the virtual host; 0 takes any free one.
        real_port: of the real host, which answers quotations only; None starts none.
        follow_client: live by the client's clock.
        faults: in the text form of ``simulator.faults``.
    """

    run: RunOptions
    source: Literal["sample", "store"]
    port: int
    real_port: int | None = None
    follow_client: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where the started servers listen."""

    virtual: str
    real: str | None


def serve(options: PracticeOptions, started: Callable[[Serving], None]) -> None:
    """Serve until the process is interrupted; ``started`` is told the addresses.

    Raises:
        NotAvailable: ``port_taken``, another program listens there.
        UsageError: ``fault_unreadable``.
    """
    rules = ServerRules(follow_client=options.follow_client)
    servers = [_uvicorn(_server(options, rules, options.faults), options.port)]
    if options.real_port is not None:
        quoting = replace(rules, environment=Environment.REAL, limits=REAL_LIMITS)
        servers.append(_uvicorn(_server(options, quoting), options.real_port))
    threads = [Thread(target=_run, args=[server], daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        addresses = [_address(server) for server in servers]
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
    practice = PracticeMarket(
        calendar=calendar,
        quotes=quotes,
        bars=market,
        listing=market,
        costs=costs(run.settings),
    )
    seed = Seed(cash=run.settings.paper.initial_cash)
    return PracticeServer(
        Exchange(practice, seed, now=run.clock.now()),
        run.clock,
        rules=rules,
        faults=FaultPlan(parse_fault(text) for text in faults),
    )


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


def _address(server: uvicorn.Server) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if time.monotonic() > deadline or server.should_exit:
            raise NotAvailable("port_taken", port=server.config.port)
        time.sleep(_GLANCE_SECONDS)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://{LOOPBACK}:{port}"
