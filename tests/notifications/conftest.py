"""A bot on this machine, and how it is reached."""

from collections.abc import Iterator

import pytest

from telegram_server import Server, telegram_server


@pytest.fixture
def server() -> Iterator[Server]:
    with telegram_server() as serving:
        yield serving
