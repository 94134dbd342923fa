"""Real KOSDAQ days: the plan's signals against pandas, worked out separately here."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from khms_trader.domain.panel import Panel
from khms_trader.strategy.evaluation import evaluate
from khms_trader.strategy.latest import latest_signals
from khms_trader.strategy.trend_momentum import TrendMomentum

FILE = (
    Path(__file__).parents[3]
    / "shared"
    / "realdata"
    / "kosdaq_adjusted_202312_202607.parquet"
)
DATES = (
    "2023-12-20",
    "2024-01-04",
    "2024-03-15",
    "2024-08-05",
    "2024-08-06",
    "2024-12-30",
    "2025-04-07",
    "2025-06-17",
    "2025-09-18",
    "2025-11-13",
    "2026-01-02",
    "2026-03-03",
    "2026-05-29",
    "2026-07-10",
)
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not FILE.exists(), reason="shared/realdata is absent"),
]


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    whole = ["open", "high", "low", "close", "volume"]
    table = pd.read_parquet(FILE)
    return table.astype(dict.fromkeys(whole, "int64")).sort_values(["date", "ticker"])


@pytest.fixture(scope="module")
def panel(bars: pd.DataFrame) -> Panel:
    wide = bars.pivot_table(
        index="date",
        columns="ticker",
        values=["open", "high", "low", "close", "volume"],
    ).fillna(0)
    return Panel(
        sessions=tuple(stamp.date() for stamp in pd.to_datetime(wide.index)),
        symbols=tuple(wide["close"].columns),
        open=wide["open"].to_numpy(dtype=np.int32),
        high=wide["high"].to_numpy(dtype=np.int32),
        low=wide["low"].to_numpy(dtype=np.int32),
        close=wide["close"].to_numpy(dtype=np.int32),
        volume=wide["volume"].to_numpy(dtype=np.int64),
    )


@pytest.fixture(scope="module")
def judged(bars: pd.DataFrame) -> pd.DataFrame:
    """Every traded bar with what the written rule says of it, one chart at a time."""
    traded = bars[bars["volume"] > 0].copy()
    chart = traded.groupby("ticker")
    traded["mean"] = chart["close"].transform(lambda c: c.rolling(20).mean())
    traded["usual"] = chart["volume"].transform(lambda v: v.rolling(20).mean())
    traded["earlier"] = chart["close"].transform(lambda c: c.shift(5))
    value = traded["close"] * traded["volume"]
    traded["value"] = value
    traded["usual_value"] = value.groupby(traded["ticker"]).transform(
        lambda v: v.rolling(20).mean()
    )
    traded["buy"] = (
        (traded["close"] > traded["mean"])
        & (traded["close"] > traded["earlier"])
        & (traded["volume"] > 1.1 * traded["usual"])
    )
    traded["sell"] = traded["mean"].notna() & (
        (traded["close"] < 0.99 * traded["mean"])
        | (traded["close"] < traded["earlier"])
    )
    return traded.set_index("ticker")


@pytest.mark.parametrize("asof", DATES)
def test_the_signals_of_a_real_day_equal_those_pandas_finds(
    asof: str, panel: Panel, judged: pd.DataFrame
) -> None:
    strategy = TrendMomentum()
    known = panel.until(pd.Timestamp(asof).date())
    day = judged[judged["date"] == asof]
    buys, sells = day[day["buy"]], day[day["sell"]]

    latest = latest_signals(known, evaluate(strategy, known), strategy)

    assert known.sessions[-1].isoformat() == asof
    assert {signal.symbol for signal in latest.entries} == set(buys.index)
    assert {signal.symbol for signal in latest.exits} == set(sells.index)
    for signal in latest.entries:
        bar = buys.loc[signal.symbol]
        assert signal.close == bar["close"]
        assert signal.score == bar["value"]
        assert signal.traded_value_20d == pytest.approx(bar["usual_value"], abs=1)
        assert signal.indicators["ma"] == pytest.approx(bar["mean"], abs=1e-4)
        assert signal.indicators["close_before"] == bar["earlier"]


def test_the_chosen_days_are_not_empty_ones(judged: pd.DataFrame) -> None:
    chosen = judged[judged["date"].isin(pd.to_datetime(list(DATES)))]

    assert chosen["buy"].sum() > 300
    assert chosen["sell"].sum() > 1_000
