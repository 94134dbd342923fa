"""Every way a foreign row can be wrong, and what becomes of it."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.foreign_files import csv_file, is_weekday, panel_in, parquet_file
from khms_trader.data.import_files import BarImport, ImportResult
from khms_trader.domain.imported import ImportCode

GOOD = "2026-03-03,100.0,110.0,90.0,105.0,1000.0,0.0"
NEXT = "2026-03-04,105.0,120.0,100.0,110.0,2000.0,-3.0"


def imported(folder: Path, *rows: str) -> ImportResult:
    path = csv_file(folder / "000250.csv", *rows)
    return BarImport(is_weekday).read([path])


def found(result: ImportResult) -> list[tuple[str, int, str]]:
    return [
        (problem.code, problem.count, problem.detail) for problem in result.problems
    ]


def bars(result: ImportResult, basis: str = "raw") -> list[list[int]]:
    panel = panel_in(result, basis)
    prices = (panel.open[:, 0], panel.high[:, 0], panel.low[:, 0], panel.close[:, 0])
    return np.stack([*prices, panel.volume[:, 0]], axis=1).tolist()  # type: ignore[no-any-return]


def test_prices_written_as_floats_are_whole_won(tmp_path: Path) -> None:
    result = imported(tmp_path, GOOD, NEXT)

    assert bars(result) == [[100, 110, 90, 105, 1000], [105, 120, 100, 110, 2000]]
    assert panel_in(result).sessions == (date(2026, 3, 3), date(2026, 3, 4))
    assert found(result) == []


@pytest.mark.parametrize(
    ("row", "code", "example"),
    [
        ("2026-03-04,2530.5,2600.0,2500.0,2600.0,1.0,0", "fractional_price", "04"),
        ("2026-03-04,1,1,1,1,1.5,0", "fractional_volume", "04"),
        ("2026-03-04,-1,1,1,1,1,0", "negative", "04"),
        ("2026-03-04,1,1,1,1,-1,0", "negative", "04"),
        ("2026-03-04,,1,1,1,1,0", "not_a_number", "04"),
        ("2026-03-04,1,1,1,nan,1,0", "not_a_number", "04"),
        ("2026-03-04,1,inf,1,1,1,0", "not_a_number", "04"),
        ("2026-03-04,1,1,1,많음,1,0", "not_a_number", "04"),
        ("2026-03-04,1,2147483648,1,1,1,0", "too_large", "04"),
        ("2026-03-04,1,1,1,1,9007199254740994,0", "too_large", "04"),
        ("2026-03-04,0,0,0,0,0,0", "no_price", "04"),
        ("2026-03-04,0,10,10,10,5,0", "no_price", "04"),
        ("2026-03-07,1,1,1,1,1,0", "not_a_session", "07"),
    ],
)
def test_a_row_that_cannot_be_a_bar_is_left_out_and_counted(
    tmp_path: Path, row: str, code: str, example: str
) -> None:
    result = imported(tmp_path, GOOD, row)

    assert found(result) == [(code, 1, f"000250 2026-03-{example}")]
    assert bars(result) == [[100, 110, 90, 105, 1000]]


@pytest.mark.parametrize("day", ["", "어제", "2026-02-30", "1026-03-04", "2999-03-04"])
def test_a_row_without_a_date_is_left_out_and_counted(tmp_path: Path, day: str) -> None:
    result = imported(tmp_path, GOOD, f"{day},1,1,1,1,1,0")

    assert [(code, count) for code, count, _ in found(result)] == [("bad_date", 1)]
    assert len(bars(result)) == 1


@pytest.mark.parametrize(
    "day", ["2026-03-03", "20260303", "2026/03/03", "2026.03.03", "2026-03-03 00:00:00"]
)
def test_dates_are_read_in_the_usual_forms(tmp_path: Path, day: str) -> None:
    result = imported(tmp_path, f"{day},1,1,1,1,1,0")

    assert panel_in(result).sessions == (date(2026, 3, 3),)


def test_thousands_may_be_separated(tmp_path: Path) -> None:
    result = imported(tmp_path, '2026-03-03,"1,000","1,100",900,"1,050","12,345",0')

    assert bars(result) == [[1000, 1100, 900, 1050, 12345]]


def test_the_largest_price_and_volume_are_kept_exactly(tmp_path: Path) -> None:
    row = "2026-03-03,2147483647,2147483647,2147483647,2147483647,9007199254740992,0"

    assert bars(imported(tmp_path, row)) == [[2147483647] * 4 + [9007199254740992]]


def test_off_tick_prices_are_bars_like_any_other(tmp_path: Path) -> None:
    assert bars(imported(tmp_path, "2026-03-03,4162,4163,4161,4162,1,0")) == [
        [4162, 4163, 4161, 4162, 1]
    ]


def test_a_row_without_trades_keeps_its_close(tmp_path: Path) -> None:
    result = imported(tmp_path, "2026-03-03,0,0,0,25850.0,0.0,0.0")

    assert bars(result) == [[25850, 25850, 25850, 25850, 0]]
    assert found(result) == []


def test_volume_of_off_hours_alone_makes_no_opening_price(tmp_path: Path) -> None:
    result = imported(tmp_path, "2026-03-03,0,0,0,1365,177,0")

    assert bars(result) == [[1365, 1365, 1365, 1365, 0]]
    assert found(result) == [("volume_without_prices", 1, "000250 2026-03-03")]


def test_prices_that_move_without_volume_are_told(tmp_path: Path) -> None:
    result = imported(tmp_path, "2026-03-03,500,1250,500,1250,0,0")

    assert bars(result) == [[1250, 1250, 1250, 1250, 0]]
    assert found(result) == [("prices_without_volume", 1, "000250 2026-03-03")]


@pytest.mark.parametrize(
    "prices",
    ["100,110,90,111", "100,110,90,89", "111,110,90,100", "89,110,90,100", "9,8,9,9"],
)
def test_an_impossible_bar_is_kept_and_told(tmp_path: Path, prices: str) -> None:
    result = imported(tmp_path, f"2026-03-03,{prices},5,0")

    assert bars(result) == [[*map(int, prices.split(",")), 5]]
    assert found(result) == [("impossible_bar", 1, "000250 2026-03-03")]


def test_equal_rows_are_one_bar(tmp_path: Path) -> None:
    result = imported(tmp_path, GOOD, NEXT, GOOD)

    assert len(bars(result)) == 2
    assert found(result) == [("repeated_rows", 2, "000250 2026-03-03")]


def test_of_rows_that_contradict_each_other_none_is_believed(tmp_path: Path) -> None:
    other = GOOD.replace("1000.0", "1001.0")

    result = imported(tmp_path, GOOD, NEXT, other, GOOD)

    assert bars(result) == [[105, 120, 100, 110, 2000]]
    assert found(result) == [("conflicting_rows", 3, "000250 2026-03-03")]


def test_a_problem_is_counted_once_per_row(tmp_path: Path) -> None:
    rows = ["2026-03-07,-1,x,1,1,1,0", "2026-03-08,1,1,1,1.5,1,0", GOOD]

    assert found(imported(tmp_path, *rows)) == [
        ("not_a_session", 2, "000250 2026-03-07")
    ]


def test_a_file_without_a_single_bar_is_left_out(tmp_path: Path) -> None:
    result = imported(tmp_path, "2026-03-07,1,1,1,1,1,0")

    assert [code for code, _, _ in found(result)] == ["not_a_session", "no_rows"]
    assert (result.files, dict(result.parts)) == ((), {})


def test_tickers_that_are_no_codes_are_left_out(tmp_path: Path) -> None:
    day = "2026-03-03"
    rows = [(day, t, 10, 1) for t in ("A000250", "0007c0", "250", "KOSDAQ", "000I50")]
    path = parquet_file(tmp_path / "raw.parquet", rows)

    result = BarImport(is_weekday).read([path])

    assert panel_in(result).symbols == ("000250", "0007C0")
    assert found(result) == [("bad_symbol", 3, "250 2026-03-03")]


def test_other_markets_are_left_out(tmp_path: Path) -> None:
    markets = ["KOSDAQ", "KOSDAQ GLOBAL", "KOSPI", "KONEX", None]
    rows = [("2026-03-03", f"00025{n}", 10, 1) for n in (0, 5, 7, 9)]
    path = parquet_file(
        tmp_path / "raw.parquet",
        [*rows, ("2026-03-03", "00025K", 10, 1)],
        market=markets,
    )

    result = BarImport(is_weekday).read([path])

    assert panel_in(result).symbols == ("000250", "000255", "00025K")
    assert found(result) == [("other_market", 2, "000257 2026-03-03")]


def test_a_symbol_has_its_newest_name(tmp_path: Path) -> None:
    rows = [
        ("2026-03-04", "000250", 10, 1),
        ("2026-03-03", "000250", 10, 1),
        ("2026-03-03", "000440", 10, 1),
    ]
    path = parquet_file(tmp_path / "raw.parquet", rows, name=["새", "옛", None])

    assert panel_in(BarImport(is_weekday).read([path])).names == {"000250": "새"}


numbers = st.one_of(
    st.integers(-5, 3_000_000_000).map(str),
    st.floats(width=32).map(str),
    st.sampled_from(["", "nan", "x", "1,000", "-0", "1e3", "0x10", " 7 "]),
)
days = st.sampled_from(["2026-03-03", "20260304", "2026-03-07", "", "NaT", "1", "🙂"])


@given(rows=st.lists(st.tuples(days, *[numbers] * 5), max_size=6))
@settings(max_examples=40, deadline=None)
def test_whatever_a_file_holds_every_row_is_a_bar_or_counted(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    quoted = [",".join([*(f'"{field}"' for field in row), "0"]) for row in rows]
    result = imported(tmp_path_factory.getbasetemp(), *quoted)
    kept_anyway = {
        ImportCode.IMPOSSIBLE_BAR,
        ImportCode.VOLUME_WITHOUT_PRICES,
        ImportCode.PRICES_WITHOUT_VOLUME,
        ImportCode.NO_ROWS,
        ImportCode.REPEATED_ROWS,
    }
    dropped = sum(p.count for p in result.problems if p.code not in kept_anyway)
    read = sum(file.rows for file in result.files)

    assert read + dropped <= len(rows)
    assert (read + dropped > 0) == (len(rows) > 0)
    for bar in bars(result) if result.parts else []:
        assert min(bar[:4]) > 0
        assert bar[4] >= 0
