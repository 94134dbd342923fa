"""Selling by hand at KIS: the real client over the practice server in the process."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broker.kis.scripted_caller import Veiled
from execution.by_hand import ALL, held_back
from fakes import ACCOUNT, CALENDAR, Workbench
from khms_trader.broker.kis.broker import KisBroker
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import Environment
from khms_trader.broker.kis.manners import Keys
from khms_trader.broker.kis.wire.account import AccountNumber
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.reasons import korean_of
from khms_trader.domain.report import LineEnd
from khms_trader.execution.office import Desk
from khms_trader.execution.sell_out import sell_out
from khms_trader.planning.sell_out import Asked, HeldBack
from khms_trader.planning.sold_out import SellOut
from khms_trader.simulator.exchange import ExchangeRules
from khms_trader.simulator.transport import PracticeAdapter
from simulator.practice import HOST, KEYS, ONE, TWO, Practice

NUMBER = AccountNumber(number=Veiled(KEYS.account[:8]), product=KEYS.account[8:])


def a_desk(bench: Workbench, practice: Practice, folder: Path) -> Desk:
    """Return the desk of ``bench`` with a broker at ``practice``."""
    bench.clock = practice.clock
    client = KisClient(
        environment=Environment.VIRTUAL,
        address=HOST,
        keys=Keys(app_key=Veiled(KEYS.app_key), app_secret=Veiled(KEYS.app_secret)),
        folder=folder / "kis",
        clock=practice.clock,
        adapter=PracticeAdapter(practice.server, sleep=practice.clock.sleep),
    )
    broker = KisBroker(
        client,
        NUMBER,
        account_id=ACCOUNT,
        clock=practice.clock,
        calendar=CALENDAR,
    )
    return replace(
        bench.desk, broker=broker, office=replace(bench.office, reader=broker)
    )


def sold(
    bench: Workbench, practice: Practice, folder: Path, asked: Asked = ALL
) -> SellOut:
    return sell_out(a_desk(bench, practice, folder), asked)


def practice_lag(*, orders: float = 0.0, balance: float = 0.0) -> ExchangeRules:
    return ExchangeRules(
        orders_lag=timedelta(seconds=orders), balance_lag=timedelta(seconds=balance)
    )


def placed(practice: Practice) -> list[tuple[str, int]]:
    return [(o.symbol, o.quantity) for o in practice.exchange.books.orders]


def test_25_holdings_on_two_pages_are_sold_once_each_at_the_pace_of_kis(
    bench: Workbench, tmp_path: Path
) -> None:
    symbols = [f"{number}0000" for number in range(10, 35)]
    practice = Practice(holdings=dict.fromkeys(symbols, 3))
    started = practice.clock.monotonic()

    shown = sold(bench, practice, tmp_path)

    assert sorted(placed(practice)) == [(symbol, 3) for symbol in symbols]
    assert {line.end for line in shown.lines} == {LineEnd.FILLED}
    assert len({line.order.number for line in shown.lines}) == 25
    assert shown.after is not None
    assert shown.after.holdings == ()
    # 25 orders 1.5 s apart, and a handful of reads around them.
    assert practice.clock.monotonic() - started < 25 * 1.5 + 15


def test_a_rerun_finds_nothing_left_to_sell(bench: Workbench, tmp_path: Path) -> None:
    practice = Practice(holdings={ONE: 10})
    sold(bench, practice, tmp_path)

    again = sold(bench, practice, tmp_path, Asked(symbols=(ONE,)))

    assert held_back(again) == {ONE: HeldBack.NOT_HELD}
    assert placed(practice) == [(ONE, 10)]


def test_an_answer_that_never_arrived_is_found_by_looking_it_up(
    bench: Workbench, tmp_path: Path
) -> None:
    practice = Practice(holdings={ONE: 10, TWO: 5})
    practice.faults.add("sell:1:lost")

    shown = sold(bench, practice, tmp_path)

    assert [line.end for line in shown.lines] == [LineEnd.FILLED, LineEnd.FILLED]
    assert placed(practice) == [(ONE, 10), (TWO, 5)]


def test_an_order_that_shows_up_late_is_waited_for(
    bench: Workbench, tmp_path: Path
) -> None:
    lag = practice_lag(orders=6.0)
    practice = Practice(holdings={ONE: 10}, exchange_rules=lag)
    practice.faults.add("sell:1:lost")

    shown = sold(bench, practice, tmp_path)

    assert [line.end for line in shown.lines] == [LineEnd.FILLED]


def test_a_balance_that_lags_does_not_sell_twice(
    bench: Workbench, tmp_path: Path
) -> None:
    practice = Practice(holdings={ONE: 10}, exchange_rules=practice_lag(balance=30.0))
    sold(bench, practice, tmp_path)

    again = sold(bench, practice, tmp_path)

    assert held_back(again) == {ONE: HeldBack.JUST_SOLD}
    assert placed(practice) == [(ONE, 10)]


def test_a_partial_fill_rests_and_the_next_run_tells_its_end(
    bench: Workbench, tmp_path: Path
) -> None:
    practice = Practice(holdings={ONE: 10})
    practice.faults.add("sell:1:partial:3@60")

    shown = sold(bench, practice, tmp_path)

    (line,) = shown.lines
    assert (line.end, line.order.filled_quantity, line.open_quantity) == (
        LineEnd.OPEN,
        3,
        7,
    )
    practice.clock.sleep(60)
    again = sold(bench, practice, tmp_path)
    assert [settled.end for settled in again.standing.settled] == [LineEnd.FILLED]
    assert placed(practice) == [(ONE, 10)]


def test_a_refusal_keeps_the_words_of_kis(bench: Workbench, tmp_path: Path) -> None:
    practice = Practice(holdings={ONE: 10, TWO: 5})
    practice.faults.add("sell:1:reject:40240000")

    shown = sold(bench, practice, tmp_path)

    first, second = shown.lines
    assert (first.end, second.end) == (LineEnd.REJECTED, LineEnd.FILLED)
    assert "잔고내역이 없습니다" in korean_of(first.detail)
    assert placed(practice) == [(TWO, 5)]


@pytest.mark.parametrize("fault", ["sell:1:throttled", "sell:1-2:ledger"])
def test_a_refusal_in_front_of_the_ledger_is_tried_again_on_the_same_row(
    bench: Workbench, tmp_path: Path, fault: str
) -> None:
    practice = Practice(holdings={ONE: 10})
    practice.faults.add(fault)

    shown = sold(bench, practice, tmp_path)

    (record,) = bench.journal.order_records()
    assert (record.state, record.key.side) == (OrderState.FILLED, Side.SELL)
    assert record.attempts > 1
    assert [line.end for line in shown.lines] == [LineEnd.FILLED]
    assert placed(practice) == [(ONE, 10)]
