"""The figures of a replay, from its rows alone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from khms_trader.planning.replayed import (
    LivedSession,
    Trades,
    drawdown_percent,
    figures_of,
)

FIRST = date(2026, 3, 3)
START = 1_000_000
TOTALS = st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=60)


def a_row(
    total: int = START,
    *,
    after: int = 0,
    trades: Trades | None = None,
    skips: dict[str, int] | None = None,
    unfinished: int = 0,
    no_plan: str = "",
) -> LivedSession:
    return LivedSession(
        session=FIRST + timedelta(days=after),
        cash=total,
        total=total,
        positions=0,
        trades=trades or Trades(),
        skips=skips or {},
        unfinished=unfinished,
        no_plan=no_plan,
        digest=f"digest-{after}",
    )


def test_equity_return_and_drawdown_start_from_the_cash_of_the_account() -> None:
    rows = [a_row(900_000), a_row(1_200_000, after=1), a_row(1_050_000, after=2)]

    figures = figures_of(rows, start=START)

    assert (figures.start, figures.end, figures.sessions) == (START, 1_050_000, 3)
    assert figures.return_percent == 5.0
    assert figures.drawdown_percent == 12.5
    assert (figures.first, figures.last) == (FIRST, date(2026, 3, 5))
    assert figures.digest == "digest-2"


def test_trades_and_skips_add_up_over_the_sessions() -> None:
    one = Trades(buys=2, unfilled=1, bought=30_000, fee=44, slippage=30)
    two = Trades(buys=1, sells=1, bought=10_000, sold=20_000, fee=43, tax=30)
    rows = [
        a_row(trades=one, skips={"no_slot": 4}, unfinished=1),
        a_row(after=1, trades=two, skips={"not_held": 9, "no_slot": 1}),
    ]

    figures = figures_of(rows, start=START)

    assert figures.trades == Trades(
        buys=3,
        sells=1,
        unfilled=1,
        bought=40_000,
        sold=20_000,
        fee=87,
        tax=30,
        slippage=30,
    )
    assert (figures.turnover, figures.turnover_times) == (60_000, 0.06)
    assert list(figures.skips.items()) == [("not_held", 9), ("no_slot", 5)]
    assert figures.unfinished == 1


def test_sessions_without_a_plan_are_counted_by_what_was_wrong() -> None:
    rows = [a_row(), a_row(after=1, no_plan="bars_session_missing"), a_row(after=2)]

    assert figures_of(rows, start=START).no_plans == {"bars_session_missing": 1}


def test_what_trades_change_the_cash_by_is_net_of_all_costs() -> None:
    trades = Trades(bought=30_000, sold=20_000, fee=73, tax=30, slippage=99)

    assert trades.cash_change == -10_103


@given(TOTALS)
def test_a_drawdown_lies_between_nothing_and_everything(totals: list[int]) -> None:
    assert 0 <= drawdown_percent(totals) <= 100


@given(TOTALS)
def test_equity_that_never_falls_has_no_drawdown(totals: list[int]) -> None:
    assert drawdown_percent(sorted(totals)) == 0


@given(TOTALS, st.integers(min_value=1, max_value=10**9))
def test_a_drawdown_never_heals_as_time_goes_on(totals: list[int], more: int) -> None:
    assert drawdown_percent([*totals, more]) >= drawdown_percent(totals)
