"""What a person hears by Telegram of commands run by hand, over a real bot server."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final

import pytest

from khms_trader.bootstrap.execute import execute
from khms_trader.bootstrap.options import RunOptions
from khms_trader.clock import SystemClock
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.market.calendar import SEOUL
from processes import SHIPPED_SETTINGS, Ran, make_home, run_script
from telegram_server import CHAT, REVOKED, TOKEN, Fault, Server, telegram_server

SECRETS: Final = f"""\
telegram:
  enabled: true
  token: "{TOKEN}"
  chat_id: "{CHAT}"
"""
EVENING: Final = "2026-03-03T15:40"
MORNING: Final = "2026-03-04T09:01"


@pytest.fixture
def server() -> Iterator[Server]:
    with telegram_server() as running:
        yield running


def a_home(folder: Path, server: Server) -> Path:
    settings = SHIPPED_SETTINGS.read_text(encoding="utf-8")
    own = settings.replace("  base_url:  ", f'  base_url: "{server.address}"  ')
    assert own != settings
    home = make_home(folder, own)
    (home / "secrets.yaml").write_text(SECRETS, encoding="utf-8")
    (home / "secrets.yaml").chmod(0o600)
    return home


def prepared(home: Path, at: str = EVENING, *more: str) -> Ran:
    name = "prepare_next_open_plan.py"
    return run_script(name, "--universe-limit", "60", "--at", at, *more, home=home)


def executed(home: Path, at: str = MORNING, *more: str) -> Ran:
    return run_script("execute_next_open_plan.py", "--at", at, *more, home=home)


def heads(server: Server) -> list[str]:
    return [text.splitlines()[0] for text in server.texts]


def test_an_evening_and_a_morning_are_told_once(tmp_path: Path, server: Server) -> None:
    home = a_home(tmp_path / "home", server)

    assert prepared(home).code == 0
    assert executed(home).code == 0
    assert executed(home, "2026-03-04T09:05").code == 0

    assert [head.split(" (")[0] for head in heads(server)] == [
        "계획 2026-03-04",
        "하루 정리 2026-03-03",
        "실행 결과 2026-03-04",
    ]
    told = next(text for text in server.texts if text.startswith("실행 결과"))
    assert "체결 1/1주" in told
    assert "D+2" in told


def test_what_a_killed_run_left_unsaid_goes_out_with_the_next(
    tmp_path: Path, server: Server
) -> None:
    home = a_home(tmp_path / "home", server)
    assert prepared(home).code == 0
    # A run that was killed right after its last order told nobody.
    execute(
        RunOptions(
            home=home,
            settings=load_settings(home),
            secrets=load_secrets(home),
            clock=SystemClock(datetime(2026, 3, 4, 9, 1, tzinfo=SEOUL)),
        )
    )
    assert not [head for head in heads(server) if head.startswith("실행 결과")]

    assert prepared(home, "2026-03-04T15:40").code == 0

    results = [text for text in server.texts if "실행 결과 2026-03-04" in text]
    assert len(results) == 1
    assert results[0].startswith("⏱ 6시간 전 소식")


def test_a_dry_run_is_told_to_nobody(tmp_path: Path, server: Server) -> None:
    home = a_home(tmp_path / "home", server)

    assert prepared(home, EVENING, "--dry-run").code == 0

    assert server.texts == []
    assert not list((home / "data").rglob("outbox*"))


def test_a_server_that_is_gone_costs_the_run_nothing_and_hears_it_later(
    tmp_path: Path,
) -> None:
    with telegram_server() as gone:
        home = a_home(tmp_path / "home", gone)
    started = monotonic()
    ran = prepared(home)
    assert ran.code == 0
    assert monotonic() - started < 30

    port = int(gone.address.rsplit(":", 1)[1])
    with telegram_server(port=port) as back:
        assert executed(home).code == 0
        # The morning's run is 17 hours later by its own clock.
        assert back.texts[0].startswith("⏱")
        assert len(back.texts) == 3


@pytest.mark.long
def test_a_server_that_hangs_holds_a_command_for_ten_seconds_at_most(
    tmp_path: Path, server: Server
) -> None:
    home = a_home(tmp_path / "home", server)
    server.fail(Fault(seconds=60, times=0, method=""))
    plain = make_home(tmp_path / "plain")
    started = monotonic()
    assert prepared(plain).code == 0
    usual = monotonic() - started

    started = monotonic()
    ran = prepared(home)

    assert ran.code == 0
    assert monotonic() - started - usual < 20
    server.recover()


def test_a_revoked_token_is_one_sentence_and_never_shown(
    tmp_path: Path, server: Server
) -> None:
    home = a_home(tmp_path / "home", server)
    server.fail(REVOKED)

    ran = prepared(home)

    assert ran.code == 0
    assert (ran.out + ran.err).count("텔레그램") == 1
    files = [path for path in home.rglob("*") if path.is_file()]
    leaks = [
        path
        for path in files
        if path.name != "secrets.yaml" and TOKEN.encode() in path.read_bytes()
    ]
    assert leaks == []
    assert TOKEN not in ran.out + ran.err
