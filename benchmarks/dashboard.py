"""How soon the dashboard is there, beside a trivial Streamlit app, and how it switches.

    uv run python benchmarks/dashboard.py [rounds]

The trivial app has one table and one plotly chart. Both are looked at in turns, with a
fresh browser context each time: on servers that have shown their page before (warm) and
on servers just started (cold). Measured inside the page, from the navigation on: when
the first text can be read, and when everything is drawn. The journal is a year's: 250
sessions of 200 skipped lines each. Then the pages are switched by the sidebar. Wanted:
first text within 1.15 x, all tiles within 1.3 x, a switch below 0.5 s. Needs chromium.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from khms_trader.domain.account import Account, Holding
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    LineSkipped,
)
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.storage.journal import SqliteJournal

ROOT: Final = Path(__file__).resolve().parents[1]
PREPARE: Final = ROOT / "scripts/prepare_next_open_plan.py"
OURS: Final = ROOT / "scripts/run_dashboard.py"
SESSIONS: Final = 250
SKIPPED: Final = 200
CASH: Final = 4_000_000
SHARES: Final = 200
LAST: Final = date(2026, 11, 20)
EVENING: Final = "2026-11-20T15:50"
ROUNDS: Final = 7
COLD_ROUNDS: Final = 3
TRIVIAL: Final = """\
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

table = pd.DataFrame({"x": range(50), "y": [n * n % 17 for n in range(50)]})
st.title("trivial")
st.dataframe(table)
st.plotly_chart(go.Figure(go.Scatter(x=table["x"], y=table["y"])))
"""
PAGES: Final = {
    "plan": "계획",
    "execution": "실행",
    "performance": "성과",
    "symbol": "종목",
    "log": "로그",
    "now": "지금",
}
WATCH: Final = """
window.seen = {};
const look = () => {
  const main = document.querySelector('[data-testid="stMain"]');
  if (main && !window.seen.text && main.innerText.trim()) {
    window.seen.text = performance.now();
  }
  if (main && !window.seen.all && (%s)(main)) window.seen.all = performance.now();
  if (!window.seen.all) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
ALL_OURS: Final = (
    "(main) => main.querySelectorAll('.kt-tile').length >= 8"
    " && main.innerText.includes('다음 거래일')"
)
ALL_TRIVIAL: Final = (
    "(main) => main.querySelector('canvas') && main.querySelector('.main-svg .scatter')"
)
SWITCHED: Final = """(title) => {
  const heading = document.querySelector('[data-testid="stMain"] h1');
  const app = document.querySelector('[data-testid="stApp"]');
  return heading?.innerText === title
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
}"""
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One Streamlit program, and how its page knows that all is drawn."""

    name: str
    script: Path
    is_drawn: str
    home: Path
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Seconds from the navigation to the first text and to everything."""

    text: float
    everything: float


def a_year(home: Path) -> None:
    """Make ``home`` that of a paper account with a year of journal and a plan."""
    (home / "settings.yaml").write_text("{}\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, str(PREPARE), "--quiet", "--at", EVENING],
        env={**os.environ, "KHMS_HOME": str(home)},
        check=True,
    )
    sessions = Calendar().sessions(LAST - timedelta(days=400), LAST)[-SESSIONS:]
    path = home / "data/state/paper/journal.sqlite3"
    path.unlink()
    with closing(SqliteJournal(path, account="paper", is_durable=False)) as journal:
        for number, session in enumerate(sessions):
            price = 30_000 + 60 * number + 400 * (number * number % 7)
            journal.append(*a_day(session, price))


def a_day(session: date, price: int) -> Iterator[Event]:
    """Yield a session on which nothing could be traded."""
    at = datetime(session.year, session.month, session.day, 9, 1, tzinfo=SEOUL)
    plan, account = f"{session:%Y%m%d}-00000000", "paper"
    yield ExecutionStarted(at=at, account=account, session=session, plan_id=plan)
    for number in range(SKIPPED):
        yield LineSkipped(
            at=at,
            account=account,
            session=session,
            plan_id=plan,
            symbol=f"{700_000 + number}",
            side="sell",
            reason="not_held",
        )
    held = Holding(
        symbol="700370",
        name="",
        quantity=SHARES,
        sellable=SHARES,
        average_price=Decimal(30_000),
        price=price,
    )
    seen = Account(
        account=account,
        observed_at=at,
        cash=CASH,
        cash_d2=CASH,
        spendable=CASH,
        total=CASH + held.value,
        holdings=(held,),
    )
    yield AccountObserved(at=at, account=account, session=session, observed=seen)
    yield ExecutionFinished(at=at, account=account, session=session, plan_id=plan)


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serve ``app`` and yield its address once it answers."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    options = (
        *("--server.address=127.0.0.1", f"--server.port={port}"),
        *("--server.headless=true", "--server.fileWatcherType=none"),
        "--browser.gatherUsageStats=false",
    )
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", str(app.script), *options),
            *(("--", *app.arguments) if app.arguments else ()),
        ],
        cwd=app.home,
        env={**os.environ, "KHMS_HOME": str(app.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not is_up(address):
            time.sleep(0.02)
        yield address
    finally:
        process.terminate()
        process.wait()


def is_up(address: str) -> bool:
    """Return whether the server at ``address`` says that it is well."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except OSError:
        return False


def look(browser: Browser, address: str, app: App) -> Look:
    """Look at the first page with a fresh context."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.add_init_script(WATCH % app.is_drawn)
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.seen?.all", timeout=60_000)
        seen = page.evaluate("window.seen")
        return Look(text=seen["text"] / 1000, everything=seen["all"] / 1000)
    finally:
        context.close()


def warm(browser: Browser, apps: Sequence[App], rounds: int) -> list[list[Look]]:
    """Look at each app in turns, on servers that showed their page before."""
    with ExitStack() as stack:
        served = [(app, stack.enter_context(serving(app))) for app in apps]
        looks: list[list[Look]] = [[] for _ in apps]
        for number in range(rounds + 1):
            for kept, (app, address) in zip(looks, served, strict=True):
                seen = look(browser, address, app)
                if number:  # the first is the cold one
                    kept.append(seen)
    return looks


def cold(browser: Browser, apps: Sequence[App], rounds: int) -> list[list[Look]]:
    """Look at each app in turns, each time on a server just started."""
    looks: list[list[Look]] = [[] for _ in apps]
    for _ in range(rounds):
        for kept, app in zip(looks, apps, strict=True):
            with serving(app) as address:
                kept.append(look(browser, address, app))
    return looks


def switches(browser: Browser, app: App, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each switch to each page; the first loads its code."""
    seconds: dict[str, list[float]] = {name: [] for name in PAGES}
    with serving(app) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(address)
        page.wait_for_function(SWITCHED, arg=PAGES["now"], timeout=60_000)
        for _ in range(rounds + 1):
            for name in PAGES:
                seconds[name].append(switch(page, name))
        context.close()
    return seconds


def switch(page: Page, name: str) -> float:
    """Return the seconds from the click to the page ``name`` drawn."""
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=PAGES[name])
    begun = time.monotonic()
    link.click()
    page.wait_for_function(SWITCHED, arg=PAGES[name], timeout=60_000)
    return time.monotonic() - begun


def show(name: str, looks: Sequence[Sequence[Look]]) -> None:
    """Print the medians of the trivial app and ours, and their ratios."""
    trivial, ours = looks
    print(f"{name} server, median of {len(ours)} looks")
    for what, wanted, pick in (
        ("first text", 1.15, lambda seen: seen.text),
        ("everything", 1.3, lambda seen: seen.everything),
    ):
        base, own = median(map(pick, trivial)), median(map(pick, ours))
        print(
            f"  {what:<10} {own:6.2f} s, trivial {base:5.2f} s: "
            f"x {own / base:.2f} (wanted: {wanted})"
        )


def main() -> None:
    """Print the figures."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        print("no chromium: nothing to measure with")
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        a_year(home)
        script = home / "trivial.py"
        script.write_text(TRIVIAL, encoding="utf-8")
        at = ("--at", "2026-11-20T16:00")
        trivial = App(name="trivial", script=script, is_drawn=ALL_TRIVIAL, home=home)
        ours = App(name="ours", script=OURS, is_drawn=ALL_OURS, home=home, arguments=at)
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_ARGUMENTS)
        )
        show("warm", warm(browser, (trivial, ours), rounds))
        show("cold", cold(browser, (trivial, ours), min(COLD_ROUNDS, rounds)))
        print(
            f"switch to a page, {SESSIONS} sessions x {SKIPPED} lines (wanted: 0.5 s)"
        )
        for name, seconds in switches(browser, ours, rounds).items():
            first, *rest = seconds
            print(f"  {name:<12} {median(rest):5.2f} s, the first time {first:5.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
