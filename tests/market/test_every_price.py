"""Every price from 1 to 1,000,000 won under every rule period, against the sheet."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from khms_trader.domain.instrument import InstrumentKind
from khms_trader.market import prices

HIGHEST = 1_000_000
# (from this price on, tick in won), as krx-market.md 1.3 prints them.
SINCE_2023 = (
    (1, 1),
    (2_000, 5),
    (5_000, 10),
    (20_000, 50),
    (50_000, 100),
    (200_000, 500),
    (500_000, 1_000),
)
BEFORE_2023 = ((1, 1), (1_000, 5), (5_000, 10), (10_000, 50), (50_000, 100))
FUNDS = ((1, 1), (2_000, 5))
PERIODS = [
    pytest.param(date(2023, 1, 24), InstrumentKind.EQUITY, BEFORE_2023, 300, id="old"),
    pytest.param(date(2023, 1, 25), InstrumentKind.EQUITY, SINCE_2023, 300, id="new"),
    pytest.param(date(2026, 3, 4), InstrumentKind.ETF, FUNDS, 300, id="etf"),
    pytest.param(date(2015, 6, 12), InstrumentKind.EQUITY, BEFORE_2023, 150, id="15%"),
]
Table = tuple[tuple[int, int], ...]


def ticks_of(table: Table) -> npt.NDArray[np.int64]:
    """Return the tick of every price; index 0 stands for no price."""
    ticks = np.zeros(HIGHEST + 1, dtype=np.int64)
    for start, tick in table:
        ticks[start:] = tick
    return ticks


@pytest.mark.parametrize(("session", "kind", "table", "permille"), PERIODS)
def test_every_price_has_the_tick_and_the_neighbours_of_its_table(
    session: date, kind: InstrumentKind, table: Table, permille: int
) -> None:
    rule = prices.tick_rule(session, kind)
    ticks = ticks_of(table)
    all_prices = np.arange(HIGHEST + 1)
    on_grid = all_prices % np.maximum(ticks, 1) == 0
    grid = all_prices[on_grid]
    below = np.maximum.accumulate(np.where(on_grid, all_prices, 0))
    beyond = np.append(grid, HIGHEST + int(ticks[-1]))
    above = beyond[np.searchsorted(grid, all_prices)]

    shown = range(1, HIGHEST + 1)

    assert prices.limit_permille(session) == permille
    assert [prices.tick_size(p, rule) for p in shown] == ticks[1:].tolist()
    assert [prices.round_down(p, rule) for p in shown] == below[1:].tolist()
    assert [prices.round_up(p, rule) for p in shown] == above[1:].tolist()


@pytest.mark.parametrize(("session", "kind", "table", "permille"), PERIODS)
def test_every_base_has_the_measured_limits(
    session: date, kind: InstrumentKind, table: Table, permille: int
) -> None:
    rule = prices.tick_rule(session, kind)
    ticks = ticks_of(table)
    bases = np.arange(1, 700_000)
    bases = bases[bases % ticks[bases] == 0]

    width = bases * permille // 1_000 // ticks[bases] * ticks[bases]
    top = bases + width
    upper = top // ticks[top] * ticks[top]

    found = [
        (
            prices.upper_limit(base, rule, permille),
            prices.lower_limit(base, rule, permille),
        )
        for base in bases.tolist()
    ]
    assert found == list(zip(upper.tolist(), (bases - width).tolist(), strict=True))
