"""Bars for the dashboard, and a plan judged as execute would judge it now.

Everything heavy is imported when its page asks for it. Judging works on a copy of the
account's journal, so nothing in here could write into the operating one.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from khms_trader.bootstrap.dashboard_copy import opened_apart
from khms_trader.bootstrap.dashboard_live import patient
from khms_trader.bootstrap.options import RunOptions
from khms_trader.config.home import changed_at
from khms_trader.dashboard.live import Live
from khms_trader.dashboard.sources import Checkup
from khms_trader.dashboard.words import quotes_give_way
from khms_trader.data.universe import UniverseFiles
from khms_trader.domain.plan import BarsState, Plan
from khms_trader.errors import DataError, KhmsTraderError
from khms_trader.execution.progress import Unwatched
from khms_trader.market.calendar import Calendar

if TYPE_CHECKING:
    from khms_trader.bootstrap.account import OpenAccount
    from khms_trader.domain.instrument import Instrument
    from khms_trader.domain.panel import Panel
    from khms_trader.domain.quality import BarProblem
    from khms_trader.planning.state_view import Glance, PlanView
    from khms_trader.ports import BarSource
    from khms_trader.strategy.protocol import Signals, Strategy

QUOTE_LIMIT: Final = 10
_BENCHMARK: Final = "229200"
_NAMES_FOR: Final = timedelta(days=30)


class JobBegan(Exception):
    """A job works on the account, so that its requests must not wait for ours."""

    def __init__(self, purpose: str) -> None:
        """Store what the job is for."""
        self.purpose = purpose


class GivingWay(Unwatched):
    """Progress that ends a round of questions as soon as a job is ``at_work``."""

    def __init__(self, at_work: Callable[[], str]) -> None:
        """Ask ``at_work`` before each step."""
        self._at_work = at_work

    def step(self, done: int, total: int, what: str) -> None:
        """Go on, or raise ``JobBegan``."""
        del done, total, what
        if purpose := self._at_work():
            raise JobBegan(purpose)


class HomeMarket:
    """The ``MarketData`` of one home."""

    def __init__(
        self,
        options: RunOptions,
        calendar: Calendar,
        live: Live,
        say: Callable[[Exception], str],
        *,
        at_work: Callable[[], str],
    ) -> None:
        """Read nothing yet; while ``at_work`` names a job no price is asked for."""
        self._options = options
        self._calendar = calendar
        self._live = live
        self._say = say
        self._at_work = at_work
        self._universes = UniverseFiles(options.folders.universe)
        self._named: tuple[Hashable, Mapping[str, str]] | None = None

    def panel(self, symbols: Sequence[str], until: date) -> "Panel":
        """Return stored bars of ``symbols`` up to ``until``, or ``DataError``."""
        return self._bars.panel(until, symbols)

    def signals(self, panel: "Panel") -> "Signals":
        """Return what the strategy of the settings says, or ``ConfigError``."""
        from khms_trader.strategy.evaluation import evaluate

        return evaluate(self._strategy, panel)

    def is_provisional(self, session: date) -> bool:
        """Return whether bars of ``session`` may still change."""
        state = self._bars.state_of(session, self._options.clock.now())
        return state is BarsState.PROVISIONAL

    def problems(self) -> "tuple[BarProblem, ...]":
        """Return what is doubtful about the stored bars, or ``DataError``."""
        return self._bars.problems()

    def benchmark(self) -> Mapping[date, int] | None:
        """Return the closes of 229200 by session, or None."""
        until = self._calendar.last_closed(self._options.clock.now())
        try:
            panel = self._bars.panel(until, (_BENCHMARK,))
        except KhmsTraderError:
            return None
        if _BENCHMARK not in panel.symbols:
            return None
        column = panel.close[:, panel.symbols.index(_BENCHMARK)]
        closes = zip(panel.sessions, column.tolist(), strict=True)
        return {session: close for session, close in closes if close} or None

    def universe(self, asof: date) -> "tuple[Instrument, ...] | None":
        """Return the ranked universe of ``asof``, or None."""
        found = self._universes.newest_between(asof, asof)
        return None if found is None else found[1]

    def names(self) -> Mapping[str, str]:
        """Return the names in the newest universe file, read when it changed."""
        stamp = self.stamp()
        if self._named is None or self._named[0] != stamp:
            self._named = (stamp, self._read_names())
        return self._named[1]

    def stamp(self) -> Hashable:
        """Return when the bars and universes were last written, and the day."""
        folders = (self._options.folders.bars, self._options.folders.universe)
        return (self._options.clock.now().date(), *map(changed_at, folders))

    def checkup(self, plan: Plan, symbols: Sequence[str]) -> Checkup:
        """Judge ``plan`` now with the prices of ``symbols``, 10 at most.

        A job at work has the line to the server for itself: then it is judged without
        any price, and ``problem`` says so.
        """
        now = self._options.clock.now()
        problem = ""
        try:
            try:
                view, glances = self._judged(plan, symbols[:QUOTE_LIMIT])
            except JobBegan as began:
                problem = quotes_give_way(began.purpose)
                view, glances = self._judged(plan, ())
        except KhmsTraderError as error:
            return Checkup(at=now, problem=self._say(error))
        return Checkup(at=now, view=view, glances=glances, problem=problem)

    def _judged(
        self, plan: Plan, symbols: Sequence[str]
    ) -> "tuple[PlanView | None, Mapping[str, Glance]]":
        with opened_apart(patient(self._options)) as account:
            return self._judged_in(account, plan, symbols)

    def _judged_in(
        self, account: "OpenAccount", plan: Plan, symbols: Sequence[str]
    ) -> "tuple[PlanView | None, Mapping[str, Glance]]":
        from khms_trader.bootstrap.state_check import state_room
        from khms_trader.execution.glances import Glances
        from khms_trader.execution.resolve import foreign_of
        from khms_trader.execution.state_plan import plan_view
        from khms_trader.planning.foreign import keys_of
        from khms_trader.planning.state_market import market_now

        seen = self._live.look()
        if seen.account is None:
            return None, {}
        now = self._options.clock.now()
        market = market_now(self._calendar, now)
        progress = GivingWay(self._at_work)
        room = state_room(self._options, account, QUOTE_LIMIT, progress)
        office = room.office
        glances = Glances(
            room.quotes, now=now, is_open=market.is_open(now), limit=len(symbols)
        )
        glances.look_at(symbols, room.progress)
        view = plan_view(
            replace(room, quotes=glances),
            plan,
            office.holdings(seen.account),
            glances,
            market=market,
            foreign=keys_of(foreign_of(office, now.date(), seen.orders or ())),
        )
        return view, glances.seen

    def _read_names(self) -> Mapping[str, str]:
        today = self._options.clock.now().date()
        try:
            newest = self._universes.newest_between(today - _NAMES_FOR, today)
        except DataError:
            return {}
        return {} if newest is None else {i.symbol: i.name for i in newest[1]}

    @cached_property
    def _bars(self) -> "BarSource":
        from khms_trader.bootstrap.markets import market_of

        market, _ = market_of(self._options, self._calendar)
        return market.bars

    @cached_property
    def _strategy(self) -> "Strategy":
        from khms_trader.bootstrap.prepare import strategy_of

        return strategy_of(self._options)
