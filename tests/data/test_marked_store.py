"""Designations of raw whole-market files serve the adjusted store of the same day."""

from datetime import date
from pathlib import Path

import pytest

from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.domain.instrument import Designation

REALDATA = Path(__file__).parents[2].parent / "shared" / "realdata"
IN_WINDOW = date(2024, 1, 10)
OUTSIDE = date(2024, 4, 9)
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REALDATA.is_dir(), reason="no ../shared/realdata here"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetBarStore:
    folder = tmp_path_factory.mktemp("bars")
    files = [
        REALDATA / "kosdaq_adjusted_202312_202506.parquet",
        REALDATA / "kosdaq_raw_windows_2021_2026.parquet",
    ]
    BarImport(lambda day: day.weekday() < 5).run(files, folder)
    raw = ParquetBarStore(folder, name="store", basis="raw")
    return ParquetBarStore(folder, name="store", basis="adjusted", marked=raw)


def designated(store: ParquetBarStore, day: date) -> dict[str, frozenset[Designation]]:
    return {i.symbol: i.designations for i in store.instruments(day) if i.designations}


def test_what_the_raw_file_says_of_the_day_is_known(store: ParquetBarStore) -> None:
    assert designated(store, IN_WINDOW)["072520"] == {Designation.ATTENTION}


def test_outside_the_raw_windows_nothing_is_known(store: ParquetBarStore) -> None:
    assert designated(store, OUTSIDE) == {}
