"""What a refresh stores is what the practice server knows, splits and all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest

from broker.kis.scripted_caller import Veiled
from data.refreshing import Steps, bars_in
from fakes import CALENDAR, NO_COSTS
from khms_trader.broker.kis.bars import KisBars
from khms_trader.broker.kis.client import KisClient
from khms_trader.broker.kis.endpoints import HOSTS, Environment
from khms_trader.broker.kis.manners import Keys
from khms_trader.clock import ManualClock
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.refresh import BarRefresher
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.bars import (
    DailyBar,
    MultiPrice,
    Refreshed,
    RefreshOutcome,
    SymbolBars,
)
from khms_trader.domain.plan import BarsState
from khms_trader.market.calendar import SEOUL
from khms_trader.simulator.bars import bars_of
from khms_trader.simulator.exchange import Exchange
from khms_trader.simulator.market import PracticeMarket
from khms_trader.simulator.orders import Seed
from khms_trader.simulator.rules import REAL_LIMITS, Limits, ServerRules
from khms_trader.simulator.server import PracticeServer
from khms_trader.simulator.transport import PracticeAdapter
from simulator.practice import KEYS

# 701820 of the sample market is halted from 2024-02-29 and splits 5:1 on 2024-03-06.
SPLITTER = "701820"
HALTED = date(2024, 2, 28)
SPLIT = date(2024, 3, 6)
COUNT = 45


def at(hour: int, minute: int, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SEOUL)


@dataclass(slots=True, kw_only=True)
class Person:
    """Whoever refreshes may press Ctrl-C at the n-th history."""

    bars: KisBars
    patience: int = 10_000
    asked: list[str] = field(default_factory=list)

    @property
    def has_many(self) -> bool:
        return self.bars.has_many

    def history(self, symbol: str, since: date) -> SymbolBars:
        if len(self.asked) == self.patience:
            raise KeyboardInterrupt
        self.asked.append(symbol)
        return self.bars.history(symbol, since)

    def today(self, symbols: Sequence[str]) -> Mapping[str, MultiPrice]:
        return self.bars.today(symbols)


class World:
    """The sample market behind a practice server, and a store to fill from it."""

    def __init__(self, folder: Path, environment: Environment) -> None:
        sample = SampleMarket(CALENDAR)
        self.clock = ManualClock(at(15, 40, HALTED))
        self.market = PracticeMarket(
            calendar=CALENDAR,
            quotes=sample,
            bars=sample,
            listing=sample,
            costs=NO_COSTS,
        )
        is_real = environment is Environment.REAL
        limits = REAL_LIMITS if is_real else Limits()
        server = PracticeServer(
            Exchange(self.market, Seed(cash=0), now=self.clock.now()),
            self.clock,
            rules=ServerRules(environment=environment, limits=limits),
            keys=KEYS,
        )
        client = KisClient(
            environment=environment,
            address=HOSTS[environment],
            keys=Keys(app_key=Veiled(KEYS.app_key), app_secret=Veiled(KEYS.app_secret)),
            folder=folder / "kis",
            clock=self.clock,
            adapter=PracticeAdapter(server, sleep=self.clock.sleep),
        )
        bars = KisBars(client, clock=self.clock, calendar=CALENDAR, has_many=is_real)
        self.person = Person(bars=bars)
        self.store = ParquetBarStore(folder, name="practice", basis="adjusted")
        listed = [issue.symbol for issue in sample.instruments(HALTED)]
        others = [symbol for symbol in listed if symbol != SPLITTER]
        self.symbols = (SPLITTER, *others[: COUNT - 1])

    def refresh(self, moment: datetime | None = None) -> Refreshed:
        if moment is not None:
            self.clock.move_to(moment)
        refresher = BarRefresher(
            self.store, self.person, calendar=CALENDAR, clock=self.clock
        )
        asof = CALENDAR.last_closed(self.clock.now())
        return refresher.refresh(self.symbols, asof, sessions=21, progress=Steps())

    def stored(self, symbol: str) -> list[DailyBar]:
        return bars_in(self.store, symbol)

    def truth(self, symbol: str) -> list[DailyBar]:
        """Return the newest bars the server has of ``symbol``, as many as stored."""
        bars = bars_of(self.market, symbol, self.clock.now(), is_adjusted=True)
        return [
            DailyBar(
                session=bar.session,
                open=bar.open,
                high=bar.high,
                low=bar.low,
                close=bar.close,
                volume=bar.volume,
            )
            for bar in bars[-len(self.stored(symbol)) :]
        ]

    def differing(self) -> list[str]:
        return [s for s in self.symbols if self.stored(s) != self.truth(s)]


def test_a_refresh_cut_off_at_thirty_goes_on_and_stores_what_the_server_knows(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, Environment.VIRTUAL)
    world.person.patience = 30
    with pytest.raises(KeyboardInterrupt):
        world.refresh()
    world.person.patience = 10_000

    refreshed = world.refresh()

    assert world.person.asked == list(world.symbols)
    assert len(refreshed.of(RefreshOutcome.UNCHANGED)) == 30
    assert len(refreshed.of(RefreshOutcome.FILLED)) == 15
    assert world.differing() == []
    # The sample market began forty sessions before.
    assert max(len(world.stored(symbol)) for symbol in world.symbols) == 40
    assert world.store.state_of(HALTED, world.clock.now()) is BarsState.PROVISIONAL


@pytest.mark.parametrize("environment", list(Environment))
def test_a_split_puts_the_stored_bars_on_the_new_basis_exactly(
    tmp_path: Path, environment: Environment
) -> None:
    world = World(tmp_path, environment)
    world.refresh()
    before = world.stored(SPLITTER)[0]

    rebased = []
    for session in CALENDAR.sessions(HALTED, SPLIT)[1:]:
        refreshed = world.refresh(at(15, 40, session))
        rebased += [(session, s) for s in refreshed.of(RefreshOutcome.REBASED)]
        assert refreshed.of(RefreshOutcome.QUARANTINED) == ()

    assert rebased == [(SPLIT, SPLITTER)]
    assert world.differing() == []
    assert world.stored(SPLITTER)[0].volume == before.volume * 5
    assert {p.symbol for p in world.store.problems() if p.code == "rebased"} == {
        SPLITTER
    }


def test_with_a_real_key_a_day_costs_two_requests_for_forty_five_symbols(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, Environment.REAL)
    world.refresh()
    world.person.asked.clear()

    refreshed = world.refresh(at(15, 40, date(2024, 2, 29)))

    assert world.person.asked == []
    assert len(refreshed.of(RefreshOutcome.APPENDED)) == COUNT
    assert world.differing() == []
