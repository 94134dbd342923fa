"""A job that was not done in its time is told until something made it good."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from builders import SESSION, a_plan, at
from dashboard.nows import ACCOUNT_ID, YESTERDAY, a_full_room, beating, past, shown
from dashboard.rooms import ListedJournal, ListedPlans, StillMachine
from khms_trader.clock import ManualClock
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.unread import without_journal
from khms_trader.dashboard.view.log_health import health_tiles
from khms_trader.dashboard.view.log_health_body import body_of
from khms_trader.dashboard.view.notes import Level
from khms_trader.dashboard.view.now_tiles import alarms
from khms_trader.dashboard.view.tile_html import Tone
from khms_trader.domain.events import Event, JobMissed, PlanPrepared
from khms_trader.storage.inspection import Holder

BEFORE = past()[:3]
LEFT = (
    "오늘(3.4) 계획을 실행하지 않고 시각이 지났습니다. "
    "이 계획으로는 이제 주문을 보내지 않습니다. "
    "15:40의 계획 만들기에서 다음 거래일의 새 계획을 만듭니다."
)


def missed(
    job: str = "execute", reason: str = "not_running", session: date = SESSION
) -> JobMissed:
    return JobMissed(
        at=at("09:35"),
        account=ACCOUNT_ID,
        session=session,
        job=job,
        due_at=at("09:01"),
        reason=reason,
    )


def prepared(moment: datetime) -> PlanPrepared:
    return PlanPrepared(
        at=moment,
        account=ACCOUNT_ID,
        session=date(2026, 3, 5),
        plan_id="p-2",
        buys=0,
        sells=0,
        slots_free=8,
    )


def a_left_room(
    *more: Event, clock: str = "10:00", account: str = ACCOUNT_ID, **changes: object
) -> Room:
    """Build a room with a plan for today that nobody executed."""
    usual: dict[str, object] = {
        "journal": ListedJournal(happened=[*BEFORE, *more], shares={"086520": 10}),
        "plans": ListedPlans(plans=[replace(a_plan(), account=account)]),
        "machine": StillMachine(),
        "clock": ManualClock(at(clock)),
    }
    return a_full_room(**{**usual, **changes})


def told(room: Room) -> str:
    found = shown(room).missed
    return "" if found is None else found.text


def test_a_plan_left_lying_is_an_alarm() -> None:
    now = shown(a_left_room())

    note = alarms(now)[0]
    assert (note.level, note.text) == (Level.ALARM, LEFT)


def test_a_scheduler_that_died_at_work_hides_nothing() -> None:
    beat = beating("08:00", running="execute")

    assert told(a_left_room(machine=StillMachine(beat=beat), clock="15:00")) == LEFT


@pytest.mark.parametrize(
    "room",
    [
        a_left_room(clock="09:30"),
        a_left_room(account="paper"),
        a_left_room(plans=ListedPlans()),
        a_left_room(*past()[3:]),
        a_left_room(past()[3]),
        a_left_room(machine=StillMachine(holding=Holder(purpose="execute", pid="1"))),
        a_left_room(machine=StillMachine(beat=beating("09:59", running="execute"))),
        a_left_room(clock="10:00", journal=ListedJournal(happened=past())),
        without_journal(a_left_room()),
    ],
)
def test_what_may_still_be_done_or_was_is_not_missed(room: Room) -> None:
    assert told(room) == ""


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (
            "not_running",
            "까닭: 그 시간에 스케줄러가 돌고 있지 않았음(컴퓨터 꺼짐·절전).",
        ),
        ("halted", "까닭: 문제: halted"),
    ],
)
def test_why_it_was_missed_is_told_where_it_was_recorded(reason: str, why: str) -> None:
    text = told(a_left_room(missed(reason=reason)))

    assert text == LEFT.replace("지났습니다. ", f"지났습니다. {why} ")


def test_in_the_evening_the_next_plan_is_named() -> None:
    text = told(a_left_room(prepared(at("15:41")), clock="16:00"))

    assert text.endswith("않습니다. 다음 거래일의 계획은 만들어 두었습니다.")


def test_a_plan_that_was_not_made_is_told_until_one_is() -> None:
    lost = missed("prepare", "busy")
    journal = ListedJournal(happened=[lost])
    mended = ListedJournal(happened=[lost, prepared(at("15:41"))])

    assert told(a_left_room(journal=journal, plans=ListedPlans())) == (
        "03.04 (수) 거래일의 계획을 제때 만들지 못했습니다. 까닭: 그 시간에 "
        "스케줄러가 다른 일(계획 만들기 등)을 하느라 바빴음. "
        "15:40의 계획 만들기에서 다음 거래일의 새 계획을 만듭니다."
    )
    late = a_left_room(journal=mended, plans=ListedPlans(), clock="16:00")
    assert told(late) == ""


def test_an_execution_of_a_day_before_is_told_until_a_plan_follows() -> None:
    room = a_left_room(
        plans=ListedPlans(),
        journal=ListedJournal(happened=[missed(session=YESTERDAY)]),
        clock="08:00",
    )

    assert told(room) == (
        "03.03 (화) 거래일의 계획을 제때 실행하지 못했습니다. 까닭: 그 시간에 "
        "스케줄러가 돌고 있지 않았음(컴퓨터 꺼짐·절전). "
        "계획 만들기를 실행하면 다음 거래일의 새 계획이 생깁니다."
    )


def test_the_section_of_health_counts_it() -> None:
    tile = health_tiles(body_of(a_left_room(), {}))[0]

    assert (tile.label, tile.value, tile.tone) == (
        "놓친 작업",
        "계획 실행",
        Tone.ALARM,
    )
    assert tile.sub == LEFT
    labels = [each.label for each in health_tiles(body_of(a_full_room(), {}))]
    assert "놓친 작업" not in labels
