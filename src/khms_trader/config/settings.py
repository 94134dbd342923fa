"""The settings as one frozen value: every key has an effect, or does not exist.

Nothing is read here; ``config.load`` makes these from settings.yaml. The defaults are
the shipped settings.yaml, and an empty file means them all.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from khms_trader.config.notices import NotificationSettings, TelegramSettings
from khms_trader.config.problems import Fault
from khms_trader.config.values import (
    Read,
    auto_or,
    day,
    empty_list,
    empty_mapping,
    fault,
    hours,
    in_order,
    number,
    one_of,
    optional,
    plain,
    switch,
    symbol,
    text,
    whole,
)
from khms_trader.domain.order import OrderType

_EMPTY: Final = BeforeValidator(empty_mapping)
_MOST_WON: Final = 10**13
_FINGERPRINT_LENGTH: Final = 12

_Basis = Annotated[Decimal, number("0", "1000")]
_Interval = Annotated[Decimal, number("0.001", "60")]
_Won = Annotated[int, whole(0, _MOST_WON)]
_WonLimit = Annotated[int | None, optional(whole(1, _MOST_WON))]
_Kind = Annotated[OrderType, BeforeValidator(one_of("limit", "market").function)]
_Switch = Annotated[bool, Read(switch)]
_Text = Annotated[str, Read(text)]
_Plain = Annotated[int | float | str | bool, Read(plain)]
_Day = Annotated[date, Read(day)]
_Hours = Annotated[tuple[time, time], Read(hours)]
_Symbols = Annotated[
    tuple[Annotated[str, Read(symbol)], ...],
    BeforeValidator(empty_list),
    AfterValidator(in_order),
]
_Days = Annotated[
    tuple[_Day, ...], BeforeValidator(empty_list), AfterValidator(in_order)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Which account is traded."""

    provider: Annotated[
        Literal["paper", "korea_invest"], one_of("paper", "korea_invest")
    ] = "paper"
    env: Annotated[Literal["virtual", "real"], one_of("virtual", "real")] = "virtual"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingSettings:
    """What a trade costs, in basis points of its value (14.7 = 0.147 %).

    Attributes:
        fee_bps: commission, on both sides.
        tax_bps: tax on a sale; ``auto`` takes the dated table of ``market``.
        slippage_bps: how much worse than the open paper and backtest fill.
    """

    fee_bps: _Basis = Decimal("14.7")
    tax_bps: Annotated[Decimal | Literal["auto"], auto_or(number("0", "1000"))] = "auto"
    slippage_bps: _Basis = Decimal("10.0")
    fill_mode: Annotated[Literal["next_open"], one_of("next_open")] = "next_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """The state check's interval in seconds, and the most positions held at once."""

    loop_sec: Annotated[int, whole(1, 3600)] = 60
    max_positions: Annotated[int, whole(1, 100)] = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySettings:
    """A registered name or ``package.module:Class``, and its parameters."""

    name: _Text = "trend_momentum"
    params: Annotated[Mapping[str, _Plain], _EMPTY] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UniverseSettings:
    """Which symbols are looked at: the most traded of the session before.

    Attributes:
        limit: how many symbols.
        min_price: lowest price in won.
        min_traded_value: lowest traded value of that session in won.
        exclude: symbols never looked at, sorted.
        include_preferred, include_etf, include_spac: look at these kinds too.
    """

    limit: Annotated[int, whole(1, 5000)] = 200
    min_price: _Won = 0
    min_traded_value: _Won = 0
    exclude: _Symbols = ()
    include_preferred: _Switch = False
    include_etf: _Switch = False
    include_spac: _Switch = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """Where bars come from, and how far they are trusted.

    Attributes:
        max_missing_pct: percent of the universe that may lack its newest bar.
        quality_gate: False takes signals of quarantined symbols too.
        quotes: whose key reads quotes and bars from KIS; orders take the virtual one.
    """

    source: Annotated[
        Literal["auto", "sample", "store", "kis"],
        one_of("auto", "sample", "store", "kis"),
    ] = "auto"
    max_missing_pct: Annotated[Decimal, number("0", "100")] = Decimal(10)
    quality_gate: _Switch = True
    quotes: Annotated[Literal["virtual", "real"], one_of("virtual", "real")] = "virtual"


@dataclass(frozen=True, slots=True, kw_only=True)
class KisSettings:
    """How fast KIS is asked, and where its master file lies.

    Attributes:
        request_interval_sec: seconds between two requests to the virtual server.
        order_interval_sec: seconds before and after an order.
        requests_per_sec: sets both intervals when given.
        master_url: another address of the KOSDAQ master file.
    """

    request_interval_sec: _Interval = Decimal("1.1")
    order_interval_sec: _Interval = Decimal("1.5")
    requests_per_sec: Annotated[Decimal | None, optional(number("0.1", "1000"))] = None
    master_url: Annotated[str | None, optional(Read(text))] = None

    def intervals(self) -> tuple[float, float]:
        """Return the seconds between two requests, and around an order."""
        if self.requests_per_sec is not None:
            both = float(1 / self.requests_per_sec)
            return both, both
        return float(self.request_interval_sec), float(self.order_interval_sec)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSettings:
    """How orders are made, how long they are waited for, and their limits.

    Attributes:
        price_collar_bps: how far above the plan's reference a buy may go.
        cash_per_trade: won per buy; needed by that sizing.
        start_window_min: minutes after the open in which execution may start.
        sell_wait_sec, fill_wait_sec, resolve_sec: seconds to wait for the sells, for
            all fills, and for the outcome of an unconfirmed order.
        max_orders, max_order_won, max_daily_won: caps of one day; None is no cap.
        max_volume_share: largest share of the 20-day mean traded value one order may
            be, 0.01 for 1 %; None is no cap.
    """

    buy_order: _Kind = OrderType.LIMIT
    sell_order: _Kind = OrderType.MARKET
    price_collar_bps: Annotated[int, whole(0, 3000)] = 300
    sizing: Annotated[
        Literal["fixed", "equal_slots", "cash_per_trade"],
        one_of("fixed", "equal_slots", "cash_per_trade"),
    ] = "fixed"
    cash_per_trade: _WonLimit = None
    start_window_min: Annotated[int, whole(1, 390)] = 30
    sell_wait_sec: Annotated[int, whole(1, 600)] = 20
    fill_wait_sec: Annotated[int, whole(1, 3600)] = 300
    resolve_sec: Annotated[int, whole(1, 600)] = 30
    max_orders: Annotated[int | None, optional(whole(1, 1000))] = None
    max_order_won: _WonLimit = None
    max_daily_won: _WonLimit = None
    max_volume_share: Annotated[Decimal | None, optional(number("0.0001", "1"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSettings:
    """The paper account's cash in won when it is opened."""

    initial_cash: Annotated[int, whole(1, _MOST_WON)] = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSettings:
    """What the user knows better than the calendar; these win.

    Attributes:
        closed: dates without trading that the calendar thinks open.
        open: the reverse.
        times: opening and closing time (KST) by date.
    """

    closed: _Days = ()
    open: _Days = ()
    times: Annotated[Mapping[_Day, _Hours], _EMPTY] = field(default_factory=dict)


def _cash_is_named(execution: ExecutionSettings) -> ExecutionSettings:
    if execution.sizing == "cash_per_trade" and execution.cash_per_trade is None:
        raise fault(Fault.INCOMPLETE, "cash_per_trade")
    return execution


def _open_or_closed(calendar: CalendarSettings) -> CalendarSettings:
    both = sorted(set(calendar.closed) & {*calendar.open, *calendar.times})
    if both:
        raise fault(Fault.CONFLICT, both[0].isoformat())
    return calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything settings.yaml says, checked."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    broker: Annotated[BrokerSettings, _EMPTY] = field(default_factory=BrokerSettings)
    market: Annotated[Literal["KRX"], one_of("KRX")] = "KRX"
    base_currency: Annotated[Literal["KRW"], one_of("KRW")] = "KRW"
    trading: Annotated[TradingSettings, _EMPTY] = field(default_factory=TradingSettings)
    live: Annotated[LiveSettings, _EMPTY] = field(default_factory=LiveSettings)
    strategy: Annotated[StrategySettings, _EMPTY] = field(
        default_factory=StrategySettings
    )
    universe: Annotated[UniverseSettings, _EMPTY] = field(
        default_factory=UniverseSettings
    )
    data: Annotated[DataSettings, _EMPTY] = field(default_factory=DataSettings)
    execution: Annotated[ExecutionSettings, _EMPTY, AfterValidator(_cash_is_named)] = (
        field(default_factory=ExecutionSettings)
    )
    legacy_holdings: _Symbols = ()
    kis: Annotated[KisSettings, _EMPTY] = field(default_factory=KisSettings)
    paper: Annotated[PaperSettings, _EMPTY] = field(default_factory=PaperSettings)
    notifications: Annotated[NotificationSettings, _EMPTY] = field(
        default_factory=NotificationSettings
    )
    telegram: Annotated[TelegramSettings, _EMPTY] = field(
        default_factory=TelegramSettings
    )
    calendar: Annotated[CalendarSettings, _EMPTY, AfterValidator(_open_or_closed)] = (
        field(default_factory=CalendarSettings)
    )

    def fingerprint(self) -> str:
        """Return twelve hex digits of the rules a plan is made and executed by.

        Account, data source and calendar are not in it: the plan names those itself.
        """
        import hashlib

        deciding = {
            "strategy": asdict(self.strategy),
            "universe": asdict(self.universe),
            "trading": asdict(self.trading),
            "execution": asdict(self.execution),
            "max_positions": self.live.max_positions,
        }
        rules = json.dumps(deciding, sort_keys=True, default=_canonical)
        return hashlib.sha256(rules.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def _canonical(value: object) -> str:
    # 15 and 15.0 are one rate, written in two ways.
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    message = f"no canonical form of {type(value).__name__}"
    raise TypeError(message)
