"""What waits in an outbox is counted without a trace."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from builders import at
from khms_trader.clock import ManualClock
from khms_trader.domain.message import Level, Message
from khms_trader.errors import StorageError
from khms_trader.storage.outbox import OutboxFile
from khms_trader.storage.outbox_glance import Unsent, unsent_of
from processes import snapshot


def a_message(key: str, clock: str) -> Message:
    return Message(key=key, level=Level.INFO, html=key, at=at(clock))


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[OutboxFile]:
    file = OutboxFile(tmp_path / "outbox.sqlite3", ManualClock(at("08:00")))
    with closing(file):
        yield file


def test_the_oldest_that_nobody_received_is_named(
    outbox: OutboxFile, tmp_path: Path
) -> None:
    outbox.add(
        a_message("a", "08:00"), a_message("b", "09:00"), a_message("c", "08:30")
    )
    claimed = outbox.claim(at("09:01"))
    assert claimed is not None
    outbox.delivered(claimed, at("09:01"))

    assert unsent_of(tmp_path / "outbox.sqlite3") == Unsent(count=2, oldest=at("08:30"))


def test_an_empty_outbox_and_none_at_all_are_the_same(
    outbox: OutboxFile, tmp_path: Path
) -> None:
    assert outbox.waiting() == 0

    assert unsent_of(tmp_path / "outbox.sqlite3") == Unsent()
    assert unsent_of(tmp_path / "none.sqlite3") == Unsent()


def test_it_leaves_no_trace(outbox: OutboxFile, tmp_path: Path) -> None:
    outbox.add(a_message("a", "08:00"))
    outbox.close()
    before = snapshot(tmp_path)

    unsent_of(tmp_path / "outbox.sqlite3")

    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("content", [b"", b"no database" * 999])
def test_a_damaged_outbox_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "outbox.sqlite3"
    path.write_bytes(content)

    with pytest.raises(StorageError) as caught:
        unsent_of(path)

    assert (caught.value.code, caught.value.facts["path"]) == (
        "database_damaged",
        str(path),
    )
