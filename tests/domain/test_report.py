"""The report's own words: ends, averages, and whom it needs."""

import re
from dataclasses import replace

import pytest

from builders import SESSION, an_order_report, at
from khms_trader.domain.order import Side
from khms_trader.domain.reasons import SkipReason
from khms_trader.domain.report import (
    LineEnd,
    LineReport,
    RunParts,
    SessionReport,
)


def a_line(symbol: str, end: LineEnd, reason: str = "") -> LineReport:
    return LineReport(
        side=Side.BUY,
        symbol=symbol,
        name="",
        planned_quantity=1,
        reference_price=12_960,
        end=end,
        reason=reason,
    )


def a_report(*lines: LineReport) -> SessionReport:
    return SessionReport(
        account="paper",
        session=SESSION,
        plan_id="20260304-1f0c9a2e",
        strategy="trend_momentum",
        lines=lines,
    )


ORDER = an_order_report(
    number="1", quantity=3, filled_quantity=3, filled_value=38_890, open_price=None
)


def test_every_end_has_its_own_korean_word() -> None:
    words = [end.korean for end in LineEnd]

    assert len(set(words)) == len(LineEnd)
    assert all(re.fullmatch("[가-힣 ]+", word) for word in words)


def test_the_average_price_is_won_per_filled_share() -> None:
    assert ORDER.average_price == pytest.approx(12_963.333, abs=0.001)
    assert replace(ORDER, filled_quantity=0, filled_value=0).average_price is None


def test_lines_are_found_by_their_end_in_the_order_of_the_report() -> None:
    lines = [
        a_line("086520", LineEnd.PARTIAL),
        a_line("247540", LineEnd.SKIPPED),
        a_line("005290", LineEnd.FILLED),
    ]

    found = a_report(*lines).ending(LineEnd.FILLED, LineEnd.PARTIAL)

    assert [line.symbol for line in found] == ["086520", "005290"]


@pytest.mark.parametrize("end", list(LineEnd))
def test_a_sale_needs_a_person_only_when_its_outcome_is_unknown(end: LineEnd) -> None:
    line = replace(a_line("086520", end), side=Side.SELL)
    report = a_report(line, a_line("247540", LineEnd.FILLED))

    assert report.needs_a_person is (end is LineEnd.UNCONFIRMED)


@pytest.mark.parametrize("end", list(LineEnd))
def test_a_buy_that_stays_open_needs_a_person_too(end: LineEnd) -> None:
    report = a_report(a_line("086520", end), a_line("247540", LineEnd.FILLED))

    assert report.needs_a_person is (end in {LineEnd.UNCONFIRMED, LineEnd.OPEN})
    assert report.open_buys == (end is LineEnd.OPEN)


@pytest.mark.parametrize("reason", list(SkipReason))
def test_candidates_are_the_lines_that_a_gate_held_back(reason: SkipReason) -> None:
    report = a_report(
        a_line("086520", LineEnd.SKIPPED, reason), a_line("247540", LineEnd.FILLED)
    )

    is_candidate = reason not in {"not_held", "no_slot", "already_held"}
    assert bool(report.skipped_candidates()) is is_candidate


@pytest.mark.parametrize("end", list(LineEnd))
def test_an_open_order_behind_a_list_nobody_can_read_needs_a_person(
    end: LineEnd,
) -> None:
    report = replace(a_report(a_line("086520", end)), orders_error="kis_no_answer")

    assert report.needs_a_person is (end in {LineEnd.OPEN, LineEnd.UNCONFIRMED})


@pytest.mark.parametrize(
    ("last_sell", "last_buy", "last"),
    [(None, None, None), (3.0, None, 3.0), (None, 9.5, 9.5), (3.0, 9.5, 9.5)],
)
def test_the_last_order_is_the_later_of_both_sides(
    last_sell: float | None, last_buy: float | None, last: float | None
) -> None:
    run = RunParts(began_at=at("09:01"), last_sell=last_sell, last_buy=last_buy)

    assert run.last_order == last
