"""What a person sees of an execution: its times, and what could not be read."""

import io
from dataclasses import replace

from rich.console import Console

from builders import SESSION, an_account, at
from khms_trader.console.execute import show_execution
from khms_trader.console.screen import Screen
from khms_trader.domain.order import OrderType, Side
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    OrderReport,
    RunParts,
    SessionReport,
)
from khms_trader.planning.executed import Execution, Outcome

RUN = RunParts(
    began_at=at("09:00:57"),
    account_read=3.25,
    first_order=14.1,
    last_sell=24.6,
    sells_done=None,
    last_buy=48.5,
    ended=56.5,
)
REPORT = SessionReport(
    account="virtual-0a1b2c3d",
    session=SESSION,
    plan_id="20260304-1f0c9a2e",
    strategy="trend_momentum",
    lines=(),
    before=an_account(),
    after=an_account(),
    runs=(RUN,),
)


def shown(report: SessionReport) -> str:
    written = io.StringIO()
    execution = Execution(
        outcome=Outcome.EXECUTED,
        session=SESSION,
        next_session=SESSION,
        report=report,
        report_path="reports/x.md",
    )
    show_execution(
        execution, Screen(Console(file=written, width=200)), is_dry_run=False
    )
    return written.getvalue()


def test_the_parts_of_a_run_are_one_line() -> None:
    line = next(line for line in shown(REPORT).splitlines() if "걸린 시간" in line)

    assert line == (
        "걸린 시간(09:00:57부터): 계좌 읽음 3.2초 · 첫 주문 14.1초 · 마지막 매도 "
        "24.6초 · 마지막 매수 48.5초 · 끝 56.5초"
    )


def test_only_the_newest_run_is_told() -> None:
    newest = replace(RUN, began_at=at("09:03:00"))

    text = shown(replace(REPORT, runs=(RUN, newest)))

    assert text.count("걸린 시간") == 1
    assert "09:03:00부터" in text


def test_what_could_not_be_read_is_said_in_korean() -> None:
    report = replace(
        REPORT,
        after=None,
        account_error="kis_no_answer",
        orders_error="kis_orders_hidden",
    )

    text = shown(report)

    assert "실행 뒤 계좌를 읽지 못했습니다: 답을 받지 못함" in text
    assert "주문 목록을 읽지 못했습니다(주문이 있다고 하면서 목록은 비어 있음)" in text
    assert "총평가" not in text


def test_the_brokers_words_stand_below_the_table_on_a_line_of_their_own() -> None:
    order = OrderReport(
        number="",
        order_type=OrderType.MARKET,
        quantity=10,
        filled_quantity=0,
        filled_value=0,
        limit_price=None,
        open_price=10_000,
        slippage=None,
        slippage_bps=None,
        fee=0,
        tax=0,
        intended_at=at("09:01"),
        updated_at=at("09:01"),
    )
    line = LineReport(
        side=Side.BUY,
        symbol="086520",
        name="에코프로",
        planned_quantity=10,
        reference_price=10_000,
        end=LineEnd.REJECTED,
        detail="not_enough_cash|40250000|모의투자 주문가능금액이 부족합니다.",
        order=order,
    )

    assert (
        "거부: 매수 에코프로 086520 - 증권사 거부: 40250000 모의투자 주문가능금액이 "
        "부족합니다 — 현금을 확인하세요"
    ) in shown(replace(REPORT, lines=(line,)))
