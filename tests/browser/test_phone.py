"""A person with a phone: every page fits, is touched with a finger, read in order."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import pytest
from playwright.sync_api import Browser

from browser.dashboard_process import dashboard
from browser.visitor import PAGES, PHONE, Visitor, visiting
from processes import make_home, run_script

EVENING: Final = "2025-07-21T15:40"
MORNING: Final = "2025-07-22T09:01"
SEEN_AT: Final = "2025-07-22T09:10"
FINGER: Final = 40
"""Pixels that a finger hits."""

_SMALL: Final = """least => [...document.querySelectorAll(
    '[data-testid="stMain"] button, [data-testid="stMain"] summary,'
    + '[data-testid="stMain"] [role=radio], [data-testid="stMain"] [role=combobox],'
    + '[data-testid="stMain"] input[type=text], [data-testid="stExpandSidebarButton"]')]
  .map((e) => [e, e.tagName === 'INPUT' ? e.parentElement : e])
  .map(([e, shown]) => [e, shown.getBoundingClientRect()])
  .filter(([e, box]) => box.width > 0 && box.height > 0 && box.height < least
    && e.closest('.js-plotly-plot') === null
    && e.closest('[data-testid="stTooltipIcon"]') === null)
  .map(([e, box]) => `${e.tagName} ${e.textContent.slice(0, 30)} ${box.height}`)"""
_WIDER: Final = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return [document.documentElement.scrollWidth - window.innerWidth,
    main.scrollWidth - main.clientWidth];
}"""
_LEVELS: Final = """() => [...document.querySelectorAll(
    '[data-testid="stMain"] :is(h1, h2, h3, h4, h5, h6)')]
  .map((e) => Number(e.tagName[1]))"""


@pytest.fixture(scope="module")
def phone(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """Look at a paper account after its first morning."""
    home = make_home(tmp_path_factory.mktemp("phone"))
    size = ("--universe-limit", "20")
    for script, arguments, at in (
        ("prepare_next_open_plan.py", size, EVENING),
        ("execute_next_open_plan.py", (), MORNING),
    ):
        ran = run_script(script, *arguments, "--at", at, home=home)
        assert ran.code == 0, ran.err
    with (
        dashboard(home, at=SEEN_AT) as served,
        visiting(browser, served.address, size=PHONE) as visitor,
    ):
        yield visitor


@pytest.fixture(scope="module", params=PAGES)
def opened(phone: Visitor, request: pytest.FixtureRequest) -> Visitor:
    """Open each page once for everything that is looked at."""
    phone.open(request.param)
    return phone


def test_no_page_scrolls_sideways(opened: Visitor) -> None:
    assert opened.page.evaluate(_WIDER) == [0, 0]
    assert opened.overflow() == []


def test_what_is_touched_is_a_finger_wide(opened: Visitor) -> None:
    assert opened.page.evaluate(_SMALL, FINGER) == []


def test_headings_come_in_their_order(opened: Visitor) -> None:
    levels = opened.page.evaluate(_LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [b for a, b in pairwise(levels) if b > a + 1] == []


def test_the_sidebar_is_folded_and_comes_when_asked_for(phone: Visitor) -> None:
    phone.open("now")
    link = phone.page.get_by_test_id("stSidebarNavLink").filter(has_text="계획")
    bar = phone.page.get_by_test_id("stSidebar")
    assert bar.get_attribute("data-collapsed") == "true"

    phone.page.get_by_test_id("stExpandSidebarButton").click()
    link.click()

    assert "계획" in phone.drawn()


def test_a_table_that_goes_on_says_so_and_one_that_ends_does_not(
    phone: Visitor,
) -> None:
    phone.open("execution")
    hints = phone.page.evaluate(
        """() => [...document.querySelectorAll('.kt-table')].map((box) => [
          box.scrollWidth > box.clientWidth + 1,
          box.querySelector('.kt-more').getBoundingClientRect().height > 10])"""
    )

    assert any(is_wide for is_wide, _ in hints)
    assert [hint for hint in hints if hint[0] != hint[1]] == []
