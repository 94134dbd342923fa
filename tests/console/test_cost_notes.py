"""One line where the settings' costs differ from what is really charged."""

from datetime import date

from khms_trader.console.cost_notes import cost_notes
from khms_trader.market.rates import CostRates

IN_2026 = date(2026, 3, 4)


def test_a_fee_ten_times_the_published_one_is_pointed_out() -> None:
    (note,) = cost_notes(CostRates(fee_rate=1_470_000), IN_2026)

    assert "14.7bp" in note
    assert "1.405bp" in note
    assert "10.5배" in note
    assert "trading.fee_bps" in note


def test_the_published_fee_and_the_dated_tax_need_no_note() -> None:
    assert cost_notes(CostRates(fee_rate=140_527), IN_2026) == ()
    assert cost_notes(CostRates(fee_rate=140_527, tax_rate=2_000_000), IN_2026) == ()


def test_a_tax_of_another_year_is_pointed_out() -> None:
    (note,) = cost_notes(CostRates(fee_rate=140_527, tax_rate=1_500_000), IN_2026)

    assert "15bp" in note
    assert "20bp" in note
    assert "auto" in note
