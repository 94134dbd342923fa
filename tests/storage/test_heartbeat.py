"""A scheduler's sign of life: whole, or nothing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import at
from khms_trader.errors import StorageError
from khms_trader.storage.heartbeat import (
    Heartbeat,
    HeartbeatFile,
    LastResult,
    NextJob,
)

SESSION = date(2026, 3, 4)
BEAT = Heartbeat(
    pid=4242,
    at=at(8, 59, 30),
    begun_at=at(8, 0),
    times=("15:40", "09:01"),
    next=NextJob(kind="execute", session=SESSION, due_at=at(9, 1)),
    prepare_seconds=242.5,
    results=(
        LastResult(
            kind="prepare", session=SESSION, at=at(15, 44, day=SESSION), code=""
        ),
    ),
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = HeartbeatFile(tmp_path / "state" / "heartbeat.json")
    file.write(Heartbeat(pid=1, at=at(8)))

    file.write(BEAT)

    assert file.read() == BEAT
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["heartbeat.json"]


def test_a_person_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"

    HeartbeatFile(path).write(BEAT)

    assert json.loads(path.read_text(encoding="utf-8")) == {
        "pid": 4242,
        "at": "2026-03-04T08:59:30+09:00",
        "begun_at": "2026-03-04T08:00:00+09:00",
        "times": ["15:40", "09:01"],
        "next": {
            "kind": "execute",
            "session": "2026-03-04",
            "due_at": "2026-03-04T09:01:00+09:00",
        },
        "running": "",
        "prepare_seconds": 242.5,
        "results": [
            {
                "kind": "prepare",
                "session": "2026-03-04",
                "at": "2026-03-04T15:44:00+09:00",
                "code": "",
            }
        ],
        "ended_at": None,
    }


def test_an_end_on_purpose_is_written_down(tmp_path: Path) -> None:
    file = HeartbeatFile(tmp_path / "heartbeat.json")
    ended = replace(BEAT, next=None, ended_at=at(9, 5))

    file.write(ended)

    assert file.read() == ended


def test_a_file_of_a_version_that_knew_no_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    HeartbeatFile(path).write(BEAT)
    stored = json.loads(path.read_text(encoding="utf-8"))
    del stored["ended_at"]

    path.write_text(json.dumps(stored), encoding="utf-8")

    assert HeartbeatFile(path).read() == BEAT


def test_without_a_file_there_is_no_sign_of_life(tmp_path: Path) -> None:
    assert HeartbeatFile(tmp_path / "heartbeat.json").read() is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"pid": 4242', '"pid": "x"'),
        ('"at": "2026-03-04T08:59:30+09:00"', '"at": "2026-03-04T08:59:30"'),
        ('"next": {', '"next": 7, "past": {'),
        ('"times"', '"time"'),
        ('"results": [', '"results": [3,'),
        ('"ended_at": null', '"ended_at": "yesterday"'),
        ("{", "["),
    ],
)
def test_a_damaged_file_is_none(tmp_path: Path, was: str, becomes: str) -> None:
    path = tmp_path / "heartbeat.json"
    HeartbeatFile(path).write(BEAT)
    text = path.read_text(encoding="utf-8")
    assert was in text

    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")

    assert HeartbeatFile(path).read() is None


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=60)
    | st.text(alphabet="[]{}", max_size=9).map(str.encode)
)
def test_no_content_makes_a_reader_fail(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-heartbeat.json"
    path.write_bytes(content)

    assert HeartbeatFile(path).read() is None


def test_brackets_without_end_are_no_sign_of_life(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    path.write_text("[" * 200_000, encoding="utf-8")

    assert HeartbeatFile(path).read() is None


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")

    with pytest.raises(StorageError):
        HeartbeatFile(tmp_path / "state" / "heartbeat.json").write(BEAT)
