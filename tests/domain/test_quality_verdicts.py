"""Which verdict a problem makes, for whom, and for how long."""

from datetime import date, timedelta

from khms_trader.domain.quality import BarProblem, QualityCode, Verdict, verdicts
from khms_trader.domain.quality_summary import summarised

DAYS = tuple(date(2026, 1, 1) + timedelta(days=day) for day in range(100))


def a_problem(code: QualityCode, day: int, symbol: str = "086520") -> BarProblem:
    return BarProblem(symbol=symbol, code=code, session=DAYS[day])


def test_a_spoilt_bar_keeps_its_symbol_away_for_sixty_sessions() -> None:
    jump = [a_problem(QualityCode.JUMP, 10)]

    assert verdicts(jump, DAYS, DAYS[9]) == {}
    assert verdicts(jump, DAYS, DAYS[10]) == {"086520": Verdict.QUARANTINE}
    assert verdicts(jump, DAYS, DAYS[69]) == {"086520": Verdict.QUARANTINE}
    assert verdicts(jump, DAYS, DAYS[70]) == {}


def test_a_disagreeing_source_keeps_it_away_for_good() -> None:
    mismatch = [a_problem(QualityCode.OVERLAP_MISMATCH, 0)]

    assert verdicts(mismatch, DAYS, DAYS[99]) == {"086520": Verdict.QUARANTINE}


def test_a_long_gap_spoils_as_many_bars_as_the_strategy_looks_back() -> None:
    gap = [a_problem(QualityCode.LONG_GAP, 50)]

    assert verdicts(gap, DAYS, DAYS[69], lookback=20) == {"086520": Verdict.QUARANTINE}
    assert verdicts(gap, DAYS, DAYS[70], lookback=20) == {}
    assert verdicts(gap, DAYS, DAYS[70], lookback=30) == {"086520": Verdict.QUARANTINE}


def test_the_worse_of_two_problems_counts() -> None:
    both = [
        a_problem(QualityCode.IMPOSSIBLE_BAR, 20),
        a_problem(QualityCode.MISSING_ROWS, 21),
    ]

    assert verdicts(both, DAYS, DAYS[30]) == {"086520": Verdict.QUARANTINE}
    assert verdicts(both[1:], DAYS, DAYS[30]) == {"086520": Verdict.WARN}


def test_a_long_gap_of_the_market_quarantines_every_symbol() -> None:
    gap = [a_problem(QualityCode.LONG_GAP, 50, symbol="")]

    summary = summarised(
        gap, sessions=DAYS, symbols=("086520", "247540"), names={}, asof=DAYS[55]
    )

    assert (summary.ok, summary.warn, summary.quarantine) == (0, 0, 2)
