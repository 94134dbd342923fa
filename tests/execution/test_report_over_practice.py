"""A report of a bad day at the practice server, against the exchange's own books."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from fakes import RULES, at
from khms_trader.domain.difference import Cause
from khms_trader.domain.instrument import Designation
from khms_trader.domain.order import Side
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import LineEnd, SessionReport
from khms_trader.execution.execute import execute
from khms_trader.market.rates import CostRates
from khms_trader.simulator.orders import Division, OrderWanted

SOLD, PART, HALTED = "100000", "100010", "100020"
LOST, REFUSED, MISSED = "200000", "200010", "200020"
PLAN = swap_plan(sold=(SOLD, PART, HALTED), bought=(LOST, REFUSED, MISSED))
FEES = replace(RULES, costs=CostRates(fee_rate=140_527))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(SOLD, PART, HALTED)) as desk:
        yield desk


def a_bad_day(desk: PracticeDesk) -> tuple[SessionReport, str]:
    """Execute ``PLAN`` while nearly everything goes wrong."""
    market = desk.practice.market
    market.opens.update({SOLD: 9_800, LOST: 10_200, MISSED: 10_500})
    market.marks[HALTED] = frozenset({Designation.HALTED})
    desk.faults.add("sell:2:partial:4", "buy:1:lost", "buy:2:reject:40250000")
    by_hand = OrderWanted(
        symbol="300000", side=Side.BUY, quantity=3, division=Division.MARKET
    )
    desk.practice.exchange.place(by_hand, at(9, 1))
    desk.plans.save(PLAN)
    execution = execute(replace(desk.desk(), rules=FEES))
    assert execution.report is not None
    return execution.report, Path(execution.report_path).read_text(encoding="utf-8")


def test_every_line_ends_with_its_reason(desk: PracticeDesk) -> None:
    report, _ = a_bad_day(desk)

    assert {line.symbol: (line.end, line.reason) for line in report.lines} == {
        SOLD: (LineEnd.FILLED, ""),
        PART: (LineEnd.OPEN, ""),
        HALTED: (LineEnd.SKIPPED, "halted"),
        LOST: (LineEnd.FILLED, ""),
        REFUSED: (LineEnd.REJECTED, ""),
        MISSED: (LineEnd.CANCELLED, ""),
    }


def test_the_difference_is_the_account_s_own_to_the_won(desk: PracticeDesk) -> None:
    report, text = a_bad_day(desk)

    difference = report.difference
    assert difference is not None
    assert [(r.cause, r.change.buy, r.change.sell) for r in difference.rows] == [
        (Cause.NOT_SENT, 0, -100_000),
        (Cause.REJECTED, -100_000, 0),
        (Cause.CANCELLED, -100_000, 0),
        (Cause.OPEN, 0, -60_000),
        (Cause.OPEN_PRICE, 2_000, -2_000),
        (Cause.FEE, 14, -18),
        (Cause.TAX, 0, -276),
    ]
    # The exchange of this test takes no costs: what moved there are the fills.
    assert difference.filled.cash == 36_000
    assert "계좌의 D+2 예수금 변화: +36,000원" in text


def test_what_the_lines_cannot_say_is_said_beside_them(desk: PracticeDesk) -> None:
    report, text = a_bad_day(desk)

    assert [(s.symbol, s.value) for s in report.stuck] == [
        (PART, 60_000),
        (HALTED, 100_000),
    ]
    assert [seen.row.symbol for seen in report.foreign] == ["300000"]
    assert "나중에 확인됨: 매수 이름200000 200000 - 체결" in text
    assert "증권사 거부: 40250000" in text


def test_a_report_made_again_after_the_close_tells_how_the_rest_ended(
    desk: PracticeDesk,
) -> None:
    a_bad_day(desk)
    desk.clock.move_to(at(16))

    again = desk.execute().report

    assert again is not None
    assert len(again.runs) == 1
    ends = {line.symbol: line.end for line in again.lines}
    assert ends[PART] is LineEnd.PARTIAL
    assert again.difference is not None
    causes = {row.cause: row.change.sell for row in again.difference.rows}
    assert causes[Cause.PARTIAL] == -60_000
    assert Cause.OPEN not in causes


def test_an_account_nobody_could_read_takes_nothing_else_from_the_report(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("balance:2+:timeout")

    report, text = a_bad_day(desk)

    assert report.after is None
    assert report.difference is not None
    assert report.difference.filled.cash == 36_000
    assert [s.value for s in report.stuck] == [60_000, 100_000]
    assert "실행 뒤 계좌를 읽지 못했습니다" in text


def test_the_page_on_the_report_shows_this_very_day(desk: PracticeDesk) -> None:
    _, text = a_bad_day(desk)

    page = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")

    table = text[text.index("|  | 매수") : text.index("계좌의 D+2")].strip()
    assert table in page


def test_the_page_on_the_report_explains_every_cause_and_end() -> None:
    page = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")

    words = [each.korean for each in (*Cause, *LineEnd)]
    assert [word for word in words if word not in page] == []


def test_the_page_on_the_report_explains_every_reason() -> None:
    page = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")

    rows = [
        f"| {reason.korean} | {'예' if reason.may_pass else '-'} |"
        for reason in SkipReason
    ]
    assert [row for row in rows if row not in page] == []
