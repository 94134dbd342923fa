"""How a machine and its line to the server may be, for the section 상태."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from builders import an_account, at
from khms_trader.dashboard.live import LiveView, Source
from khms_trader.dashboard.room import Kind
from khms_trader.dashboard.sources import Health, LastResult, NextJob
from khms_trader.dashboard.view.log_health import health_tiles
from khms_trader.dashboard.view.log_health_body import Body
from khms_trader.dashboard.view.tile_html import Tile

NOW = at("09:30")
WELL = Health(
    request_seconds=1.1,
    last_request_at=at("09:29:50"),
    token_issued_at=at("08:30"),
    token_expires_at=at("08:30", date(2026, 3, 5)),
    clock_offset_seconds=-0.3,
    latency_seconds=0.12,
    disk_free=82_600_000_000,
    outbox_waiting=0,
    journal_bytes=983_040,
)


READ = LiveView(
    account=an_account(read_at="09:29:50"),
    orders_at=at("09:29:50"),
    source=Source.SERVER,
)
DOWN = replace(
    READ,
    account=an_account(read_at="09:20"),
    orders_at=at("09:20"),
    problem="서버에 닿지 못했습니다.",
    problem_at=at("09:29:20"),
)


@dataclass(frozen=True)
class Beat:
    at: datetime
    running: str = ""
    times: tuple[str, ...] = ("15:40",)
    next: NextJob | None = None
    results: tuple[LastResult, ...] = ()


@dataclass(frozen=True)
class Stopped:
    since: str = "2026-03-04T09:00"
    reason: str = "이상한 체결"


@dataclass(frozen=True)
class Busy:
    purpose: str = "execute"
    pid: str = "4711"


def a_body(health: Health = WELL, **changes: object) -> Body:
    """Build how things are at 09:30 where all is well, changed as told."""
    body = Body(
        now=NOW,
        kind=Kind.VIRTUAL,
        health=health,
        live=READ,
        heartbeat=Beat(at("09:29:30")),
        newest_event=at("09:02"),
        versions={"Python": "3.11.7", "khms_trader": "0.1.0"},
    )
    return replace(body, **changes)  # type: ignore[arg-type]


def tiles(body: Body) -> dict[str, Tile]:
    """Return the tiles of ``body`` by label."""
    return {tile.label: tile for tile in health_tiles(body)}
