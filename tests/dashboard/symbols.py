"""A symbol with every sort of day: panel, signals, orders, rooms of the page 종목.

Its days of 2026: 02-13, 19, 20, 23, 24, 25, 26, 27 and 03-03; the holidays of the lunar
new year and of the first of March lie between them.
"""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from builders import a_buy, a_holding, a_plan, a_record, an_account, at
from dashboard.rooms import ListedJournal, ListedPlans, StillLive, StillMarket, a_room
from khms_trader.dashboard.live import LiveView, Source
from khms_trader.dashboard.room import Room
from khms_trader.domain.instrument import Designation, Instrument
from khms_trader.domain.order import OrderRecord, OrderState
from khms_trader.domain.panel import Panel
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.strategy.protocol import Signals

SYMBOL, OTHER = "086520", "247540"
DAYS = (
    date(2026, 2, 13),
    date(2026, 2, 19),
    date(2026, 2, 20),
    date(2026, 2, 23),
    date(2026, 2, 24),
    date(2026, 2, 25),
    date(2026, 2, 26),
    date(2026, 2, 27),
    date(2026, 3, 3),
)
CLOSES = (10_000, 13_000, 13_000, 9_100, 0, 9_500, 9_700, 9_600, 9_900)
VOLUMES = (100, 300, 0, 900, 0, 200, 200, 100, 400)
NO = (False,) * 9


def column(numbers: tuple[int, ...], *, beside: int = 0) -> np.ndarray:
    return np.array([[number, beside] for number in numbers])


def the_panel() -> Panel:
    """Return SYMBOL with its days, and OTHER without any bar."""
    opens = tuple(close and close - 100 for close in CLOSES)
    return Panel(
        sessions=DAYS,
        symbols=(SYMBOL, OTHER),
        open=column(opens),
        high=column(CLOSES),
        low=column(opens),
        close=column(CLOSES),
        volume=column(VOLUMES),
    )


def masked(*rows: int) -> np.ndarray:
    return np.array([[row in rows, False] for row in range(9)])


def the_signals() -> Signals:
    averages = [np.nan, np.nan, 12_000, 11_700, np.nan, 10_533, 9_433, 9_600, 9_733]
    return Signals(
        entries=masked(1, 8),
        exits={"종가가 낮음": masked(3, 7), "더 낮음": masked(3, 6)},
        score=np.zeros((9, 2)),
        indicators={"ma": np.array([[figure, np.nan] for figure in averages])},
        entry_reason="종가가 높음",
    )


def an_order(
    text: str, session: date, state: OrderState, filled: tuple[int, int]
) -> OrderRecord:
    record = a_record(text, state, filled=filled, intended_at=at("09:01", session))
    return replace(record, key=replace(record.key, session=session))


def the_orders() -> tuple[OrderRecord, ...]:
    """Return a buy, a sell by plan and one that never filled."""
    done, over = OrderState.FILLED, OrderState.EXPIRED
    return (
        an_order(f"sell {SYMBOL} x4", DAYS[7], done, (4, 38_402)),
        an_order(f"buy {SYMBOL} x10 @9600", DAYS[5], done, (10, 94_000)),
        an_order(f"buy {SYMBOL} x10 @9600", DAYS[6], over, (0, 0)),
        an_order(f"buy {OTHER} x1 @9600", DAYS[5], done, (1, 9_000)),
    )


REASONS = {(DAYS[7], SYMBOL): "종가가 낮음"}


def a_problem(code: QualityCode, session: date, symbol: str = SYMBOL) -> BarProblem:
    return BarProblem(symbol=symbol, code=code, session=session, detail="1")


@cache
def seen_room() -> Room:
    """Return a room that holds SYMBOL, which lies in quarantine."""
    holding = a_holding(f"{SYMBOL} x6")
    return a_room(
        journal=ListedJournal(orders=the_orders()),
        plans=ListedPlans(plans=(a_plan(a_buy(f"{OTHER} x1 @9000")),)),
        reasons=lambda _records: REASONS,
        live=StillLive(
            view=LiveView(account=an_account(holding), source=Source.SERVER)
        ),
        market=StillMarket(
            bars=the_panel(),
            said=the_signals(),
            doubts=(a_problem(QualityCode.JUMP, DAYS[3]),),
            unsettled=DAYS[8],
            listed=(
                Instrument(
                    symbol=SYMBOL,
                    name="에코<b>프로",
                    designations=frozenset({Designation.WARNING}),
                ),
                Instrument(symbol="900300", name="먼 나라"),
            ),
        ),
    )


@cache
def barless_room() -> Room:
    """Return a room with a plan and not one bar."""
    plan = a_plan(a_buy(f"{OTHER} x1 @9000"))
    return a_room(plans=ListedPlans(plans=(plan,)))


@cache
def silent_room() -> Room:
    """Return a room whose strategy fails."""
    plan = a_plan(a_buy(f"{SYMBOL} x1 @9000"))
    return a_room(
        plans=ListedPlans(plans=(plan,)), market=StillMarket(bars=the_panel())
    )


@cache
def empty_room() -> Room:
    """Return a room in which nothing ever happened."""
    return a_room()
