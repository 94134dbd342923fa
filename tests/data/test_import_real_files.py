"""Importing the real files beside the project, counted independently with pandas."""

import hashlib
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.domain.imported import ImportReport
from khms_trader.market.calendar import Calendar

REAL = Path(__file__).parents[2].parent / "shared" / "realdata"
ADJUSTED = REAL / "kosdaq_adjusted_202312_202607.parquet"

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL.exists(), reason="no ../shared/realdata"),
]


def run(folder: Path, *paths: Path, basis: str | None = None) -> ImportReport:
    return BarImport(Calendar().is_session, basis=basis).run(paths, folder)


def digest(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
    }


@pytest.fixture(scope="module")
def adjusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of the adjusted file."""
    folder = tmp_path_factory.mktemp("bars")
    run(folder, ADJUSTED)
    return folder


def test_every_row_and_symbol_of_the_adjusted_file_is_stored(adjusted: Path) -> None:
    source = pd.read_parquet(ADJUSTED)

    stored = pd.read_parquet(adjusted / "store-adjusted.parquet")

    assert len(stored) == len(source) == 271_464
    assert stored["symbol"].nunique() == source["ticker"].nunique() == 435
    source["date"] = source["date"].dt.date
    merged = stored.merge(
        source.rename(columns={"ticker": "symbol"}),
        on=["date", "symbol"],
        suffixes=("", "_source"),
        validate="one_to_one",
    )
    assert len(merged) == 271_464
    assert (merged["close"] == merged["close_source"]).all()
    assert (merged["volume"] == merged["volume_source"]).all()
    traded = merged[merged["volume"] > 0]
    for name in ("open", "high", "low"):
        assert (traded[name] == traded[f"{name}_source"]).all()


def test_the_panel_of_real_bars_is_the_pivot_of_the_file(adjusted: Path) -> None:
    source = pd.read_parquet(ADJUSTED)
    table = source.pivot_table(index="date", columns="ticker", values="close")
    store = ParquetBarStore(adjusted, name="store", basis="adjusted")

    panel = store.panel(date(2026, 3, 3))

    past = table.loc[:"2026-03-03"].dropna(axis=1, how="all").fillna(0)
    assert list(panel.symbols) == list(past.columns)
    assert panel.sessions == tuple(day.date() for day in past.index)
    assert (panel.close == past.to_numpy()).all()


def test_importing_the_adjusted_file_again_changes_no_byte(adjusted: Path) -> None:
    before = digest(adjusted)

    report = run(adjusted, ADJUSTED)

    assert digest(adjusted) == before
    assert [(s.added_rows, s.replaced_rows) for s in report.stores] == [(0, 0)]


def test_real_bars_are_read_fast(adjusted: Path) -> None:
    times = []
    for _ in range(3):
        store = ParquetBarStore(adjusted, name="store", basis="adjusted")
        start = time.perf_counter()
        store.panel(date.max)
        times.append(time.perf_counter() - start)

    # 20-25 ms measured; the margin is for a machine that does other things.
    assert min(times) < 0.25


def test_the_csv_folder_of_a_kis_user_is_raw_and_the_speech_is_named(
    tmp_path: Path,
) -> None:
    report = run(tmp_path, REAL / "khms_csv")

    assert [(Path(p.path).name, p.code) for p in report.problems] == [
        ("005930.csv", "not_bars")
    ]
    assert {file.basis for file in report.files} == {"raw"}
    frames = [
        pd.read_csv(path, encoding="utf-8-sig")
        for path in (REAL / "khms_csv").glob("*.csv")
        if path.name != "005930.csv"
    ]
    assert report.stores[0].rows == sum(map(len, frames)) == 10_439
    assert report.stores[0].symbols == len(frames) == 51


def test_a_split_halt_and_letter_codes_come_through(tmp_path: Path) -> None:
    run(tmp_path, REAL / "khms_csv")
    panel = ParquetBarStore(tmp_path, name="store", basis="raw").panel(date.max)

    assert {"0009K0", "0015N0", "0015S0", "0096D0"} <= set(panel.symbols)
    first = panel.only(["448900"]).until(date(2025, 1, 2))
    assert first.close[-1, 0] == first.open[-1, 0] == 25_850
    assert first.volume[-1, 0] == 0


def test_everything_at_once_is_imported_or_named(tmp_path: Path) -> None:
    report = run(tmp_path, REAL)

    left_out = {
        Path(p.path).name: p.code for p in report.problems if p.code.leaves_out_the_file
    }
    assert left_out == {
        "005930.csv": "not_bars",
        "kosdaq_dirty_2016_2017.parquet": "basis_unknown",
        "kosdaq_index_1996_2026.parquet": "no_symbol",
        "krx_delistings_20260322.parquet": "not_bars",
        "kosdaq_20240201.csv": "universe",
        "kosdaq_20251201.csv": "universe",
        "kosdaq_20251212.csv": "universe",
        "kosdaq_20251217.csv": "universe",
    }
    told = {(p.code, p.count) for p in report.problems}
    assert ("rebased", 58) in told
    assert ("unfinished_replaced", 435) in told
    assert ("volume_without_prices", 1) in told
    assert {(s.basis, s.rows, s.mismatched) for s in report.stores} == {
        ("adjusted", 493_150, 0),
        ("raw", 199_550, 0),
    }
    before = digest(tmp_path)
    run(tmp_path, REAL)
    assert digest(tmp_path) == before


def test_the_dirty_vintage_loses_its_impossible_rows_and_says_how_many(
    tmp_path: Path,
) -> None:
    report = run(tmp_path, REAL / "kosdaq_dirty_2016_2017.parquet", basis="raw")

    source = pd.read_parquet(REAL / "kosdaq_dirty_2016_2017.parquet")
    prices = source[["open", "high", "low", "close"]]
    fractional = (prices % 1 != 0).any(axis=1)
    unpriced = ~fractional & (prices <= 0).any(axis=1)
    counts = {problem.code.value: problem.count for problem in report.problems}
    assert counts["fractional_price"] == fractional.sum() == 16_254
    assert counts["no_price"] == unpriced.sum() == 647
    assert report.stores[0].rows == len(source) - 16_254 - 647 == 236_214
