"""What a bot is reached with is never shown."""

from khms_trader.config.secret import Secret
from khms_trader.config.secrets import Secrets, TelegramSecrets
from khms_trader.config.settings import Settings
from khms_trader.notifications.access import access_of
from telegram_server import CHAT, TOKEN


def test_what_is_masked_and_what_is_shown() -> None:
    bot = TelegramSecrets(enabled=True, token=Secret(TOKEN), chat_id=Secret(CHAT))
    access = access_of(Settings(), Secrets(telegram=bot))

    assert access is not None
    assert access.address == "https://api.telegram.org"
    assert access.is_official
    assert TOKEN not in repr(access)
    said = f"POST https://api.telegram.org/bot{TOKEN}/sendMessage?chat_id={CHAT}"
    other = "98765432:" + "B" * 35
    assert access.masked(f"{said} {other}") == (
        "POST https://api.telegram.org/bot****/sendMessage?chat_id=**** ****"
    )


def test_without_a_bot_or_switched_off_there_is_none() -> None:
    bot = TelegramSecrets(enabled=False, token=Secret(TOKEN), chat_id=Secret(CHAT))

    assert access_of(Settings(), None) is None
    assert access_of(Settings(), Secrets()) is None
    assert access_of(Settings(), Secrets(telegram=bot)) is None
