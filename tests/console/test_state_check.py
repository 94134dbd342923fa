"""What a person reads of the state check, on 80 columns and elsewhere."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from rich.cells import cell_len

from builders import (
    SESSION,
    a_buy,
    a_holding,
    a_plan,
    a_record,
    a_sell,
    an_order,
    at,
)
from console.state_views import CONNECTION, HALTED, NOW, a_view, line_with, shown
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.reasons import SkipReason
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.state_market import Job, NextJob, market_now
from khms_trader.planning.state_view import (
    Connection,
    Difference,
    HeldRow,
    LineRow,
    LineStanding,
    Now,
    OrderRow,
    PlanView,
    Settling,
    Verdict,
    Whose,
)

LONG_NAME = "KODEX 코스닥150레버리지"


def a_held_row(whose: Whose = Whose.PLAN, *, name: str = LONG_NAME) -> HeldRow:
    holding = replace(
        a_holding("100000 x123456"), name=name, average_price=Decimal("1234567.89")
    )
    return HeldRow(holding=holding, whose=whose, price=1_999_000)


def an_order_row(**changes: Any) -> OrderRow:  # noqa: ANN401 - any field of the row
    row = OrderRow(
        at=at("09:01:03"),
        whose=Whose.PLAN,
        side=Side.BUY,
        symbol="100000",
        name=LONG_NAME,
        quantity=123_456,
        filled_quantity=123_000,
        limit_price=1_234_500,
        state=OrderState.REJECTED,
        number="0000012345",
        detail="kis_refused",
    )
    return replace(row, **changes)


def a_plan_view(*rows: LineRow, **changes: Any) -> PlanView:  # noqa: ANN401 - as above
    plan = a_plan(*(row.line for row in rows))
    return replace(PlanView(plan=plan, rows=rows), **changes)


def a_line(standing: LineStanding, **changes: Any) -> LineRow:  # noqa: ANN401
    line = replace(a_buy("100000 x10 @1000000"), name=LONG_NAME)
    row = LineRow(line=line, standing=standing, price=1_012_000, limit_price=1_030_000)
    return replace(row, **changes)


def test_a_quiet_account_in_a_running_session() -> None:
    lines = [line.strip() for line in shown(a_view()).splitlines()]

    assert lines == [
        "상태 점검 2026-03-04 (수) 09:05:12 · 계좌 virtual-0a1b2c3d",
        "연결: 한국투자증권 모의투자 · 응답 0.23초 · 서버 시계 -0.4초",
        "토큰: 17시간 24분 전 발급, 6시간 36분 남음(03-04 15:41까지)",
        ("시장: 정규장 · 오늘 09:00~15:30 · 다음 거래일 2026-03-05 (목) 09:00~15:30"),
        "예수금 10,000,000원 · D+2 10,000,000원 · 주문 가능 10,000,000원",
        "총평가 10,000,000원 · 전략 보유 0종목 · 전략 밖 보유 0종목",
        "오늘 주문이 없습니다.",
        "계획이 없습니다.",
        "지금 실행하면: 보낼 주문이 없습니다.",
        "다음 할 일: 지금 python scripts/execute_next_open_plan.py",
    ]


def test_paper_has_neither_token_nor_latency() -> None:
    view = a_view(connection=Connection(kind="paper"))

    assert line_with("연결", view) == "연결: paper(이 컴퓨터의 모의 장부)"
    assert "토큰" not in shown(view)


def test_a_token_that_ran_out_is_said_to() -> None:
    over = replace(CONNECTION, token_expires_at=NOW)

    assert "끝남" in line_with("토큰", a_view(connection=over))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-03-04T08:10", "장 시작 전 · 오늘 09:00~15:30"),
        ("2026-03-04T08:40", "장 시작 전(동시호가) · 오늘 09:00~15:30"),
        ("2026-03-04T15:25", "정규장(종가 동시호가)"),
        ("2026-03-04T16:00", "마감"),
        ("2026-03-07T16:00", "휴장 · 다음 거래일 2026-03-09 (월) 09:00~15:30"),
    ],
)
def test_the_market_line_names_phase_and_hours(moment: str, text: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=SEOUL)
    view = a_view(at=now, market=market_now(Calendar(), now))

    assert text in line_with("시장:", view)


def test_managed_holdings_stand_apart_from_legacy_and_outside() -> None:
    held = (
        a_held_row(name="가나다"),
        a_held_row(Whose.LEGACY, name="라마바"),
        a_held_row(Whose.OUTSIDE, name="사아자"),
    )

    lines = [line.strip() for line in shown(a_view(held=held)).splitlines()]

    start = lines.index("[전략 보유]")
    figures = "+94,373,730,572 | +61.92%"
    assert lines[start : start + 7] == [
        "[전략 보유]",
        "종목 | 수량 | 평균가 | 현재가 | 평가손익 | 손익률",
        f"가나다 100000 | 123,456 | 1,234,568 | 1,999,000 | {figures}",
        "[전략 밖 보유]",
        "구분 | 종목 | 수량 | 현재가 | 평가손익 | 손익률",
        f"legacy | 라마바 100000 | 123,456 | 1,999,000 | {figures}",
        f"외부 | 사아자 100000 | 123,456 | 1,999,000 | {figures}",
    ]


def test_a_holding_whose_price_was_not_read_says_so() -> None:
    row = replace(a_held_row(), is_failed=True)

    assert "조회 실패" in line_with("100000 |", a_view(held=(row,)))


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (an_order_row(), "전략 매수"),
        (an_order_row(whose=Whose.OUTSIDE, side=Side.SELL), "외부 매도"),
        (an_order_row(whose=Whose.MANUAL), "수동 매수"),
        (an_order_row(), "거부 (증권사 거절)"),
        (an_order_row(limit_price=None), "시장가"),
        (
            an_order_row(state=OrderState.ACCEPTED, detail="", is_listed=False),
            "대기, 목록에 아직 없음",
        ),
    ],
)
def test_an_order_names_its_owner_and_its_state(order: OrderRow, text: str) -> None:
    assert text in line_with("123,000/123,456", a_view(orders=(order,)))


def test_an_order_that_another_job_is_sending_is_not_called_unknown() -> None:
    order = an_order_row(state=OrderState.INTENDED, detail="")
    view = a_view(orders=(order,), settling=Settling.LOCK_HELD, holder="execute")

    assert "보내는 중" in line_with("123,000/123,456", view)
    assert "다른 작업(execute)이 실행 중" in shown(view)


def test_what_needs_a_person_is_told_even_when_quiet() -> None:
    view = a_view(
        unknown=(a_record(state=OrderState.UNCONFIRMED),),
        names={"086520": "에코프로"},
        is_confirmed=False,
        halt_file="data/state/HALT",
        differences=(
            Difference(
                symbol="100000",
                name="가나다",
                in_account=12,
                in_journal=10,
                is_moving=False,
            ),
            Difference(
                symbol="200000",
                name="",
                in_account=0,
                in_journal=10,
                is_moving=False,
            ),
        ),
    )

    lines = shown(view, quiet=True).splitlines()

    assert lines == [
        (
            "정지(HALT) 상태라 주문이 나가지 않습니다. 원인을 확인한 뒤 "
            "python scripts/tools/halt.py off 로 푸세요."
        ),
        (
            "처음 쓰는 계좌(virtual-0a1b2c3d)라 아직 주문하지 않습니다. 보유를 확인한 "
            "뒤 한 번 실행하세요: python scripts/execute_next_open_plan.py "
            "--confirm-first-run"
        ),
        (
            "확인 필요: 2026-03-04 (수) 매수 에코프로 086520 10주 주문이 접수되었는지 "
            "알 수 없습니다. 다시 보내지 않습니다. 증권사 앱에서 확인하세요."
        ),
        (
            "수량 차이: 가나다 100000: 계좌에는 12주, 전략의 기록에는 10주입니다. "
            "2주는 외부로 보고 팔지 않습니다."
        ),
        (
            "수량 차이: 200000: 계좌에는 0주, 전략의 기록에는 10주입니다. 직접 "
            "팔았거나 분할·병합인지 확인하세요."
        ),
    ]


def test_a_difference_that_an_open_order_explains_is_no_alarm() -> None:
    moving = Difference(
        symbol="100000", name="", in_account=0, in_journal=10, is_moving=True
    )

    assert shown(a_view(differences=(moving,)), quiet=True) == ""
    assert "끝나지 않은 주문" in shown(a_view(differences=(moving,)))


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            a_line(LineStanding.WOULD_SEND, order=an_order("buy 100000 x10 @1030000")),
            "| 1,012,000 | +1.20% | 10주 지정가 1,030,000",
        ),
        (
            a_line(
                LineStanding.WOULD_SEND,
                order=an_order("buy 100000 x10 @1030000"),
                price=1_040_000,
            ),
            "10주 지정가 1,030,000 (값이 한도를 넘어 대기)",
        ),
        (
            a_line(LineStanding.WOULD_SEND, order=an_order("buy 100000 x10")),
            "10주 시장가",
        ),
        (a_line(LineStanding.LATER), "개장 뒤 결정, 한도 1,030,000 안"),
        (
            a_line(LineStanding.LATER, price=1_040_000),
            "개장 뒤 결정, 한도 1,030,000 넘음",
        ),
        (a_line(LineStanding.NOT_QUOTED, price=None), "| - | - | 시세를 보지 않음"),
        (
            a_line(LineStanding.QUOTE_FAILED, price=None),
            "| 조회 실패 | - | 시세를 몰라 판단 못 함",
        ),
        (
            a_line(LineStanding.WOULD_SKIP, reason=SkipReason.NO_CASH),
            "주문 가능 현금 부족, 한도 1,030,000 안",
        ),
        (
            a_line(LineStanding.SKIPPED, reason=SkipReason.HALTED),
            "보내지 않음: 거래정지",
        ),
        (
            a_line(
                LineStanding.SENT,
                record=a_record(
                    "buy 100000 x10 @1030000",
                    OrderState.PARTIALLY_FILLED,
                    filled=(3, 3_000_000),
                ),
            ),
            "보냄: 일부 체결 3/10주",
        ),
    ],
)
def test_a_line_of_the_plan_says_where_it_stands(row: LineRow, text: str) -> None:
    view = a_view(at=at("08:50"), plan=a_plan_view(row))

    assert line_with("매수 1 |", view).endswith(text)


def test_a_line_of_a_session_gone_by_is_not_promised_for_the_open() -> None:
    view = a_view(plan=a_plan_view(a_line(LineStanding.LATER, limit_price=None)))
    late = at("16:00")

    view = replace(view, at=late, market=market_now(Calendar(), late))

    assert line_with("매수 1 |", view).endswith("지난 거래일")


def test_other_signals_are_counted_and_the_limit_of_prices_is_told() -> None:
    plan = a_plan_view(
        a_line(LineStanding.NOT_QUOTED, price=None),
        rest={(Side.BUY, "no_slot"): 12, (Side.SELL, "not_held"): 118},
    )

    text = shown(a_view(plan=plan, quoted=10))

    assert "나머지: 매수 신호 12건 - 빈 자리 없음(max_positions)" in text
    assert "나머지: 매도 신호 118건 - 보유하지 않음" in text
    assert "시세는 10종목만 봤습니다. 더 보려면 --universe-limit" in text


def test_what_would_be_sent_now_is_counted_by_side() -> None:
    sell = LineRow(
        line=a_sell("200000 @1000"),
        standing=LineStanding.WOULD_SEND,
        order=an_order("sell 200000 x1"),
    )
    buy = a_line(LineStanding.WOULD_SEND, order=an_order("buy 100000 x10"))

    view = a_view(plan=a_plan_view(sell, buy))

    assert line_with("지금 실행하면:", view).endswith("매수 1건, 매도 1건을 보냅니다.")


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict.NOT_A_SESSION, "휴장일이라 할 일이 없습니다."),
        (Verdict.DONE_BEFORE, "이미 실행한 계획이라 새로 보내지 않습니다."),
        (Verdict.CLOSES_DOWN, "중단된 실행을 닫기만 합니다"),
    ],
)
def test_what_execute_would_do_now_is_one_sentence(verdict: Verdict, text: str) -> None:
    assert text in line_with("지금 실행하면:", a_view(now=Now(verdict=verdict)))


def test_a_refusal_is_told_in_the_words_of_the_gates() -> None:
    view = a_view(now=Now(verdict=Verdict.REFUSED, refusals=(HALTED,)))

    assert f"- {HALTED.korean}" in shown(view)


def test_a_plan_that_cannot_be_read_is_told_even_when_quiet() -> None:
    problem = Refusal(code="plan_altered", facts={"path": "plans/x.json"})

    assert problem.korean in shown(a_view(plan_problem=problem), quiet=True)


def test_what_will_forbid_a_later_plan_is_told_with_it() -> None:
    plan = a_plan_view(a_line(LineStanding.LATER), refusals=(HALTED,))

    assert f"개장 뒤에도 막을 것: {HALTED.korean}" in shown(a_view(plan=plan))


def test_the_next_job_names_day_hour_and_command() -> None:
    job = NextJob(job=Job.PREPARE, at=at("15:40", SESSION))

    assert line_with("다음 할 일", a_view(next_job=job)) == (
        "다음 할 일: 2026-03-04 (수) 15:40 python scripts/prepare_next_open_plan.py"
    )


def test_the_largest_tables_fit_80_columns_with_every_figure_whole() -> None:
    view = a_view(
        held=(a_held_row(), a_held_row(Whose.LEGACY)),
        orders=(an_order_row(),),
        plan=a_plan_view(
            a_line(
                LineStanding.WOULD_SEND, order=an_order("buy 100000 x123456 @1030000")
            )
        ),
    )

    text = shown(view, terminal=True)

    table = [line for line in text.splitlines() if line[:1] in {"│", "┃", "┏", "└"}]
    assert len(table) > 12
    assert max(cell_len(line) for line in table) <= 80
    for figure in (
        "123,456",
        "1,234,568",
        "1,999,000",
        "+94,373,730,572",
        "+61.92%",
        "123,000/123,456",
        "1,234,500",
        "0000012345",
        "1,000,000",
        "1,012,000",
        "+1.20%",
    ):
        assert figure in text, figure
    assert "…" not in text
