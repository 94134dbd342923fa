"""A confirmation tells how many orders the next plan may really send."""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes import (
    ASOF,
    SESSION,
    Workbench,
    a_buy,
    a_plan,
    a_sell,
    a_workbench,
    at,
)
from khms_trader.domain.plan import Plan
from khms_trader.execution.execute import execute
from khms_trader.planning.executed import Confirmed

BUYS = ("100000", "110000", "120000", "130000")
HELD = ("200000", "210000", "220000")
EVENING = at(16, day=ASOF)


def planned(*held: str, slots_free: int = 8, sells: tuple[str, ...] = ()) -> Plan:
    symbols = (*BUYS, *held)
    return a_plan(
        buys=[a_buy(symbol, rank=rank) for rank, symbol in enumerate(symbols, 1)],
        sells=[a_sell(symbol) for symbol in sells],
        slots_free=slots_free,
    )


def confirmed_by(bench: Workbench) -> Confirmed:
    bench.needs_confirmation = True
    found = execute(bench.desk, confirm_first_run=True).confirmed
    assert found is not None
    return found


def sides_sent(bench: Workbench) -> tuple[int, int]:
    """Return the buys and sells that the plan sends on its morning."""
    bench.clock.move_to(at(9, 1))
    execute(bench.desk)
    sides = [order.side.value for order in bench.broker.submitted]
    return sides.count("buy"), sides.count("sell")


def test_what_the_account_holds_already_is_not_counted_among_the_buys(
    tmp_path: Path,
) -> None:
    with a_workbench(tmp_path, start_at=EVENING) as bench:
        bench.broker.shares = {HELD[0]: 3}
        bench.legacy = frozenset({BUYS[3]})
        bench.plans.save(planned(HELD[0], sells=(HELD[0],)))

        confirmed = confirmed_by(bench)

        assert (confirmed.buys, confirmed.sells) == (3, 0)
        assert sides_sent(bench) == (3, 0)


@pytest.mark.parametrize(
    ("most", "leaving", "expected"),
    [(2, (), (0, 0)), (3, HELD[:1], (1, 1)), (5, HELD[:2], (4, 2)), (8, (), (4, 0))],
)
def test_slots_are_counted_with_what_is_managed_by_now(
    tmp_path: Path, most: int, leaving: tuple[str, ...], expected: tuple[int, int]
) -> None:
    with a_workbench(tmp_path, start_at=EVENING) as bench:
        bench.rules = replace(bench.rules, max_positions=most)
        bench.plans.save(planned(sells=leaving))
        for symbol in HELD:
            bench.own(symbol)  # adopted after the plan was made

        confirmed = confirmed_by(bench)

        assert (confirmed.buys, confirmed.sells) == expected
        assert sides_sent(bench) == expected


def test_managed_shares_that_nobody_holds_fill_no_slot(tmp_path: Path) -> None:
    with a_workbench(tmp_path, start_at=EVENING) as bench:
        bench.rules = replace(bench.rules, max_positions=1)
        bench.own(HELD[0])
        bench.broker.shares = {}
        bench.plans.save(planned(slots_free=1))

        assert confirmed_by(bench).buys == 1


def test_without_a_plan_to_come_there_is_nothing_to_count(tmp_path: Path) -> None:
    with a_workbench(tmp_path, start_at=at(22, day=SESSION)) as bench:
        bench.plans.save(planned())

        confirmed = confirmed_by(bench)

        assert (confirmed.next_plan, confirmed.buys, confirmed.sells) == (None, 0, 0)
