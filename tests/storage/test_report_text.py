"""The report's Markdown: why it differed, what is stuck, whose orders they were."""

from dataclasses import replace

from builders import SESSION, a_row, an_account, an_order_report, at
from khms_trader.domain.difference import Amounts, Cause, CauseRow, Difference
from khms_trader.domain.order import OrderType, Side
from khms_trader.domain.report import (
    ForeignOrder,
    LineEnd,
    LineReport,
    LineWarning,
    OtherOrder,
    SessionReport,
    StuckShares,
)
from khms_trader.storage.report_text import report_text

ORDER = an_order_report(
    order_type=OrderType.LIMIT,
    quantity=8,
    filled_quantity=8,
    filled_value=82_400,
    limit_price=10_300,
    open_price=10_200,
    slippage=800,
    slippage_bps=98.04,
    fee=12,
    updated_at=at("09:01:02"),
)
BOUGHT = LineReport(
    side=Side.BUY,
    symbol="100000",
    name="산종목",
    planned_quantity=10,
    reference_price=10_000,
    end=LineEnd.FILLED,
    order=ORDER,
    is_candidate=True,
    wanted_quantity=10,
)
REPORT = SessionReport(
    account="virtual-0a1b2c3d",
    session=SESSION,
    plan_id="20260304-1f0c9a2e",
    strategy="trend_momentum",
    lines=(BOUGHT,),
)

NOTHING = Difference(
    planned=Amounts(), ordered=Amounts(), filled=Amounts(), result=Amounts(), rows=()
)


def test_what_differed_is_a_table_that_adds_up_downwards_and_across() -> None:
    difference = Difference(
        planned=Amounts(buy=100_000, sell=50_000),
        ordered=Amounts(buy=80_000, sell=50_000),
        filled=Amounts(buy=82_400, sell=50_000),
        result=Amounts(buy=82_412, sell=50_000),
        rows=(
            CauseRow(cause=Cause.LESS_CASH, lines=1, change=Amounts(buy=-20_000)),
            CauseRow(cause=Cause.OPEN_PRICE, lines=1, change=Amounts(buy=2_400)),
            CauseRow(cause=Cause.FEE, lines=1, change=Amounts(buy=12)),
        ),
    )

    text = report_text(replace(REPORT, difference=difference))

    assert text[text.index("|  | 매수") : text.index("## 주문")].splitlines() == [
        "|  | 매수 | 매도 | 현금 |",
        "|---|---:|---:|---:|",
        "| **계획** | **100,000** | **50,000** | **-50,000** |",
        "| 현금에 맞춰 수량 줄임 | -20,000 | - | +20,000 |",
        "| **주문** | **80,000** | **50,000** | **-30,000** |",
        "| 시가 차이 | +2,400 | - | -2,400 |",
        "| **체결** | **82,400** | **50,000** | **-32,400** |",
        "| 수수료(추정) | +12 | - | -12 |",
        "| **결과** | **82,412** | **50,000** | **-32,412** |",
        "",
    ]


def test_the_accounts_own_change_stands_below_the_estimate() -> None:
    before = an_account(cash=1_000_000)
    report = replace(
        REPORT, difference=NOTHING, before=before, after=an_account(cash=967_580)
    )

    assert "계좌의 D+2 예수금 변화: -32,420원" in report_text(report)
    unread = replace(report, after=None)
    assert "D+2 예수금 변화" not in report_text(unread)


def test_a_session_without_candidates_has_no_such_table() -> None:
    assert "왜 달랐나" not in report_text(REPORT)


def test_a_quantity_cut_to_the_cash_stands_beside_the_planned_one() -> None:
    assert "| 매수 산종목 100000 | 체결 | 8/8 (계획 10) | 10,300 |" in report_text(
        REPORT
    )


def test_no_table_is_wider_than_a_phone_can_scroll() -> None:
    rows = [row for row in report_text(REPORT).splitlines() if row.startswith("|")]

    assert max(row.count("|") for row in rows) <= 6


def test_stuck_money_is_summed_first_and_listed_below() -> None:
    stuck = StuckShares(
        symbol="300000",
        name="판종목",
        quantity=6,
        price=9_070,
        end=LineEnd.PARTIAL,
    )

    text = report_text(replace(REPORT, stuck=(stuck,)))

    assert "- 묶인 금액 54,420원: 팔지 못한 1종목" in text
    assert "| 판종목 300000 | 6 | 9,070 | 54,420 |" in text


def test_what_was_found_out_later_is_told_as_known() -> None:
    line = replace(BOUGHT, lost="kis_no_answer")

    text = report_text(replace(REPORT, lines=(line,)))

    assert (
        "- 나중에 확인됨: 매수 산종목 100000 - 체결 (처음에는 답을 받지 못함)" in text
    )
    assert "확인 필요" not in text


def test_a_surplus_is_told_with_its_figure() -> None:
    warning = LineWarning(warning="held_more", detail="10->15")
    line = replace(BOUGHT, side=Side.SELL, warnings=(warning,))

    text = report_text(replace(REPORT, lines=(line,)))

    assert "- 매도 산종목 100000: 보유가 전략 수량보다 많음" in text
    assert "(10→15주)" in text


def test_orders_by_hand_have_a_section_of_their_own() -> None:
    other = OtherOrder(
        purpose="manual-1",
        side=Side.SELL,
        symbol="247540",
        name="에코프로비엠",
        end=LineEnd.FILLED,
        order=ORDER,
    )

    text = report_text(replace(REPORT, lines=(), others=(other,)))

    assert "## 계획 밖 주문" in text
    assert "| 매도 에코프로비엠 247540 | 체결 | 8/8 | 10,300 |" in text
    assert "manual-1, 주문번호 0000000007, 09:01:00 보냄, 비용(추정) 12원" in text


def test_orders_of_others_are_listed_and_one_like_ours_is_marked() -> None:
    plain = ForeignOrder(row=a_row("sell 247540 x3", number="5"))
    alike = ForeignOrder(
        row=a_row("buy 100000 x8 @10300", number="6"),
        name="산종목",
        looks_like_ours=True,
    )

    text = report_text(replace(REPORT, foreign=(plain, alike)))

    assert "- 외부 주문 2건" in text
    assert "| 매도 247540 | 0/3 | 09:01:00 | 5 |" in text
    assert "| 매수 산종목 100000 (*) | 0/8 | 09:01:00 | 6 |" in text
    assert "어느 쪽이 우리 것인지 가릴 수 없습니다" in text


def test_a_line_that_was_never_reached_says_that_nothing_is_recorded() -> None:
    line = replace(BOUGHT, end=LineEnd.SKIPPED, order=None)

    text = report_text(replace(REPORT, lines=(line,)))

    assert "- 매수 산종목 100000: 기록 없음(실행이 끊김)" in text


def test_a_name_cannot_break_a_table() -> None:
    line = replace(BOUGHT, name="가|나")

    assert "매수 가\\|나 100000" in report_text(replace(REPORT, lines=(line,)))
