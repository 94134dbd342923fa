"""Imports that meet stored bars: continued, moved, refused, and remembered."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.foreign_files import csv_file, parquet_file
from data.imports import (
    MON,
    TUE,
    WED,
    Bars,
    a_file,
    changes,
    quarantined,
    run,
    store,
    stored,
    told,
)
from data.markets import weekdays
from khms_trader.domain.imported import ImportReport


def test_raw_bars_that_differ_from_stored_ones_are_refused_with_their_symbol(
    tmp_path: Path,
) -> None:
    run(tmp_path, a_file(tmp_path / "raw.parquet", {"000250": {MON: 10, TUE: 11}}))
    other = {"000250": {MON: 10, TUE: 99, WED: 12}, "000440": {WED: 20}}

    report = run(tmp_path, a_file(tmp_path / "raw-2.parquet", other))

    assert stored(tmp_path, "raw") == {
        "000250": {MON: 10, TUE: 11},
        "000440": {WED: 20},
    }
    assert changes(report) == [(1, 0)]
    assert told(report.problems) == [
        ("raw-2.parquet", "overlap_mismatch", 1, "000250 2026-03-03")
    ]
    assert quarantined(tmp_path, "raw") == {"000250"}


def test_an_adjusted_symbol_on_an_unknown_basis_is_kept_as_stored_as_a_whole(
    tmp_path: Path,
) -> None:
    old = {"000250": {MON: 1_000, TUE: 1_200}}
    run(tmp_path, a_file(tmp_path / "adjusted.parquet", old))
    split = {"000250": {MON: 500, TUE: 600, WED: 700}, "000440": {TUE: 20}}

    report = run(tmp_path, a_file(tmp_path / "adjusted-2.parquet", split))

    assert stored(tmp_path) == {**old, "000440": {TUE: 20}}
    assert told(report.problems) == [
        ("adjusted-2.parquet", "overlap_mismatch", 1, "000250 2026-03-02")
    ]
    assert quarantined(tmp_path) == {"000250"}


def test_a_refused_symbol_is_quarantined_until_it_is_replaced(tmp_path: Path) -> None:
    old = {"000250": {MON: 1_000, TUE: 1_200}}
    first = a_file(tmp_path / "adjusted.parquet", old)
    wrong = a_file(tmp_path / "adjusted-2.parquet", {"000250": {TUE: 600, WED: 700}})
    run(tmp_path, first)
    run(tmp_path, wrong)

    run(tmp_path, first)
    after_a_good_file = quarantined(tmp_path)
    run(tmp_path, wrong, replace=True)

    assert after_a_good_file == {"000250"}
    assert quarantined(tmp_path) == set()
    assert stored(tmp_path) == {"000250": {TUE: 600, WED: 700}}


def test_of_two_adjusted_vintages_the_older_moves_to_the_newer_basis(
    tmp_path: Path,
) -> None:
    days = [f"2026-03-{day:02d}" for day in (2, 3, 4, 5, 6, 9, 10, 11)]
    older = {day: 10_000 + number for number, day in enumerate(days[:7])}
    newer = {day: 5 * (10_000 + number) for number, day in enumerate(days)}
    del newer[days[0]]
    a_file(tmp_path / "in" / "a_adjusted_new.parquet", {"000250": newer})
    a_file(
        tmp_path / "in" / "b_adjusted_old.parquet",
        {"000250": older, "000440": {MON: 20}},
    )

    report = run(tmp_path, tmp_path / "in")

    whole = {day: 5 * (10_000 + number) for number, day in enumerate(days)}
    assert stored(tmp_path) == {"000250": whole, "000440": {MON: 20}}
    assert told(report.problems) == [
        ("a_adjusted_new.parquet", "rebased", 1, "000250 x5.0")
    ]
    assert [(s.rebased, s.appended) for s in report.stores] == [(1, 0)]
    assert [(p.code, p.symbol) for p in store(tmp_path).problems()] == [
        ("rebased", "000250")
    ]


def test_an_older_vintage_imported_later_changes_no_byte(tmp_path: Path) -> None:
    days = [f"2026-03-{day:02d}" for day in (2, 3, 4, 5, 6, 9, 10, 11)]
    older = {day: 10_000 + number for number, day in enumerate(days[:7])}
    newer = {day: 5 * (10_000 + number) for number, day in enumerate(days)}
    old = a_file(tmp_path / "adjusted-1.parquet", {"000250": older})
    new = a_file(tmp_path / "adjusted-2.parquet", {"000250": newer})
    run(tmp_path, old)
    run(tmp_path, new)
    before = store(tmp_path).path.read_bytes()

    report = run(tmp_path, old)

    assert told(report.problems) == [
        ("adjusted-1.parquet", "older_vintage", 1, "000250")
    ]
    assert store(tmp_path).path.read_bytes() == before


def test_a_bar_taken_during_its_session_gives_way_to_the_final_one(
    tmp_path: Path,
) -> None:
    # The last row of a KIS user's file, and the same day a day later.
    common = f"{MON},100,110,90,105,1000,0"
    folder = tmp_path / "raw"
    partial = csv_file(
        folder / "1" / "000250.csv", common, f"{TUE},105,112,101,110,400,0"
    )
    final = csv_file(
        folder / "2" / "000250.csv",
        common,
        f"{TUE},105,130,101,128,2400,0",
        f"{WED},128,129,120,121,900,0",
    )

    report = run(tmp_path, final, partial)

    assert stored(tmp_path, "raw") == {"000250": {MON: 105, TUE: 128, WED: 121}}
    assert told(report.problems) == [
        ("000250.csv", "unfinished_replaced", 1, "000250 2026-03-03")
    ]
    before = store(tmp_path, "raw").path.read_bytes()
    assert told(run(tmp_path, partial).problems) == []
    assert store(tmp_path, "raw").path.read_bytes() == before


def remembered(folder: Path, basis: str = "adjusted") -> list[tuple[str, str, str]]:
    return [
        (p.code.value, p.symbol, p.session.isoformat())
        for p in store(folder, basis).problems()
    ]


def test_where_sources_meet_is_remembered_until_the_symbol_is_replaced(
    tmp_path: Path,
) -> None:
    rows = [(day, "000250", 10, 1) for day in (MON, TUE, WED)]
    mixed = parquet_file(
        tmp_path / "adjusted.parquet", rows, src=["naver", "yahoo", "yahoo"]
    )
    run(tmp_path, mixed)
    run(tmp_path, a_file(tmp_path / "adjusted-2.parquet", {"000440": {MON: 20}}))

    kept = remembered(tmp_path)
    run(tmp_path, parquet_file(tmp_path / "adjusted-3.parquet", rows), replace=True)

    assert kept == [("mixed_sources", "000250", TUE)]
    assert remembered(tmp_path) == []


def test_what_a_refused_file_mixes_is_not_remembered(tmp_path: Path) -> None:
    run(tmp_path, a_file(tmp_path / "adjusted.parquet", {"000250": {MON: 1_000}}))
    rows = [(MON, "000250", 2_000, 1), (TUE, "000250", 2_000, 1)]

    run(tmp_path, parquet_file(tmp_path / "adjusted-2.parquet", rows, src=["a", "b"]))

    assert remembered(tmp_path) == [("overlap_mismatch", "000250", MON)]


def test_rows_that_come_twice_are_remembered(tmp_path: Path) -> None:
    again = f"{MON},100,110,90,105,1000,0"
    other = f"{TUE},100,110,90,106,1000,0"
    path = csv_file(
        tmp_path / "000250.csv", again, again, other, other.replace("106", "107")
    )

    run(tmp_path, path)

    problems = store(tmp_path, "raw").problems()
    assert [(p.code, p.session.isoformat(), p.detail) for p in problems] == [
        ("duplicates", MON, "= 2"),
        ("duplicates", TUE, "≠ 2"),
    ]


def test_a_folder_of_a_file_per_symbol_is_one_market_with_one_partial_day(
    tmp_path: Path,
) -> None:
    days = [session.isoformat() for session in weekdays(32)]
    for number in range(32):
        bars = [f"{day},100,110,90,105,1000,0" for day in days[:30]]
        bars.append(f"{days[30]},100,106,99,104,300,0")
        csv_file(tmp_path / "a" / f"000{number + 10}0.csv", *bars)
        bars[30] = f"{days[30]},100,120,95,111,1500,0"
        if number:
            csv_file(tmp_path / "b" / f"000{number + 10}0.csv", *bars)

    run(tmp_path, tmp_path / "a")
    first = remembered(tmp_path, "raw")
    report = run(tmp_path, tmp_path / "b")
    second = remembered(tmp_path, "raw")
    csv_file(tmp_path / "c" / "000100.csv", f"{days[30]},100,120,95,111,1500,0")
    run(tmp_path, tmp_path / "c")

    assert first == second == [("partial_last_day", "", days[30])]
    assert [(s.added_rows, s.replaced_rows) for s in report.stores] == [(0, 31)]
    assert remembered(tmp_path, "raw") == []


days = st.sampled_from([MON, TUE, WED, "2026-03-05"])
histories = st.dictionaries(
    st.sampled_from(["000250", "000440", "0007C0"]),
    st.dictionaries(days, st.sampled_from([1_000, 1_100, 1_200]), min_size=1),
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
    newer = a_file(folder / f"{basis}-2.parquet", second)

    report = run(folder, newer)
    after = stored(folder, basis)

    assert all(after[s].items() >= bars.items() for s, bars in before.items())
    # Five common bars would be needed to move a symbol; there are four at most.
    refused = {
        s for s in before if s in second and after[s] != {**before[s], **second[s]}
    }
    assert report.stores[0].mismatched == len(quarantined_now(report))
    assert refused <= quarantined_now(report)
    content = store(folder, basis).path.read_bytes()
    run(folder, newer)
    assert store(folder, basis).path.read_bytes() == content


def quarantined_now(report: ImportReport) -> set[str]:
    """Return the symbols the import refused."""
    quality = report.stores[0].quality
    assert quality is not None
    return {worst.symbol for worst in quality.worst}
