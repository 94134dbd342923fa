"""Plan, account and quote as values: defaults, look-ups, and that nothing changes."""

from dataclasses import FrozenInstanceError

import pytest

from builders import a_buy, a_holding, a_plan, a_quote, an_account
from khms_trader.domain.instrument import Designation


def test_a_plan_is_for_kosdaqs_next_open_in_version_one() -> None:
    plan = a_plan()

    assert (plan.schema_version, plan.fill_mode) == (1, "next_open")
    assert (plan.market, plan.buys, plan.sells) == ("KOSDAQ", (), ())


def test_a_plan_does_not_change() -> None:
    plan = a_plan(a_buy())

    with pytest.raises(FrozenInstanceError):
        plan.slots_free = 9  # type: ignore[misc]


def test_a_holding_is_found_by_its_symbol() -> None:
    account = an_account(a_holding("086520 x10"), a_holding("247540 x3"))

    found = account.holding("247540")
    assert found is not None
    assert (found.quantity, found.value) == (3, 38_880)
    assert account.holding("005290") is None


def test_only_the_halt_stops_every_order() -> None:
    assert a_quote("086520", Designation.HALTED, Designation.RISK).is_halted
    assert not a_quote("086520", *(set(Designation) - {Designation.HALTED})).is_halted
