"""What importing does to the stores: what is added, kept, replaced, and told."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.foreign_files import csv_file, is_weekday, parquet_file
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.domain.imported import ImportProblem, ImportReport
from khms_trader.domain.panel import Panel
from khms_trader.errors import DataError

MON, TUE, WED = "2026-03-02", "2026-03-03", "2026-03-04"
Bars = Mapping[str, Mapping[str, int]]


def a_file(path: Path, bars: Bars) -> Path:
    """Write closes by symbol and day, ten shares each."""
    rows = [
        (day, symbol, close, 10)
        for symbol, days in bars.items()
        for day, close in days.items()
    ]
    return parquet_file(path, rows)


def run(folder: Path, *paths: Path, replace: bool = False) -> ImportReport:
    return BarImport(is_weekday).run(paths, folder / "bars", replace=replace)


def store(folder: Path, basis: str = "adjusted") -> ParquetBarStore:
    return ParquetBarStore(folder / "bars", name="store", basis=basis)


def stored(folder: Path, basis: str = "adjusted") -> dict[str, dict[str, int]]:
    """Return closes by symbol and day."""
    panel: Panel = store(folder, basis).panel(date.max)
    return {
        symbol: {
            session.isoformat(): int(panel.close[row, column])
            for row, session in enumerate(panel.sessions)
            if panel.close[row, column]
        }
        for column, symbol in enumerate(panel.symbols)
    }


def told(problems: tuple[ImportProblem, ...]) -> list[tuple[str, str, int, str]]:
    return [(Path(p.path).name, p.code, p.count, p.detail) for p in problems]


def changes(report: ImportReport) -> list[tuple[int, int]]:
    return [(stored.added_rows, stored.replaced_rows) for stored in report.stores]


def test_each_basis_has_its_own_store(tmp_path: Path) -> None:
    adjusted = a_file(tmp_path / "adjusted.parquet", {"000250": {MON: 10}})
    raw = csv_file(tmp_path / "000440.csv", f"{TUE},20,20,20,20,5,0")

    report = run(tmp_path, adjusted, raw)

    assert stored(tmp_path) == {"000250": {MON: 10}}
    assert stored(tmp_path, "raw") == {"000440": {TUE: 20}}
    assert [(s.basis, Path(s.path).name, s.rows) for s in report.stores] == [
        ("adjusted", "store-adjusted.parquet", 1),
        ("raw", "store-raw.parquet", 1),
    ]


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    file = a_file(tmp_path / "adjusted.parquet", {"000250": {MON: 10, TUE: 11}})
    first = run(tmp_path, file)
    before = store(tmp_path).path.stat(), store(tmp_path).path.read_bytes()

    again = run(tmp_path, file)

    assert (changes(first), changes(again)) == ([(2, 0)], [(0, 0)])
    assert (store(tmp_path).path.stat(), store(tmp_path).path.read_bytes()) == before


def test_new_symbols_and_days_are_added(tmp_path: Path) -> None:
    run(tmp_path, a_file(tmp_path / "adjusted.parquet", {"000250": {MON: 10}}))
    more = {"000250": {MON: 10, TUE: 11}, "000440": {MON: 20}}

    report = run(tmp_path, a_file(tmp_path / "adjusted-2.parquet", more))

    assert stored(tmp_path) == more
    assert changes(report) == [(2, 0)]
    assert report.problems == ()


def test_raw_rows_that_differ_from_stored_ones_are_kept_as_stored(
    tmp_path: Path,
) -> None:
    run(tmp_path, a_file(tmp_path / "raw.parquet", {"000250": {MON: 10, TUE: 11}}))
    other = {"000250": {MON: 10, TUE: 99, WED: 12}}

    report = run(tmp_path, a_file(tmp_path / "raw-2.parquet", other))

    assert stored(tmp_path, "raw") == {"000250": {MON: 10, TUE: 11, WED: 12}}
    assert changes(report) == [(1, 0)]
    assert told(report.problems) == [
        ("store-raw.parquet", "differs_from_stored", 1, "000250 2026-03-03")
    ]


def test_an_adjusted_symbol_that_differs_is_kept_as_stored_as_a_whole(
    tmp_path: Path,
) -> None:
    run(tmp_path, a_file(tmp_path / "adjusted.parquet", {"000250": {MON: 10, TUE: 12}}))
    split = {"000250": {MON: 5, TUE: 6, WED: 7}, "000440": {TUE: 20}}

    report = run(tmp_path, a_file(tmp_path / "adjusted-2.parquet", split))

    assert stored(tmp_path) == {"000250": {MON: 10, TUE: 12}, "000440": {TUE: 20}}
    assert told(report.problems) == [
        ("store-adjusted.parquet", "differs_from_stored", 1, "000250 2026-03-02")
    ]


@pytest.mark.parametrize("basis", ["adjusted", "raw"])
def test_replace_takes_the_symbols_of_the_file_and_leaves_the_others(
    tmp_path: Path, basis: str
) -> None:
    old = {"000250": {MON: 10, TUE: 12}, "000440": {MON: 20}}
    run(tmp_path, a_file(tmp_path / f"{basis}.parquet", old))
    new = a_file(tmp_path / f"{basis}-2.parquet", {"000250": {TUE: 6, WED: 7}})

    report = run(tmp_path, new, replace=True)

    assert stored(tmp_path, basis) == {"000250": {TUE: 6, WED: 7}, "000440": {MON: 20}}
    assert changes(report) == [(1, 2)]
    assert report.problems == ()


def test_of_two_adjusted_vintages_the_newer_gives_the_symbol_whole(
    tmp_path: Path,
) -> None:
    older = {"000250": {MON: 100, TUE: 110}, "000440": {MON: 20}}
    newer = {"000250": {TUE: 55, WED: 56}}
    a_file(tmp_path / "in" / "a_adjusted_new.parquet", newer)
    a_file(tmp_path / "in" / "b_adjusted_old.parquet", older)

    report = run(tmp_path, tmp_path / "in")

    assert stored(tmp_path) == {"000250": {TUE: 55, WED: 56}, "000440": {MON: 20}}
    assert told(report.problems) == [
        ("b_adjusted_old.parquet", "older_vintage", 1, "000250 2026-03-03")
    ]


def test_adjusted_files_that_agree_where_they_meet_are_joined(tmp_path: Path) -> None:
    first = a_file(tmp_path / "adjusted-1.parquet", {"000250": {MON: 10, TUE: 11}})
    second = a_file(tmp_path / "adjusted-2.parquet", {"000250": {TUE: 11, WED: 12}})

    report = run(tmp_path, second, first)

    assert stored(tmp_path) == {"000250": {MON: 10, TUE: 11, WED: 12}}
    assert report.problems == ()


def test_raw_files_that_differ_give_the_row_of_the_newer_one(tmp_path: Path) -> None:
    # A bar taken during its session is the last of its file and wrong.
    partial = a_file(tmp_path / "raw-1.parquet", {"000250": {MON: 10, TUE: 11}})
    later = a_file(tmp_path / "raw-2.parquet", {"000250": {TUE: 15, WED: 16}})

    report = run(tmp_path, later, partial)

    assert stored(tmp_path, "raw") == {"000250": {MON: 10, TUE: 15, WED: 16}}
    assert told(report.problems) == [
        ("raw-1.parquet", "differs_between_files", 1, "000250 2026-03-03")
    ]


def test_the_order_of_the_paths_does_not_matter(tmp_path: Path) -> None:
    paths = [
        a_file(tmp_path / f"raw-{n}.parquet", {"000250": {MON: n, TUE: 10 + n}})
        for n in (1, 2, 3)
    ]

    run(tmp_path / "forward", *paths)
    run(tmp_path / "backward", *reversed(paths))

    forward = store(tmp_path / "forward", "raw").path.read_bytes()
    assert store(tmp_path / "backward", "raw").path.read_bytes() == forward


def test_a_newer_name_is_taken_without_touching_bars(tmp_path: Path) -> None:
    rows = [(MON, "000250", 10, 1)]
    run(tmp_path, parquet_file(tmp_path / "raw.parquet", rows, name=["옛"]))

    report = run(tmp_path, parquet_file(tmp_path / "raw-2.parquet", rows, name=["새"]))

    assert store(tmp_path, "raw").panel(date.max).names == {"000250": "새"}
    assert changes(report) == [(0, 0)]


def test_without_a_usable_file_nothing_is_stored_and_all_is_told(
    tmp_path: Path,
) -> None:
    csv_file(tmp_path / "in" / "u.csv", header="ticker,close")

    report = run(tmp_path, tmp_path / "in")

    assert (report.files, report.stores) == ((), ())
    assert told(report.problems) == [("u.csv", "universe", 1, "")]
    assert not (tmp_path / "bars").exists()


def test_a_broken_store_is_named_and_left_alone(tmp_path: Path) -> None:
    file = a_file(tmp_path / "raw.parquet", {"000250": {MON: 10}})
    run(tmp_path, file)
    store(tmp_path, "raw").path.write_bytes(b"broken")

    with pytest.raises(DataError, match="bars_unreadable"):
        run(tmp_path, file)

    assert store(tmp_path, "raw").path.read_bytes() == b"broken"


days = st.sampled_from([MON, TUE, WED, "2026-03-05", "2026-03-06"])
histories = st.dictionaries(
    st.sampled_from(["000250", "000440", "0007C0"]),
    st.dictionaries(days, st.integers(1, 3), min_size=1),
    min_size=1,
)


@given(first=histories, second=histories, basis=st.sampled_from(["adjusted", "raw"]))
@settings(max_examples=20, deadline=None)
def test_no_stored_bar_is_changed_or_lost_by_an_import(
    first: Bars, second: Bars, basis: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("import")
    run(folder, a_file(folder / f"{basis}.parquet", first))
    before = stored(folder, basis)

    run(folder, a_file(folder / f"{basis}-2.parquet", second))
    after = stored(folder, basis)

    assert all(after[s].items() >= bars.items() for s, bars in before.items())
    if basis == "adjusted":
        rebased = {
            symbol
            for symbol in set(first) & set(second)
            for day in set(first[symbol]) & set(second[symbol])
            if first[symbol][day] != second[symbol][day]
        }
        assert all(after[symbol] == first[symbol] for symbol in rebased)
