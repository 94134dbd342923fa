"""The report as files: one for people, one for programs."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from builders import an_order_report
from fakes import ACCOUNT, SESSION, Answer, Workbench, a_workbench, at, plan_of
from khms_trader.domain.account import Account, Holding
from khms_trader.domain.order import Side
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    RunParts,
    SessionReport,
)
from khms_trader.errors import StorageError
from khms_trader.storage.reports import ReportFiles

SOLD = LineReport(
    side=Side.SELL,
    symbol="300000",
    name="판종목",
    planned_quantity=None,
    reference_price=10_000,
    end=LineEnd.FILLED,
    order=an_order_report(
        filled_quantity=10,
        filled_value=99_900,
        slippage=100,
        slippage_bps=10.0,
        fee=14,
        tax=199,
        updated_at=at(9, 1, 2),
    ),
)
SKIPPED = LineReport(
    side=Side.BUY,
    symbol="100000",
    name="산종목",
    planned_quantity=3,
    reference_price=20_000,
    end=LineEnd.SKIPPED,
    reason="no_slot",
)


def an_account(cash: int, *holdings: Holding) -> Account:
    return Account(
        account=ACCOUNT,
        observed_at=at(9, 1),
        cash=cash,
        cash_d2=cash,
        spendable=cash,
        total=cash,
        holdings=holdings,
    )


HELD = Holding(
    symbol="300000",
    name="판종목",
    quantity=10,
    sellable=10,
    average_price=Decimal("9876.5432"),
    price=10_000,
)
REPORT = SessionReport(
    account=ACCOUNT,
    session=SESSION,
    plan_id="20260304-1f0c9a2e",
    strategy="trend_momentum",
    lines=(SOLD, SKIPPED),
    before=an_account(1_000_000, HELD),
    after=an_account(1_099_687),
)


def text_of(folder: Path, report: SessionReport) -> str:
    return ReportFiles(folder).save(report).read_text(encoding="utf-8")


def test_two_files_of_one_name_are_written(tmp_path: Path) -> None:
    path = ReportFiles(tmp_path / "reports").save(REPORT)

    assert path.name == f"20260304_{ACCOUNT}.md"
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".json", ".md"]


def test_programs_get_every_figure(tmp_path: Path) -> None:
    path = ReportFiles(tmp_path).save(REPORT)

    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    assert document["session"] == "20260304"
    assert document["lines"][0]["order"]["filled_value"] == 99_900
    assert document["lines"][0]["order"]["intended_at"] == "2026-03-04T09:01:00+09:00"
    assert document["before"]["holdings"][0]["average_price"] == "9876.5432"
    assert document["lines"][1]["reason"] == "no_slot"


def test_people_get_a_table_of_the_orders(tmp_path: Path) -> None:
    text = text_of(tmp_path, REPORT)

    assert "| 매도 판종목 300000 | 체결 | 10/10 | 9,990 |" in text
    assert "| 매도 판종목 300000 | 10,000 | 100 (10.0bp) | 14 | 199 |" in text
    assert "| 매도 판종목 300000 | 0000000007 | 09:01:00 | - | - |" in text
    assert "- 주문 1건, 체결 1건, 보내지 않은 줄 1건" in text


def test_people_read_reasons_in_korean(tmp_path: Path) -> None:
    text = text_of(tmp_path, REPORT)

    assert "빈 자리 없음" in text
    assert "no_slot" not in text


def test_people_see_what_became_of_the_account(tmp_path: Path) -> None:
    text = text_of(tmp_path, REPORT)

    assert "| 예수금 | 1,000,000 | 1,099,687 | +99,687 |" in text
    assert "| 보유 종목 | 1 | 0 | -1 |" in text


def test_an_unknown_outcome_is_said_first_and_loud(tmp_path: Path) -> None:
    unknown = replace(SOLD, end=LineEnd.UNCONFIRMED)

    text = text_of(tmp_path, replace(REPORT, lines=(unknown,)))

    assert "**확인 필요 1건**" in text
    assert "다시 보내지 않습니다" in text
    assert text.index("확인 필요") < text.index("## 주문")


def test_a_waiting_order_is_said(tmp_path: Path) -> None:
    waiting = replace(SOLD, end=LineEnd.OPEN)

    assert "대기 1건" in text_of(tmp_path, replace(REPORT, lines=(waiting,)))


def test_a_report_without_orders_and_accounts_says_so(tmp_path: Path) -> None:
    text = text_of(tmp_path, replace(REPORT, lines=(), before=None, after=None))

    assert "보낸 주문이 없습니다." in text
    assert "계좌를 읽은 기록이 없습니다." in text


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = ReportFiles(tmp_path).save(REPORT).read_bytes()

    assert ReportFiles(tmp_path).save(REPORT).read_bytes() == first


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").write_bytes(b"in the way")

    with pytest.raises(StorageError):
        ReportFiles(tmp_path / "reports").save(REPORT)


def executed(bench: Workbench) -> str:
    bench.broker.answers = {
        "100000": [Answer.REJECT],
        "200000": [Answer.LOSE_UNPLACED],
    }
    execution = bench.execute(plan_of(buys="100000 200000 400000", sells="300000"))
    return Path(execution.report_path).read_text(encoding="utf-8")


def test_an_executed_plan_is_reported_line_by_line(tmp_path: Path) -> None:
    with a_workbench(tmp_path) as bench:
        bench.own("300000")
        text = executed(bench)

    assert "이름100000 100000 | 거부" in text
    assert "이름200000 200000 | 확인 필요" in text
    assert "매도 이름300000 300000 | 체결 | 10/10 | 10,000" in text
    assert "이름400000 400000 | 체결 | 10/10 | 10,000" in text


def test_people_see_when_each_order_went_and_how_long_the_run_took(
    tmp_path: Path,
) -> None:
    order = SOLD.order
    assert order is not None
    timed = replace(order, accepted_at=at(9, 1, 1), ended_at=at(9, 1, 2))
    run = RunParts(began_at=at(9, 0, 58), account_read=2.25, last_sell=3.0, ended=5.0)
    report = replace(REPORT, lines=(replace(SOLD, order=timed),), runs=(run,))

    text = text_of(tmp_path, report)

    assert (
        "| 매도 판종목 300000 | 0000000007 | 09:01:00 | 09:01:01 | 09:01:02 |" in text
    )
    assert "|  | 09:00:58 시작 |" in text
    assert "| 계좌 읽음 | 2.2 |" in text
    assert "| 끝 | 5.0 |" in text


def test_a_run_that_was_cut_off_stands_beside_the_one_that_went_on(
    tmp_path: Path,
) -> None:
    cut_off = RunParts(began_at=at(9, 0, 58), account_read=2.0, first_order=4.0)
    resumed = RunParts(began_at=at(9, 4), account_read=1.0, ended=9.0)

    text = text_of(tmp_path, replace(REPORT, runs=(cut_off, resumed)))

    assert "|  | 09:00:58 시작 | 09:04:00 시작 |" in text
    assert "| 끝 | 끊김 | 9.0 |" in text


def test_an_account_not_read_afterwards_shows_what_it_was(tmp_path: Path) -> None:
    error = "kis_server_trouble|EGW00001|일시적 오류"
    report = replace(REPORT, after=None, account_error=error)

    text = text_of(tmp_path, report)

    assert "| 예수금 | 1,000,000 | - | - |" in text
    assert "실행 뒤 계좌를 읽지 못했습니다: 증권사 답: EGW00001 일시적 오류" in text


def test_a_list_nobody_could_read_is_said_before_the_orders(tmp_path: Path) -> None:
    text = text_of(tmp_path, replace(REPORT, orders_error="kis_no_answer"))

    assert "**주문 목록을 읽지 못했습니다**(답을 받지 못함)" in text
    assert text.index("주문 목록을 읽지") < text.index("## 주문")
