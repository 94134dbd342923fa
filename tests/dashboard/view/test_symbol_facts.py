"""What is known of a symbol, and how far its bars may be trusted."""

from datetime import date

import pytest

from builders import a_plan
from dashboard.rooms import StillMarket, a_room
from dashboard.symbols import (
    DAYS,
    OTHER,
    SYMBOL,
    a_problem,
    seen_room,
    silent_room,
    the_panel,
)
from khms_trader.dashboard.view.symbol_facts import doubts_of, facts_of
from khms_trader.domain.quality import BarProblem, QualityCode, Verdict

ASOF = DAYS[-1]
Q = QualityCode


def test_all_that_files_say_of_a_symbol_is_read_once() -> None:
    room = seen_room()

    facts = facts_of(room, SYMBOL, a_plan(), room.market.universe(ASOF) or ())

    assert facts.bars is not None
    assert len(facts.fills) == 2
    assert facts.is_provisional
    assert facts.missing == 0
    assert facts.params == {"ma_window": 20}
    assert facts.instrument is not None
    assert facts.doubts is not None
    assert facts.doubts.verdict is Verdict.QUARANTINE


def test_sessions_since_the_last_bar_are_counted() -> None:
    market = StillMarket(bars=the_panel().until(date(2026, 2, 26)))

    facts = facts_of(a_room(market=market), SYMBOL, None, ())

    # 02-27 and 03-03 closed since; 03-02 was a holiday.
    assert facts.missing == 2
    assert not facts.is_provisional


def test_a_strategy_that_fails_costs_the_signals_only() -> None:
    facts = facts_of(silent_room(), SYMBOL, None, ())

    assert facts.bars is not None
    assert not facts.bars.has_signals
    assert facts.unsignalled == "문제: bars_missing"


def test_without_bars_the_reason_is_kept() -> None:
    facts = facts_of(a_room(), SYMBOL, None, ())

    assert (facts.bars, facts.problem) == (None, "문제: bars_missing")


def test_a_symbol_the_store_lacks_has_no_bars_and_no_problem() -> None:
    facts = facts_of(a_room(market=StillMarket(bars=the_panel())), OTHER, None, ())

    assert (facts.bars, facts.problem) == (None, "")


@pytest.mark.parametrize(
    ("problems", "verdict"),
    [
        ((), Verdict.OK),
        ((a_problem(Q.JUMP, DAYS[3], OTHER),), Verdict.OK),
        ((a_problem(Q.MISSING_ROWS, DAYS[3]),), Verdict.WARN),
        ((a_problem(Q.JUMP, DAYS[3]),), Verdict.QUARANTINE),
        ((a_problem(Q.JUMP, DAYS[3], ""),), Verdict.QUARANTINE),
        ((a_problem(Q.JUMP, date(2026, 3, 4)),), Verdict.OK),
    ],
)
def test_only_what_touches_the_symbol_counts(
    problems: tuple[BarProblem, ...], verdict: Verdict
) -> None:
    found = doubts_of(problems, SYMBOL, sessions=DAYS, asof=ASOF)

    assert found.verdict is verdict


def test_problems_come_newest_first() -> None:
    problems = (a_problem(Q.REBASED, DAYS[1]), a_problem(Q.MISSING_ROWS, DAYS[5], ""))

    found = doubts_of(problems, SYMBOL, sessions=DAYS, asof=ASOF)

    assert [problem.session for problem in found.problems] == [DAYS[5], DAYS[1]]
