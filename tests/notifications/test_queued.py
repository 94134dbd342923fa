"""A notifier in its own thread: nobody waits for it, and nobody falls with it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import monotonic

import pytest

from khms_trader.notifications.queued import QueuedNotifier

ENOUGH_SECONDS = 5.0


class Recorder:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def send(self, text: str) -> None:
        self.texts.append(text)


class Hanging(Recorder):
    """Hangs in every text until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_in = threading.Event()
        self.let_go = threading.Event()

    def send(self, text: str) -> None:
        self.is_in.set()
        self.let_go.wait(60)
        super().send(text)


@contextmanager
def hanging(*, most_waiting: int = 100) -> Iterator[tuple[QueuedNotifier, Hanging]]:
    """Yield a notifier that hangs in its first text."""
    inner = Hanging()
    notifier = QueuedNotifier(inner, most_waiting=most_waiting)
    notifier.send("첫째")
    assert inner.is_in.wait(ENOUGH_SECONDS)
    try:
        yield notifier, inner
    finally:
        inner.let_go.set()
        notifier.close()


def seconds_of(act: Callable[[], object]) -> float:
    started = monotonic()
    act()
    return monotonic() - started


def test_texts_arrive_in_order() -> None:
    inner = Recorder()

    with closing(QueuedNotifier(inner)) as notifier:
        for number in range(50):
            notifier.send(f"{number}")

    assert inner.texts == [f"{number}" for number in range(50)]


def test_a_notifier_that_hangs_blocks_nobody_who_sends() -> None:
    with hanging() as (notifier, _):

        def send_many() -> None:
            for number in range(1_000):
                notifier.send(f"{number}")

        assert seconds_of(send_many) < 0.5


def test_the_end_waits_two_seconds_at_most_and_says_what_is_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with hanging() as (notifier, inner):
        notifier.send("둘째")

        assert 1.9 < seconds_of(notifier.close) < 4
        assert "messages not delivered at the end: 2" in caplog.text

        inner.let_go.set()
    assert "둘째" not in inner.texts


def test_the_end_waits_for_what_is_on_its_way() -> None:
    with hanging() as (notifier, inner):
        notifier.send("둘째")
        threading.Timer(0.1, inner.let_go.set).start()

        notifier.close()

        assert inner.texts == ["첫째", "둘째"]


def test_nothing_waits_at_the_end_when_nothing_was_said() -> None:
    before = threading.active_count()

    assert seconds_of(QueuedNotifier(Recorder()).close) < 0.5
    assert threading.active_count() == before


def test_the_oldest_is_lost_when_too_many_wait(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with hanging(most_waiting=3) as (notifier, inner):
        for number in range(250):
            notifier.send(f"{number}")
        inner.let_go.set()
        notifier.close()

    assert inner.texts == ["첫째", "247", "248", "249"]
    told = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert told == [
        "messages are lost, the notifier is slow: 1",
        "messages are lost, the notifier is slow: 100",
        "messages are lost, the notifier is slow: 200",
    ]


class Failing(Recorder):
    """Fails at every second text, with words that nobody may read."""

    def send(self, text: str) -> None:
        super().send(text)
        if len(self.texts) % 2:
            message = "https://api.telegram.org/bot123456:SECRET/sendMessage"
            raise ConnectionError(message)


def test_a_notifier_that_fails_goes_on_with_the_next_and_leaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inner = Failing()

    with closing(QueuedNotifier(inner)) as notifier:
        for text in ("하나", "둘", "셋"):
            notifier.send(text)

    assert inner.texts == ["하나", "둘", "셋"]
    assert "a message was not delivered: ConnectionError" in caplog.text
    assert "SECRET" not in caplog.text


class Dying(Recorder):
    """Takes its thread down with the first text."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[threading.Thread] = []
        self.is_in = threading.Event()

    def send(self, text: str) -> None:
        super().send(text)
        self.threads.append(threading.current_thread())
        self.is_in.set()
        if len(self.texts) == 1:
            raise SystemExit


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_replaced() -> None:
    inner = Dying()
    notifier = QueuedNotifier(inner)
    notifier.send("하나")
    assert inner.is_in.wait(ENOUGH_SECONDS)
    inner.threads[0].join(ENOUGH_SECONDS)

    with closing(notifier):
        notifier.send("둘")

    assert inner.texts == ["하나", "둘"]


def test_what_comes_after_the_end_is_lost_without_a_word_to_the_sender() -> None:
    inner = Recorder()
    notifier = QueuedNotifier(inner)
    notifier.close()

    notifier.send("늦음")
    notifier.close()

    assert inner.texts == []
