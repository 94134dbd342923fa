"""Pictures of every page of the dashboard, over an account with a story.

    uv run python tests/screenshots.py FOLDER [--of STORY] [--home HOME] [--best IMAGES]

STORY is ``lived`` (a paper account: a scheduler with the real jobs lives on the sample
market from July to November 2026, its idle hours leapt over, in about two minutes),
``fresh`` (a home in which nothing ever ran) or ``practice`` (a day on the practice
server). With --home the life is kept there and looked at again the next time. Every
page is taken at 1440 and 390 pixels, light and dark; --best keeps in IMAGES
(docs/images) what the README shows, cut.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Browser
from rich.console import Console

from browser.dashboard_process import dashboard
from browser.visitor import PAGES, PHONE, WIDE, Visitor, chromium, visiting
from end_to_end.scenarios import PREPARE, a_scene, prepare_evening
from hurried import HurriedClock, HurriedView
from khms_trader.bootstrap.options import RunOptions
from khms_trader.bootstrap.scheduler import SchedulerOptions, serve
from khms_trader.cli.logs import start_logging
from khms_trader.config.load import load_settings
from khms_trader.console.board import Board
from khms_trader.console.screen import Screen
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.heartbeat import HEARTBEAT, HeartbeatFile, NextJob
from processes import make_home

BEGINS: Final = datetime(2026, 7, 20, 12, tzinfo=SEOUL)
ENDS: Final = datetime(2026, 11, 17, 15, 48, tzinfo=SEOUL)
"""The evening of a session on which not everything went as planned."""

NEXT_AT: Final = datetime(2026, 11, 18, 9, 1, tzinfo=SEOUL)

STORIES: Final = ("lived", "fresh", "practice")
PRACTICE_PLANS_AT: Final = "2025-07-22T15:45"
PRACTICE_SEEN_AT: Final = "2025-07-22T16:10"

SETTINGS: Final = """\
universe: {limit: 60}
execution: {sizing: equal_slots}
paper: {initial_cash: 30000000}
"""
SIZES: Final = {"wide": WIDE, "phone": PHONE}
# What is folded or chosen on a page and deserves a picture of its own.
SECTIONS: Final = {"log": ("기록", "설정", "상태")}
BEST: Final = {
    "now-wide-light": 1600,
    "plan-wide-light": 1510,
    "execution-wide-dark": 1268,
    "performance-wide-dark": 1605,
    "symbol-wide-light": 1300,
    "now-phone-dark": 1450,
}
"""Pictures of the README, and how many pixels of their height."""

_SETTLED_MILLISECONDS: Final = 1_200
_TALLEST: Final = 6_000


def live(home: Path) -> None:
    """Let a scheduler run every job of the story in ``home``."""
    start_logging(home / "logs")
    clock = HurriedClock(BEGINS)
    screen = Screen(Console(file=StringIO(), width=120))
    with Board(screen.board_display, clock.monotonic) as board, screen.through(board):
        view = HurriedView(screen, board, clock, until=ENDS)
        serve(
            SchedulerOptions(
                run=RunOptions(home=home, settings=load_settings(home), clock=clock),
                times=("15:40", "09:01"),
                flag=view.flag,
                view=view,
            )
        )
    beat = HeartbeatFile(home / "data/state/paper" / HEARTBEAT)
    ended = beat.read()
    assert ended is not None
    # As it would look while the scheduler goes on.
    coming = NextJob(kind="execute", session=NEXT_AT.date(), due_at=NEXT_AT)
    beat.write(replace(ended, ended_at=None, next=coming))


def take_all(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    """Take every picture into ``folder`` and yield its path."""
    for size_name, size in SIZES.items():
        for is_dark in (False, True):
            theme = "dark" if is_dark else "light"
            with visiting(browser, address, size=size, is_dark=is_dark) as visitor:
                for name in PAGES:
                    path = folder / f"{name}-{size_name}-{theme}.png"
                    visitor.open(name)
                    yield take(visitor, path)
                    for number, section in enumerate(SECTIONS.get(name, ()), start=2):
                        choose(visitor, section)
                        yield take(visitor, path.with_stem(f"{path.stem}-{number}"))


def choose(visitor: Visitor, section: str) -> None:
    """Choose a section of a page."""
    visitor.page.get_by_role("radio", name=section, exact=True).click()
    visitor.page.wait_for_timeout(_SETTLED_MILLISECONDS)
    visitor.drawn()


def take(visitor: Visitor, path: Path) -> Path:
    """Take the whole page, as long as it is, once its figures stand still."""
    page = visitor.page
    page.wait_for_timeout(_SETTLED_MILLISECONDS)
    size = page.viewport_size or {"width": WIDE[0], "height": WIDE[1]}
    inside = '[data-testid="stMain"]'
    tall = int(page.eval_on_selector(inside, "main => main.scrollHeight"))
    # Streamlit scrolls inside its frame: only a window as tall shows all of it.
    page.set_viewport_size({**size, "height": min(max(tall, size["height"]), _TALLEST)})
    page.wait_for_timeout(_SETTLED_MILLISECONDS)
    page.screenshot(path=path)
    page.set_viewport_size(size)
    return path


def keep_best(folder: Path, images: Path) -> None:
    """Write the pictures of the README into ``images``, cut."""
    images.mkdir(parents=True, exist_ok=True)
    for name, tallest in BEST.items():
        with Image.open(folder / f"{name}.png") as picture:
            box = (0, 0, picture.width, min(tallest, picture.height))
            small = picture.convert("RGB").crop(box)
            small.save(images / f"dashboard-{name}.png", optimize=True)


@contextmanager
def a_home(story: str, chosen: Path | None) -> Iterator[tuple[Path, str]]:
    """Yield a home with the story in it and when to look; a chosen one is kept."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if story == "practice":
            with a_practice_day(folder) as home:
                yield home, PRACTICE_SEEN_AT
            return
        home = chosen or folder / "home"
        if story == "fresh":
            make_home(home)
        elif not (home / "settings.yaml").exists():
            live(make_home(home, SETTINGS))
        yield home, (ENDS + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")


@contextmanager
def a_practice_day(folder: Path) -> Iterator[Path]:
    """Trade a morning on a practice server and plan the next one beside it."""
    with a_scene(prepare_evening(folder), folder / "lived") as scene:
        size = ("--universe-limit", "20", "--qty", "5")
        for ran in (scene.execute(), scene.run(PREPARE, *size, at=PRACTICE_PLANS_AT)):
            assert ran.code == 0, ran.err
        yield scene.home


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--of", choices=STORIES, default=STORIES[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--best", type=Path)
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    with (
        a_home(options.of, options.home) as (home, at),
        dashboard(home, at=at) as served,
        chromium() as browser,
    ):
        for path in take_all(browser, served.address, folder):
            sys.stdout.write(f"{path}\n")
    if options.best is not None:
        keep_best(folder, options.best)


if __name__ == "__main__":
    main()
