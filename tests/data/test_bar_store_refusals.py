"""Which bar files are refused, and that none of them is ever overwritten."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.bars import MON, TUE, WED, a_panel, a_store, code_of
from khms_trader.data.bar_store import ParquetBarStore
from khms_trader.errors import DataError, StorageError


def test_missing_bars_are_named(tmp_path: Path) -> None:
    assert code_of(a_store(tmp_path)) == "bars_missing"


def test_bars_that_begin_later_are_named(tmp_path: Path) -> None:
    assert code_of(a_store(tmp_path, {"000250": {WED: 10}}), TUE) == "bars_start_later"


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all" * 100])
def test_garbage_is_named(tmp_path: Path, content: bytes) -> None:
    store = a_store(tmp_path)
    store.path.write_bytes(content)

    assert code_of(store) == "bars_unreadable"


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.path.mkdir()

    assert code_of(store) == "bars_unreadable"


def test_a_file_that_was_cut_short_is_named(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10}})
    content = store.path.read_bytes()
    store.path.write_bytes(content[: len(content) // 2])

    assert code_of(store) == "bars_unreadable"


def test_a_parquet_file_of_somebody_else_is_named(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    pq.write_table(pa.table({"date": [1], "close": [2]}), store.path)

    assert code_of(store) == "bars_unreadable"


def relabelled(store: ParquetBarStore, **changes: object) -> None:
    table = pq.read_table(store.path)
    label = json.loads(table.schema.metadata[b"khms_trader"]) | changes
    text = json.dumps(label).encode()
    pq.write_table(table.replace_schema_metadata({"khms_trader": text}), store.path)


def test_a_file_of_a_newer_version_is_named(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10}})
    relabelled(store, schema_version=2)

    assert code_of(store) == "bars_unreadable"


def test_a_label_may_say_more_than_this_version_knows(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10}})
    relabelled(store, verdicts={"000250": "ok"})

    assert store.panel(MON).close.tolist() == [[10]]


def test_the_same_bar_twice_is_named(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 10}})
    table = pq.read_table(store.path)
    pq.write_table(pa.concat_tables([table, table]), store.path)

    assert code_of(store) == "bars_unreadable"


@pytest.mark.parametrize(
    ("name", "basis"), [("store", "raw"), ("kis", "adjusted"), ("sample", "raw")]
)
def test_bars_of_another_source_or_basis_are_refused(
    tmp_path: Path, name: str, basis: str
) -> None:
    other = ParquetBarStore(tmp_path, name=name, basis=basis)
    other.write(a_panel({"000250": {MON: 10}}))
    other.path.rename(tmp_path / "store-adjusted.parquet")
    store = a_store(tmp_path)

    with pytest.raises(DataError) as caught:
        store.panel(MON)

    assert caught.value.code == "bars_mixed"
    assert caught.value.facts == {
        "path": str(store.path),
        "found": f"{name}-{basis}",
        "wanted": "store-adjusted",
    }


def test_a_file_of_another_source_is_never_overwritten(tmp_path: Path) -> None:
    other = ParquetBarStore(tmp_path, name="kis", basis="raw")
    other.write(a_panel({"000250": {MON: 10}}))
    other.path.rename(tmp_path / "store-adjusted.parquet")
    before = a_store(tmp_path).path.read_bytes()

    with pytest.raises(DataError) as caught:
        a_store(tmp_path, {"000250": {MON: 11}})

    assert caught.value.code == "bars_mixed"
    assert a_store(tmp_path).path.read_bytes() == before


def test_a_failed_write_leaves_the_old_bars(tmp_path: Path) -> None:
    store = a_store(tmp_path / "bars", {"000250": {MON: 10}})
    (tmp_path / "bars").rename(tmp_path / "moved")
    (tmp_path / "bars").write_bytes(b"a file where the folder was")

    with pytest.raises((StorageError, DataError)):
        store.write(a_panel({"000250": {MON: 11}}))

    moved = ParquetBarStore(tmp_path / "moved", name="store", basis="adjusted")
    assert moved.panel(MON).close.tolist() == [[10]]


def test_garbled_problems_are_named_and_the_bars_still_read(tmp_path: Path) -> None:
    store = a_store(tmp_path, {"000250": {MON: 1}})
    table = pq.read_table(store.path)
    metadata = {**table.schema.metadata, b"khms_trader_problems": b"garbled"}
    pq.write_table(table.replace_schema_metadata(metadata), store.path)

    assert store.panel(MON).close.tolist() == [[1]]
    with pytest.raises(DataError, match="bars_unreadable"):
        store.problems()
