"""Where bars come from, when what should hold them cannot be looked into."""

from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.bootstrap.markets import market_of
from khms_trader.bootstrap.options import RunOptions
from khms_trader.clock import ManualClock
from khms_trader.config.settings import DataSettings, Settings
from khms_trader.errors import StorageError
from khms_trader.market.calendar import SEOUL, Calendar


def options(home: Path) -> RunOptions:
    return RunOptions(
        home=home,
        settings=Settings(data=DataSettings(source="store")),
        clock=ManualClock(datetime(2026, 3, 4, 9, 30, tzinfo=SEOUL)),
    )


@pytest.mark.parametrize(("name", "basis"), [("adjusted", "adjusted"), ("raw", "raw")])
def test_adjusted_bars_are_taken_where_there_are_any(
    tmp_path: Path, name: str, basis: str
) -> None:
    bars = tmp_path / "data/bars"
    bars.mkdir(parents=True)
    (bars / f"store-{name}.parquet").touch()

    market, _ = market_of(options(tmp_path), Calendar())

    assert market.bars.basis == basis


def test_a_home_whose_name_is_too_long_is_named(tmp_path: Path) -> None:
    home = tmp_path / ("h" * 300)

    with pytest.raises(StorageError) as told:
        market_of(options(home), Calendar())

    assert told.value.code == "not_readable"
    assert told.value.facts["path"] == str(home / "data/bars/store-adjusted.parquet")
