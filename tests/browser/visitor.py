"""A person with a browser: opens pages, reads them, and never sees what must not be."""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NO_BROWSER: Final = "chromium 없음: apt-get install chromium 뒤에 브라우저로 확인합니다"
PAGES: Final = {
    "now": "지금",
    "plan": "계획",
    "execution": "실행",
    "performance": "성과",
    "symbol": "종목",
    "log": "로그",
}
WIDE: Final = (1440, 900)
PHONE: Final = (390, 844)
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_SECONDS: Final = 60
_DRAWN: Final = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app !== null
    && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-testid="stMain"] h1, [data-testid="stAlert"]')
      !== null
    && document.querySelector('[data-testid="stSkeleton"]') === null
    && document.querySelector('[data-stale="true"]') === null;
}"""
_OVERFLOW: Final = """() => {
  const scrolls = (element) => {
    for (let e = element; e && e.dataset?.testid !== 'stMain'; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (/auto|scroll|hidden/.test(style.overflowX)) return true;
    }
    return false;
  };
  return [...document.querySelectorAll('[data-testid="stMain"] *')]
    .filter((e) => e.getBoundingClientRect().width > 0
      && e.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(e))
    .map((e) => `${e.tagName} ${e.className} ${e.textContent.slice(0, 40)}`);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser for the time of a ``with`` block; skip the test without one."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_ARGUMENTS)
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Looks at one dashboard.

    Attributes:
        secrets: what may be on no page and in no HTML, ever.
        complaints: errors that scripts of the page ended with.
        asked: every address the page asked, web sockets included.
    """

    page: Page
    address: str
    secrets: Iterable[str] = ()
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, name: str) -> str:
        """Open the page ``name`` by its address and return its text once drawn."""
        self.page.goto(f"{self.address}/{'' if name == 'now' else name}")
        return self.drawn()

    def switch(self, name: str) -> str:
        """Go to the page ``name`` by the sidebar and return its text once drawn."""
        self.page.get_by_test_id("stSidebarNavLink").filter(
            has_text=PAGES[name]
        ).click()
        self.page.wait_for_function(
            "name => location.pathname === name",
            arg="/" if name == "now" else f"/{name}",
        )
        return self.drawn()

    def drawn(self) -> str:
        """Wait until the script has run and return the page's text, checked."""
        self.page.wait_for_function(_DRAWN, timeout=_SECONDS * 1000)
        return self.read()

    def read(self) -> str:
        """Return the page's text as it is; no traceback and no secret is in it."""
        text = self.page.inner_text('[data-testid="stApp"]')
        html = self.page.content()
        assert "Traceback" not in html
        assert self.page.locator('[data-testid="stException"]').count() == 0, text
        # Digits of a number may stand within those of a drawing's coordinates.
        shown = [rf"(?<![\d.]){re.escape(each)}(?!\d)" for each in self.secrets]
        assert [each for each in shown if re.search(each, html + text)] == []
        return text

    def awaits(self, words: str, seconds: float = _SECONDS) -> str:
        """Wait until ``words`` can be read and return the page's text, checked."""
        found = self.page.get_by_text(words).locator("visible=true")
        found.first.wait_for(timeout=seconds * 1000)
        return self.read()

    def tile(self, label: str) -> str:
        """Return the figure of the tile ``label``."""
        tiles = self.page.locator(".kt-tile")
        wanted = tiles.filter(has=self.page.get_by_text(label, exact=True))
        return wanted.locator(".kt-value").inner_text()

    def rows(self, heading: str) -> list[str]:
        """Return the rows of the first table below ``heading``, a header among them."""
        table = f"//h2[contains(., '{heading}')]/following::table[1]"
        return self.page.locator(f"xpath={table}").locator("tr").all_inner_texts()

    def overflow(self) -> list[str]:
        """Return what sticks out of the window and cannot be scrolled to."""
        found: list[str] = self.page.evaluate(_OVERFLOW)
        return found


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    *,
    secrets: Iterable[str] = (),
    size: tuple[int, int] = WIDE,
    is_dark: bool = False,
) -> Iterator[Visitor]:
    """Visit ``address`` with a fresh context for the time of a ``with`` block."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="ko-KR",
        color_scheme="dark" if is_dark else "light",
    )
    try:
        page = context.new_page()
        visitor = Visitor(page=page, address=address, secrets=tuple(secrets))
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("request", lambda request: visitor.asked.append(request.url))
        page.on(
            "websocket",
            lambda socket: visitor.asked.append(socket.url.replace("ws://", "http://")),
        )
        yield visitor
    finally:
        context.close()
