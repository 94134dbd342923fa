"""The fingerprint: what decides a plan, and nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from khms_trader.config.settings import (
    BrokerSettings,
    ExecutionSettings,
    LiveSettings,
    PaperSettings,
    Settings,
    StrategySettings,
    TradingSettings,
    UniverseSettings,
)


@pytest.mark.parametrize(
    "changed",
    [
        Settings(strategy=StrategySettings(name="another")),
        Settings(strategy=StrategySettings(params={"ma_window": 30})),
        Settings(universe=UniverseSettings(limit=100)),
        Settings(trading=TradingSettings(fee_bps=Decimal(3))),
        Settings(execution=ExecutionSettings(sizing="equal_slots")),
        Settings(live=LiveSettings(max_positions=9)),
    ],
)
def test_what_decides_a_plan_changes_the_fingerprint(changed: Settings) -> None:
    assert changed.fingerprint() != Settings().fingerprint()


@pytest.mark.parametrize(
    "changed",
    [
        Settings(broker=BrokerSettings(provider="korea_invest")),
        Settings(live=LiveSettings(loop_sec=5)),
        Settings(paper=PaperSettings(initial_cash=1)),
        Settings(trading=TradingSettings(fee_bps=Decimal("14.70"))),
        replace(Settings(), market="KRX"),
    ],
)
def test_what_does_not_decide_a_plan_leaves_it(changed: Settings) -> None:
    assert changed.fingerprint() == Settings().fingerprint()


def test_the_order_of_parameters_does_not_matter() -> None:
    one = Settings(strategy=StrategySettings(params={"a": 1, "b": 2}))
    other = Settings(strategy=StrategySettings(params={"b": 2, "a": 1}))

    assert one.fingerprint() == other.fingerprint()


def test_the_fingerprint_is_the_same_on_every_machine() -> None:
    assert len(Settings().fingerprint()) == 12
    assert int(Settings().fingerprint(), 16) > 0
