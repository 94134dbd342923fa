"""How long a run waits, and whose clock it compares with."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from khms_trader.bootstrap.kis_account import read_only
from khms_trader.bootstrap.options import PAPER, RunOptions
from khms_trader.bootstrap.rules import pace_of
from khms_trader.clock import ManualClock
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import KoreaInvestKeys, KoreaInvestSecrets, Secrets
from khms_trader.config.settings import BrokerSettings, Settings
from khms_trader.market.calendar import SEOUL

NOTHING = timedelta(0)
KEYS = KoreaInvestKeys(
    app_key=Secret("K" * 36),
    app_secret=Secret("S" * 180),
    account_no=Secret("50123456"),
)


def options(home: Path) -> RunOptions:
    return RunOptions(
        home=home,
        settings=Settings(broker=BrokerSettings(provider="korea_invest")),
        clock=ManualClock(datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
        secrets=Secrets(korea_invest=KoreaInvestSecrets(virtual=KEYS)),
        account="virtual-0a1b2c3d",
    )


def test_a_run_waits_seventy_minutes_for_a_first_trade(tmp_path: Path) -> None:
    pace = pace_of(options(tmp_path))

    assert pace.late_open == timedelta(minutes=70)
    assert pace.look_again == timedelta(minutes=1)


@pytest.mark.parametrize("kind", [{"account": PAPER}, {"is_dry_run": True}])
def test_where_prices_never_come_later_nothing_is_waited_for(
    tmp_path: Path, kind: dict[str, str]
) -> None:
    pace = pace_of(replace(options(tmp_path), **kind))  # type: ignore[arg-type]

    assert pace.late_open == pace.fill_wait == pace.sell_wait == NOTHING


def test_a_made_up_time_is_compared_with_nobodys(tmp_path: Path) -> None:
    with read_only(options(tmp_path)) as account:
        assert account.office.clock_offset() is None
