"""The tiles of the jobs: what failed, what was sent, and what nobody can know."""

from dataclasses import replace

import pytest

from builders import SESSION, a_record, at
from dashboard.nows import a_full_room, past, shown
from dashboard.rooms import ListedJournal, StillMachine
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.view.now_job_tiles import job_tiles
from khms_trader.dashboard.view.now_tiles import money_tiles
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.domain.events import Event, ExecutionFinished, PlanPrepared, RunFailed
from khms_trader.domain.order import OrderState
from khms_trader.storage.inspection import Holder


def failed(job: str, moment: str) -> RunFailed:
    return RunFailed(
        at=at(moment), account="x", session=SESSION, job=job, code="kis_unreachable"
    )


def tiles_of(room: Room, problem: str = "") -> dict[str, Tile]:
    now = shown(room)
    if problem:
        now = replace(now, problem=problem)
    return {
        tile.label: tile for tile in (*money_tiles(now, room), *job_tiles(now, room))
    }


def after(*events: Event) -> dict[str, Tile]:
    return tiles_of(a_full_room(journal=ListedJournal(happened=[*past(), *events])))


def test_a_failure_stands_beside_the_last_execution() -> None:
    tiles = after(failed("prepare", "09:20"))

    failure = tiles["마지막 계획 만들기"]
    assert (failure.value, failure.sub) == ("실패", "문제: kis_unreachable")
    assert failure.tone is Tone.ALARM
    assert tiles["마지막 계획 만들기"].age == "10분 전 · 09:20:00"
    assert tiles["마지막 실행"].value == "03.04 (수)"


@pytest.mark.parametrize(
    ("job", "good"),
    [
        (
            "prepare",
            PlanPrepared(
                at=at("09:25"),
                account="x",
                session=SESSION,
                plan_id="p-2",
                buys=0,
                sells=0,
                slots_free=8,
            ),
        ),
        (
            "execute",
            ExecutionFinished(
                at=at("09:25"), account="x", session=SESSION, plan_id="p-1"
            ),
        ),
    ],
)
def test_a_failure_that_was_made_good_is_gone(job: str, good: Event) -> None:
    assert not [tile for tile in after(failed(job, "09:20"), good) if "계획 " in tile]


def test_a_success_of_the_other_job_makes_nothing_good() -> None:
    tiles = after(failed("execute", "09:10"), failed("prepare", "09:20"))

    assert {"마지막 계획 실행", "마지막 계획 만들기"} <= set(tiles)


def test_only_orders_of_the_plan_count_as_its_execution() -> None:
    plan = a_record("buy 247540 x5 @9900", OrderState.FILLED, number="1", filled=(5, 1))
    other = a_record("sell 086520 x10", OrderState.FILLED, number="2", filled=(10, 1))
    other = replace(other, key=replace(other.key, purpose="sell_out"))
    journal = ListedJournal(happened=past(), orders=[plan, other])

    assert tiles_of(a_full_room(journal=journal))["마지막 실행"].sub == (
        "주문 1건 · 체결 1건"
    )


def test_a_job_that_a_person_runs_is_what_is_on() -> None:
    busy = StillMachine(holding=Holder(purpose="execute", pid="1"))

    tile = tiles_of(a_full_room(machine=busy))["다음 작업"]

    assert (tile.value, tile.sub, tile.tone) == ("계획 실행 중", "", Tone.GOOD)


def test_without_the_journal_nothing_is_claimed() -> None:
    room = a_full_room(journal=ListedJournal(), machine=StillMachine())

    tiles = tiles_of(room, "기록이 손상되었습니다.")

    for label in ("다음 작업", "마지막 계획", "마지막 실행"):
        assert (tiles[label].value, tiles[label].sub) == (
            "알 수 없음",
            "기록을 읽지 못했습니다",
        )
    assert tiles["총자산"].sub == "알 수 없음"
    assert tiles["평가손익"].sub == "보유 3종목"
