"""The prepare job, put together: an account to read, never a broker to trade."""

from khms_trader.bootstrap.account import OpenAccount, opened
from khms_trader.bootstrap.options import RunOptions
from khms_trader.config.settings import UniverseSettings
from khms_trader.data.universe import UniverseFiles
from khms_trader.domain.instrument import InstrumentKind
from khms_trader.execution.gather import PlanningRoom, PlanRules
from khms_trader.execution.prepare import prepare as run
from khms_trader.planning.build import Sizing, SizingRule
from khms_trader.planning.prepared import Prepared
from khms_trader.planning.universe import UniverseRules
from khms_trader.ports import Progress
from khms_trader.strategy.protocol import Strategy
from khms_trader.strategy.registry import create


def prepare(options: RunOptions, progress: Progress) -> Prepared:
    """Make and save the plan for the next session."""
    strategy = strategy_of(options)
    with opened(options) as account:
        return run(room_of(options, account, strategy, progress))


def strategy_of(options: RunOptions) -> Strategy:
    """Return the strategy the settings name."""
    chosen = options.settings.strategy
    return create(chosen.name, chosen.params, search_path=options.home)


def room_of(
    options: RunOptions, account: OpenAccount, strategy: Strategy, progress: Progress
) -> PlanningRoom:
    """Return the room that plans for ``account`` as the settings say."""
    operating = options.folders.universe
    refresher = account.market.refresher
    return PlanningRoom(
        office=account.office,
        bars=account.market.bars,
        listing=account.market.listing,
        refresher=refresher() if refresher else None,
        reuses_universe=refresher is not None,
        universes=UniverseFiles(operating, save_to=options.output(operating)),
        strategy=strategy,
        rules=_plan_rules(options),
        progress=progress,
    )


def _plan_rules(options: RunOptions) -> PlanRules:
    settings = options.settings
    is_fixed = options.quantity is not None
    return PlanRules(
        universe=UniverseRules(
            limit=options.universe_limit or settings.universe.limit,
            min_price=settings.universe.min_price,
            min_traded_value=settings.universe.min_traded_value,
            exclude=frozenset(settings.universe.exclude),
            kinds=_kinds(settings.universe),
        ),
        sizing=SizingRule(
            sizing=Sizing.FIXED if is_fixed else Sizing(settings.execution.sizing),
            quantity=options.quantity or 1,
            cash_per_trade=settings.execution.cash_per_trade or 0,
        ),
        max_positions=settings.live.max_positions,
        max_missing_percent=settings.data.max_missing_pct,
        has_quality_gate=settings.data.quality_gate,
        fingerprint=settings.fingerprint(),
    )


def _kinds(universe: UniverseSettings) -> frozenset[InstrumentKind]:
    wanted = {
        InstrumentKind.EQUITY: True,
        InstrumentKind.PREFERRED: universe.include_preferred,
        InstrumentKind.ETF: universe.include_etf,
        InstrumentKind.SPAC: universe.include_spac,
    }
    return frozenset(kind for kind, is_wanted in wanted.items() if is_wanted)
