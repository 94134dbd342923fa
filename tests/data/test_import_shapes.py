"""Which files are bar files, in which shape, on which basis."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.foreign_files import csv_file, is_weekday, panel_in, parquet_file
from khms_trader.data.import_files import BarImport, ImportResult
from khms_trader.errors import UsageError

ROW = "2026-03-03,100,110,90,105,1000,0"
BARS = [("2026-03-03", "000250", 10, 1)]
PLAIN = "date,open,high,low,close,volume"


def read(*paths: Path, basis: str | None = None) -> ImportResult:
    return BarImport(is_weekday, basis=basis).read(paths)


def left_out(result: ImportResult) -> list[tuple[str, str]]:
    return [
        (Path(problem.path).name, problem.code)
        for problem in result.problems
        if problem.code.leaves_out_the_file
    ]


@pytest.mark.parametrize("name", ["000250", "0007C0", "03481K", "a950250"])
def test_a_csv_without_a_ticker_is_of_the_symbol_it_is_named_after(
    tmp_path: Path, name: str
) -> None:
    result = read(csv_file(tmp_path / f"{name}.csv", ROW))

    assert panel_in(result).symbols == (name.upper().removeprefix("A"),)


def test_a_csv_may_hold_many_symbols_in_korean_columns_and_cp949(
    tmp_path: Path,
) -> None:
    path = tmp_path / "전종목_raw.csv"
    header = "일자,종목코드,종목명,시가,고가,저가,종가,거래량"
    text = f"{header}\n20260303,000250,삼천당제약,1,3,1,2,9\n"
    path.write_text(text, encoding="cp949")

    panel = panel_in(read(path))

    assert (panel.symbols, panel.close.tolist()) == (("000250",), [[2]])
    assert panel.names == {"000250": "삼천당제약"}


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2026-03-03"),
        pd.Timestamp("2026-03-03").as_unit("ns"),
        date(2026, 3, 3),
        "2026-03-03",
        20260303,
    ],
)
def test_dates_in_parquet_have_many_types(
    tmp_path: Path, value: pd.Timestamp | date | str | int
) -> None:
    path = parquet_file(tmp_path / "raw.parquet", BARS)
    frame = pd.read_parquet(path)
    frame["date"] = pd.Series([value])
    frame.to_parquet(path)

    assert panel_in(read(path)).sessions == (date(2026, 3, 3),)


def test_dates_with_a_time_zone_are_read_in_seoul(tmp_path: Path) -> None:
    path = parquet_file(tmp_path / "raw.parquet", BARS)
    frame = pd.read_parquet(path)
    frame["date"] = pd.to_datetime(["2026-03-03T15:00:00Z"])
    frame.to_parquet(path)

    assert panel_in(read(path)).sessions == (date(2026, 3, 4),)


@pytest.mark.parametrize(
    ("name", "header", "basis"),
    [
        ("kosdaq_adjusted_2024", PLAIN, "adjusted"),
        ("kosdaq-RAW", PLAIN, "raw"),
        ("bars (adjusted)", f"{PLAIN},foreign_net_buy", "adjusted"),
        ("prices", f"{PLAIN},foreign_net_buy", "raw"),
    ],
)
def test_name_or_columns_tell_the_basis(
    tmp_path: Path, name: str, header: str, basis: str
) -> None:
    extra = ",0" if "foreign" in header else ""
    row = f"2026-03-03,1,1,1,1,1{extra},000250"
    path = csv_file(tmp_path / f"{name}.csv", row, header=f"{header},ticker")

    assert list(read(path).parts) == [basis]


@pytest.mark.parametrize("name", ["prices", "drawings", "raw_and_adjusted"])
def test_a_file_of_unknown_basis_needs_a_word_of_the_user(
    tmp_path: Path, name: str
) -> None:
    path = parquet_file(tmp_path / f"{name}.parquet", BARS)

    with pytest.raises(UsageError) as caught:
        read(path)

    assert (caught.value.code, caught.value.facts) == (
        "basis_unknown",
        {"path": str(path)},
    )
    assert list(read(path, basis="adjusted").parts) == ["adjusted"]


def test_among_others_a_file_of_unknown_basis_is_left_out(tmp_path: Path) -> None:
    parquet_file(tmp_path / "prices.parquet", BARS)
    csv_file(tmp_path / "000250.csv", ROW)

    assert left_out(read(tmp_path)) == [("prices.parquet", "basis_unknown")]


def test_a_folder_with_nothing_but_unknown_bases_needs_a_word_too(
    tmp_path: Path,
) -> None:
    parquet_file(tmp_path / "prices.parquet", BARS)

    with pytest.raises(UsageError, match="basis_unknown"):
        read(tmp_path)


def test_a_missing_path_is_named_before_anything_is_read(tmp_path: Path) -> None:
    good = csv_file(tmp_path / "000250.csv", ROW)

    with pytest.raises(UsageError) as caught:
        read(good, tmp_path / "없음")

    assert (caught.value.code, caught.value.facts) == (
        "path_missing",
        {"path": str(tmp_path / "없음")},
    )


def test_what_is_no_bar_file_is_named_and_never_fatal(tmp_path: Path) -> None:
    csv_file(tmp_path / "000250.csv", ROW)
    csv_file(tmp_path / "kosdaq_20260303.csv", "000250,1", header="ticker,close")
    csv_file(tmp_path / "index.csv", ROW)
    csv_file(tmp_path / "000440.csv")
    csv_file(tmp_path / "notes.csv", "#2. 목차는, 금주", header="#1. 안녕하세요")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "long.csv").write_text("x" * 200_000, encoding="utf-8")
    (tmp_path / "quote.csv").write_text('"' + "y" * 200_000 + "\n", encoding="utf-8")
    (tmp_path / "broken_raw.parquet").write_bytes(b"PAR1 and no more")
    frame = pd.DataFrame({"Symbol": ["000250"], "DelistingDate": ["2026-03-03"]})
    frame.to_parquet(tmp_path / "delistings.parquet")

    result = read(tmp_path)

    assert left_out(result) == [
        ("000440.csv", "no_rows"),
        ("binary.csv", "unreadable"),
        ("broken_raw.parquet", "unreadable"),
        ("delistings.parquet", "not_bars"),
        ("empty.csv", "not_bars"),
        ("index.csv", "no_symbol"),
        ("kosdaq_20260303.csv", "universe"),
        ("long.csv", "unreadable"),
        ("notes.csv", "not_bars"),
        ("quote.csv", "unreadable"),
    ]
    assert [file.path for file in result.files] == [str(tmp_path / "000250.csv")]


def test_lines_may_end_as_on_old_machines(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "000250.csv", ROW)
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r"))

    result = read(path)

    assert [file.rows for file in result.files] == [1]
    assert result.problems == ()


@pytest.mark.parametrize("row", [f"{ROW},1,2,3", "2026-03-04,1,000,1,1,1,1,0", "2026"])
def test_rows_of_another_width_than_the_header_are_left_out(
    tmp_path: Path, row: str
) -> None:
    result = read(csv_file(tmp_path / "000250.csv", ROW, row))

    assert [(p.code, p.count, p.detail) for p in result.problems] == [
        ("ragged_row", 1, "line 3")
    ]
    assert result.files[0].rows == 1


def test_a_header_only_universe_is_still_known_as_one(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "u.csv", header="ticker,name,close,volume,traded_value")

    assert left_out(read(path)) == [("u.csv", "universe")]


def test_folders_are_searched_to_the_bottom_for_bar_files_only(tmp_path: Path) -> None:
    csv_file(tmp_path / "a" / "b" / "000250.CSV", ROW)
    csv_file(tmp_path / "readme.txt", ROW)

    result = read(tmp_path)

    assert [Path(file.path).name for file in result.files] == ["000250.CSV"]
    assert result.problems == ()


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "000250.csv", ROW)

    assert len(read(path, tmp_path, path).files) == 1


class Watcher:
    def __init__(self) -> None:
        self.seen: list[tuple[int, int, str]] = []

    def step(self, done: int, total: int, what: str) -> None:
        self.seen.append((done, total, what))


def test_progress_names_each_file_before_it_is_read(tmp_path: Path) -> None:
    csv_file(tmp_path / "000250.csv", ROW)
    csv_file(tmp_path / "000440.csv", ROW)
    watcher = Watcher()

    BarImport(is_weekday, progress=watcher).read([tmp_path])

    assert watcher.seen == [(0, 2, "000250.csv"), (1, 2, "000440.csv"), (2, 2, "")]
