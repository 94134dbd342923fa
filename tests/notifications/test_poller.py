"""Commands from the chat, over real HTTP to a server on this machine."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from khms_trader.clock import SystemClock
from khms_trader.config.notices import TelegramSettings
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import Secrets, TelegramSecrets
from khms_trader.config.settings import Settings
from khms_trader.domain.message import Level, Message
from khms_trader.errors import NotAvailable
from khms_trader.notifications.poller import Handler, PollPauses, TelegramPoller
from telegram_server import REVOKED, TOKEN, TWICE, Fault, Server

QUICK = PollPauses(wait=2, first=0.02, longest=0.05, busy=0.2)
CLOCK = SystemClock()
OLD_SECONDS = 3_600.0


class Desk:
    """Obeys, and remembers what it was told and what it answered."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.replies: list[Message] = []
        self.problems: list[NotAvailable] = []

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {"/halt": self.halt, "/status": self.status, "/help": self.help}

    def halt(self, rest: str) -> str:
        self.done.append(f"halt {rest}".strip())
        return "멈췄습니다 <1>"

    def status(self, rest: str) -> Message:
        self.done.append("status")
        return Message(
            key="status", level=Level.INFO, html="<b>상태</b>", at=CLOCK.now()
        )

    def help(self, rest: str) -> str:
        self.done.append("help")
        return "도움말"


@contextmanager
def listening(
    server: Server, desk: Desk, folder: Path, *, clock: SystemClock = CLOCK
) -> Iterator[TelegramPoller]:
    bot = TelegramSecrets(
        enabled=True, token=Secret(TOKEN), chat_id=Secret(server.chat)
    )
    poller = TelegramPoller(
        Settings(telegram=TelegramSettings(base_url=server.address)),
        Secrets(telegram=bot),
        handlers=desk.handlers,
        reply=desk.replies.append,
        lock=folder / "telegram.lock",
        clock=clock,
        pauses=QUICK,
        on_problem=desk.problems.append,
    )
    poller.start()
    try:
        yield poller
    finally:
        poller.stop()


def awaited(claim: Callable[[], object], seconds: float = 10.0) -> bool:
    end = monotonic() + seconds
    while not claim() and monotonic() < end:
        sleep(0.01)
    return bool(claim())


def test_commands_are_obeyed_in_order_and_answered(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk()
    server.write("/halt 지금")
    server.write("/Status@my_bot")

    with listening(server, desk, tmp_path):
        assert server.await_confirmed()

    assert desk.done == ["halt 지금", "status"]
    assert [m.html for m in desk.replies] == ["멈췄습니다 &lt;1&gt;", "<b>상태</b>"]
    assert {m.level for m in desk.replies} == {Level.WARNING}
    assert len({m.key for m in desk.replies}) == 2


def test_a_stranger_is_ignored_and_counted(server: Server, tmp_path: Path) -> None:
    desk = Desk()
    server.write("/halt", chat="999")
    server.write("/halt", chat="998")

    with listening(server, desk, tmp_path) as poller:
        assert server.await_confirmed()

        assert poller.strangers == 2
    assert (desk.done, desk.replies) == ([], [])


def test_what_is_no_command_is_left_alone_and_an_unknown_one_is_helped(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk()
    for text in ("안녕 /halt", "halt", "/sell 005930", "/start"):
        server.write(text)

    with listening(server, desk, tmp_path):
        assert server.await_confirmed()

    assert desk.done == ["help", "help"]


def test_an_old_question_is_dropped_and_an_old_halt_is_obeyed(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk()
    server.write("/status", age_seconds=OLD_SECONDS)
    server.write("/halt", age_seconds=OLD_SECONDS)

    with listening(server, desk, tmp_path):
        assert server.await_confirmed()

    assert desk.done == ["halt"]


def test_what_telegram_gives_again_is_not_obeyed_again(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk()
    server.write("/halt")
    given_twice = dict(server.updates[0])
    with listening(server, desk, tmp_path):
        assert server.await_confirmed()
    server.updates.append(given_twice)

    with listening(server, desk, tmp_path):
        assert server.await_confirmed()

    assert desk.done == ["halt"]


def test_a_command_with_a_smaller_number_is_obeyed(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk()
    server.write("/halt")
    with listening(server, desk, tmp_path):
        assert server.await_confirmed()
        # After a quiet week Telegram goes on with any number.
        server.next_update = 5
        server.write("/status")

        assert awaited(lambda: "status" in desk.done)


def test_a_handler_that_fails_is_told(server: Server, tmp_path: Path) -> None:
    class Broken(Desk):
        def halt(self, rest: str) -> str:
            raise OSError(28, "disk full")

    desk = Broken()
    server.write("/halt")
    server.write("/help")

    with listening(server, desk, tmp_path):
        assert server.await_confirmed()

    assert [m.html for m in desk.replies] == [
        "/halt 명령을 처리하지 못했습니다(OSError). 로그를 확인하세요.",
        "도움말",
    ]


def test_faults_are_waited_out(server: Server, tmp_path: Path) -> None:
    desk = Desk()
    server.fail(
        Fault(status=500, method="getUpdates"),
        Fault(status=0, method="getUpdates"),
        Fault(status=429, retry_after=1, method="getUpdates"),
    )
    server.write("/halt")

    with listening(server, desk, tmp_path):
        assert server.await_confirmed()

    assert desk.done == ["halt"]
    assert desk.problems == []


def test_a_second_listener_elsewhere_is_one_problem_and_tried_again(
    server: Server, tmp_path: Path
) -> None:
    desk = Desk()
    server.fail(TWICE, TWICE)
    server.write("/halt")

    with listening(server, desk, tmp_path) as poller:
        assert awaited(lambda: desk.problems)
        assert server.await_confirmed()
        assert awaited(lambda: poller.problem is None)

    assert [error.code for error in desk.problems] == ["telegram_poller_twice"]
    assert desk.done == ["halt"]


def test_a_revoked_token_is_one_problem(server: Server, tmp_path: Path) -> None:
    desk = Desk()
    server.fail(REVOKED)

    with listening(server, desk, tmp_path):
        assert awaited(lambda: len(server.polls) == 0 and desk.problems)
        sleep(0.5)

    assert [error.code for error in desk.problems] == ["telegram_token_refused"]


def test_only_one_of_two_listens_and_the_other_takes_over(
    server: Server, tmp_path: Path
) -> None:
    first, second = Desk(), Desk()
    with listening(server, first, tmp_path):
        server.write("/halt")
        assert server.await_confirmed()
        with listening(server, second, tmp_path) as other:
            assert awaited(lambda: other.problem)
            server.write("/status")
            assert server.await_confirmed()
    with listening(server, second, tmp_path):
        server.write("/help")
        assert server.await_confirmed()

    assert (first.done, second.done) == (["halt", "status"], ["help"])
    assert [e.code for e in second.problems] == ["telegram_poller_elsewhere"]


def test_stopping_takes_no_time(server: Server, tmp_path: Path) -> None:
    with listening(server, Desk(), tmp_path) as poller:
        assert awaited(lambda: server.polls)
        began = monotonic()
        poller.stop()

        assert monotonic() - began < 10  # a question waits 25 s


def test_with_another_time_no_message_is_old(server: Server, tmp_path: Path) -> None:
    desk = Desk()
    shifted = SystemClock(CLOCK.now().replace(year=2030))
    server.write("/status")

    with listening(server, desk, tmp_path, clock=shifted):
        assert server.await_confirmed()

    assert desk.done == ["status"]


def test_switched_off_it_never_listens(server: Server, tmp_path: Path) -> None:
    poller = TelegramPoller(
        Settings(telegram=TelegramSettings(base_url=server.address)),
        Secrets(),
        handlers={},
        reply=lambda _: None,
        lock=tmp_path / "telegram.lock",
        clock=CLOCK,
    )
    poller.start()
    poller.stop()

    assert (server.polls, list(tmp_path.iterdir())) == ([], [])
