"""An import as a whole: two stores, nothing mixed, nothing twice, nothing unsaid."""

from datetime import date
from pathlib import Path

import pytest

from data.foreign_files import csv_file, parquet_file
from data.imports import MON, TUE, WED, a_file, changes, run, store, stored, told
from khms_trader.errors import DataError


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


def test_adjusted_files_that_agree_where_they_meet_are_joined(tmp_path: Path) -> None:
    first = a_file(tmp_path / "adjusted-1.parquet", {"000250": {MON: 10, TUE: 11}})
    second = a_file(tmp_path / "adjusted-2.parquet", {"000250": {TUE: 11, WED: 12}})

    report = run(tmp_path, second, first)

    assert stored(tmp_path) == {"000250": {MON: 10, TUE: 11, WED: 12}}
    assert report.problems == ()


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
