"""The dashboard's room: whose account it shows, and that it may only look."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from khms_trader.bootstrap.dashboard import room_of, setting_rows
from khms_trader.clock import ManualClock, SystemClock
from khms_trader.config.secret import Secret
from khms_trader.config.secrets import KoreaInvestKeys, KoreaInvestSecrets, Secrets
from khms_trader.config.settings import (
    BrokerSettings,
    LiveSettings,
    Settings,
    StrategySettings,
)
from khms_trader.dashboard.live import Source
from khms_trader.dashboard.room import Kind, Room, Why
from khms_trader.errors import KhmsTraderError, StorageError
from khms_trader.market.calendar import SEOUL
from khms_trader.storage.heartbeat import HEARTBEAT, Heartbeat, HeartbeatFile
from processes import make_home, snapshot

MADE_UP = ManualClock(datetime(2026, 3, 4, 9, 30, tzinfo=SEOUL))
REAL_TIME = SystemClock()
KIS = BrokerSettings(provider="korea_invest")
REAL = BrokerSettings(provider="korea_invest", env="real")


def secrets(base_url: str | None = None) -> Secrets:
    keys = KoreaInvestKeys(
        app_key=Secret("K" * 36),
        app_secret=Secret("S" * 180),
        account_no=Secret("50123456"),
        base_url=base_url,
    )
    return Secrets(korea_invest=KoreaInvestSecrets(virtual=keys))


def said(error: Exception) -> str:
    return error.code if isinstance(error, KhmsTraderError) else str(error)


def paper_room(home: Path) -> Room:
    return room_of(home, Settings(), None, MADE_UP, say=said)


@pytest.mark.parametrize(
    ("broker", "why"),
    [
        (KIS, Why.AS_SET),
        (BrokerSettings(), Why.OTHER_THAN_SET),
        (REAL, Why.OTHER_THAN_SET),
    ],
)
def test_with_keys_it_is_the_virtual_account_whatever_the_settings_say(
    tmp_path: Path, broker: BrokerSettings, why: Why
) -> None:
    settings = Settings(broker=broker)

    room = room_of(tmp_path, settings, secrets(), REAL_TIME, say=said)

    assert (room.kind, room.why) == (Kind.VIRTUAL, why)
    assert room.account_id.startswith("virtual-")
    assert room.account_number == "50******-01"
    assert (room.data_source, room.needs_confirmation) == ("kis", True)


def test_a_practice_server_counts_as_virtual(tmp_path: Path) -> None:
    keys = secrets("http://127.0.0.1:29443")

    room = room_of(tmp_path, Settings(broker=KIS), keys, MADE_UP, say=said)

    assert (room.kind, room.data_source) == (Kind.PRACTICE, "practice")


def test_without_keys_it_is_paper(tmp_path: Path) -> None:
    room = paper_room(tmp_path)

    assert (room.kind, room.why) == (Kind.PAPER, Why.NO_KEYS)
    assert (room.account_id, room.account_number) == ("paper", "")
    assert not room.needs_confirmation


def test_an_empty_home_is_shown_without_a_trace_in_it(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    before = snapshot(home)
    room = paper_room(home)

    assert room.events(()) == ()
    assert room.newest_plan() is None
    assert room.plan_of(datetime(2026, 3, 4, tzinfo=SEOUL).date()) is None
    assert room.report(MADE_UP.now().date()) is None
    assert room.sell_reasons(()) == {}
    assert room.names() == {}
    assert room.machine.heartbeat() is None
    assert room.machine.halt() is None
    assert room.machine.holder() is None
    assert list(room.machine.logs()) == []
    health = room.machine.health()
    assert (health.outbox_waiting, health.journal_bytes) == (0, None)
    assert not health.is_read_only
    assert snapshot(home) == before


def test_a_scheduler_that_was_ended_gives_no_sign_of_life(tmp_path: Path) -> None:
    file = HeartbeatFile(tmp_path / "home/data/state/paper" / HEARTBEAT)
    room = paper_room(make_home(tmp_path / "home"))

    file.write(Heartbeat(pid=1, at=MADE_UP.now()))
    assert room.machine.heartbeat() is not None
    file.write(Heartbeat(pid=1, at=MADE_UP.now(), ended_at=MADE_UP.now()))
    assert room.machine.heartbeat() is None


def test_a_paper_account_is_read_in_a_copy(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    before = snapshot(home)

    view = paper_room(home).live.look()

    assert view.source is Source.SERVER, view
    assert view.account is not None
    assert view.account.cash == 10_000_000
    assert snapshot(home) == before


def test_settings_in_force_stand_beside_their_defaults() -> None:
    settings = Settings(
        live=LiveSettings(max_positions=3),
        strategy=StrategySettings(params={"ma_window": 30}),
        legacy_holdings=("005930", "000660"),
    )

    rows = {row.key: row for row in setting_rows(settings)}

    assert rows["live.max_positions"].value == "3"
    assert rows["live.max_positions"].default == "8"
    assert rows["live.max_positions"].is_changed
    assert rows["strategy.params.ma_window"].value == "30"
    assert rows["legacy_holdings"].value == "005930, 000660"
    assert rows["universe.include_etf"].value == "false"
    assert not rows["trading.fee_bps"].is_changed
    assert rows["execution.max_orders"].value == ""


def test_nothing_in_the_room_can_order(tmp_path: Path) -> None:
    room = room_of(tmp_path, Settings(broker=KIS), secrets(), REAL_TIME, say=said)

    reachable = {
        name
        for part in (room.journal, room.plans, room.machine, room.market, room.live)
        for name in dir(part)
        if not name.startswith("_")
    }

    forbidden = {"append", "intend", "advance", "submit", "cancel", "save", "hold"}
    assert not reachable & forbidden


def in_a_file(home: Path) -> None:
    (home / "data").touch()


def in_a_circle(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data/state").symlink_to(home / "data/state")


@pytest.mark.parametrize("spoil", [in_a_file, in_a_circle])
def test_a_state_nobody_can_look_into_costs_only_what_lies_there(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    home = make_home(tmp_path / "home")
    spoil(home)
    room = paper_room(home)

    assert room.machine.holder() is None
    assert room.machine.heartbeat() is None
    health = room.machine.health()
    assert (health.outbox_waiting, health.journal_bytes) in {(None, None), (0, None)}
    assert health.disk_free is not None
    assert room.newest_plan() is None
    assert room.names() == {}
    assert room.sell_reasons(()) == {}
    room.stamp()
    with pytest.raises(StorageError) as told:
        room.events(())
    assert told.value.code == "not_readable"


def test_a_home_that_would_be_made_in_a_writable_folder_may_be_written(
    tmp_path: Path,
) -> None:
    assert not paper_room(make_home(tmp_path / "home")).machine.health().is_read_only


def test_reasons_of_plans_that_cannot_be_listed_are_none(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home / "plans").touch()

    assert paper_room(home).sell_reasons(()) == {}
