"""Real KOSDAQ days imported from files: import, prepare, execute, as a user would."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from khms_trader.cli.prepare import main as prepare
from processes import PROJECT, make_home, run_script

REALDATA = PROJECT.parent / "shared" / "realdata"
ADJUSTED = REALDATA / "kosdaq_adjusted_202312_202607.parquet"
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REALDATA.is_dir(), reason="no ../shared/realdata here"),
]
# As-of sessions all over the set: after halts, over year ends, before late opens.
AS_OF = (
    "2024-02-08",
    "2024-04-09",
    "2024-08-05",
    "2024-12-30",
    "2025-01-02",
    "2025-04-07",
    "2025-09-22",
    "2025-11-12",
    "2025-12-30",
    "2026-02-13",
    "2026-03-03",
    "2026-06-02",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(
        tmp_path_factory.mktemp("real") / "home", "data:\n  source: store\n"
    )
    folder = str(REALDATA / "khms_csv")
    ran = run_script("tools/import_bars.py", str(ADJUSTED), folder, home=home)
    assert ran.code == 0, ran.err
    return home


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    columns = ["date", "ticker", "close", "volume"]
    return pd.read_parquet(ADJUSTED, columns=columns)


def test_a_real_day_is_planned_and_executed_on_paper(
    tmp_path: Path, home: Path
) -> None:
    prepared = run_script(
        "prepare_next_open_plan.py", "--at", "2026-03-03T15:40", home=home
    )
    executed = run_script(
        "execute_next_open_plan.py", "--at", "2026-03-04T09:01", home=home
    )

    assert (prepared.code, executed.code) == (0, 0), prepared.err + executed.err
    report = json.loads(
        (home / "reports/20260304_paper.json").read_text(encoding="utf-8")
    )
    filled = [line for line in report["lines"] if line["end"] == "FILLED"]
    assert filled
    bars = pd.read_parquet(ADJUSTED, columns=["date", "ticker", "open"])
    opens = bars[bars["date"] == "2026-03-04"].set_index("ticker")["open"]
    for line in filled:
        assert line["order"]["open_price"] == opens[line["symbol"]]
        assert line["order"]["filled_value"] > opens[line["symbol"]]


@pytest.mark.parametrize(
    "asof",
    [
        *AS_OF[:3],
        *(pytest.param(asof, marks=pytest.mark.long) for asof in AS_OF[3:]),
    ],
)
def test_a_plans_signals_equal_an_independent_computation(
    asof: str,
    home: Path,
    bars: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Quarantine is a matter of its own: here every bar is believed by both sides.
    own = make_home(
        tmp_path / "home", "data:\n  source: store\n  quality_gate: false\n"
    )
    (own / "data").mkdir()
    (own / "data/bars").symlink_to(home / "data/bars")
    monkeypatch.setenv("KHMS_HOME", str(own))

    assert prepare(["--quiet", "--universe-limit", "150", "--at", f"{asof}T15:40"]) == 0

    (path,) = (own / "plans").glob("*.json")
    plan = json.loads(path.read_text(encoding="utf-8"))
    expected = signals_by_hand(bars, pd.Timestamp(asof), limit=150)
    assert [line["symbol"] for line in plan["buys"]] == expected["buys"]
    assert [line["symbol"] for line in plan["sells"]] == expected["sells"]
    assert expected["buys"]
    assert expected["sells"]


def signals_by_hand(
    bars: pd.DataFrame, asof: pd.Timestamp, *, limit: int
) -> Mapping[str, list[str]]:
    """Compute the signals of ``asof`` in the words of the issue, with pandas alone."""
    past = bars[bars["date"] <= asof]
    sessions = sorted(past["date"].unique())
    before = past[past["date"] == sessions[-2]].set_index("ticker")
    listed = set(past[past["date"] == asof]["ticker"])
    turnover = before["close"].astype("int64") * before["volume"]
    turnover = turnover[
        [t in listed and t[-1] not in "579KLMN" for t in turnover.index]
    ]
    turnover = (
        turnover[turnover > 0].sort_index().sort_values(ascending=False, kind="stable")
    )
    buys: list[tuple[int, str]] = []
    sells: list[str] = []
    for ticker in turnover.index[:limit]:
        traded = past[(past["ticker"] == ticker) & (past["volume"] > 0)]
        traded = traded.sort_values("date")
        if traded["date"].iloc[-1] != asof or len(traded) < 20:
            continue
        close = traded["close"].astype("int64").tolist()
        volume = traded["volume"].tolist()
        mean = sum(close[-20:]) / 20
        mean_volume = sum(volume[-20:]) / 20
        if (
            close[-1] > mean
            and close[-1] > close[-6]
            and volume[-1] > 1.1 * mean_volume
        ):
            buys.append((-close[-1] * volume[-1], ticker))
        if close[-1] < 0.99 * mean or close[-1] < close[-6]:
            sells.append(ticker)
    return {"buys": [ticker for _, ticker in sorted(buys)], "sells": sorted(sells)}
