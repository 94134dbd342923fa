"""A dashboard that is looked at all the time costs execute one request at most.

Both pass the same gate, in one process here so that the trigger is known to the
millisecond. Requests are counted rather than seconds: each costs one gate interval, and
a busy machine changes nothing.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any, Final

import pytest

from end_to_end.scenarios import BUYS, MORNING, SELLS, Prepared, Scene, a_scene
from khms_trader.bootstrap.dashboard import room_of
from khms_trader.bootstrap.execute import execute
from khms_trader.bootstrap.options import RunOptions, account_of
from khms_trader.clock import SystemClock
from khms_trader.config.home import Folders
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.dashboard.live import Live, LiveView
from khms_trader.market.calendar import SEOUL

PER_SECOND: Final = 4
LIMIT: Final = 5
"""The server's: a little above the pace, as KIS's own 1/s is above 1.1 s."""

SETTINGS: Final = f"""\
broker: {{provider: korea_invest}}
kis: {{requests_per_sec: {PER_SECOND}}}
live: {{loop_sec: 1}}
execution: {{fill_wait_sec: 2, sell_wait_sec: 2, resolve_sec: 2}}
"""
ORDERS: Final = ("buy", "sell")
READS: Final = 3
"""Requests of one look: balance, buying power and the orders of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What the server saw of one morning.

    Attributes:
        before: requests that came before the trigger.
        calls: from the trigger to the last order.
    """

    scene: Scene
    before: int
    calls: tuple[str, ...]
    told: dict[str, Any]
    seen: tuple[LiveView, ...]


def options_of(home: Path) -> RunOptions:
    settings, secrets = load_settings(home), load_secrets(home)
    began = datetime.fromisoformat(MORNING).replace(tzinfo=SEOUL)
    return RunOptions(
        home=home,
        settings=settings,
        clock=SystemClock(began),
        secrets=secrets,
        account=account_of(settings, secrets, Folders(home)),
    )


@contextmanager
def looked_at(live: Live, kept: list[LiveView]) -> Iterator[None]:
    """Look and press 새로 조회 fifty times a second until the block ends."""
    is_over = Event()

    def look() -> None:
        while not is_over.wait(0.02):
            kept.append(live.look())
            live.hurry()

    thread = Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def live_of(options: RunOptions) -> Live:
    return room_of(
        options.home, options.settings, options.secrets, options.clock, say=str
    ).live


def ran(scene: Scene, *, is_watched: bool) -> Ran:
    (scene.home / "settings.yaml").write_text(SETTINGS)
    options = options_of(scene.home)
    kept: list[LiveView] = []
    if not is_watched:
        triggered = monotonic()
        assert execute(options).report is not None
    else:
        with looked_at(live_of(options), kept):
            await_reading(kept)
            triggered = monotonic()
            assert execute(options).report is not None
            await_reading(kept, after=len(kept))
    told = scene.server.requests()
    requests = told["requests"]
    last = max(i for i, each in enumerate(requests) if each["call"] in ORDERS)
    before = sum(each["seconds"] < triggered for each in requests)
    calls = tuple(each["call"] for each in requests[before : last + 1])
    return Ran(scene=scene, before=before, calls=calls, told=told, seen=tuple(kept))


def await_reading(kept: list[LiveView], *, after: int = 0) -> None:
    """Wait until the dashboard has read the account, in the views from ``after``."""
    deadline = monotonic() + 30
    while monotonic() < deadline:
        fresh = kept[after:]
        if fresh and fresh[-1].orders is not None and not fresh[-1].gives_way_to:
            return
        sleep(0.02)
    message = f"the dashboard never read the account: {kept[-1:]}"
    raise AssertionError(message)


@pytest.fixture(scope="module")
def alone(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return a_morning(prepared, tmp_path_factory.mktemp("alone"), is_watched=False)


@pytest.fixture(scope="module")
def watched(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return a_morning(prepared, tmp_path_factory.mktemp("watched"), is_watched=True)


def a_morning(prepared: Prepared, folder: Path, *, is_watched: bool) -> Ran:
    with a_scene(prepared, folder, "--requests-per-sec", str(LIMIT)) as scene:
        return ran(scene, is_watched=is_watched)


def test_the_orders_are_later_by_one_request_at_most(alone: Ran, watched: Ran) -> None:
    sent = Counter(call for call in alone.calls if call in ORDERS)

    assert sent == {"buy": len(BUYS), "sell": len(SELLS)}
    assert Counter(call for call in watched.calls if call in ORDERS) == sent
    # Execute finds the dashboard's token, or asks for its own.
    own = [call for call in alone.calls if call != "token"]
    assert len(watched.calls) <= len(own) + 1


def test_the_gate_stays_below_the_server_s_limit(watched: Ran) -> None:
    assert watched.told["busiest_second"] <= LIMIT
    assert {each["code"] for each in watched.told["requests"]} == {""}


def test_the_dashboard_read_before_and_after_and_had_values_all_the_while(
    watched: Ran,
) -> None:
    assert watched.before >= READS
    assert {view.gives_way_to for view in watched.seen} <= {"", "execute"}
    first = next(i for i, view in enumerate(watched.seen) if view.account is not None)
    assert all(view.account is not None for view in watched.seen[first:])
    assert watched.seen[-1].orders is not None
