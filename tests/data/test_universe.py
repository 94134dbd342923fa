"""Universe files: ours are ours to replace, the user's are the user's word."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.data.universe import UniverseFiles
from khms_trader.domain.instrument import Instrument, InstrumentKind
from khms_trader.errors import DataError, StorageError
from khms_trader.ports import UniverseStore

ASOF = date(2026, 3, 3)
NAME = "kosdaq_20260303.csv"
REAL = Path(__file__).parents[2].parent / "shared" / "realdata" / "universe"

SAMCHUNDANG = Instrument(
    symbol="000250",
    name='삼천당제약, "본사"',
    reference_price=150_000,
    reference_volume=1_000,
)
ACRYL = Instrument(
    symbol="0007C0", name="아크릴", reference_price=64_600, reference_volume=2
)


def own(folder: Path, content: str | bytes) -> tuple[Instrument, ...]:
    data = content if isinstance(content, bytes) else content.encode("utf-8-sig")
    (folder / NAME).write_bytes(data)
    found = UniverseFiles(folder).own_file(ASOF)
    assert found is not None
    assert found[0] == NAME
    return found[1]


def refused(folder: Path, content: str | bytes) -> dict[str, object]:
    with pytest.raises(DataError) as caught:
        own(folder, content)
    assert caught.value.code == "universe_unreadable"
    assert caught.value.facts["path"] == str(folder / NAME)
    return caught.value.facts


def symbols(instruments: tuple[Instrument, ...]) -> list[str]:
    return [instrument.symbol for instrument in instruments]


def test_it_fulfils_its_port(tmp_path: Path) -> None:
    store: UniverseStore = UniverseFiles(tmp_path)

    assert store.own_file(ASOF) is None


def test_a_universe_opens_in_excel_and_says_who_made_it(tmp_path: Path) -> None:
    name = UniverseFiles(tmp_path / "universe").save(ASOF, [SAMCHUNDANG, ACRYL])

    assert name == NAME
    assert (tmp_path / "universe" / NAME).read_bytes().decode() == (
        "\ufeffticker,name,close,volume,traded_value,made_by\n"
        '000250,"삼천당제약, ""본사""",150000,1000,150000000,khms_trader\n'
        "0007C0,아크릴,64600,2,129200,khms_trader\n"
    )


def test_a_file_of_ours_is_not_taken_for_the_users(tmp_path: Path) -> None:
    files = UniverseFiles(tmp_path)
    files.save(ASOF, [])
    files.save(ASOF, [ACRYL])

    assert files.own_file(ASOF) is None


def test_equal_content_is_not_written_again(tmp_path: Path) -> None:
    files = UniverseFiles(tmp_path)
    files.save(ASOF, [ACRYL])
    before = (tmp_path / NAME).stat()

    files.save(ASOF, [ACRYL])

    assert (tmp_path / NAME).stat() == before


def test_a_dry_run_writes_elsewhere_and_reads_here(tmp_path: Path) -> None:
    own(tmp_path, "code\n0007C0\n")
    files = UniverseFiles(tmp_path, save_to=tmp_path / "dry-run")

    files.save(ASOF, [SAMCHUNDANG])

    assert (tmp_path / "dry-run" / NAME).exists()
    assert files.own_file(ASOF) == (NAME, (Instrument(symbol="0007C0", name=""),))


def test_the_users_file_is_never_overwritten(tmp_path: Path) -> None:
    own(tmp_path, "ticker\n000250\n")

    with pytest.raises(StorageError) as caught:
        UniverseFiles(tmp_path).save(ASOF, [ACRYL])

    assert caught.value.code == "universe_is_own"
    assert (tmp_path / NAME).read_bytes() == b"\xef\xbb\xbfticker\n000250\n"


def test_the_users_order_and_figures_are_kept(tmp_path: Path) -> None:
    found = own(
        tmp_path,
        "ticker,name,close,volume,traded_value\n"
        '0007C0,아크릴,"64,600",2.0,1\n'
        "000255,우선주,,,\n",
    )

    assert found == (
        ACRYL,
        Instrument(symbol="000255", name="우선주", kind=InstrumentKind.PREFERRED),
    )


@pytest.mark.parametrize(
    "header", ["ticker", "symbol", "code", "Ticker", "SYMBOL", " Code ", "종목코드"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_code_column_has_many_names(
    tmp_path: Path, header: str, encoding: str
) -> None:
    text = f"종목명,{header}\r\n삼천당제약,a000250\r\n\r\n아크릴, 0007c0 \r\n"

    found = own(tmp_path, text.encode(encoding))

    assert [(i.symbol, i.name) for i in found] == [
        ("000250", "삼천당제약"),
        ("0007C0", "아크릴"),
    ]


def test_a_header_alone_means_no_candidates(tmp_path: Path) -> None:
    assert own(tmp_path, "ticker,name,close,volume,traded_value\n") == ()


def test_a_symbol_named_twice_counts_once(tmp_path: Path) -> None:
    assert symbols(own(tmp_path, "code\n000250\n0007C0\n000250\n")) == [
        "000250",
        "0007C0",
    ]


@pytest.mark.parametrize(
    ("content", "line", "value"),
    [
        ("", 1, ""),
        ("000250\n0007C0\n", 1, "000250"),
        ("name,close\n삼천당제약,1\n", 1, "name,close"),
        ("ticker,name\n000250,a\n250,b\n", 3, "250"),
        ("name,ticker\na\n", 2, ""),
        ("ticker,close\n000250,많음\n", 2, "많음"),
        ("ticker,close\n000250,-5\n", 2, "-5"),
        ("ticker,volume\n000250,1.5\n", 2, "1.5"),
        ("ticker,close\n000250,1e5\n", 2, "1e5"),
        ("ticker\n\n\n#2. 목차는\n", 4, "#2. 목차는"),
        (b"ticker\n\xff\xfe\xff\n", 0, "encoding"),
    ],
)
def test_garbage_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, value: str
) -> None:
    facts = refused(tmp_path, content)

    assert (facts["line"], facts["value"]) == (line, value)


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()

    with pytest.raises(DataError) as caught:
        UniverseFiles(tmp_path).own_file(ASOF)

    assert caught.value.code == "universe_unreadable"


@given(content=st.binary(max_size=120))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_universe_or_a_named_refusal(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / NAME).write_bytes(b"ticker,close\n" + content)

    with suppress(DataError):
        assert UniverseFiles(folder).own_file(ASOF) is not None


def dated(folder: Path, day: str, content: str) -> None:
    (folder / f"kosdaq_{day}.csv").write_text(content, encoding="utf-8")


def test_the_newest_file_of_some_days_is_found_whoever_wrote_it(
    tmp_path: Path,
) -> None:
    files = UniverseFiles(tmp_path)
    files.save(ASOF, [SAMCHUNDANG, ACRYL])
    dated(tmp_path, "20260227", "ticker\n086520\n")
    dated(tmp_path, "20260306", "ticker\n247540\n")
    (tmp_path / "kosdaq_20260304.csv.bak").write_text("", encoding="utf-8")

    found = files.newest_between(date(2026, 2, 27), date(2026, 3, 5))
    older = files.newest_between(date(2026, 2, 20), date(2026, 2, 27))

    assert found == (NAME, (SAMCHUNDANG, ACRYL))
    assert older == (
        "kosdaq_20260227.csv",
        (Instrument(symbol="086520", name=""),),
    )


def test_files_of_other_days_do_not_count(tmp_path: Path) -> None:
    files = UniverseFiles(tmp_path)
    files.save(ASOF, [ACRYL])

    assert files.newest_between(date(2026, 3, 4), date(2026, 3, 9)) is None
    assert UniverseFiles(tmp_path / "none").newest_between(ASOF, ASOF) is None


def test_the_newest_file_must_be_readable(tmp_path: Path) -> None:
    dated(tmp_path, "20260303", "name\nno ticker\n")

    with pytest.raises(DataError):
        UniverseFiles(tmp_path).newest_between(ASOF, ASOF)


def test_a_folder_nobody_can_look_into_is_named(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)

    with pytest.raises(DataError) as caught:
        UniverseFiles(circle).newest_between(ASOF, ASOF)

    assert caught.value.code == "universe_unreadable"
    assert caught.value.facts["path"] == str(circle)


def test_a_file_in_place_of_the_folder_holds_no_universe(tmp_path: Path) -> None:
    (tmp_path / "universe").touch()

    assert UniverseFiles(tmp_path / "universe").newest_between(ASOF, ASOF) is None


@pytest.mark.realdata
@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/realdata")
@pytest.mark.parametrize(
    ("asof", "count", "first"),
    [
        (date(2024, 2, 1), 50, ["452400", "032850"]),
        (date(2025, 12, 1), 50, ["098460", "086520"]),
        (date(2025, 12, 12), 0, []),
        (date(2025, 12, 17), 50, ["478340", "0007C0"]),
    ],
)
def test_the_universes_of_a_real_user_are_read(
    asof: date, count: int, first: list[str]
) -> None:
    found = UniverseFiles(REAL).own_file(asof)

    assert found is not None
    assert len(found[1]) == count
    assert symbols(found[1])[:2] == first
