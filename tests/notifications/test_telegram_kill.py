"""A process that is killed while it delivers: nothing is lost, little is repeated."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from telegram_server import CHAT, TOKEN, Server

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")

COUNT = 24
REPEAT = "(다시 보냄)"
PROGRAM = """
import json, sys
from datetime import timedelta
from pathlib import Path
from khms_trader.clock import SystemClock
from khms_trader.config.notices import TelegramSettings
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import Secrets, TelegramSecrets
from khms_trader.config.settings import Settings
from khms_trader.domain.message import Level, Message
from khms_trader.notifications import TelegramNotifier
from khms_trader.storage.outbox import OutboxFile

told = json.loads(Path(sys.argv[1]).read_text())
clock = SystemClock(SystemClock().now() + timedelta(minutes=2 * told["run"]))
bot = TelegramSecrets(
    enabled=True, token=Secret(told["token"]), chat_id=Secret(told["chat"])
)
notifier = TelegramNotifier(
    Settings(telegram=TelegramSettings(base_url=told["address"])),
    secrets=Secrets(telegram=bot),
    outbox=OutboxFile(Path(told["outbox"]), clock),
    clock=clock,
)
for number, html in enumerate(told["messages"]):
    notifier.post(
        Message(key=f"{number}", level=Level.INFO, html=html, at=clock.now())
    )
notifier.close(60)
"""


def told(number: int) -> str:
    """Return the message of ``number``; every fourth has several parts."""
    lines = 500 if number % 4 == 3 else 1
    return "".join(f"{number}번 소식 {line}번째 줄\n" for line in range(lines))


def started(server: Server, folder: Path, run: int) -> subprocess.Popen[bytes]:
    facts = {
        "run": run,
        "token": TOKEN,
        "chat": CHAT,
        "address": server.address,
        "outbox": str(folder / "outbox.sqlite3"),
        "messages": [told(number) for number in range(COUNT)],
    }
    path = folder / "facts.json"
    path.write_text(json.dumps(facts))
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)])


def without_marks(text: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if first.startswith("⏱") or first == REPEAT else text


def test_kills_lose_nothing_and_repeat_only_what_was_on_its_way(
    server: Server, tmp_path: Path
) -> None:
    dice = random.Random(1)  # noqa: S311 - dice of a test
    kills = 3

    for run in range(kills):
        with started(server, tmp_path, run) as process:
            server.await_messages(len(server.texts) + dice.randint(1, 8))
            time.sleep(dice.random() / 50)
            process.send_signal(signal.SIGKILL)
    with started(server, tmp_path, kills) as process:
        assert process.wait(60) == 0

    bare = [without_marks(text) for text in server.texts]
    repeats = sum(REPEAT in text.partition("\n")[0] for text in server.texts)
    seen = list(dict.fromkeys(bare))
    assert "".join(seen) == "".join(told(number) for number in range(COUNT))
    # A marked part need not have arrived before; unmarked, none arrives twice.
    assert len(bare) - len(seen) <= repeats <= kills
