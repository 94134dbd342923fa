"""Two vintages of real adjusted bars, folded and checked independently with pandas."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.domain.imported import ImportReport
from khms_trader.market.calendar import Calendar

REAL = Path(__file__).parents[2].parent / "shared" / "realdata"
OLDER = REAL / "kosdaq_adjusted_202312_202506.parquet"
NEWER = REAL / "kosdaq_adjusted_202312_202607.parquet"

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL.exists(), reason="no ../shared/realdata"),
]


def run(folder: Path, *paths: Path) -> ImportReport:
    return BarImport(Calendar().is_session).run(paths, folder)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ImportReport]:
    """A store of the older file, then the newer one; the second import's report."""
    folder = tmp_path_factory.mktemp("bars")
    run(folder, OLDER)
    return folder, run(folder, NEWER)


def vintages() -> pd.DataFrame:
    """Return both vintages' closes of common traded bars, but the partial last day."""
    older, newer = (pd.read_parquet(path) for path in (OLDER, NEWER))
    both = older.merge(newer, on=["ticker", "date"], suffixes=("_old", "_new"))
    is_final = both["date"] < pd.Timestamp("2025-06-17")
    return both[is_final & (both["volume_old"] > 0) & (both["volume_new"] > 0)]


def test_58_of_435_common_symbols_are_moved_and_the_others_appended_to(
    imported: tuple[Path, ImportReport],
) -> None:
    (stored,) = imported[1].stores

    counts = (stored.appended, stored.rebased, stored.mismatched)
    assert counts == (377, 58, 0)
    both = vintages()
    last = both.groupby("ticker").tail(20)
    ratio = (last["close_new"] / last["close_old"]).groupby(last["ticker"]).median()
    moved = set(ratio.index[(ratio - 1).abs() > 0.002])
    problems = ParquetBarStore(imported[0], name="store", basis="adjusted").problems()
    assert {p.symbol for p in problems if p.code == "rebased"} == moved
    assert len(moved) == 58


def test_every_bar_of_a_moved_symbol_is_that_of_the_newer_file(
    imported: tuple[Path, ImportReport],
) -> None:
    folder = imported[0]
    problems = ParquetBarStore(folder, name="store", basis="adjusted").problems()
    moved = {p.symbol for p in problems if p.code == "rebased"}
    stored = pd.read_parquet(folder / "store-adjusted.parquet")
    newer = pd.read_parquet(NEWER).rename(columns={"ticker": "symbol"})
    newer["date"] = newer["date"].dt.date

    both = stored[stored["symbol"].isin(moved)].merge(
        newer, on=["symbol", "date"], suffixes=("", "_new"), how="left"
    )

    assert both["symbol"].nunique() == 58
    assert (both["close"] == both["close_new"]).all()


def test_no_stored_close_is_off_the_newer_basis(
    imported: tuple[Path, ImportReport],
) -> None:
    stored = pd.read_parquet(imported[0] / "store-adjusted.parquet")
    newer = pd.read_parquet(NEWER).rename(columns={"ticker": "symbol"})
    newer["date"] = newer["date"].dt.date

    both = stored.merge(newer, on=["symbol", "date"], suffixes=("", "_new"))

    assert len(both) == 271_464
    off = (both["close"] / both["close_new"] - 1).abs()
    slack = np.maximum(0.002, 1 / both["close_new"])
    assert (off <= slack).all()


def test_the_partial_last_day_is_replaced_where_a_final_one_is_known(
    imported: tuple[Path, ImportReport],
) -> None:
    told = {p.code.value: p.count for p in imported[1].problems}
    store = ParquetBarStore(imported[0], name="store", basis="adjusted")
    panel = store.panel(date(2025, 6, 17))
    newer = pd.read_parquet(NEWER)
    final = newer[newer["date"] == "2025-06-17"].set_index("ticker")["volume"]

    stored = dict(zip(panel.symbols, panel.volume[-1].tolist(), strict=True))

    assert told["unfinished_replaced"] == len(final) == 435
    assert {symbol: stored[symbol] for symbol in final.index} == final.to_dict()
    # 646 symbols end there, so that the store still says so.
    partial = [p for p in store.problems() if p.code == "partial_last_day"]
    assert [(p.symbol, p.session) for p in partial] == [("", date(2025, 6, 17))]


def test_three_won_of_a_tripled_price_are_rounding(
    imported: tuple[Path, ImportReport],
) -> None:
    store = ParquetBarStore(imported[0], name="store", basis="adjusted")
    panel = store.panel(date(2024, 3, 8))
    column = panel.symbols.index("354200")

    assert (panel.high[-1, column], panel.close[-1, column]) == (12_260, 12_263)
    impossible = {p.symbol for p in store.problems() if p.code == "impossible_bar"}
    assert len(impossible) > 0
    assert "354200" not in impossible


def test_either_file_again_changes_no_byte(
    imported: tuple[Path, ImportReport],
) -> None:
    path = imported[0] / "store-adjusted.parquet"
    before = path.read_bytes()

    for file in (OLDER, NEWER):
        run(imported[0], file)

    assert path.read_bytes() == before


def test_both_in_one_call_are_the_same_as_one_after_the_other(
    imported: tuple[Path, ImportReport], tmp_path: Path
) -> None:
    run(tmp_path, NEWER, OLDER)

    there = (tmp_path / "store-adjusted.parquet").read_bytes()
    assert there == (imported[0] / "store-adjusted.parquet").read_bytes()
