"""One browser for each file: starting one takes a second."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.visitor import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
