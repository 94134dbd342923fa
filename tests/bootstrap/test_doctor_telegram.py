"""The check-up asks Telegram for bot and chat, and tells nobody anything."""

from pathlib import Path

import pytest

from fakes import at
from khms_trader.bootstrap.doctor import Patient, examine
from khms_trader.clock import ManualClock
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.planning.checkup import Check, Finding, Verdict
from telegram_server import CHAT, REVOKED, TOKEN, telegram_server


def telegram_of(home: Path, address: str, *, stay_away: str | None = None) -> Finding:
    """Examine a paper home that tells by a server on this machine."""
    (home / "settings.yaml").write_text(
        f"telegram: {{base_url: {address}}}\n", encoding="utf-8"
    )
    (home / "secrets.yaml").write_text(
        f'telegram: {{enabled: true, token: "{TOKEN}", chat_id: "{CHAT}"}}\n',
        encoding="utf-8",
    )
    patient = Patient(
        home=home,
        settings=load_settings(home),
        secrets=load_secrets(home),
        clock=ManualClock(at(12)),
        stay_away=stay_away,
    )
    (found,) = (row for row in examine(patient) if row.check is Check.TELEGRAM)
    return found


def test_a_bot_that_knows_its_chat_is_named(tmp_path: Path) -> None:
    with telegram_server() as server:
        found = telegram_of(tmp_path, server.address)

    assert (found.verdict, found.code) == (Verdict.GOOD, "check_telegram_reached")
    assert found.facts == {"bot": "k_bot", "chat": "김"}
    assert server.attempts == 0


def test_a_refused_token_is_a_caution_as_orders_never_wait_for_words(
    tmp_path: Path,
) -> None:
    with telegram_server() as server:
        server.fail(REVOKED)
        found = telegram_of(tmp_path, server.address)

    assert (found.verdict, found.code) == (Verdict.CAUTION, "telegram_token_refused")


@pytest.mark.parametrize("reason", ["check_offline", "check_practice_later"])
def test_offline_telegram_is_not_asked(tmp_path: Path, reason: str) -> None:
    found = telegram_of(tmp_path, "http://127.0.0.1:9", stay_away=reason)

    assert found.code == "check_telegram_on"
