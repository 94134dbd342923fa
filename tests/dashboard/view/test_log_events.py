"""What each event of the journal says to a person, and how they are counted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import SESSION, SYMBOL, at
from dashboard.logs import BEFORE, every_event, many_events
from khms_trader.dashboard.view.log_events import (
    count_of,
    event_cells,
    kinds_of,
    pages_of,
    sessions_of,
    symbol_of,
    told,
)
from khms_trader.dashboard.view.log_words import KINDS
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.domain import events as e
from khms_trader.domain.events import Event, OrderEvent

COUNTS = {
    (SESSION, "LineSkipped"): 200,
    (SESSION, "OrderFilled"): 2,
    (BEFORE, "OrderFilled"): 5,
    (BEFORE, "EventOfANewerVersion"): 1,
}
SAYINGS = {
    e.AccountConfirmed: "건드리지 않을 기존 보유 1종목",
    e.HoldingAdopted: "7주",
    e.HoldingReleased: "2주",
    e.PlanPrepared: "매수 신호 12, 매도 신호 1,000, 빈 자리 3",
    e.AccountObserved: "총자산 10,000,000원, 예수금 10,000,000원, 보유 0종목",
    e.ExecutionStarted: "계획 p-1",
    e.OrderIntended: "매수 1,000주 지정가 12,960원",
    e.OrderAccepted: "매수 주문번호 0000000007",
    e.OrderRejected: "매수 증권사 거부: 40250000 잔고 부족 — 현금을 확인하세요",
    e.OrderUnconfirmed: "매수 답을 받지 못함",
    e.OrderFilled: "매수 3주 일부 체결, 평균 3,333원, 10,000원",
    e.OrderCancelled: "매수 체결 3주, 나머지는 끝남",
    e.OrderExpired: "매수 체결 0주, 나머지는 끝남",
    e.OrderNotPlaced: "매수",
    e.OrderNoted: "매수 같은 조건의 주문이 둘이라 구별할 수 없음",
    e.LineSkipped: "매수: 빈 자리 없음(max_positions)",
    e.LineWarned: "매수: 보유가 전략 수량보다 많음: 나머지는 외부 보유라 팔지 않음 (5)",
    e.ForeignOrdersSeen: "앱 등에서 낸 주문 1건",
    e.ExecutionPaused: "계좌를 읽지 못함: 답을 받지 못함",
    e.ExecutionFinished: "",
    e.RunFailed: "계획 만들기: 서버에 연결하지 못함",
    e.JobMissed: (
        "계획 실행 (03.03 09:01 예정): "
        "그 시간에 스케줄러가 돌고 있지 않았음(컴퓨터 꺼짐·절전)"
    ),
}


@pytest.mark.parametrize("event", every_event(), ids=lambda event: type(event).__name__)
def test_every_event_says_what_happened(event: Event) -> None:
    assert told(event) == SAYINGS[type(event)]


def test_every_kind_of_event_has_a_name_and_a_saying() -> None:
    kinds = {
        kind
        for kind in vars(e).values()
        if isinstance(kind, type) and issubclass(kind, Event)
    } - {Event, OrderEvent}

    assert set(KINDS) == kinds == set(SAYINGS)
    assert len(set(KINDS.values())) == len(KINDS)


def test_an_event_about_a_symbol_names_it() -> None:
    about = {type(event) for event in every_event() if symbol_of(event) == SYMBOL}

    assert {e.OrderNoted, e.LineSkipped, e.LineWarned, e.HoldingReleased} <= about
    assert e.PlanPrepared not in about


def test_a_row_has_moment_kind_and_words() -> None:
    filled = next(event for event in every_event() if type(event) is e.OrderRejected)

    (row,) = event_cells([filled], {SYMBOL: "에코프로"}, at("09:30"))

    assert row == [
        Cell(text="09:01:00", note="2026.03.04 거래일"),
        Cell(
            text="주문 거부",
            color="var(--kt-alarm,#dc3f45)",
            note="에코프로 086520",
            is_strong=True,
        ),
        "매수 증권사 거부: 40250000 잔고 부족 — 현금을 확인하세요",
    ]


def test_sessions_come_newest_first() -> None:
    assert sessions_of(COUNTS) == (SESSION, BEFORE)


@pytest.mark.parametrize(
    ("session", "kinds", "count"),
    [
        (None, (), 208),
        (SESSION, (), 202),
        (None, (e.OrderFilled,), 7),
        (BEFORE, (e.LineSkipped,), 0),
        (SESSION, (e.OrderFilled, e.LineSkipped), 202),
    ],
)
def test_events_are_counted_by_filter(
    session: date | None, kinds: tuple[type[Event], ...], count: int
) -> None:
    assert count_of(COUNTS, session, kinds) == count


def test_kinds_that_are_there_are_offered_with_their_number() -> None:
    assert kinds_of(COUNTS, None) == ((e.OrderFilled, 7), (e.LineSkipped, 200))
    assert kinds_of(COUNTS, BEFORE) == ((e.OrderFilled, 5),)


@pytest.mark.parametrize(
    ("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (10_000, 100)]
)
def test_a_page_holds_a_hundred(count: int, pages: int) -> None:
    assert pages_of(count) == pages


@given(side=st.text(max_size=5), reason=st.text(max_size=8))
def test_words_of_a_newer_version_are_shown_as_they_are(side: str, reason: str) -> None:
    (line,) = many_events(1)
    strange = e.LineSkipped(
        at=line.at,
        account="paper",
        session=SESSION,
        plan_id="p-1",
        symbol=SYMBOL,
        side=f"?{side}",
        reason=f"?{reason}",
    )

    assert told(strange).startswith(f"?{side}: ")
