"""The tiles, badges and notes of the page 지금."""

from dataclasses import replace
from datetime import date

import pytest

from builders import SESSION, at
from dashboard.nows import (
    YESTERDAY,
    a_full_room,
    a_priced_room,
    a_troubled_room,
    an_empty_room,
    beating,
    held,
    observed,
    past,
    seen,
    shown,
)
from dashboard.rooms import ListedJournal, StillMachine
from khms_trader.clock import ManualClock
from khms_trader.dashboard.live import LiveView, Source
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.view.notes import Level
from khms_trader.dashboard.view.now_job_tiles import job_tiles
from khms_trader.dashboard.view.now_tiles import (
    alarms,
    badges,
    cautions,
    money_tiles,
)
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.domain.account import Account
from khms_trader.domain.events import ExecutionStarted
from khms_trader.storage.inspection import Holder

SINCE = at("09:29:55")


def tiles_of(room: Room) -> dict[str, Tile]:
    now = shown(room)
    return {
        tile.label: tile for tile in (*money_tiles(now, room), *job_tiles(now, room))
    }


def words_of(room: Room) -> list[str]:
    return [badge.text for badge in badges(shown(room), room)]


def test_money_is_what_the_account_says() -> None:
    tiles = tiles_of(a_priced_room())

    assert tiles["총자산"].value == "5,339,000원"
    assert tiles["총자산"].sub == (
        "+7,000원 (+0.14%) · 03.03 15:40 대비 · 입금으로 보이는 207,000원 제외"
    )
    assert tiles["총자산"].trend > 0
    assert tiles["현금(예수금)"].value == "5,000,000원"
    assert tiles["D+2 현금"].value == "5,000,000원"
    assert tiles["평가손익"].value == "+9,000원"
    assert tiles["평가손익"].sub == "전략 1/8종목 · 그 밖 1종목"


def test_every_tile_of_money_says_how_old_it_is() -> None:
    tiles = money_tiles(shown(a_full_room()), a_full_room())

    assert {tile.age for tile in tiles} == {"10초 전 계좌 조회"}
    assert not any(tile.is_stale for tile in tiles)


def test_an_old_reading_says_so_and_whose_word_it_is() -> None:
    account = seen(moment=at("15:40", YESTERDAY))
    room = a_full_room()
    now = shown(room, account=account, source=Source.JOURNAL, renewing_since=SINCE)

    tile = money_tiles(now, room)[0]

    assert tile.age == "17시간 전 마지막 기록 · 조회 중 · 오래된 값"
    assert tile.is_stale


def test_a_server_that_owes_an_answer_is_named_beside_the_age() -> None:
    room = a_full_room()
    now = shown(room, renewing_since=at("09:29:40"), owed_since=at("09:29:48"))
    soon = shown(room, renewing_since=at("09:29:40"), owed_since=at("09:29:51"))

    assert money_tiles(now, room)[0].age == "10초 전 계좌 조회 · 12초째 답 없음"
    assert [note.text for note in alarms(now)] == [
        "서버가 12초째 답하지 않습니다. 09:29:50 값을 보여 줍니다."
    ]
    assert money_tiles(soon, room)[0].age == "10초 전 계좌 조회 · 조회 중"
    assert alarms(soon) == ()


def test_a_change_says_since_when_and_what_is_not_in_it() -> None:
    look = seen(
        held("086520", 10, 12_000, 12_500), moment=at("15:40", date(2026, 2, 26))
    )
    old = ListedJournal(happened=[observed(look, date(2026, 2, 26))])
    same = seen(held("086520", 10, 12_000, 13_200))

    def text(account: Account, journal: ListedJournal) -> str:
        room = a_full_room(journal=journal)
        return money_tiles(shown(room, account=account), room)[0].sub

    usual = ListedJournal(happened=past())
    assert text(same, old) == "+7,000원 (+0.14%) · 전 기록(02.26) 대비"
    assert text(seen(cash=10_000_000), usual) == (
        "03.03 15:40 뒤로 계좌가 초기화된 것으로 보여 견주지 않습니다"
    )
    assert text(seen(*same.holdings, cash=4_000_000), usual) == (
        "+7,000원 (+0.14%) · 03.03 15:40 대비 · 출금으로 보이는 1,000,000원 제외"
    )


def test_a_plan_that_cannot_be_used_is_an_alarm() -> None:
    now = replace(shown(a_full_room()), spoilt=((SESSION, "깨졌습니다."),))

    (note,) = alarms(now)

    assert note.level is Level.ALARM
    assert note.text == (
        "03.04 (수) 거래일의 계획을 쓸 수 없어 이대로는 실행하지 않습니다. 깨졌습니다."
    )


def test_an_account_never_read_has_no_figures_but_a_word() -> None:
    room = an_empty_room()

    assert money_tiles(shown(room), room) == ()
    assert [note.level for note in alarms(shown(room))] == [Level.NOTE]


def test_the_next_job_counts_down() -> None:
    tile = tiles_of(a_full_room())["다음 작업"]

    assert (tile.value, tile.sub) == ("6시간 10분", "계획 만들기 · 03.04 (수) 15:40")
    assert (tile.age, tile.is_stale) == ("스케줄러가 실행", False)


def test_a_dead_scheduler_is_a_warning_and_none_at_all_is_not() -> None:
    dead = tiles_of(a_full_room(machine=StillMachine(beat=beating("08:00"))))
    none = tiles_of(a_full_room(machine=StillMachine()))

    assert dead["다음 작업"].is_stale
    assert (dead["스케줄러"].value, dead["스케줄러"].tone) == (
        "응답 없음",
        Tone.CAUTION,
    )
    assert none["다음 작업"].age == "직접 실행"
    assert not none["다음 작업"].is_stale
    assert none["스케줄러"].value == "꺼져 있음"


def test_a_running_job_is_named() -> None:
    beat = beating(next=None, running="execute")
    tile = tiles_of(a_full_room(machine=StillMachine(beat=beat)))["다음 작업"]

    assert (tile.value, tile.tone) == ("계획 실행 중", Tone.GOOD)


def test_the_last_plan_and_execution_are_told() -> None:
    tiles = tiles_of(a_full_room())

    assert tiles["마지막 계획"].value == "03.04 (수)"
    assert tiles["마지막 계획"].sub == "매수 3 · 매도 1 · 빈자리 2"
    assert tiles["마지막 실행"].value == "03.04 (수)"
    assert tiles["마지막 실행"].age == "28분 전 · 09:02:00"


def test_an_execution_that_never_ended_stands_out() -> None:
    again = ExecutionStarted(
        at=at("09:10"), account="x", session=SESSION, plan_id="p-1"
    )
    journal = ListedJournal(happened=[*past(), again])
    quiet = tiles_of(a_full_room(journal=journal, machine=StillMachine()))
    busy = tiles_of(
        a_full_room(
            journal=journal,
            machine=StillMachine(holding=Holder(purpose="execute", pid="1")),
        )
    )

    assert (quiet["마지막 실행"].sub, quiet["마지막 실행"].tone) == (
        "끝나지 않음",
        Tone.CAUTION,
    )
    assert (busy["마지막 실행"].sub, busy["마지막 실행"].tone) == (
        "실행 중",
        Tone.PLAIN,
    )


def test_badges_say_what_state_the_account_is_in() -> None:
    assert words_of(a_full_room()) == ["연습 서버", "5000****-01", "장중"]
    assert words_of(a_troubled_room()) == [
        "연습 서버",
        "5000****-01",
        "정지",
        "확인 전",
        "장중",
    ]
    busy = StillMachine(holding=Holder(purpose="prepare", pid="1"))
    assert "계획 만들기 중" in words_of(a_full_room(machine=busy))


@pytest.mark.parametrize(
    ("day", "clock", "word"),
    [
        ("2026-03-04", "08:59", "장 전"),
        ("2026-03-04", "09:00", "장중"),
        ("2026-03-04", "15:30", "장 마감"),
        ("2026-03-07", "10:00", "휴장"),
    ],
)
def test_the_market_is_named_by_the_hour(day: str, clock: str, word: str) -> None:
    moment = at(clock, type(SESSION).fromisoformat(day))

    assert words_of(a_full_room(clock=ManualClock(moment)))[-1] == word


def test_alarms_come_with_what_to_do() -> None:
    notes = alarms(shown(a_troubled_room()))

    assert [(note.level, note.command) for note in notes] == [
        (Level.ALARM, "python scripts/tools/resolve_order.py"),
        (Level.ALARM, "python scripts/tools/halt.py off"),
        (Level.WARNING, ""),
    ]
    assert notes[1].text == "정지 상태라 어떤 주문도 나가지 않습니다. 이유: 점검"
    assert notes[2].text == "서버가 답하지 않습니다. 09:29:50 값을 보여 줍니다."


def test_cautions_name_the_first_confirmation_and_differences() -> None:
    assert [note.command for note in cautions(shown(a_troubled_room()))] == [
        "python scripts/execute_next_open_plan.py --confirm-first-run"
    ]
    resting = ListedJournal(happened=past(), shares={"086520": 12})
    found = cautions(shown(a_full_room(journal=resting)))
    assert [note.level for note in found] == [Level.WARNING]
    assert cautions(shown(a_full_room())) == ()


def test_giving_way_is_told_instead_of_an_old_problem() -> None:
    notes = alarms(
        shown(a_full_room(), gives_way_to="execute", problem="서버가 답하지 않습니다.")
    )

    assert [note.text for note in notes] == [
        "계획 실행 중이라 조회를 잠시 멈췄습니다. 09:29:50 값을 보여 줍니다."
    ]


def test_a_journal_that_cannot_be_read_is_an_alarm_and_claims_nothing() -> None:
    room = a_full_room(journal=ListedJournal())
    now = replace(shown(room), problem="기록이 손상되었습니다.")

    assert alarms(now)[0].text == "기록이 손상되었습니다."
    assert "확인 전" not in [badge.text for badge in badges(now, room)]
    assert all("확인" not in note.command for note in cautions(now))


def test_a_view_of_nothing_but_a_problem_tells_the_problem() -> None:
    live = LiveView(problem="서버가 답하지 않습니다.")

    notes = alarms(shown(an_empty_room(), problem=live.problem))

    assert [note.text for note in notes] == ["서버가 답하지 않습니다."]


@pytest.mark.parametrize(
    ("problem", "count"),
    [
        ("기록이 깨졌습니다: /x (btree). 되돌리세요.", 1),
        ("서버가 답하지 않습니다.", 2),
    ],
)
def test_one_trouble_with_one_file_is_told_once(problem: str, count: int) -> None:
    now = shown(a_full_room(), problem=problem)
    now = replace(now, problem="기록이 깨졌습니다: /x (not ok). 되돌리세요.")

    assert len(alarms(now)) == count


def test_a_holding_without_a_price_leaves_the_change_unknown() -> None:
    assert tiles_of(a_full_room())["총자산"].sub == "시세가 없는 종목이 있어 알 수 없음"
