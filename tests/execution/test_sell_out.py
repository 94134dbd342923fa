"""A person sees and sells what the strategy does not manage, and nothing else."""

from datetime import date, datetime, timedelta

import pytest

from execution.by_hand import (
    ONE,
    THREE,
    TWO,
    confirm,
    ends,
    held_back,
    looked,
    manual,
    named,
    sold,
)
from fakes import (
    ASOF,
    NEXT_SESSION,
    SESSION,
    Answer,
    Workbench,
    an_order,
    at,
    plan_of,
)
from khms_trader.clock import ManualClock
from khms_trader.domain.events import AccountObserved, OrderAccepted, OrderIntended
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.report import LineEnd
from khms_trader.errors import AlreadyRunning, BrokerUnavailable, Refused
from khms_trader.execution.sell_out import look
from khms_trader.planning.sell_out import HeldBack, Whose
from khms_trader.storage.run_lock import FileRunLock

# What is listed


def test_a_list_names_legacy_outside_and_surplus_and_sends_nothing(
    bench: Workbench,
) -> None:
    bench.own(THREE, 10)
    bench.broker.shares |= {ONE: 10, TWO: 5, THREE: 12}
    confirm(bench, **{f"{ONE}": 10})

    standing = looked(bench).standing

    assert [(f.holding.symbol, f.whose, f.quantity) for f in standing.found] == [
        (ONE, Whose.LEGACY, 10),
        (TWO, Whose.OUTSIDE, 5),
        (THREE, Whose.SURPLUS, 2),
    ]
    assert standing.managed_positions == 1
    assert bench.broker.submitted == []


def test_a_list_is_shown_at_night_and_names_the_next_hours(bench: Workbench) -> None:
    bench.clock.move_to(at(20))

    standing = looked(bench).standing

    assert not standing.is_open
    assert standing.hours.opens_at == at(9, day=NEXT_SESSION)


def test_an_unconfirmed_account_can_be_listed(bench: Workbench) -> None:
    bench.needs_confirmation = True
    bench.broker.shares[ONE] = 10

    standing = looked(bench).standing

    assert not standing.is_confirmed
    assert [each.whose for each in standing.found] == [Whose.LEGACY]


def test_what_would_be_sold_is_shown_without_sending_it(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10

    shown = look(bench.office, bench.rules, sell=named(ONE))

    assert [(c.symbol, c.quantity) for c in shown.choices] == [(ONE, 10)]
    assert (shown.is_done, bench.broker.submitted) == (False, [])


# Sales


def test_legacy_shares_are_sold_at_market_and_followed(bench: Workbench) -> None:
    bench.own(TWO, 10)
    bench.broker.shares[ONE] = 10

    shown = sold(bench)

    (line,) = shown.lines
    assert bench.broker.submitted == [an_order(ONE, Side.SELL)]
    assert (line.end, line.order.number) == (LineEnd.FILLED, "0000000001")
    assert (line.order.filled_quantity, line.order.filled_value) == (10, 100_000)
    assert shown.after is not None
    assert shown.after.cash - shown.standing.account.cash == 100_000
    assert not shown.needs_a_person
    assert not shown.is_refused


def test_a_sale_by_hand_leaves_the_managed_shares_alone(bench: Workbench) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 25

    sold(bench, named(ONE))

    assert bench.broker.shares[ONE] == 10
    assert bench.journal.managed() == {ONE: 10}


def test_managed_shares_are_not_sold_by_name(bench: Workbench) -> None:
    bench.own(ONE, 10)

    shown = sold(bench, named(ONE))

    assert held_back(shown) == {ONE: HeldBack.MANAGED}
    assert shown.is_refused
    assert bench.broker.submitted == []


def test_the_intent_is_durable_before_the_request_leaves(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    seen: list[OrderState] = []
    bench.broker.on_submit = lambda _: seen.extend(r.state for r in manual(bench))

    sold(bench)

    assert seen == [OrderState.INTENDED]
    kinds = (OrderIntended, OrderAccepted)
    assert [type(e) for e in bench.journal.events(SESSION, kinds=kinds)] == list(kinds)


def test_manual_orders_carry_no_plan(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10

    sold(bench)

    assert [(r.key.purpose, r.plan_id) for r in manual(bench)] == [("manual-1", "")]


def test_a_second_sale_of_a_symbol_gets_the_next_number(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    sold(bench)
    bench.broker.shares[ONE] = 7
    bench.clock.sleep(60)

    sold(bench)

    assert [r.key.purpose for r in manual(bench)] == ["manual-1", "manual-2"]
    assert bench.broker.shares[ONE] == 0


def test_the_account_is_observed_before_and_after(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10

    sold(bench)

    observed = bench.journal.events(SESSION, kinds=(AccountObserved,))
    cash = [e.observed.cash for e in observed if isinstance(e, AccountObserved)]
    assert cash == [10_000_000, 10_100_000]


def test_twenty_five_holdings_are_sold_once_each(bench: Workbench) -> None:
    symbols = [f"{number}00000"[:6] for number in range(10, 35)]
    bench.broker.shares = dict.fromkeys(symbols, 3)

    shown = sold(bench)

    assert sorted(order.symbol for order in bench.broker.submitted) == symbols
    assert set(ends(shown).values()) == {LineEnd.FILLED}
    assert not any(bench.broker.shares.values())


def test_what_does_not_fill_in_time_stays_a_day_order(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.fills[ONE] = 4
    started = bench.clock.monotonic()

    shown = sold(bench)

    (line,) = shown.lines
    assert (line.end, line.open_quantity) == (LineEnd.OPEN, 6)
    assert bench.clock.monotonic() - started == pytest.approx(20, abs=1)
    assert not shown.needs_a_person


def test_while_a_sale_is_open_the_symbol_is_not_sold_again(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.fills[ONE] = 4
    sold(bench)

    shown = sold(bench)

    assert held_back(shown) == {ONE: HeldBack.OPEN_ORDER}
    assert shown.is_refused
    assert [line.end for line in shown.standing.settled] == [LineEnd.OPEN]
    assert len(bench.broker.submitted) == 1


def test_a_refusal_of_the_broker_is_told_and_the_others_go_on(bench: Workbench) -> None:
    bench.broker.shares |= {ONE: 10, TWO: 5}
    bench.broker.answers[ONE] = [Answer.REJECT]

    shown = sold(bench)

    assert ends(shown) == {ONE: LineEnd.REJECTED, TWO: LineEnd.FILLED}
    assert shown.lines[0].detail == "not_enough_cash"


def test_a_purchase_of_ours_that_is_still_open_is_no_strangers_holding(
    bench: Workbench,
) -> None:
    bench.broker.fills[ONE] = 4
    bench.broker.can_cancel = False
    bench.execute(plan_of(buys=ONE))
    bench.broker.shares[ONE] = 10  # more has filled than the list shows

    shown = sold(bench, named(ONE))

    assert held_back(shown) == {ONE: HeldBack.OPEN_ORDER}
    assert [o.side for o in bench.broker.submitted] == [Side.BUY]


def test_a_balance_that_lags_behind_does_not_sell_the_strategys_shares(
    bench: Workbench,
) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 20
    sold(bench, named(ONE))
    bench.broker.shares[ONE] = 20  # the balance does not show the sale yet

    shown = sold(bench, named(ONE))

    assert held_back(shown) == {ONE: HeldBack.JUST_SOLD}
    assert len(bench.broker.submitted) == 1


def test_a_manual_sale_does_not_stand_for_the_plans(bench: Workbench) -> None:
    bench.own(ONE, 10)
    bench.broker.shares[ONE] = 15
    sold(bench, named(ONE))

    execution = bench.execute(plan_of(sells=ONE))

    assert execution.report is not None
    (line,) = execution.report.lines
    assert (line.end, line.order and line.order.quantity) == (LineEnd.FILLED, 10)
    assert bench.broker.shares[ONE] == 0
    assert bench.journal.managed() == {}


# Gates


@pytest.mark.parametrize(
    ("moment", "session", "hours"),
    [
        (at(8, 59), SESSION, ("09:00", "15:30")),
        (at(15, 30), NEXT_SESSION, ("09:00", "15:30")),
        (at(12, day=ASOF - timedelta(days=2)), ASOF, ("09:00", "15:30")),
    ],
)
def test_outside_the_session_nothing_is_sold_and_the_next_hours_are_named(
    bench: Workbench, moment: datetime, session: date, hours: tuple[str, str]
) -> None:
    bench.broker.shares[ONE] = 10
    bench.clock = ManualClock(moment)

    with pytest.raises(Refused) as refused:
        sold(bench)

    opens, closes = hours
    assert refused.value.code == "sell_out_closed"
    assert refused.value.facts == {
        "session": session,
        "opens": opens,
        "closes": closes,
    }
    assert bench.broker.submitted == []


def test_an_unconfirmed_account_sells_nothing(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.needs_confirmation = True

    with pytest.raises(Refused, match="account_unconfirmed"):
        sold(bench)


def test_a_real_account_sells_nothing(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.is_real = True

    with pytest.raises(Refused, match="real_not_supported"):
        sold(bench)


def test_a_halted_account_sells_nothing_and_can_be_listed(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.halt_file.touch()

    with pytest.raises(Refused, match="halted"):
        sold(bench)

    assert len(looked(bench).standing.found) == 1


def test_a_halt_between_two_orders_holds_the_rest_back(bench: Workbench) -> None:
    bench.broker.shares |= {ONE: 10, TWO: 5}
    bench.broker.on_submit = lambda _: bench.halt_file.touch()

    shown = sold(bench)

    assert ends(shown) == {ONE: LineEnd.FILLED}
    assert held_back(shown) == {TWO: HeldBack.HALT}
    assert shown.is_refused


def test_the_close_between_two_orders_holds_the_rest_back(bench: Workbench) -> None:
    bench.clock.move_to(at(15, 29, 59))
    bench.broker.shares |= {ONE: 10, TWO: 5}
    bench.broker.on_submit = lambda _: bench.clock.sleep(1.5)

    shown = sold(bench)

    assert held_back(shown) == {TWO: HeldBack.SESSION_OVER}
    assert shown.is_refused


def test_another_run_holds_the_account(bench: Workbench) -> None:
    other = FileRunLock(bench.folder / "state" / "run.lock")

    with other.hold("execute"), pytest.raises(AlreadyRunning):
        looked(bench)


def test_a_clock_behind_the_journal_decides_nothing(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    sold(bench)
    bench.clock = ManualClock(at(8, day=ASOF))

    with pytest.raises(Refused, match="clock_behind"):
        looked(bench)


def test_an_account_that_cannot_be_read_sells_nothing(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.fills[ONE] = 0
    sold(bench)
    bench.broker.failed_reads = 1

    with pytest.raises(BrokerUnavailable):
        sold(bench)
