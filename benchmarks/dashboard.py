"""How soon the dashboard is there, beside a trivial Streamlit app, and how it switches.

    uv run python benchmarks/dashboard.py [rounds]

The trivial app has one table and one plotly chart. Both are looked at in turns, with a
fresh browser context each time: on servers that have shown their page before (warm) and
on servers just started (cold). Measured inside the page, from the navigation on: when
the first text can be read, and when everything is drawn. The journal is a year's (see
``dashboard_year.py``). Then the pages are switched by the sidebar, charts and all, the
first time after a person has looked at the first page for three seconds. Wanted: first
text within 1.15 x, all tiles within 1.3 x, a switch below 0.5 s. At last the memory of
both servers. Needs chromium and a calm machine: the load is told.
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
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
YEAR: Final = ROOT / "benchmarks/dashboard_year.py"
OURS: Final = ROOT / "scripts/run_dashboard.py"
READING_SECONDS: Final = 3.0
START_SECONDS: Final = 60.0
PAGE_MILLISECONDS: Final = 60_000
CALM: Final = 1.5
"""The load above which figures say more of the machine than of us."""
MEBIBYTE: Final = 1024
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
OPTIONS: Final = (
    *("--server.address=127.0.0.1", "--server.headless=true"),
    *("--server.fileWatcherType=none", "--browser.gatherUsageStats=false"),
)
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
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
    && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
      .every((chart) => chart.querySelector('.main-svg'));
}"""
_MEMORY: Final = ("VmRSS", "VmHWM")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that answers at ``address``."""

    address: str
    process: int

    def memory(self) -> str:
        """Return what the server holds in memory now and at most, where Linux says."""
        try:
            status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        except OSError:
            return "unknown here"
        told = dict(line.split(":", 1) for line in status.splitlines())
        now, most = (int(told[key].split()[0]) // MEBIBYTE for key in _MEMORY)
        return f"{now} MiB, at most {most} MiB"


@contextmanager
def serving(app: App) -> Iterator[Served]:
    """Serve ``app`` and yield it once it answers."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    said = app.home / f"{app.name}.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(app.script)),
                *(*OPTIONS, f"--server.port={port}"),
                *(("--", *app.arguments) if app.arguments else ()),
            ],
            cwd=app.home,
            env={**os.environ, "KHMS_HOME": str(app.home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    served = Served(address=f"http://127.0.0.1:{port}", process=process.pid)
    try:
        begun = time.monotonic()
        while not is_up(served.address):
            is_late = time.monotonic() - begun > START_SECONDS
            if is_late or process.poll() is not None:
                words = said.read_text(encoding="utf-8", errors="replace")[-2_000:]
                sys.exit(f"the server of {app.name!r} did not start:\n{words}")
            time.sleep(0.02)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_up(address: str) -> bool:
    """Return whether the server at ``address`` says that it is well."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except OSError:
        return False


def look(browser: Browser, served: Served, app: App) -> Look:
    """Look at the first page with a fresh context."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.add_init_script(WATCH % app.is_drawn)
        page.goto(served.address, wait_until="commit")
        page.wait_for_function("window.seen?.all", timeout=PAGE_MILLISECONDS)
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
            for kept, (app, server) in zip(looks, served, strict=True):
                seen = look(browser, server, app)
                if number:  # the first is the cold one
                    kept.append(seen)
            if not number:
                time.sleep(READING_SECONDS)  # what is fetched ahead then is fetched
    return looks


def cold(browser: Browser, apps: Sequence[App], rounds: int) -> list[list[Look]]:
    """Look at each app in turns, each time on a server just started."""
    looks: list[list[Look]] = [[] for _ in apps]
    for _ in range(rounds):
        for kept, app in zip(looks, apps, strict=True):
            with serving(app) as served:
                kept.append(look(browser, served, app))
    return looks


def switches(
    browser: Browser, app: App, rounds: int
) -> tuple[dict[str, list[float]], str]:
    """Return the seconds of each switch to each page, and the server's memory then."""
    seconds: dict[str, list[float]] = {name: [] for name in PAGES}
    with serving(app) as served:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(served.address)
        page.wait_for_function(SWITCHED, arg=PAGES["now"], timeout=PAGE_MILLISECONDS)
        time.sleep(READING_SECONDS)
        for _ in range(rounds + 1):
            for name in PAGES:
                seconds[name].append(switch(page, name))
        context.close()
        return seconds, served.memory()


def memory_of(browser: Browser, app: App) -> str:
    """Return what the server of ``app`` holds in memory after one look."""
    with serving(app) as served:
        look(browser, served, app)
        return served.memory()


def switch(page: Page, name: str) -> float:
    """Return the seconds from the click to the page ``name`` drawn."""
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=PAGES[name])
    begun = time.monotonic()
    link.click()
    page.wait_for_function(SWITCHED, arg=PAGES[name], timeout=PAGE_MILLISECONDS)
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


def tell_switches(browser: Browser, apps: Sequence[App], rounds: int) -> None:
    """Print how long pages take to switch, and what the servers hold in memory."""
    trivial, ours = apps
    print("switch to a page, with a year of journal (wanted: 0.5 s)")
    switched, memory = switches(browser, ours, rounds)
    for name, (first, *rest) in switched.items():
        print(f"  {name:<12} {median(rest):5.2f} s, the first time {first:5.2f} s")
    print(f"memory after all pages: {memory}; trivial: {memory_of(browser, trivial)}")


def tell_load() -> None:
    """Print how busy the machine is, and that it is too busy."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    verdict = "calm" if load < CALM else "too busy to believe the figures"
    print(f"load of the machine: {load:.1f} ({verdict})")


def main() -> None:
    """Print the figures."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        sys.exit("no chromium here: apt-get install chromium, then measure again")
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        subprocess.run([sys.executable, str(YEAR), folder], check=True)
        script = home / "trivial.py"
        script.write_text(TRIVIAL, encoding="utf-8")
        at = ("--at", "2026-11-20T16:00")
        trivial = App(name="trivial", script=script, is_drawn=ALL_TRIVIAL, home=home)
        ours = App(name="ours", script=OURS, is_drawn=ALL_OURS, home=home, arguments=at)
        apps = (trivial, ours)
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_ARGUMENTS)
        )
        tell_load()
        show("warm", warm(browser, apps, rounds))
        show("cold", cold(browser, apps, min(COLD_ROUNDS, rounds)))
        tell_switches(browser, apps, rounds)
        tell_load()
        browser.close()


if __name__ == "__main__":
    main()
