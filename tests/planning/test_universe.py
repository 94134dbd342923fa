"""Which issues a plan looks at: each filter on both sides, the ranking, the funnel."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.instrument import Designation, Instrument, InstrumentKind
from khms_trader.planning.universe import Universe, UniverseRules, select_universe

ALL = UniverseRules(limit=200)


def an_issue(
    symbol: str = "086520",
    *,
    price: int = 10_000,
    volume: int = 1_000,
    kind: InstrumentKind = InstrumentKind.EQUITY,
) -> Instrument:
    return Instrument(
        symbol=symbol,
        name=f"이름{symbol}",
        kind=kind,
        reference_price=price,
        reference_volume=volume,
    )


def removed(universe: Universe) -> dict[str, int]:
    return {step.reason: step.removed for step in universe.funnel if step.removed}


def test_issues_are_ranked_by_the_won_traded_and_then_by_symbol() -> None:
    listing = [
        an_issue("247540", price=100, volume=50),
        an_issue("086520", price=50, volume=100),
        an_issue("005290", price=1, volume=6_000),
    ]

    universe = select_universe(listing, ALL)

    assert universe.symbols == ("005290", "086520", "247540")
    assert universe.instruments[0] is listing[2]


@pytest.mark.parametrize(
    "kind", [InstrumentKind.PREFERRED, InstrumentKind.ETF, InstrumentKind.SPAC]
)
def test_only_common_shares_are_looked_at_unless_told(kind: InstrumentKind) -> None:
    listing = [an_issue(), an_issue("229200", kind=kind)]
    both = UniverseRules(limit=200, kinds=frozenset({InstrumentKind.EQUITY, kind}))

    universe = select_universe(listing, ALL)

    assert universe.symbols == ("086520",)
    assert removed(universe) == {"kind": 1}
    assert select_universe(listing, both).symbols == ("086520", "229200")


def test_an_issue_that_did_not_trade_is_left_out() -> None:
    universe = select_universe(
        [an_issue(volume=1), an_issue("247540", volume=0), an_issue("005290", price=0)],
        ALL,
    )

    assert universe.symbols == ("086520",)
    assert removed(universe) == {"no_turnover": 2}


def test_excluded_symbols_are_left_out() -> None:
    rules = UniverseRules(limit=200, exclude=frozenset({"247540", "999990"}))

    universe = select_universe([an_issue(), an_issue("247540")], rules)

    assert universe.symbols == ("086520",)
    assert removed(universe) == {"excluded": 1}


@pytest.mark.parametrize(("price", "count"), [(999, 0), (1_000, 1), (1_001, 1)])
def test_the_lowest_price_itself_is_kept(price: int, count: int) -> None:
    rules = UniverseRules(limit=200, min_price=1_000)

    assert len(select_universe([an_issue(price=price)], rules).symbols) == count


@pytest.mark.parametrize(("volume", "count"), [(999, 0), (1_000, 1)])
def test_the_lowest_turnover_itself_is_kept(volume: int, count: int) -> None:
    rules = UniverseRules(limit=200, min_traded_value=10_000_000)

    assert len(select_universe([an_issue(volume=volume)], rules).symbols) == count


@pytest.mark.parametrize(("limit", "kept"), [(0, 0), (2, 2), (3, 3), (4, 3)])
def test_the_limit_keeps_the_most_traded(limit: int, kept: int) -> None:
    listing = [an_issue(f"00000{n}0"[-6:], volume=n) for n in (1, 2, 3)]

    universe = select_universe(listing, UniverseRules(limit=limit))

    assert universe.symbols == ("000030", "000020", "000010")[:kept]
    assert removed(universe).get("limit", 0) == 3 - kept


@pytest.mark.parametrize(
    ("designation", "is_kept"),
    [
        (Designation.HALTED, True),  # it may trade again by tomorrow
        (Designation.LOW_LIQUIDITY, True),
        (Designation.ADMINISTRATIVE, False),
        (Designation.LIQUIDATION, False),
        (Designation.ATTENTION, False),
        (Designation.WARNING, False),
        (Designation.RISK, False),
        (Designation.OVERHEATED, False),
    ],
)
def test_what_would_not_be_bought_is_not_looked_at(
    designation: Designation, *, is_kept: bool
) -> None:
    marked = replace(an_issue(), designations=frozenset({designation}))

    universe = select_universe([marked], ALL)

    assert (universe.symbols == ("086520",)) is is_kept
    assert removed(universe) == ({} if is_kept else {"designated": 1})


def test_an_empty_listing_is_an_empty_universe() -> None:
    assert select_universe([], ALL).symbols == ()


ISSUES = st.lists(
    st.builds(
        an_issue,
        st.sampled_from([f"{n:05d}0" for n in range(20)]),
        price=st.integers(0, 3),
        volume=st.integers(0, 3),
        kind=st.sampled_from(InstrumentKind),
    ),
    unique_by=lambda issue: issue.symbol,
)
RULES = st.builds(
    UniverseRules,
    limit=st.integers(0, 6),
    min_price=st.integers(0, 2),
    min_traded_value=st.integers(0, 4),
)


@given(data=st.data(), listing=ISSUES, rules=RULES)
@settings(max_examples=60)
def test_the_order_of_the_listing_does_not_matter(
    data: st.DataObject, listing: list[Instrument], rules: UniverseRules
) -> None:
    shuffled = data.draw(st.permutations(listing))

    assert select_universe(shuffled, rules) == select_universe(listing, rules)


@given(listing=ISSUES, rules=RULES)
@settings(max_examples=60)
def test_the_funnel_accounts_for_every_issue(
    listing: list[Instrument], rules: UniverseRules
) -> None:
    universe = select_universe(listing, rules)

    gone = sum(step.removed for step in universe.funnel)
    assert gone + len(universe.instruments) == len(listing)
    assert len(universe.instruments) <= rules.limit
