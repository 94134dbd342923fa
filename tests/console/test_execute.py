"""What a person sees of an execution: its times, and what could not be read."""

import io
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console

from builders import SESSION, a_row, an_account, an_order_report, at
from khms_trader.console.execute import show_execution
from khms_trader.console.screen import Screen
from khms_trader.domain.difference import Amounts, Cause, CauseRow, Difference
from khms_trader.domain.order import Side
from khms_trader.domain.report import (
    ForeignOrder,
    LineEnd,
    LineReport,
    LineWarning,
    OtherOrder,
    RunParts,
    SessionReport,
    StuckShares,
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


def shown(report: SessionReport, *, is_terminal: bool = False) -> str:
    written = io.StringIO()
    execution = Execution(
        outcome=Outcome.EXECUTED,
        session=SESSION,
        next_session=SESSION,
        report=report,
        report_path="reports/x.md",
    )
    width = 80 if is_terminal else 200
    console = Console(
        file=written, width=width, force_terminal=is_terminal, color_system=None
    )
    show_execution(execution, Screen(console), is_dry_run=False)
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
    order = an_order_report(number="")
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


ORDER = an_order_report(
    filled_quantity=10, filled_value=100_400, slippage=400, slippage_bps=40.0, fee=14
)
LINE = LineReport(
    side=Side.BUY,
    symbol="086520",
    name="에코프로",
    planned_quantity=10,
    reference_price=10_000,
    end=LineEnd.FILLED,
    order=ORDER,
    is_candidate=True,
    wanted_quantity=10,
)
FEE = CauseRow(cause=Cause.FEE, lines=1, change=Amounts(buy=14))
SKIPPED = CauseRow(
    cause=Cause.NOT_SENT,
    reason="quantity_changed",
    lines=1,
    change=Amounts(sell=-1_234_567_890),
)
AS_PLANNED = Difference(
    planned=Amounts(buy=100_000),
    ordered=Amounts(buy=100_000),
    filled=Amounts(buy=100_000),
    result=Amounts(buy=100_014),
    rows=(FEE,),
)
DIFFERED = Difference(
    planned=Amounts(buy=100_000, sell=1_234_567_890),
    ordered=Amounts(buy=100_000),
    filled=Amounts(buy=100_000),
    result=Amounts(buy=100_014),
    rows=(SKIPPED, FEE),
)


def test_what_differed_is_shown_only_when_more_than_costs_did() -> None:
    assert "왜 달랐나" not in shown(replace(REPORT, difference=AS_PLANNED))

    text = shown(replace(REPORT, difference=DIFFERED))

    assert "계획 | 100,000 | 1,234,567,890 | 1,234,467,890" in text
    assert "안 보냄: 주문 없이 보유 수량이" in text
    assert "| - | -1,234,567,890 | -1,234,567,890" in text
    assert "결과 | 100,014 | 0 | -100,014" in text


def test_what_differed_fits_a_terminal_of_80_columns() -> None:
    text = shown(replace(REPORT, difference=DIFFERED), is_terminal=True)

    assert "1,234,567,890" in text
    table = text[text.index("계획과 결과") : text.index("보고서:")]
    assert all(cell_len(line) <= 80 for line in table.splitlines()[:12])


def test_what_was_found_out_later_is_no_open_question() -> None:
    line = replace(LINE, lost="kis_no_answer")

    text = shown(replace(REPORT, lines=(line,)))

    assert "나중에 확인됨: 매수 에코프로 086520 - 체결 (처음에는 답을" in text
    assert "확인 필요" not in text


def test_an_unknown_order_names_the_tool_that_takes_the_answer() -> None:
    unsent = replace(LINE, end=LineEnd.UNCONFIRMED, order=replace(ORDER, number=""))
    vanished = replace(LINE, end=LineEnd.UNCONFIRMED)

    text = shown(replace(REPORT, lines=(unsent, vanished)))

    assert "에코프로 086520 주문이 접수되었는지 알 수 없습니다." in text
    assert "에코프로 086520 주문이 어떻게 됐는지 알 수 없습니다." in text
    assert text.count("resolve_order.py") == 1


def test_warnings_hand_orders_and_stuck_money_are_told() -> None:
    warned = replace(
        LINE, warnings=(LineWarning(warning="held_more", detail="10->15"),)
    )
    by_hand = OtherOrder(
        purpose="manual-1",
        side=Side.SELL,
        symbol="247540",
        name="",
        end=LineEnd.FILLED,
        order=ORDER,
    )
    foreign = ForeignOrder(row=a_row("buy 247540 x3 @100"), looks_like_ours=True)
    stuck = StuckShares(symbol="1", name="", quantity=2, price=500, end=LineEnd.EXPIRED)

    text = shown(
        replace(
            REPORT,
            lines=(warned,),
            others=(by_hand,),
            foreign=(foreign,),
            stuck=(stuck,),
        )
    )

    assert "알림: 매수 에코프로 086520 - 보유가 전략 수량보다 많음" in text
    assert "(10→15주)" in text
    assert "계획 밖 주문: 매도 247540 체결 10/10주" in text
    assert "외부 주문: 매수 247540 0/3주 09:01:00 0000000001 - 답을 받지 못한" in text
    assert "묶인 금액: 팔지 못한 1종목 1,000원" in text
