"""Whether bot and chat are there can be asked without telling anybody anything."""

import pytest

from khms_trader.errors import NotAvailable
from khms_trader.notifications.access import Access
from khms_trader.notifications.reach import Reached, reached
from telegram_server import CHAT, TOKEN, Fault, telegram_server


class Hidden:
    """A secret of this test."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text


def access(address: str, *, token: str = TOKEN, chat: str = CHAT) -> Access:
    return Access(token=Hidden(token), chat_id=Hidden(chat), address=address)


def test_bot_and_chat_are_named_and_nothing_is_sent() -> None:
    with telegram_server() as server:
        found = reached(access(server.address))

    assert found == Reached(bot="k_bot", chat="김")
    assert server.attempts == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "987654321:made-up-for-tests-0123456"}, "telegram_token_refused"),
        ({"chat": "123"}, "telegram_chat_unreachable"),
    ],
)
def test_what_telegram_refuses_is_named(changes: dict[str, str], code: str) -> None:
    with telegram_server() as server, pytest.raises(NotAvailable) as caught:
        reached(access(server.address, **changes))

    assert caught.value.code == code


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502, method="get", page="<html>gateway</html>"),
        Fault(status=0, method="get"),
        Fault(status=403, method="get", page="<html>log in</html>"),
    ],
    ids=["gateway", "cut off", "captive page"],
)
def test_a_server_that_says_nothing_of_use_is_no_answer(fault: Fault) -> None:
    with telegram_server() as server:
        server.fail(fault)
        with pytest.raises(NotAvailable) as caught:
            reached(access(server.address))

    assert caught.value.code == "telegram_no_answer"
    assert TOKEN not in str(caught.value.facts)
