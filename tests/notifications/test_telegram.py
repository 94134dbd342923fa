"""Telegram, over real HTTP to a server on this machine."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from khms_trader.clock import SystemClock
from khms_trader.config.notices import NotificationSettings, TelegramSettings
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import Secrets, TelegramSecrets
from khms_trader.config.settings import Settings
from khms_trader.domain.message import Claimed, Level, Message
from khms_trader.errors import NotAvailable, StorageError
from khms_trader.notifications.delivery import Pauses
from khms_trader.notifications.memory_outbox import MemoryOutbox
from khms_trader.notifications.telegram import TelegramNotifier
from khms_trader.ports import Outbox
from khms_trader.storage.outbox import OutboxFile
from processes import make_home
from telegram_server import (
    BLOCKED,
    CHAT,
    CUT_OFF,
    NO_CHAT,
    REVOKED,
    TOKEN,
    TOO_FAST,
    Fault,
    Server,
)

QUICK = Pauses(first=0.02, longest=0.05, look=0.05)
CLOCK = SystemClock()


def settings_for(server: Server, level: str = "all") -> Settings:
    return Settings(
        notifications=NotificationSettings(level=level),  # type: ignore[arg-type]
        telegram=TelegramSettings(base_url=server.address),
    )


def secrets_for(server: Server, *, enabled: bool = True) -> Secrets:
    bot = TelegramSecrets(
        enabled=enabled, token=Secret(TOKEN), chat_id=Secret(server.chat)
    )
    return Secrets(telegram=bot)


@contextmanager
def notifier_to(
    server: Server, *, level: str = "all", outbox: Outbox | None = None
) -> Iterator[TelegramNotifier]:
    notifier = TelegramNotifier(
        settings_for(server, level),
        secrets=secrets_for(server),
        outbox=outbox,
        pauses=QUICK,
    )
    try:
        yield notifier
    finally:
        notifier.close(0.0)


def message(
    key: str = "one",
    html: str = "안녕",
    *,
    level: Level = Level.INFO,
    age: timedelta = timedelta(0),
    picture: bytes | None = None,
) -> Message:
    at = CLOCK.now() - age
    return Message(key=key, level=level, html=html, at=at, picture=picture)


def test_a_text_arrives_as_it_was_written(server: Server) -> None:
    with notifier_to(server) as notifier:
        notifier.send("삼성 <b>&amp; 현대</b> \ud800 끝")

        assert server.await_messages(1) == ["삼성 <b>&amp; 현대</b> ? 끝"]


def test_messages_arrive_in_order_and_each_key_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with notifier_to(server) as notifier:
        notifier.post(message("a", "<b>하나</b>"), message("b", "둘"))
        notifier.post(message("a", "다시"), message("c", "셋"))

        assert server.await_messages(3) == ["하나", "둘", "셋"]
        assert server.messages[0].html == "<b>하나</b>"
    assert caplog.messages == []


def test_a_long_message_arrives_in_parts(server: Server) -> None:
    lines = [f"{number}행 {'가' * 90}\n" for number in range(100)]

    with notifier_to(server) as notifier:
        notifier.post(message("long", "".join(lines)), message("next", "다음"))
        texts = server.await_messages(4)

    assert texts[-1] == "다음"
    assert "".join(texts[:-1]) == "".join(lines)


def test_a_picture_has_its_text_below_and_the_rest_after_it(server: Server) -> None:
    text = "".join(f"{number:04}번째 줄\n" for number in range(150))

    with notifier_to(server) as notifier:
        notifier.post(message("short", "평가액", picture=b"PNG"))
        notifier.post(message("long", text, picture=b"PNG"))
        texts = server.await_messages(3)

    assert [bool(m.picture) for m in server.messages] == [True, True, False]
    assert texts[0] == "평가액"
    assert texts[1] + texts[2] == text


def test_a_message_that_shows_nothing_is_not_sent(server: Server) -> None:
    with notifier_to(server) as notifier:
        notifier.post(message("empty", " <b>\n</b>"), message("next", "다음"))

        assert server.await_messages(1) == ["다음"]
        assert server.attempts == 1


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(minutes=4), "소식"),
        (timedelta(minutes=7), "⏱ 7분 전 소식\n소식"),
        (timedelta(hours=3, minutes=5), "⏱ 3시간 전 소식\n소식"),
        (timedelta(days=4), "⏱ 4일 전 소식\n소식"),
    ],
)
def test_a_late_message_says_its_age(server: Server, age: timedelta, said: str) -> None:
    with notifier_to(server) as notifier:
        notifier.post(message("late", "소식", age=age))

        assert server.await_messages(1) == [said]


@pytest.mark.parametrize(
    ("level", "arrived"),
    [
        ("all", ["정보", "매매", "경고", "직접"]),
        ("trades", ["매매", "경고", "직접"]),
        ("warnings", ["경고", "직접"]),
    ],
)
def test_the_level_of_the_settings_decides_what_is_told(
    server: Server, level: str, arrived: list[str]
) -> None:
    with notifier_to(server, level=level) as notifier:
        notifier.post(
            message("i", "정보", level=Level.INFO),
            message("t", "매매", level=Level.TRADE),
            message("w", "경고", level=Level.WARNING),
        )
        notifier.send("직접")

        assert server.await_messages(len(arrived)) == arrived


def test_what_was_not_told_by_its_level_is_not_told_later(
    server: Server, tmp_path: Path
) -> None:
    outbox = OutboxFile(tmp_path / "outbox.sqlite3", CLOCK)
    with notifier_to(server, level="warnings", outbox=outbox) as notifier:
        notifier.post(message("i", "정보"))
        notifier.send("직접")
        server.await_messages(1)

    with notifier_to(server, level="all", outbox=outbox) as notifier:
        notifier.post(message("i", "정보"))
        notifier.post(message("j", "다음"))

        assert server.await_messages(2) == ["직접", "다음"]


def test_too_many_requests_are_waited_out(server: Server) -> None:
    server.fail(TOO_FAST)

    with notifier_to(server) as notifier:
        began = monotonic()
        notifier.post(message())

        assert server.await_messages(1) == ["안녕"]
        assert monotonic() - began >= 1.0


@pytest.mark.parametrize("status", [500, 502])
def test_an_error_of_the_server_is_tried_again(server: Server, status: int) -> None:
    server.fail(Fault(status=status, times=3))

    with notifier_to(server) as notifier:
        notifier.post(message())

        assert server.await_messages(1) == ["(다시 보냄)\n안녕"]
        assert server.attempts == 4


def test_an_unknown_outcome_is_sent_again_and_marked_once(server: Server) -> None:
    server.fail(CUT_OFF)

    with notifier_to(server) as notifier:
        notifier.post(message("a", "하나"), message("b", "둘"))

        assert server.await_messages(3) == ["하나", "(다시 보냄)\n하나", "둘"]


def test_a_server_that_was_never_reached_makes_no_repeat(tmp_path: Path) -> None:
    outbox = OutboxFile(tmp_path / "outbox.sqlite3", CLOCK)
    nobody = Server(address="http://127.0.0.1:9")
    with notifier_to(nobody, outbox=outbox) as notifier:
        notifier.post(message())
        sleep(0.3)

    claimed = outbox.claim(CLOCK.now() + timedelta(minutes=1))

    assert claimed is not None
    assert not claimed.is_repeat


def test_html_that_telegram_cannot_read_goes_out_plain(server: Server) -> None:
    unparsed = Fault(status=400, description="Bad Request: can't parse entities: x")
    server.fail(unparsed)

    with notifier_to(server) as notifier:
        notifier.post(message("a", "<b>3 &lt; 4</b>"))

        assert server.await_messages(1) == ["3 < 4"]
        assert server.messages[0].html == ""


def test_a_refused_picture_leaves_its_text(server: Server) -> None:
    server.fail(Fault(status=400, description="Bad Request: IMAGE_PROCESS_FAILED"))

    with notifier_to(server) as notifier:
        notifier.post(message("a", "평가액", picture=b"no png"))

        assert server.await_messages(1) == ["평가액"]
        assert server.messages[0].picture == ""


def test_a_message_refused_for_good_does_not_hold_up_the_next(server: Server) -> None:
    server.fail(Fault(status=400, description="Bad Request: strange"))

    with notifier_to(server) as notifier:
        notifier.post(message("a", "하나"), message("b", "둘"))

        assert server.await_messages(1) == ["둘"]


def test_a_chat_that_moved_is_followed(server: Server) -> None:
    old, server.chat = server.chat, "-100777"
    server.fail(Fault(status=400, description="group upgraded", migrate_to=-100777))
    secrets = Secrets(
        telegram=TelegramSecrets(enabled=True, token=Secret(TOKEN), chat_id=Secret(old))
    )
    notifier = TelegramNotifier(settings_for(server), secrets=secrets, pauses=QUICK)
    notifier.send("이사")

    assert server.await_messages(1) == ["이사"]
    notifier.close(1.0)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (REVOKED, "telegram_token_refused"),
        (NO_CHAT, "telegram_chat_unreachable"),
        (BLOCKED, "telegram_chat_unreachable"),
    ],
)
def test_what_only_a_person_can_mend_stops_and_keeps_the_messages(
    server: Server, tmp_path: Path, fault: Fault, code: str
) -> None:
    told: list[NotAvailable] = []
    outbox = OutboxFile(tmp_path / "outbox.sqlite3", CLOCK)
    server.fail(fault)
    notifier = TelegramNotifier(
        settings_for(server),
        secrets=secrets_for(server),
        outbox=outbox,
        pauses=QUICK,
        on_problem=told.append,
    )

    notifier.post(message("a", "하나"))
    notifier.post(message("b", "둘"))
    notifier.close(5.0)

    assert notifier.problem is not None
    assert (notifier.problem.code, [error.code for error in told]) == (code, [code])
    assert (outbox.waiting(), server.attempts) == (2, 1)
    server.recover()
    with notifier_to(server, outbox=outbox) as next_run:
        next_run.start()

        assert server.await_messages(2) == ["하나", "둘"]


@pytest.mark.parametrize("status", [401, 403, 404, 407, 511])
def test_the_page_of_a_proxy_silences_nobody(server: Server, status: int) -> None:
    server.fail(Fault(status=status, page="<html>log in first</html>"))
    with notifier_to(server) as notifier:
        notifier.post(message("a", "하나"))

        assert server.await_messages(1)[0].endswith("하나")
        assert notifier.problem is None


def test_what_a_person_has_mended_is_noticed_by_a_process_that_lives_on(
    server: Server,
) -> None:
    told: list[NotAvailable] = []
    server.fail(REVOKED)
    notifier = TelegramNotifier(
        settings_for(server),
        secrets=secrets_for(server),
        pauses=replace(QUICK, mend=0.2),
        on_problem=told.append,
    )
    notifier.post(message("a", "하나"))
    server.await_attempts(3)

    server.recover()

    assert server.await_messages(1) == ["하나"]
    assert [error.code for error in told] == ["telegram_token_refused"]
    notifier.close(1.0)
    assert notifier.problem is None


def test_a_picture_that_never_goes_holds_back_no_message(server: Server) -> None:
    server.fail(Fault(status=500, times=0, method="sendPhoto"))
    with notifier_to(server) as notifier:
        notifier.post(
            replace(message("a", "하루 정리"), picture=b"\x89PNG"),
            message("b", "경고"),
        )

        texts = server.await_messages(2)

    assert texts[0].endswith("하루 정리")
    assert texts[1] == "경고"


def test_a_hanging_server_holds_nobody_up(server: Server, tmp_path: Path) -> None:
    outbox = OutboxFile(tmp_path / "outbox.sqlite3", CLOCK)
    server.fail(Fault(status=200, seconds=60, times=0))
    with notifier_to(server, outbox=outbox) as notifier:
        notifier.post(message("first"))
        server.await_attempts(1)

        slowest = 0.0
        for number in range(20):
            began = monotonic()
            notifier.send(f"{number}번째")
            slowest = max(slowest, monotonic() - began)
        began = monotonic()
        notifier.close(0.3)

        assert slowest < 5  # one request takes up to a minute
        assert monotonic() - began < 20
    assert outbox.waiting() == 21


def test_the_end_delivers_what_waits(server: Server) -> None:
    server.fail(Fault(status=500, times=2))
    with notifier_to(server) as notifier:
        for number in range(5):
            notifier.send(f"{number}")
        notifier.close(10.0)

    assert [text[-1] for text in server.texts] == ["0", "1", "2", "3", "4"]


def test_what_could_not_go_out_goes_out_with_the_next_run(
    server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "outbox.sqlite3"
    server.fail(Fault(status=200, seconds=60))
    with notifier_to(server, outbox=OutboxFile(path, CLOCK)) as notifier:
        notifier.post(message("a", "하나"), message("b", "둘"))
        server.await_attempts(1)
    server.recover()

    with notifier_to(server, outbox=OutboxFile(path, CLOCK)) as notifier:
        notifier.close(10.0)

    assert "(다시 보냄)\n하나" in server.texts
    assert server.texts[-1] == "둘"


class Broken(MemoryOutbox):
    """A file on a disk that is full."""

    def add(self, *messages: Message) -> int:
        raise StorageError("outbox_unusable", path="x", reason="disk full")

    def claim(self, now: datetime) -> Claimed | None:
        raise StorageError("outbox_unusable", path="x", reason="disk full")

    def waiting(self) -> int:
        raise StorageError("outbox_unusable", path="x", reason="disk full")


def test_a_full_disk_costs_no_message_and_hurts_nobody(server: Server) -> None:
    with notifier_to(server, outbox=Broken(CLOCK.now())) as notifier:
        notifier.send("하나")
        notifier.post(message("b", "둘"))

        assert server.await_messages(2) == ["하나", "둘"]
        notifier.close(1.0)


class Forgetful(MemoryOutbox):
    """A disk that is full just when the delivery is to be written down."""

    times_full = 2

    def delivered(self, claimed: Claimed, at: datetime) -> None:
        if self.times_full:
            self.times_full -= 1
            self.put_off(claimed, at, "")
            raise StorageError("outbox_unusable", path="x", reason="disk full")
        super().delivered(claimed, at)


def test_what_was_delivered_is_not_sent_again_for_a_full_disk(server: Server) -> None:
    with notifier_to(server, outbox=Forgetful(CLOCK.now())) as notifier:
        notifier.post(message("a", "하나"), message("b", "둘"))

        assert server.await_messages(2) == ["하나", "둘"]


def test_a_notifier_that_is_switched_off_does_nothing(server: Server) -> None:
    for secrets in (None, Secrets(), secrets_for(server, enabled=False)):
        notifier = TelegramNotifier(settings_for(server), secrets=secrets)
        notifier.send("아무도 못 봄")
        notifier.start()
        notifier.close(1.0)

        assert notifier.is_silent
    assert server.attempts == 0


SECRETS = f"""\
telegram:
  enabled: true
  token: "{TOKEN}"
  chat_id: "{CHAT}"
"""


def run_in(home: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "KHMS_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def a_home(folder: Path, server: Server) -> Path:
    settings = f"telegram: {{base_url: '{server.address}'}}\n"
    home = make_home(folder / "home", settings)
    (home / "secrets.yaml").write_text(SECRETS, encoding="utf-8")
    (home / "secrets.yaml").chmod(0o600)
    return home


def test_two_lines_of_a_script_are_heard(server: Server, tmp_path: Path) -> None:
    program = (
        "from khms_trader.notifications import TelegramNotifier\n"
        "TelegramNotifier().send('끝')\n"
    )

    ran = run_in(a_home(tmp_path, server), program)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert server.texts == ["끝"]


def test_a_hanging_server_does_not_hold_the_end_of_a_script(
    server: Server, tmp_path: Path
) -> None:
    server.fail(Fault(status=200, seconds=60, times=0))
    program = (
        "from khms_trader.notifications import TelegramNotifier\n"
        "notifier = TelegramNotifier()\n"
        "notifier.send('끝')\n"
        "notifier.close(0.5)\n"
    )
    home = a_home(tmp_path, server)
    began = monotonic()

    ran = run_in(home, program)

    assert (ran.returncode, TOKEN in ran.stderr) == (0, False)
    assert monotonic() - began < 40


@pytest.mark.parametrize(
    ("settings", "secrets"),
    [("telegram: {base_url: 3}\n", SECRETS), ("", "telegram: [\n"), (None, None)],
)
def test_a_home_that_cannot_be_read_makes_it_silent(
    tmp_path: Path, settings: str | None, secrets: str | None
) -> None:
    for name, text in (("settings.yaml", settings), ("secrets.yaml", secrets)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    program = (
        "import logging; logging.disable()\n"
        "from khms_trader.notifications import TelegramNotifier\n"
        "notifier = TelegramNotifier(); notifier.send('끝'); notifier.close()\n"
        "print(notifier.is_silent)"
    )

    ran = run_in(tmp_path, program)

    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "True", "")


def test_asking_for_the_package_loads_nothing_heavy() -> None:
    program = (
        "import sys, khms_trader.notifications\n"
        "from khms_trader.notifications import TelegramNotifier\n"
        "heavy = {'telegram', 'httpx', 'matplotlib', 'numpy', 'pydantic', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    ran = run_in(Path.cwd(), program)

    assert ran.stdout.strip() == "[]"


def test_the_token_is_nowhere_whatever_is_logged(
    server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "everything.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(exc_info)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    echo = f"no method at /bot{TOKEN}/sendMessage for {CHAT}"
    server.fail(
        Fault(status=500, description=echo),
        CUT_OFF,
        Fault(status=400, description=echo),
        Fault(status=401, description=echo),
    )
    outbox = OutboxFile(tmp_path / "outbox.sqlite3", CLOCK)
    try:
        with notifier_to(server, outbox=outbox) as notifier:
            notifier.post(message("a", "하나"), message("b", "둘"))
            server.await_attempts(4)
            notifier.close(5.0)
            shown = repr((notifier, vars(notifier), notifier.problem))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()

    written = path.read_text(encoding="utf-8")
    assert "telegram is tried again later" in written
    assert "telegram_token_refused" in written
    stored = (tmp_path / "outbox.sqlite3").read_bytes()
    stored += (tmp_path / "outbox.sqlite3-wal").read_bytes()
    for secret in (TOKEN, TOKEN.partition(":")[2], CHAT):
        assert secret not in written + shown
        assert secret.encode() not in stored
