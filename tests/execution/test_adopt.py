"""A person puts shares under the strategy's management: a record, never an order."""

from execution.by_hand import ALL, ONE, TWO, adopted, held_back, named, sold
from fakes import Workbench, at, plan_of
from khms_trader.domain.events import AccountConfirmed, HoldingAdopted
from khms_trader.execution.execute import execute
from khms_trader.execution.sell_out import look
from khms_trader.planning.sell_out import HeldBack


def test_adopted_shares_are_the_strategys(bench: Workbench) -> None:
    bench.broker.shares |= {ONE: 10, TWO: 5}

    shown = adopted(bench, named(ONE))

    assert [(c.symbol, c.quantity) for c in shown.choices] == [(ONE, 10)]
    assert bench.journal.managed() == {ONE: 10}
    assert shown.standing.managed_positions == 1
    assert bench.broker.submitted == []


def test_adopting_again_records_nothing(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    adopted(bench)

    again = adopted(bench)

    assert again.choices == ()
    assert len(bench.journal.events(kinds=(HoldingAdopted,))) == 1


def test_what_would_be_adopted_is_only_shown(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10

    shown = look(bench.office, bench.rules, adopt=ALL)

    assert [(c.symbol, c.quantity) for c in shown.choices] == [(ONE, 10)]
    assert bench.journal.managed() == {}


def test_what_is_adopted_before_the_confirmation_does_not_become_legacy(
    bench: Workbench,
) -> None:
    bench.needs_confirmation = True
    bench.broker.shares |= {ONE: 10, TWO: 5}
    bench.clock.move_to(at(20))
    adopted(bench, named(ONE))

    execute(bench.desk, confirm_first_run=True)

    (event,) = bench.journal.events(kinds=(AccountConfirmed,))
    assert isinstance(event, AccountConfirmed)
    assert event.legacy == {TWO: 5}


def test_adopted_shares_are_sold_by_a_plan(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    adopted(bench)

    bench.execute(plan_of(sells=ONE))

    assert bench.broker.shares[ONE] == 0


def test_a_halted_account_may_adopt(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.halt_file.touch()

    assert not adopted(bench).is_refused


def test_a_symbol_that_the_settings_name_is_refused(bench: Workbench) -> None:
    bench.legacy = frozenset({ONE})
    bench.broker.shares[ONE] = 10

    shown = adopted(bench, named(ONE))

    assert held_back(shown) == {ONE: HeldBack.NAMED_IN_SETTINGS}
    assert shown.is_refused
    assert bench.journal.managed() == {}


def test_shares_that_an_open_sale_takes_away_are_not_adopted(bench: Workbench) -> None:
    bench.broker.shares[ONE] = 10
    bench.broker.fills[ONE] = 4
    sold(bench)

    shown = adopted(bench)

    assert held_back(shown) == {ONE: HeldBack.OPEN_ORDER}
    assert bench.journal.managed() == {}
