"""What a listing said of a symbol, kept with its bars."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from data.bars import MON, TUE, a_panel, a_store, same
from data.foreign_files import is_weekday, parquet_file
from khms_trader.data.bar_rows import rows_of
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.data.import_files import BarImport
from khms_trader.data.marks import designations_of, joined, kind_from, mark_of
from khms_trader.domain.instrument import Designation, InstrumentKind

WATCHED = frozenset({Designation.ADMINISTRATIVE})
WARNED = frozenset({Designation.ATTENTION})


@pytest.mark.parametrize(
    ("department", "designations"),
    [
        ("관리종목(소속부없음)", WATCHED),
        ("투자주의환기종목(소속부없음)", WARNED),
        ("SPAC(소속부없음)", frozenset()),
        ("벤처기업부", frozenset()),
        ("외국기업(소속부없음)", frozenset()),
    ],
)
def test_departments_are_designations(
    department: str, designations: frozenset[Designation]
) -> None:
    assert designations_of(mark_of(department)) == designations


@pytest.mark.parametrize("department", ["", "  ", "nan"])
def test_no_department_is_unknown_and_not_harmless(department: str) -> None:
    assert mark_of(department) == 0
    assert mark_of("우량기업부") != 0


@pytest.mark.parametrize(
    ("name", "department", "kind"),
    [
        ("하나금융25호스팩", "", InstrumentKind.SPAC),
        ("삼성스팩4호", "", InstrumentKind.SPAC),
        ("교보15호기업인수목적", "SPAC(소속부없음)", InstrumentKind.SPAC),
        ("하나금융25호스팩", "관리종목(소속부없음)", InstrumentKind.SPAC),
        ("스팩트럼", "", InstrumentKind.EQUITY),
        ("삼천당제약", "우량기업부", InstrumentKind.EQUITY),
    ],
)
def test_a_spac_is_known_by_its_department_or_its_name(
    name: str, department: str, kind: InstrumentKind
) -> None:
    assert kind_from("000250", name, mark_of(department)) is kind


def test_what_is_known_is_kept_and_what_is_not_is_filled() -> None:
    watched, blank = mark_of("관리종목(소속부없음)"), 0
    mine = np.array([watched, blank, blank], dtype=np.uint8)
    other = np.array([mark_of("우량기업부"), watched, blank], dtype=np.uint8)

    assert joined(mine, other).tolist() == [watched, watched, blank]


def a_listing(folder: Path) -> ParquetBarStore:
    """Return a store of a file with departments, as the raw windows have them."""
    rows = [
        ("2026-03-02", "000250", 10, 1),
        ("2026-03-02", "000440", 20, 1),
        ("2026-03-03", "000250", 11, 1),
        ("2026-03-03", "000440", 21, 1),
    ]
    path = parquet_file(
        folder / "raw.parquet",
        rows,
        dept=["벤처기업부", "SPAC(소속부없음)", "관리종목(소속부없음)", None],
        name=["삼천당제약", "대신기업인수목적"] * 2,
    )
    BarImport(is_weekday).run([path], folder / "bars")
    return ParquetBarStore(folder / "bars", name="store", basis="raw")


def test_a_designation_is_known_from_its_session_on_and_not_before(
    tmp_path: Path,
) -> None:
    store = a_listing(tmp_path)

    found = {
        asof: [(i.symbol, i.designations, i.kind) for i in store.instruments(asof)]
        for asof in (MON, TUE)
    }

    assert found == {
        MON: [
            ("000250", frozenset(), InstrumentKind.EQUITY),
            ("000440", frozenset(), InstrumentKind.SPAC),
        ],
        TUE: [
            ("000250", WATCHED, InstrumentKind.EQUITY),
            ("000440", frozenset(), InstrumentKind.EQUITY),
        ],
    }


def test_marks_of_the_past_are_the_same_whatever_comes_later(tmp_path: Path) -> None:
    store = a_listing(tmp_path)
    past = store.instruments(MON)

    store.panel(date.max)

    assert store.instruments(MON) == past


def test_a_file_without_marks_has_no_column_for_them(tmp_path: Path) -> None:
    with_marks, without = a_listing(tmp_path), a_store(tmp_path, {"000250": {MON: 1}})

    assert "marks" in pq.read_schema(with_marks.path).names
    assert "marks" not in pq.read_schema(without.path).names
    assert without.instruments(MON)[0].designations == frozenset()


def test_marks_and_bars_come_back_as_they_were_written(tmp_path: Path) -> None:
    panel = a_panel({"000250": {MON: 10, TUE: 11}})
    rows = replace(rows_of(panel), marks=np.array([1, 8], dtype=np.uint8))
    store = a_store(tmp_path)

    store.write_rows(rows, ())

    assert store.rows().marks.tolist() == [1, 8]
    assert same(store.panel(TUE), panel)
