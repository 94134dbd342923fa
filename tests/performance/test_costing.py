"""The rates a session's costs are estimated with."""

from builders import at
from khms_trader.domain.events import ExecutionStarted
from khms_trader.domain.order import Side
from khms_trader.market.rates import CostRates
from khms_trader.performance.costing import session_rates
from performance.accounts import TUE, WED


def started(fee_rate: int, *, clock: str = "09:01") -> ExecutionStarted:
    return ExecutionStarted(
        at=at(clock, TUE), account="paper", session=TUE, plan_id="p", fee_rate=fee_rate
    )


def test_a_session_keeps_the_rates_it_was_first_executed_with() -> None:
    usual = CostRates(fee_rate=1_000_000)

    rates = session_rates(
        [started(2_000_000), started(9_000_000, clock="09:05")], usual
    )

    assert rates.fee(1_000_000, TUE) == 2_000
    assert rates.fee(1_000_000, WED) == 1_000


def test_the_dated_table_taxes_a_sale_of_2026_with_a_fifth_of_a_percent() -> None:
    rates = session_rates([started(0)], CostRates(fee_rate=0))

    assert rates.tax(Side.SELL, 1_000_000, TUE, "086520") == 2_000
    assert rates.tax(Side.SELL, 1_000_000, TUE, "229200") == 0
    assert rates.tax(Side.BUY, 1_000_000, TUE, "086520") == 0
