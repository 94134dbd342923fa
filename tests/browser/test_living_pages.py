"""Pages that were opened once and are left open, and the colours a reader chose."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from browser.dashboard_process import dashboard
from browser.visitor import Visitor, visiting
from khms_trader.domain.account import Account
from khms_trader.domain.events import AccountObserved
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.journal import SqliteJournal
from khms_trader.storage.run_lock import FileRunLock
from processes import make_home, run_script

BEFORE_OPEN: Final = "2025-07-22T08:59"
NOON: Final = "2025-07-22T12:00"
SIZE: Final = ("--universe-limit", "20", "--qty", "5")
BY_ITSELF: Final = 15.0 + 20.0
"""Seconds for one pulse of a page, and for a busy machine to draw it."""

PATIENCE: Final = 20_000.0
"""Milliseconds for a browser and a server that share a busy machine."""

RED: Final = "rgb(224, 69, 63)"
GREEN: Final = "rgb(31, 157, 97)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a paper account with a plan for the session of 2025-07-22."""
    home = make_home(tmp_path_factory.mktemp("living"))
    prepare(home, "2025-07-21T15:40")
    return home


@pytest.fixture(scope="module")
def visitor(browser: Browser, home: Path) -> Iterator[Visitor]:
    with (
        dashboard(home, at=BEFORE_OPEN) as served,
        visiting(browser, served.address) as visitor,
    ):
        yield visitor
        assert "Traceback" not in served.said
        assert visitor.complaints == []


def prepare(home: Path, at: str) -> None:
    ran = run_script("prepare_next_open_plan.py", *SIZE, "--at", at, home=home)
    assert ran.code == 0, ran.err


def test_a_newer_plan_shows_by_itself_and_what_is_half_typed_stays(
    visitor: Visitor, home: Path
) -> None:
    assert "07.21 15:40 만듦" in visitor.open("plan")
    search = visitor.page.get_by_placeholder("이름이나 코드")
    search.scroll_into_view_if_needed()
    search.press_sequentially("에코프")
    where = visitor.page.evaluate("document.querySelector('.stMain').scrollTop")

    prepare(home, "2025-07-21T16:10")
    made = visitor.page.get_by_text("07.21 16:10 만듦")
    made.wait_for(state="attached", timeout=BY_ITSELF * 1000)

    expect(search).to_have_value("에코프")
    expect(search).to_be_focused()
    now = visitor.page.evaluate("document.querySelector('.stMain').scrollTop")
    assert abs(now - where) < 120
    visitor.drawn()


def test_an_execution_that_begins_and_ends_shows_by_itself(
    visitor: Visitor, home: Path
) -> None:
    assert "아직 실행한 거래일이 없습니다" in visitor.open("execution")

    with FileRunLock(home / "data/state/paper/run.lock").hold("execute"):
        visitor.awaits("지금 실행 중입니다", seconds=BY_ITSELF)
    visitor.page.get_by_text("지금 실행 중입니다").wait_for(
        state="detached", timeout=BY_ITSELF * 1000
    )

    ran = run_script(
        "execute_next_open_plan.py", "--at", "2025-07-22T09:01:00", home=home
    )
    assert ran.code in {0, 1}, ran.err
    visitor.awaits("주문이 지나온 길", seconds=BY_ITSELF)


@pytest.mark.parametrize("name", ["now", "performance"])
def test_settings_that_changed_are_told_and_mended_by_itself(
    visitor: Visitor, home: Path, name: str
) -> None:
    visitor.open(name)

    settings = home / "settings.yaml"
    right = settings.read_text(encoding="utf-8")
    settings.write_text("live: {max_positions: many}\n", encoding="utf-8")
    text = visitor.awaits("max_positions", seconds=BY_ITSELF)
    settings.write_text(right, encoding="utf-8")

    assert "예상하지 못한" not in text
    visitor.page.get_by_text("max_positions").first.wait_for(
        state="detached", timeout=BY_ITSELF * 1000
    )
    visitor.drawn()


def a_gain(home: Path) -> None:
    """Let the paper account have been worth a little less the session before."""
    session = date(2025, 7, 21)
    at = datetime(2025, 7, 21, 15, 40, tzinfo=SEOUL)
    seen = Account(
        account="paper",
        observed_at=at,
        cash=10_000_000,
        cash_d2=10_000_000,
        spendable=10_000_000,
        total=10_000_000,
    )
    path = home / "data/state/paper/journal.sqlite3"
    path.parent.mkdir(parents=True)
    with closing(SqliteJournal(path, account="paper", is_durable=False)) as journal:
        journal.append(
            AccountObserved(at=at, account="paper", session=session, observed=seen)
        )


def test_the_chosen_colours_stay_from_page_to_page(
    browser: Browser, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home", "paper: {initial_cash: 10001000}\n")
    a_gain(home)
    with (
        dashboard(home, at=NOON) as served,
        visiting(browser, served.address) as visitor,
    ):
        visitor.open("now")
        gain = visitor.page.get_by_text("+1,000원 (+0.01%)")
        switch = visitor.page.get_by_role("switch", name="상승을 초록으로")
        expect(gain).to_have_css("color", RED, timeout=PATIENCE)
        expect(switch).not_to_be_checked()

        visitor.page.get_by_text("상승을 초록으로").click()
        expect(gain).to_have_css("color", GREEN, timeout=PATIENCE)
        for name in ("plan", "log", "now"):
            visitor.switch(name)
            expect(switch).to_be_checked(timeout=PATIENCE)
        expect(gain).to_have_css("color", GREEN, timeout=PATIENCE)
