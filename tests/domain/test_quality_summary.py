"""What problems come to: every symbol has one verdict, nothing later counts."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.quality import BarProblem, QualityCode, Verdict
from khms_trader.domain.quality_summary import MOST_NAMED, summarised

FIRST = date(2026, 1, 1)
SESSIONS = tuple(FIRST + timedelta(days=number) for number in range(100))
SYMBOLS = tuple(f"{number:05d}0" for number in range(15))


def a_problem(code: str, symbol: str, place: int) -> BarProblem:
    session = SESSIONS[place]
    return BarProblem(symbol=symbol, code=QualityCode(code), session=session)


def test_the_newest_problem_of_a_quarantined_symbol_is_named() -> None:
    summary = summarised(
        [
            a_problem("jump", "000010", 90),
            a_problem("zero_volume", "000010", 95),
            a_problem("impossible_bar", "000010", 93),
            a_problem("suspicious_split", "000020", 94),
            a_problem("jump", "000030", 10),
        ],
        sessions=SESSIONS,
        symbols=SYMBOLS,
        names={"000010": "하나"},
        asof=SESSIONS[-1],
    )

    assert (summary.ok, summary.warn, summary.quarantine) == (13, 0, 2)
    assert [(w.symbol, w.name, w.problem.code) for w in summary.worst] == [
        ("000020", "", "suspicious_split"),
        ("000010", "하나", "impossible_bar"),
    ]
    assert [(c.code, c.problems, c.symbols) for c in summary.counts] == [
        ("jump", 2, 2),
        ("impossible_bar", 1, 1),
        ("suspicious_split", 1, 1),
        ("zero_volume", 1, 1),
    ]


def test_symbols_that_are_not_meant_are_not_counted() -> None:
    summary = summarised(
        [a_problem("jump", "999990", 90)],
        sessions=SESSIONS,
        symbols=SYMBOLS,
        names={},
        asof=SESSIONS[-1],
    )

    assert (summary.quarantine, summary.counts, summary.worst) == (0, (), ())


problems = st.builds(
    a_problem,
    st.sampled_from([code.value for code in QualityCode]),
    st.sampled_from([*SYMBOLS, ""]),
    st.integers(0, 99),
    # A spoilt market quarantines symbols that have no problem of their own: see
    # test_quality_verdicts.
).filter(lambda p: bool(p.symbol) or p.code.verdict is Verdict.WARN)


@given(found=st.lists(problems, max_size=30), asof=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_verdicts_add_up_and_know_nothing_of_later_sessions(
    found: list[BarProblem], asof: int
) -> None:
    known = [p for p in found if p.session <= SESSIONS[asof]]
    summary, before = (
        summarised(
            some,
            sessions=SESSIONS[:last],
            symbols=SYMBOLS,
            names={},
            asof=SESSIONS[asof],
        )
        for some, last in ((found, 100), (known, asof + 1))
    )

    assert summary == before
    assert summary.ok + summary.warn + summary.quarantine == len(SYMBOLS)
    assert sum(count.problems for count in summary.counts) == len(known)
    assert len(summary.worst) == min(summary.quarantine, MOST_NAMED)
