"""Settings to the rules that the pure rooms decide by."""

from datetime import timedelta
from typing import Final

from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.config.settings import Settings
from khms_trader.execution.office import Pace
from khms_trader.market.calendar import Calendar, CalendarOverrides
from khms_trader.market.costs import rate_ppb
from khms_trader.market.hours import SessionHours
from khms_trader.market.rates import CostRates
from khms_trader.planning.due import TradingRules
from khms_trader.planning.line_gates import Limits

LATE_OPEN: Final = timedelta(minutes=70)
"""How long after the open a first trade may come: until 10:10 on an ordinary day."""


def calendar_of(settings: Settings) -> Calendar:
    """Return the calendar with the user's overrides."""
    chosen = settings.calendar
    times = {
        day: SessionHours(open=opens, close=closes)
        for day, (opens, closes) in chosen.times.items()
    }
    return Calendar(
        CalendarOverrides(
            closed=frozenset(chosen.closed), open=frozenset(chosen.open), times=times
        )
    )


def costs(settings: Settings) -> CostRates:
    """Return the cost rates the settings ask for."""
    tax = settings.trading.tax_bps
    return CostRates(
        fee_rate=rate_ppb(settings.trading.fee_bps),
        tax_rate=None if tax == "auto" else rate_ppb(tax),
        slippage_rate=rate_ppb(settings.trading.slippage_bps),
    )


def trading_rules(settings: Settings) -> TradingRules:
    """Return what decides orders."""
    chosen = settings.execution
    share = chosen.max_volume_share
    return TradingRules(
        max_positions=settings.live.max_positions,
        costs=costs(settings),
        collar_rate=chosen.price_collar_bps * 100_000,
        buy_order=chosen.buy_order,
        sell_order=chosen.sell_order,
        limits=Limits(
            max_orders=chosen.max_orders,
            max_order_won=chosen.max_order_won,
            max_daily_won=chosen.max_daily_won,
            max_volume_share_permyriad=None if share is None else int(share * 10_000),
        ),
    )


def pace_of(options: RunOptions) -> Pace:
    """Return how long execution waits; what fills in memory is not waited for."""
    chosen = options.settings.execution
    window = timedelta(minutes=chosen.start_window_min)
    if options.account == PAPER or options.is_dry_run:
        nothing = timedelta(0)
        return Pace(
            sell_wait=nothing,
            fill_wait=nothing,
            resolve=nothing,
            poll=nothing,
            start_window=window,
        )
    between, _ = options.settings.kis.intervals()
    return Pace(
        sell_wait=timedelta(seconds=chosen.sell_wait_sec),
        fill_wait=timedelta(seconds=chosen.fill_wait_sec),
        resolve=timedelta(seconds=chosen.resolve_sec),
        poll=timedelta(seconds=between),
        start_window=window,
        late_open=LATE_OPEN,
    )
