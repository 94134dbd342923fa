"""Which commands were obeyed outlives a restart, and belongs to one bot."""

from pathlib import Path

import pytest

from khms_trader.config.secret import Secret
from khms_trader.notifications.access import Access
from khms_trader.notifications.handled import Handled
from telegram_server import CHAT, TOKEN


def access(token: str = TOKEN) -> Access:
    return Access(token=Secret(token), chat_id=Secret(CHAT))


def test_a_restart_knows_what_was_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "state" / "telegram.updates"
    Handled(path, access()).add(901)

    again = Handled(path, access())

    assert (901 in again, 902 in again) == (True, False)
    assert TOKEN not in path.read_text(encoding="utf-8")


def test_another_bot_counts_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "telegram.updates"
    Handled(path, access()).add(901)

    assert 901 not in Handled(path, access("1" + TOKEN))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"bot": 1, "updates": "x"}'])
def test_a_file_that_cannot_be_read_hurts_nobody(tmp_path: Path, content: str) -> None:
    path = tmp_path / "telegram.updates"
    path.write_text(content, encoding="utf-8")
    handled = Handled(path, access())

    handled.add(7)

    assert 7 in Handled(path, access())


def test_a_disk_that_cannot_be_written_hurts_nobody(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    handled = Handled(tmp_path / "state" / "telegram.updates", access())

    handled.add(7)

    assert 7 in handled


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "telegram.updates"
    handled = Handled(path, access())
    for number in range(205):
        handled.add(number)

    again = Handled(path, access())

    assert (4 in again, 5 in again, 204 in again) == (False, True, True)
