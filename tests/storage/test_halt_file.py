"""A halt is a file: it survives everything and needs nothing to be read."""

from datetime import datetime
from pathlib import Path

from khms_trader.market.calendar import SEOUL
from khms_trader.storage.halt_file import Halt, HaltFile

NOW = datetime(2026, 3, 4, 9, 3, 12, tzinfo=SEOUL)


def test_a_halt_is_remembered_with_its_time_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "data" / "state" / "HALT"

    assert HaltFile(path).current() is None
    assert HaltFile(path).turn_on(NOW, "체결이 이상함")
    assert HaltFile(path).current() == Halt(
        since="2026-03-04T09:03:12+09:00", reason="체결이 이상함"
    )


def test_turning_on_twice_keeps_the_first_reason(tmp_path: Path) -> None:
    file = HaltFile(tmp_path / "HALT")
    file.turn_on(NOW, "first")

    assert not file.turn_on(NOW, "second")
    assert file.current() == Halt(since="2026-03-04T09:03:12+09:00", reason="first")


def test_turning_off_says_whether_it_was_on(tmp_path: Path) -> None:
    file = HaltFile(tmp_path / "HALT")
    file.turn_on(NOW)

    assert file.turn_off()
    assert not file.turn_off()
    assert file.current() is None


def test_a_file_made_by_hand_halts_whatever_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "HALT"
    for content in (b"", b"\xff\xfe", b"[1]", "멈춰".encode()):
        path.write_bytes(content)
        assert HaltFile(path).current() is not None
