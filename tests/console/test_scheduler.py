"""What a scheduler says: how it stands, and each job in a few lines."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from builders import an_account, an_order_report
from fakes import ASOF, NEXT_SESSION, SESSION, a_buy, a_plan, a_sell, at
from khms_trader.console.scheduler import (
    Ended,
    Standing,
    show_began,
    show_closed_day,
    show_executed_briefly,
    show_failed,
    show_jumped,
    show_missed,
    show_prepared_briefly,
    show_started,
    show_unconfirmed,
    standing_lines,
)
from khms_trader.console.screen import Screen
from khms_trader.domain.order import Side
from khms_trader.domain.quality_summary import QualitySummary
from khms_trader.domain.report import LineEnd, LineReport, RunParts, SessionReport
from khms_trader.planning.account_line import AccountLine
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.planning.prepared import UNIVERSE, Prepared
from khms_trader.planning.schedule import Miss, Run
from khms_trader.planning.schedule_history import MissReason
from khms_trader.planning.schedule_times import JobKind, Slot, Times
from khms_trader.planning.universe import Universe

TIMES = Times(prepares=(time(15, 40),), executes=(time(9, 1),))
EXECUTE = Slot(kind=JobKind.EXECUTE, session=SESSION, due_at=at(9, 1))
PREPARE = Slot(
    kind=JobKind.PREPARE, session=NEXT_SESSION, due_at=at(15, 40, day=SESSION)
)


def lines_of(show: Callable[[Screen], None], *, quiet: bool = False) -> list[str]:
    out = io.StringIO()
    show(Screen(Console(file=out, width=200), quiet=quiet))
    return out.getvalue().splitlines()


def test_a_waiting_scheduler_in_a_few_lines() -> None:
    standing = Standing(
        now=at(8, 12, 33),
        times=TIMES,
        next_slot=EXECUTE,
        next_at=at(9, 1),
        ended={
            JobKind.PREPARE: Ended(slot=PREPARE, at=at(15, 44, day=ASOF), is_well=True),
            JobKind.EXECUTE: Ended(slot=EXECUTE, at=at(9, 5, day=ASOF), is_well=False),
        },
        account=AccountLine(account="paper", total=9_997_713, seen_at=at(8, day=ASOF)),
    )

    assert standing_lines(standing) == (
        "자동 실행 중 · 계획 15:40 · 실행 09:01",
        "다음: 실행 2026-03-04 (수) 09:01 - 48분 27초 뒤",
        "지난 결과: 계획 03-03 15:44 됨 · 실행 03-03 09:05 실패",
        "계좌 paper · 연습(paper) · 총평가 9,997,713원(1일 전)",
        "살아 있음 08:12:33 · 끝내기 Ctrl+C",
    )


def test_a_scheduler_that_cannot_see_what_was_done_says_so() -> None:
    standing = Standing(now=at(8), times=TIMES, ended={}, problem="journal_damaged")

    assert standing_lines(standing)[1] == "문제: journal_damaged"


def test_the_next_plan_names_the_session_it_is_for() -> None:
    standing = Standing(
        now=at(15), times=TIMES, next_slot=PREPARE, next_at=at(15, 40), ended={}
    )

    assert standing_lines(standing)[1] == (
        "다음: 계획 2026-03-04 (수) 15:40 (2026-03-05 (목) 거래일용) - 40분 0초 뒤"
    )


def test_the_start_says_what_it_serves() -> None:
    assert lines_of(lambda s: show_started(TIMES, s, is_dry_run=False)) == [
        "자동 실행을 시작합니다: 계획 15:40 · 실행 09:01"
    ]
    (first, _) = lines_of(lambda s: show_started(TIMES, s, is_dry_run=True))
    assert first.startswith("[드라이런]")


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (Run(slot=EXECUTE), "09:01:00 실행 시작: 2026-03-04 (수)"),
        (
            Run(slot=EXECUTE, is_made_up=True),
            "09:01:00 실행 시작 (놓친 시각을 이어서): 2026-03-04 (수)",
        ),
        (
            Run(slot=EXECUTE, tries=1),
            "09:01:00 실행 시작 (2번째 시도): 2026-03-04 (수)",
        ),
    ],
)
def test_a_job_that_begins(run: Run, line: str) -> None:
    assert lines_of(lambda s: show_began(run, s, at(9, 1))) == [line]


def test_what_went_wrong_is_said_even_when_quiet() -> None:
    def show(screen: Screen) -> None:
        show_failed(Run(slot=EXECUTE), ["첫째.", "둘째."], screen, at(9, 1, 4))
        show_missed(Miss(slot=EXECUTE, reason=MissReason.NOT_RUNNING), screen)
        show_missed(Miss(slot=PREPARE, reason="disk_full"), screen)
        show_unconfirmed(screen)

    lines = lines_of(show, quiet=True)

    assert lines[:4] == [
        "09:01:04 실행 실패: 첫째.",
        "  둘째.",
        (
            "2026-03-04 (수) 실행을 놓쳤습니다(03-04 09:01 예정): "
            "그 시간에 스케줄러가 돌고 있지 않았음(컴퓨터 꺼짐·절전)."
        ),
        (
            "2026-03-05 (목) 계획을 놓쳤습니다(03-04 15:40 예정): "
            "마지막 시도가 실패함(disk_full)."
        ),
    ]
    assert "--confirm-first-run" in lines[4]


def test_closed_days_and_a_moved_clock() -> None:
    def show(screen: Screen) -> None:
        show_closed_day(date(2026, 3, 7), date(2026, 3, 9), screen)
        show_jumped(timedelta(hours=-2), screen)

    assert lines_of(show) == [
        "2026-03-07 (토)은 휴장일이라 쉽니다. 다음 거래일은 2026-03-09 (월)입니다.",
        (
            "컴퓨터 시계가 2시간 0분 뒤로 움직였습니다(절전에서 깨어났거나 시각을 "
            "고침). 다음 일을 다시 정합니다."
        ),
    ]


def a_prepared() -> Prepared:
    plan = a_plan(
        buys=[a_buy(f"10000{n}", rank=n + 1) for n in range(7)],
        sells=[a_sell("300000"), a_sell("400000", held=False)],
        slots_free=6,
    )
    return Prepared(
        plan=plan,
        path=Path("plans/next_open_plan_20260304.json"),
        account=an_account(),
        managed={"300000": 10},
        universe=Universe(instruments=(), funnel=()),
        is_own_universe=False,
        basis="adjusted",
        ranked_on=ASOF,
        executes_at=at(9, 1),
        quality=QualitySummary(
            asof=ASOF, ok=0, warn=0, quarantine=0, counts=(), worst=(), market=()
        ),
        unverified_years=(),
    )


def test_a_plan_is_two_lines() -> None:
    assert lines_of(
        lambda s: show_prepared_briefly(a_prepared(), s, at(15, 41, 22))
    ) == [
        (
            "15:41:22 계획 저장: 2026-03-04 (수) · 매수 6건 · 매도 1건 · 빈 자리 6개 · "
            "총평가 10,000,000원"
        ),
        (
            "  매수 이름100000 100000, 이름100001 100001, 이름100002 100002, "
            "이름100003 100003, 이름100004 100004 등 · 매도 이름300000 300000"
        ),
    ]


def test_what_is_wrong_with_a_plan_is_one_line() -> None:
    prepared = a_prepared()
    errors = {UNIVERSE: "kis_master_unavailable", "300000": "no_bars_for_holding"}
    prepared = replace(prepared, plan=replace(prepared.plan, errors=errors))

    assert lines_of(
        lambda s: show_prepared_briefly(prepared, s, at(15, 41)), quiet=True
    ) == [
        "  경고: 지난 유니버스를 그대로 씀 · 일봉이 없어 팔 때인지 모르는 보유 300000"
    ]


def a_line(side: Side, symbol: str, end: LineEnd, reason: str = "") -> LineReport:
    return LineReport(
        side=side,
        symbol=symbol,
        name="",
        planned_quantity=10,
        reference_price=10_000,
        end=end,
        reason=reason,
        order=None if end is LineEnd.SKIPPED else an_order_report(),
        is_candidate=True,
    )


def an_execution(*lines: LineReport, outcome: Outcome = Outcome.EXECUTED) -> Execution:
    before = an_account()
    report = SessionReport(
        account="paper",
        session=SESSION,
        plan_id="20260304-1f0c9a2e",
        strategy="trend_momentum",
        lines=lines,
        before=before,
        after=replace(before, total=before.total + 12_300),
        runs=(RunParts(began_at=at(9, 1), first_order=0.4),),
    )
    return Execution(
        outcome=outcome,
        session=SESSION,
        next_session=NEXT_SESSION,
        report=report,
        report_path="reports/x.md",
    )


def test_an_execution_is_two_lines_and_what_needs_a_person() -> None:
    execution = an_execution(
        a_line(Side.SELL, "300000", LineEnd.FILLED),
        a_line(Side.BUY, "100000", LineEnd.FILLED),
        a_line(Side.BUY, "100001", LineEnd.UNCONFIRMED),
        a_line(Side.BUY, "100002", LineEnd.SKIPPED, "no_cash"),
    )

    lines = lines_of(lambda s: show_executed_briefly(execution, s, at(9, 1, 13)))

    assert lines[:2] == [
        (
            "09:01:13 실행 끝: 매도 1건 중 1건 체결 · 매수 2건 중 1건 체결 · "
            "보내지 않음 1건 · 첫 주문까지 0.4초"
        ),
        "  총평가 10,012,300원(+12,300원) · 보고서 reports/x.md",
    ]
    assert lines[2].startswith("확인 필요: 매수 100001")


def test_an_execution_done_before_or_without_orders_says_so() -> None:
    again = an_execution(outcome=Outcome.DONE_BEFORE)
    bare = replace(
        again,
        report=SessionReport(
            account="paper", session=SESSION, plan_id="p", strategy="s", lines=()
        ),
    )

    (line, _) = lines_of(lambda s: show_executed_briefly(bare, s, at(9, 1)))

    assert line == "09:01:00 실행 끝: 이미 실행함 · 보낼 주문이 없었습니다"


def test_a_day_without_trading_is_said_by_an_execution_too() -> None:
    closed = Execution(
        outcome=Outcome.NOT_A_SESSION, session=SESSION, next_session=NEXT_SESSION
    )

    (line,) = lines_of(lambda s: show_executed_briefly(closed, s, at(9, 1)))
    assert "휴장일" in line
    only = replace(closed, outcome=Outcome.CONFIRMED_ONLY)
    assert lines_of(lambda s: show_executed_briefly(only, s, at(9, 1))) == []
