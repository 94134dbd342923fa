"""What the page 성과 makes of a journal, worked by hand."""

from datetime import timedelta

import pytest

from dashboard.performances import ORDERS, SYMBOL, lived
from dashboard.rooms import ListedJournal, StillMarket, a_room
from khms_trader.dashboard.view.performance import Period, performance_of
from khms_trader.market.calendar import Calendar
from khms_trader.performance.flows import FlowKind
from performance.accounts import FRI, MON, THU, TUE, WED, filled, held, looked


def test_the_index_leaves_the_deposit_out() -> None:
    shown = performance_of(lived())

    # 100,000 on 10,000,000, nothing on Thursday, then 100,000 on 12,100,000.
    assert list(shown.index) == pytest.approx([1.0, 1.01, 1.01, 1.01 * 122 / 121])
    assert [(day, f.kind, f.amount) for day, f in shown.curve.flows] == [
        (THU, FlowKind.DEPOSIT, 2_000_000)
    ]


def test_the_benchmark_is_compared_over_the_same_sessions() -> None:
    shown = performance_of(lived())

    assert shown.compared is not None
    assert shown.compared.benchmark == pytest.approx(0.03)
    assert shown.compared.account == pytest.approx(1.01 * 122 / 121 - 1)


def test_trades_turnover_and_names_come_along() -> None:
    shown = performance_of(lived())

    (trade,) = shown.trades.closed
    assert (trade.profit, trade.sessions_held) == (200_000, 2)
    assert (shown.turnover.bought, shown.turnover.sold) == (1_000_000, 1_200_000)
    assert shown.names == {SYMBOL: "이름086520"}


def test_sessions_nobody_looked_at_are_counted() -> None:
    journal = ListedJournal(happened=[looked(TUE, 1_000_000), looked(MON, 1_000_000)])

    assert performance_of(lived(journal=journal)).unseen == 3


def test_a_year_is_as_long_as_its_sessions_seen_or_not() -> None:
    sessions = Calendar().sessions(TUE, TUE + timedelta(days=90))[:39:2]
    looks = [
        looked(session, 0, held(SYMBOL, 100, 10_000 + 10 * number))
        for number, session in enumerate(sessions)
    ]

    shown = performance_of(lived(journal=ListedJournal(happened=looks)))

    # 20 looks over 39 sessions, from 10,000 to 10,190: 1.019 ** (250 / 38) - 1
    assert (len(shown.returns), shown.unseen) == (19, 19)
    assert shown.ratios.yearly == pytest.approx(0.13182042)


def test_only_a_complete_look_is_the_last_one() -> None:
    looks = [looked(TUE, 1_000_000), looked(FRI, 0, held(SYMBOL, 1, 0))]

    shown = performance_of(lived(journal=ListedJournal(happened=looks)))

    assert shown.seen_at == looks[0].at


def test_an_empty_journal_shows_nothing_and_fails_at_nothing() -> None:
    shown = performance_of(a_room())

    assert (shown.sessions, shown.returns, shown.seen_at) == ((), (), None)
    assert shown.compared is None


def test_an_account_without_a_benchmark_has_no_comparison() -> None:
    shown = performance_of(lived(market=StillMarket()))

    assert shown.compared is None
    assert set(shown.benchmark) == {None}


def test_the_last_sixty_returns_begin_at_the_session_before_them() -> None:
    sessions = Calendar().sessions(TUE, TUE + timedelta(days=150))[:80]
    looks = [
        looked(session, 0, held(SYMBOL, 100, 10_000 + number))
        for number, session in enumerate(sessions)
    ]
    early = [
        filled(sessions[5], "buy", "319400", quantity=1, value=10_000),
        filled(sessions[19], "sell", "319400", quantity=1, value=10_000),
        filled(sessions[20], "buy", "319400", quantity=1, value=10_000),
        filled(sessions[25], "sell", "319400", quantity=1, value=20_000),
    ]
    journal = ListedJournal(happened=looks, orders=early)

    shown = performance_of(lived(journal=journal), Period.QUARTER)

    assert len(shown.returns) == 60
    assert (shown.sessions[0], shown.index[0]) == (sessions[19], 1.0)
    assert [trade.closed for trade in shown.trades.closed] == [sessions[25]]
    assert (shown.turnover.bought, shown.turnover.sold) == (10_000, 20_000)


def test_a_period_longer_than_the_past_shows_all_of_it() -> None:
    assert performance_of(lived(), Period.YEAR) == performance_of(lived())


def test_orders_that_filled_nothing_are_passed_over() -> None:
    empty = filled(WED, "buy", "319400", quantity=1, value=0)
    journal = ListedJournal(happened=[looked(FRI, 1)], orders=[*ORDERS, empty])

    shown = performance_of(lived(journal=journal))

    assert len(shown.trades.closed) == 1
