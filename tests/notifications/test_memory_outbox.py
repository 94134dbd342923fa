"""An outbox of one process."""

import logging
from datetime import datetime, timedelta

import pytest

from khms_trader.domain.message import Level, Message
from khms_trader.market.calendar import SEOUL
from khms_trader.notifications.memory_outbox import MemoryOutbox

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=SEOUL)
SECOND = timedelta(seconds=1)


def message(key: str) -> Message:
    return Message(key=key, level=Level.INFO, html=key, at=NOW)


def test_messages_leave_in_order_and_each_key_once() -> None:
    outbox = MemoryOutbox(NOW)

    assert outbox.add(message("b"), message("a"), message("b")) == 2
    first = outbox.claim(NOW)
    assert first is not None
    outbox.delivered(first, NOW)
    assert outbox.add(message("b")) == 0
    second = outbox.claim(NOW)

    assert second is not None
    assert (first.message.key, second.message.key) == ("b", "a")
    assert (outbox.begun_at, outbox.waiting()) == (NOW, 1)


def test_a_lease_runs_out_and_says_that_it_may_be_a_repeat() -> None:
    outbox = MemoryOutbox(NOW)
    outbox.add(message("a"), message("b"))
    first = outbox.claim(NOW)
    assert first is not None
    outbox.part_sent(first, 2, NOW)

    assert outbox.claim(NOW + 89 * SECOND) is None
    again = outbox.claim(NOW + 90 * SECOND)

    assert again is not None
    assert (again.message.key, again.parts_sent, again.is_repeat) == ("a", 2, True)
    outbox.put_off(first, NOW, "outdated")
    assert outbox.claim(NOW + 91 * SECOND) is None


def test_what_is_put_off_comes_back_in_time() -> None:
    outbox = MemoryOutbox(NOW)
    outbox.add(message("a"))
    first = outbox.claim(NOW)
    assert first is not None
    outbox.put_off(first, NOW + 5 * SECOND, "too fast")

    assert outbox.claim(NOW + 4 * SECOND) is None
    again = outbox.claim(NOW + 5 * SECOND)
    assert again is not None
    assert not again.is_repeat


def test_when_nothing_leaves_the_oldest_are_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outbox = MemoryOutbox(NOW, most_waiting=2)

    with caplog.at_level(logging.WARNING):
        outbox.add(message("a"), message("b"), message("c"))

    claimed = outbox.claim(NOW)
    assert claimed is not None
    assert (claimed.message.key, outbox.waiting()) == ("b", 2)
    assert "messages are lost" in caplog.text
