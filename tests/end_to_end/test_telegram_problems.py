"""What a person must mend about the bot, as the scheduler says it: one sentence each.

Nothing of it ends the scheduler, and the token is shown nowhere.
"""

import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest
from filelock import FileLock

from end_to_end.test_scheduler import NIGHT, SMALL, ended, running
from end_to_end.test_telling import a_home
from processes import Ran
from telegram_server import (
    BLOCKED,
    NO_CHAT,
    REVOKED,
    TOKEN,
    TWICE,
    Fault,
    Server,
    telegram_server,
)

WEBHOOK: Final = Fault(
    status=409,
    description="Conflict: can't use getUpdates method while webhook is active; use "
    "deleteWebhook to delete the webhook first",
    method="getUpdates",
)
NO_CHAT_SAID: Final = "텔레그램 대화방에 보낼 수 없습니다"
TWICE_SAID: Final = "다른 프로그램이 같은 텔레그램 봇의 명령을 받고 있어"
PROBLEMS: Final = {
    # Who delivers and who listens both meet it.
    "revoked-token": (REVOKED, "텔레그램이 봇 토큰을 받아 주지 않아"),
    "unreachable-chat": (NO_CHAT, NO_CHAT_SAID),
    "blocked-bot": (BLOCKED, NO_CHAT_SAID),
    "second-poller": (TWICE, TWICE_SAID),
    "webhook": (WEBHOOK, "텔레그램 봇에 웹훅이 걸려 있어"),
}
MOST_TELLING: Final = {"revoked-token", "second-poller"}


@pytest.fixture
def server() -> Iterator[Server]:
    with telegram_server() as serving:
        yield serving


def says(home: Path, words: str) -> Ran:
    """Run a scheduler until its output holds ``words``, and a little longer."""
    with running(home, *SMALL, *NIGHT) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if words in "".join(lines).replace("\n", " "):
                break
        sleep(1)
        begun = monotonic()
        process.send_signal(signal.SIGTERM)
        ran = ended(process)
    assert monotonic() - begun < 30
    return Ran(code=ran.code, out="".join(lines) + ran.out, err=ran.err)


def leaks(home: Path, ran: Ran) -> list[str]:
    """Return where the token is, apart from where it belongs."""
    files = [path for path in home.rglob("*") if path.is_file()]
    found = [path.name for path in files if TOKEN.encode() in path.read_bytes()]
    return [*found, *(["output"] if TOKEN in ran.out + ran.err else [])]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in MOST_TELLING else pytest.mark.long)
        for name in PROBLEMS
    ],
)
def test_what_a_person_must_mend_is_said_once_and_the_scheduler_goes_on(
    tmp_path: Path, server: Server, name: str
) -> None:
    fault, words = PROBLEMS[name]
    home = a_home(tmp_path / "home", server)
    server.fail(fault)

    ran = says(home, words)

    assert ran.code == 0, ran.err
    assert (ran.out + ran.err).count(words) == 1
    assert "Traceback" not in ran.out + ran.err
    assert "자동 실행을 끝냈습니다" in ran.out
    assert leaks(home, ran) == ["secrets.yaml"]


def test_another_scheduler_of_this_computer_takes_no_commands(
    tmp_path: Path, server: Server
) -> None:
    home = a_home(tmp_path / "home", server)
    words = "이 컴퓨터의 다른 실행이 텔레그램 명령을 받고 있습니다"
    (home / "data/state").mkdir(parents=True)
    with FileLock(home / "data/state/telegram.lock"):
        ran = says(home, words)

    assert ran.code == 0, ran.err
    assert (ran.out + ran.err).count(words) == 1
    assert server.polls == []
