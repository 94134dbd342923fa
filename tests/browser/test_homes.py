"""Homes of every sort: without keys, empty, with broken files, and very full ones."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from playwright.sync_api import Browser

from browser.dashboard_process import dashboard
from browser.visitor import PAGES, PHONE, Visitor, visiting
from end_to_end.scenarios import ACCOUNT, APP_KEY, APP_SECRET, home_for
from khms_trader.data.sample.market import SampleMarket
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    LineSkipped,
)
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.storage.journal import SqliteJournal
from practice_server import practice_server
from processes import make_home, run_script, snapshot

EVENING: Final = "2025-07-21T15:40"
NOON: Final = "2025-07-22T12:00"
SECRETS: Final = (APP_KEY, APP_SECRET, ACCOUNT)
BROKEN: Final = '{"schema_version": 1, "plan_id": "20250723-'
FAILED: Final = """\
2025-07-22T11:59:00.000+09:00 ERROR khms_trader.cli.run the command ended badly
Traceback (most recent call last):
  File "x.py", line 1, in <module>
ValueError: told by the log
"""
HOLDINGS: Final = 200
SHARES: Final = 3


@contextmanager
def looking(browser: Browser, home: Path, *, at: str = NOON) -> Iterator[Visitor]:
    """Look at ``home``; no secret and no traceback reaches the terminal either."""
    with (
        dashboard(home, at=at) as served,
        visiting(browser, served.address, secrets=SECRETS) as visitor,
    ):
        yield visitor
        assert "Traceback" not in served.said
        assert visitor.complaints == []


@pytest.fixture(scope="module")
def keyless(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """Look at a home of settings alone: no keys, no folder, nothing ever run."""
    with looking(browser, make_home(tmp_path_factory.mktemp("keyless"))) as visitor:
        yield visitor


def test_without_keys_the_first_page_says_how_to_get_them_beside_the_paper_account(
    keyless: Visitor,
) -> None:
    text = keyless.open("now")

    assert "연습" in keyless.page.locator(".kt-badge").first.inner_text()
    assert keyless.tile("총자산") == "10,000,000원"
    for words in (
        "secrets.yaml",
        "run_kis_simulator.py",
        "KIS Developers",
        "KHMS_HOME",
    ):
        assert words in text


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_an_empty_home_says_what_will_be_there(
    keyless: Visitor, name: str
) -> None:
    text = keyless.open(name)

    assert PAGES[name] in text
    assert "예상하지 못한" not in text


def test_wrong_settings_are_told_and_mended_without_a_restart(
    browser: Browser, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home", "live: {max_positions: many}\n")
    with looking(browser, home) as visitor:
        for name in ("now", "performance"):
            assert "max_positions" in visitor.open(name)

        (home / "settings.yaml").write_text("live: {max_positions: 6}\n")
        assert "0/6종목" in visitor.open("now")


def a_full_journal(home: Path) -> None:
    """Write 50 sessions of 200 lines each that were not sent."""
    sessions = Calendar().sessions(date(2025, 5, 7), date(2025, 7, 21))[-50:]
    path = home / "data/state/paper/journal.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(SqliteJournal(path, account="paper", is_durable=False)) as journal:
        for number, session in enumerate(sessions):
            journal.append(*day_of(session, total=10_000_000 + 1_000 * number))


def day_of(session: date, *, total: int) -> Iterator[Event]:
    at = datetime(session.year, session.month, session.day, 9, 1, tzinfo=SEOUL)
    plan, account = f"{session:%Y%m%d}-00000000", "paper"
    yield ExecutionStarted(at=at, account=account, session=session, plan_id=plan)
    for number in range(200):
        yield LineSkipped(
            at=at,
            account=account,
            session=session,
            plan_id=plan,
            symbol=f"{700_000 + number}",
            side="sell",
            reason="not_held",
        )
    at += timedelta(minutes=5)
    seen = Account(
        account=account,
        observed_at=at,
        cash=total,
        cash_d2=total,
        spendable=total,
        total=total,
    )
    yield AccountObserved(at=at, account=account, session=session, observed=seen)
    yield ExecutionFinished(at=at, account=account, session=session, plan_id=plan)


def a_planned_home(folder: Path) -> Path:
    home = make_home(folder)
    size = ("--universe-limit", "20", "--qty", "5")
    ran = run_script("prepare_next_open_plan.py", *size, "--at", EVENING, home=home)
    assert ran.code == 0, ran.err
    return home


@pytest.fixture(scope="module")
def full(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """Look at a home with 10,150 events, a good plan and a newer one cut in half."""
    home = a_planned_home(tmp_path_factory.mktemp("full"))
    a_full_journal(home)
    (home / "plans/next_open_plan_20250723.json").write_text(BROKEN)
    with (home / "logs/khms_trader.log").open("a", encoding="utf-8") as log:
        log.write(FAILED)
    with looking(browser, home) as visitor:
        yield visitor


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn_with_ten_thousand_events_and_a_broken_plan(
    full: Visitor, name: str
) -> None:
    begun = monotonic()
    text = full.open(name)

    assert monotonic() - begun < 45
    assert "예상하지 못한" not in text


def test_a_broken_plan_is_told_where_plans_are(full: Visitor) -> None:
    assert "next_open_plan_20250723.json" in full.open("plan")
    assert "07.22 (화)" in full.open("now")


def test_the_log_tells_of_a_failure_without_its_traceback(full: Visitor) -> None:
    full.open("log")

    assert "the command ended badly" in full.awaits("the command ended badly")
    full.page.get_by_text("자세히").first.click()
    full.awaits("ValueError: told by the log")


def test_ten_thousand_events_are_listed_page_by_page(full: Visitor) -> None:
    full.open("log")
    full.page.get_by_role("radio", name="기록").click()

    assert "1번째부터" in full.awaits("10,15")


@pytest.fixture(scope="module")
def spoilt(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """Look at a home with a plan, a scribbled journal and 200 MB of no log at all."""
    home = a_planned_home(tmp_path_factory.mktemp("spoilt"))
    (home / "data/state/paper/journal.sqlite3").write_bytes(b"scribble" * 1000)
    with (home / "logs/khms_trader.log").open("ab") as log:
        log.write("반쪽".encode()[:-1])
        log.truncate(200_000_000)  # sparse: it reads as so many NUL bytes
    before = snapshot(home / "data")
    with looking(browser, home) as visitor:
        yield visitor
    assert snapshot(home / "data") == before


@pytest.mark.parametrize("name", PAGES)
def test_a_damaged_journal_is_named_once_and_hides_no_page(
    spoilt: Visitor, name: str
) -> None:
    text = spoilt.open(name)

    assert PAGES[name] in text
    assert "예상하지 못한" not in text
    assert "보관했습니다" not in text
    named = text.count("data/state/paper/journal.sqlite3 (")
    assert named == (0 if name == "log" else 1)
    assert "/khms-" not in text


def test_a_damaged_journal_hides_neither_plan_nor_candles(spoilt: Visitor) -> None:
    assert "실행했는지 알 수 없음" in spoilt.open("plan")
    assert "거래할 수 있는 줄" in spoilt.read()

    spoilt.open("symbol")
    spoilt.page.locator(".js-plotly-plot").first.wait_for()


def issues(count: int) -> tuple[str, ...]:
    """Return symbols of the sample market with a price on the evening."""
    market = SampleMarket(Calendar())
    session = date.fromisoformat(EVENING[:10])
    listed = (each.symbol for each in market.instruments(session))
    at = datetime.fromisoformat(EVENING).replace(tzinfo=SEOUL)
    priced = (
        symbol
        for symbol in listed
        if market.opening_quote(symbol, session) and market.last_price(symbol, at)
    )
    return tuple(symbol for symbol, _ in zip(priced, range(count), strict=False))


def test_two_hundred_holdings_are_all_there_and_add_up(
    browser: Browser, tmp_path: Path
) -> None:
    symbols = issues(HOLDINGS)
    held = [f"--holding={symbol}:{SHARES}" for symbol in symbols]
    options = ("--follow-client", "--at", EVENING, "--requests-per-sec", "1000", *held)
    with practice_server(make_home(tmp_path / "server"), *options) as server:
        home = home_for(tmp_path / "home", server.virtual)
        with looking(browser, home) as visitor:
            visitor.open("now")
            visitor.awaits(f"전략 밖의 종목 {HOLDINGS}")
            truth = server.account(f"{NOON}:00+09:00")
            rows = visitor.rows("전략 밖의 종목")

            assert visitor.tile("총자산") == f"{truth['total']:,}원"
            assert [s for s in symbols if not any(s in row for row in rows)] == []
            for name in PAGES:
                assert "예상하지 못한" not in visitor.open(name)
            visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            visitor.open("now")
            assert visitor.overflow() == []
