"""The dashboard's room over the practice server: its truth, and whose turn it is."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

from end_to_end.scenarios import (
    ACCOUNT,
    BUYS,
    DAY,
    EVERY_LINE,
    LEGACY,
    Prepared,
    Scene,
)
from khms_trader.bootstrap.dashboard import room_of
from khms_trader.cli.run import words_of
from khms_trader.clock import SystemClock
from khms_trader.config.load import load_secrets, load_settings
from khms_trader.dashboard.live import Source
from khms_trader.dashboard.room import Kind, Room
from khms_trader.dashboard.view.now import Now, now_of
from khms_trader.dashboard.view.now_change import shown_session
from khms_trader.dashboard.view.now_journal import told_by
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.run_lock import FileRunLock

LATER = datetime.fromisoformat(f"{DAY}T09:30").replace(tzinfo=SEOUL)
SESSION = date.fromisoformat(DAY)


@pytest.fixture
def scene(prepared: Prepared, tmp_path: Path) -> Iterator[Scene]:
    home = Path(shutil.copytree(prepared.home, tmp_path / "home"))
    with prepared.serve(tmp_path / "server") as server:
        yield Scene(home=home, server=server)


def room_in(scene: Scene) -> Room:
    home = scene.home
    return room_of(
        home,
        load_settings(home),
        load_secrets(home),
        SystemClock(LATER),
        say=lambda error: words_of(error)[0],
    )


def shown(room: Room) -> Now:
    live = room.live.look()
    now = room.clock.now()
    told = told_by(room, now.date(), shown_session(room.calendar, live, now))
    return now_of(room, live, told)


@contextmanager
def at_work(scene: Scene, purpose: str) -> Iterator[None]:
    (journal,) = scene.home.glob("data/state/practice-*/journal.sqlite3")
    with FileRunLock(journal.with_name("run.lock")).hold(purpose):
        yield


def renewed(room: Room) -> Now:
    """Return what is shown once the server was read."""
    for _ in range(500):
        now = shown(room)
        if now.live.source is Source.SERVER:
            return now
        room.clock.sleep(0.02)
    raise AssertionError(now.live)


def test_the_page_shows_the_servers_truth(scene: Scene) -> None:
    scene.execute()
    room = room_in(scene)

    now = renewed(room)

    truth = scene.truth(f"{DAY}T09:30")
    assert room.kind is Kind.PRACTICE
    assert now.account is not None
    shares = {h.symbol: h.quantity for h in now.account.holdings if h.quantity}
    assert shares == {row["symbol"]: row["quantity"] for row in truth["holdings"]}
    assert now.account.cash == truth["cash"]
    assert {row.holding.symbol for row in now.held} == set(BUYS)
    assert [row.holding.symbol for row in now.apart] == [LEGACY]
    assert {row.symbol for row in now.orders} == set(EVERY_LINE)
    assert now.told.held_since == dict.fromkeys(BUYS, SESSION)
    assert (now.unknown, now.differences, now.problem) == ((), (), "")


def test_what_the_journal_tells_is_there_before_any_server(scene: Scene) -> None:
    scene.execute()
    scene.misbehave("any:*:slow:20")
    room = room_in(scene)

    view = room.live.look()

    assert view.source is Source.JOURNAL
    assert view.account is not None
    assert scene.calls("balance") > 0


def test_the_account_is_not_asked_for_while_execute_is_at_work(scene: Scene) -> None:
    room = room_in(scene)
    with at_work(scene, "execute"):
        before = len(scene.server.requests()["requests"])
        view = room.live.look()
        for _ in range(1500):
            if view.gives_way_to:
                break
            room.clock.sleep(0.02)
            view = room.live.look()

        assert view.gives_way_to == "execute"
        assert shown(room).holder is not None
        assert len(scene.server.requests()["requests"]) == before


def test_a_dead_server_is_one_korean_sentence(scene: Scene) -> None:
    scene.server.process.terminate()
    scene.server.process.wait(timeout=10)
    room = room_in(scene)

    view = room.live.look()
    for _ in range(1500):
        if view.problem:
            break
        room.clock.sleep(0.02)
        view = room.live.look()

    assert "연습 서버" in view.problem
    assert view.account is not None


def test_report_plan_and_health_come_from_the_home(scene: Scene) -> None:
    scene.execute()
    room = room_in(scene)
    renewed(room)

    report = room.report(SESSION)

    assert report is not None
    assert report.account == room.account_id
    plan = room.plan_of(SESSION)
    assert plan is not None
    assert report.plan_id == plan.plan_id
    sold = [r for r in room.records() if r.key.symbol in EVERY_LINE]
    assert set(room.sell_reasons(sold)) >= {(SESSION, s) for s in EVERY_LINE[:1]}
    health = room.machine.health()
    assert health.last_request_at is not None
    assert health.token_expires_at is not None
    assert health.request_seconds == pytest.approx(0.02)


def test_a_plan_is_judged_with_prices_on_demand_and_leaves_no_trace(
    scene: Scene,
) -> None:
    room = room_in(scene)
    renewed(room)
    plan = room.plan_of(SESSION)
    assert plan is not None
    journal = room.journal.stamp()

    blind = room.market.checkup(plan, ())
    seeing = room.market.checkup(plan, BUYS)

    assert (blind.problem, seeing.problem) == ("", "")
    assert not blind.glances
    assert set(seeing.glances) == set(BUYS)
    assert all(glance.price for glance in seeing.glances.values())
    assert seeing.view is not None
    assert {row.line.symbol for row in seeing.view.rows} >= set(BUYS)
    assert room.journal.stamp() == journal


def test_no_price_is_asked_for_while_execute_is_at_work(scene: Scene) -> None:
    room = room_in(scene)
    renewed(room)
    plan = room.plan_of(SESSION)
    assert plan is not None
    with at_work(scene, "execute"):
        before = len(scene.server.requests()["requests"])
        found = room.market.checkup(plan, BUYS)

        assert len(scene.server.requests()["requests"]) == before
    assert found.problem.startswith("계획 실행 중이라 시세를 묻지 않았습니다.")
    assert not found.glances
    assert found.view is not None
    assert {row.line.symbol for row in found.view.rows} >= set(BUYS)


def test_bars_signals_and_names_are_read_when_asked(scene: Scene) -> None:
    room = room_in(scene)

    panel = room.market.panel(BUYS[:2], SESSION)

    assert set(panel.symbols) <= set(BUYS[:2])
    assert room.market.signals(panel).indicators
    assert set(BUYS) <= room.names().keys()
    assert room.market.universe(panel.sessions[-1])
    assert isinstance(room.market.problems(), tuple)


def test_no_account_number_is_in_what_the_room_tells(scene: Scene) -> None:
    room = room_in(scene)

    assert ACCOUNT not in repr((room.account_id, room.account_number, room.settings))
