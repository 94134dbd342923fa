"""The state check over the KIS client and the practice server of this process."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from broker.kis.scripted_caller import Veiled
from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from execution.state_rooms import NoProgress, intended, standings
from fakes import ACCOUNT, CALENDAR, RULES, at
from khms_trader.bootstrap.kis_access import READS
from khms_trader.broker.kis.broker import KisAccount, KisBroker
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.manners import Keys, Manners
from khms_trader.broker.kis.quotes import KisQuotes
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.domain.order import Order, OrderState, OrderType, Side
from khms_trader.errors import OrderRejected
from khms_trader.execution.state_check import check_state
from khms_trader.execution.state_plan import StateRoom
from khms_trader.planning.state_view import Connection, LineStanding, StateView
from khms_trader.simulator.transport import PracticeAdapter
from simulator.practice import HOST, KEYS

SOLD, BOUGHT = ("100000", "100001"), ("200000", "200001", "200002")
NUMBER = AccountNumber(number=Veiled(KEYS.account[:8]), product="01")


def reading_client(desk: PracticeDesk) -> KisClient:
    """Return the client bootstrap gives the state check: it allows reads only."""
    return KisClient(
        environment=Environment.VIRTUAL,
        address=HOST,
        keys=Keys(app_key=Veiled(KEYS.app_key), app_secret=Veiled(KEYS.app_secret)),
        folder=desk.folder / "kis",
        clock=desk.clock,
        manners=Manners(calls=READS),
        adapter=PracticeAdapter(desk.practice.server, sleep=desk.clock.sleep),
    )


def look(desk: PracticeDesk, *, limit: int = 10) -> StateView:
    trading = desk.desk()
    client = reading_client(desk)
    reader = KisAccount(
        client, NUMBER, account_id=ACCOUNT, clock=desk.clock, calendar=CALENDAR
    )
    return check_state(
        StateRoom(
            office=replace(trading.office, reader=reader),
            quotes=KisQuotes(client, clock=desk.clock, calendar=CALENDAR),
            rules=RULES,
            data_source="store",
            is_real=False,
            halt_file="",
            is_halted=lambda: False,
            start_window=trading.pace.start_window,
            quote_limit=limit,
            connection=lambda: Connection(kind="practice"),
            progress=NoProgress(),
        )
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=SOLD) as desk:
        yield desk


def test_it_names_the_orders_execute_then_sends_and_sends_none(
    desk: PracticeDesk,
) -> None:
    desk.plans.save(swap_plan(SOLD, BOUGHT))

    view = look(desk)

    assert desk.count("order") == desk.count("buy", "sell", "change") == 0
    desk.execute()
    sent = [record.order for record in desk.journal.order_records()]
    assert intended(view) == sent
    assert len(sent) == 5


def test_it_asks_for_no_more_prices_than_allowed(desk: PracticeDesk) -> None:
    desk.plans.save(swap_plan(SOLD, BOUGHT))

    view = look(desk, limit=3)

    assert desk.count("price") == view.quoted == 3
    assert desk.practice.server.log.busiest_second() == 1


def test_a_price_the_server_never_gives_is_one_rows_trouble(desk: PracticeDesk) -> None:
    desk.plans.save(swap_plan(SOLD, BOUGHT))
    # The first price, asked for four times.
    desk.faults.add("price:1-4:timeout")

    view = look(desk)

    assert standings(view)[SOLD[0]] is LineStanding.QUOTE_FAILED
    assert standings(view)[SOLD[1]] is LineStanding.WOULD_SEND


def test_an_order_whose_answer_was_lost_is_found_without_being_sent_again(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("buy:1:lost")
    desk.faults.add("orders:3+:no_rows")
    desk.execute(swap_plan(SOLD, BOUGHT))
    lost = desk.record(BOUGHT[0])
    assert lost.state is OrderState.UNCONFIRMED
    before = desk.taken()
    desk.faults.clear()
    desk.clock.move_to(at(9, 30))

    view = look(desk)

    assert not view.needs_a_person
    assert desk.record(BOUGHT[0]).state is OrderState.FILLED
    assert desk.taken() == before


def test_its_client_lets_no_order_through_even_for_a_broker(
    desk: PracticeDesk,
) -> None:
    broker = KisBroker(
        reading_client(desk),
        NUMBER,
        account_id=ACCOUNT,
        clock=desk.clock,
        calendar=CALENDAR,
    )
    order = Order(
        symbol=BOUGHT[0], side=Side.BUY, quantity=1, order_type=OrderType.MARKET
    )

    with pytest.raises(OrderRejected, match="kis_call_not_allowed"):
        broker.submit(order)

    assert desk.count() == 0
