"""Prepare: the last closed session's bars become the plan for the next session.

Receives an ``AccountReader`` and no quotes: it can neither trade nor see the next open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    ExecutionStarted,
    PlanPrepared,
)
from khms_trader.domain.panel import Panel
from khms_trader.domain.plan import Plan, StrategyUsed
from khms_trader.domain.reasons import NoSignalReason
from khms_trader.errors import DataError
from khms_trader.execution.follow import settle_orders
from khms_trader.execution.office import Office, refuse_if
from khms_trader.market.calendar import CLOSE_GRACE
from khms_trader.planning.build import PlanFrame, PlanInputs, SizingRule, build_plan
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.universe import Universe, UniverseRules, select_universe
from khms_trader.ports import BarSource, Listing, Progress, UniverseStore
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.latest import LatestSignals, latest_signals
from khms_trader.strategy.protocol import Strategy

_STEPS: Final = 5
_MISSING: Final = frozenset({NoSignalReason.NO_BARS, NoSignalReason.MISSING_SESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """The settings that decide a plan.

    Attributes:
        max_missing_percent: of the universe that may lack its newest bar.
        fingerprint: short hash of everything in the settings that decides a plan.
    """

    universe: UniverseRules
    sizing: SizingRule
    max_positions: int
    max_missing_percent: Decimal
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningRoom:
    """An office that can plan."""

    office: Office
    bars: BarSource
    listing: Listing
    universes: UniverseStore
    strategy: Strategy
    rules: PlanRules
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    """Everything a plan is decided from, read once."""

    account: Account
    managed: Mapping[str, int]
    universe: Universe
    universe_file: str
    is_own_universe: bool
    panel: Panel
    signals: LatestSignals
    unable: Mapping[str, NoSignalReason]


def prepare(room: PlanningRoom) -> Prepared:
    """Make and save the plan for the next session.

    Raises:
        Refused: the session is running, or its plan was executed already.
        NotAvailable: account or bars cannot be had; no plan is saved.
        AlreadyRunning: another job holds the account.
    """
    office = room.office
    now = office.clock.now()
    refuse_if(session_is_running(office, now))
    asof = office.calendar.last_closed(now)
    session = office.calendar.next_session(asof)
    with office.open_for("prepare"):
        refuse_if(_plan_in_use(office, session))
        gathered = _gather(room, asof)
        frame = _frame(room, gathered, session=session, asof=asof, now=now)
        plan = build_plan(_inputs(room, gathered, frame))
        refuse_if(_has_opened(office, session))
        room.progress.step(4, _STEPS, "save")
        path = office.plans.save(plan)
        _publish(office, plan, gathered.account)
    return Prepared(
        plan=plan,
        path=path,
        account=gathered.account,
        managed=gathered.managed,
        universe=gathered.universe,
        is_own_universe=gathered.is_own_universe,
        unverified_years=office.calendar.unverified_years(asof, session),
    )


def session_is_running(office: Office, now: datetime) -> Refusal | None:
    """Refuse between the open and five minutes after the close."""
    today = now.date()
    if not office.calendar.is_session(today):
        return None
    opens_at = office.calendar.opens_at(today)
    until = office.calendar.closes_at(today) + CLOSE_GRACE
    if not opens_at <= now < until:
        return None
    return Refusal(
        code="session_running",
        facts={
            "opens": f"{opens_at:%H:%M}",
            "until": f"{until:%H:%M}",
            "example": f"{today}T15:40",
        },
    )


def _plan_in_use(office: Office, session: date) -> Refusal | None:
    started = office.journal.events(session, kinds=(ExecutionStarted,))
    if not started and not office.journal.order_records(session):
        return None
    return Refusal(code="plan_in_use", facts={"session": session})


def _has_opened(office: Office, session: date) -> Refusal | None:
    if office.clock.now() < office.calendar.opens_at(session):
        return None
    return Refusal(code="session_opened", facts={"session": session})


def _universe(room: PlanningRoom, asof: date) -> tuple[Universe, str, bool]:
    own = room.universes.own_file(asof)
    if own is not None:
        name, instruments = own
        return Universe(instruments=instruments, funnel=()), name, True
    universe = select_universe(room.listing.instruments(asof), room.rules.universe)
    return universe, room.universes.save(asof, universe.instruments), False


def _gather(room: PlanningRoom, asof: date) -> _Gathered:
    room.progress.step(0, _STEPS, "account")
    settle_orders(room.office)
    account = room.office.reader.account()
    room.progress.step(1, _STEPS, "universe")
    universe, file, is_own = _universe(room, asof)
    held = frozenset(h.symbol for h in account.holdings if h.quantity > 0)
    wanted = sorted(held | set(universe.symbols))
    room.progress.step(2, _STEPS, "bars")
    panel = _panel(room, asof, wanted)
    room.progress.step(3, _STEPS, "signals")
    signals = latest_signals(panel, evaluate(room.strategy, panel), room.strategy)
    unable = _unable(signals, wanted, panel)
    _check_missing(room, universe, unable)
    return _Gathered(
        account=account,
        managed=_managed(room.office, held),
        universe=universe,
        universe_file=file,
        is_own_universe=is_own,
        panel=panel,
        signals=signals,
        unable=unable,
    )


def _frame(
    room: PlanningRoom,
    gathered: _Gathered,
    *,
    session: date,
    asof: date,
    now: datetime,
) -> PlanFrame:
    return PlanFrame(
        generated_at=now,
        data_asof=asof,
        bars=room.bars.state_of(asof, now),
        for_trading_day=session,
        account=gathered.account.account,
        data_source=room.bars.name,
        universe_file=gathered.universe_file,
        strategy=StrategyUsed(
            name=room.strategy.name, params=dict(room.strategy.params)
        ),
        config_hash=room.rules.fingerprint,
    )


def _inputs(room: PlanningRoom, gathered: _Gathered, frame: PlanFrame) -> PlanInputs:
    chosen = set(gathered.universe.symbols)
    held = frozenset(h.symbol for h in gathered.account.holdings if h.quantity > 0)
    managed = gathered.managed
    entries = gathered.signals.entries
    return PlanInputs(
        frame=frame,
        entries=[signal for signal in entries if signal.symbol in chosen],
        exits=gathered.signals.exits,
        managed=managed,
        outside=held - set(managed),
        managed_equity=_managed_equity(gathered.account, managed, gathered.panel),
        max_positions=room.rules.max_positions,
        sizing=room.rules.sizing,
        names=_names(gathered.account, gathered.universe, gathered.panel),
        unable=gathered.unable,
        errors={
            symbol: "no_bars_for_holding"
            for symbol in managed
            if gathered.unable.get(symbol) in _MISSING
        },
    )


def _panel(room: PlanningRoom, asof: date, wanted: list[str]) -> Panel:
    panel = room.bars.panel(asof, wanted)
    # Signals speak for the newest row; a source that lacks the session must not
    # pass an older one off as it.
    if wanted and (not panel.sessions or panel.sessions[-1] != asof):
        newest = panel.sessions[-1] if panel.sessions else None
        raise DataError("bars_not_up_to_date", asof=asof, newest=newest)
    return panel


def _unable(
    signals: LatestSignals, wanted: list[str], panel: Panel
) -> dict[str, NoSignalReason]:
    unknown = set(wanted) - set(panel.symbols)
    return {**signals.unable, **dict.fromkeys(unknown, NoSignalReason.NO_BARS)}


def _check_missing(
    room: PlanningRoom, universe: Universe, unable: Mapping[str, NoSignalReason]
) -> None:
    missing = sum(unable.get(symbol) in _MISSING for symbol in universe.symbols)
    if missing * 100 > len(universe.symbols) * room.rules.max_missing_percent:
        raise DataError(
            "bars_too_many_missing",
            missing=missing,
            universe=len(universe.symbols),
            allowed=room.rules.max_missing_percent,
        )


def _managed(office: Office, held: frozenset[str]) -> dict[str, int]:
    # The journal may still count shares a person sold in the broker's app.
    return {
        symbol: quantity
        for symbol, quantity in office.journal.managed().items()
        if symbol in held and symbol not in office.legacy
    }


def _managed_equity(account: Account, managed: Mapping[str, int], panel: Panel) -> int:
    closes: list[int] = panel.close[-1].tolist() if panel.sessions else []
    close_of = dict(zip(panel.symbols, closes, strict=False))
    worth = (shares * close_of.get(symbol, 0) for symbol, shares in managed.items())
    return account.cash_d2 + sum(worth)


def _names(account: Account, universe: Universe, panel: Panel) -> dict[str, str]:
    names = dict(panel.names)
    names |= {holding.symbol: holding.name for holding in account.holdings}
    names |= {i.symbol: i.name for i in universe.instruments}
    return {symbol: name for symbol, name in names.items() if name}


def _publish(office: Office, plan: Plan, account: Account) -> None:
    office.publish(
        AccountObserved(
            at=account.observed_at,
            account=plan.account,
            session=plan.data_asof,
            observed=account,
        ),
        PlanPrepared(
            at=plan.generated_at,
            account=plan.account,
            session=plan.for_trading_day,
            plan_id=plan.plan_id,
            buys=len(plan.buys),
            sells=len(plan.sells),
            slots_free=plan.slots_free,
        ),
    )
