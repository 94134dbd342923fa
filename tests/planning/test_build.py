"""Signals to plan: ranks, sizes, free slots, and bytes that know no input order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, SESSION, at
from khms_trader.domain.plan import BarsState, Plan, SkippedSymbol, StrategyUsed
from khms_trader.domain.signal import EntrySignal, ExitSignal
from khms_trader.planning.build import (
    PlanFrame,
    PlanInputs,
    Sizing,
    SizingRule,
    build_plan,
)
from khms_trader.planning.document import to_document, to_text

FRAME = PlanFrame(
    generated_at=at("15:40:12", ASOF),
    data_asof=ASOF,
    bars=BarsState.PROVISIONAL,
    for_trading_day=SESSION,
    account="paper",
    data_source="sample",
    universe_file="kosdaq_20260303.csv",
    strategy=StrategyUsed(name="trend_momentum", params={"ma_window": 20}),
    config_hash="0123456789ab",
)
SYMBOLS = ("0007C0", "005290", "035900", "086520", "247540", "319400")


def an_entry(symbol: str, score: float = 1.0, *, close: int = 12_960) -> EntrySignal:
    return EntrySignal(symbol=symbol, close=close, score=score)


def an_exit(symbol: str, *, close: int = 10_000) -> ExitSignal:
    return ExitSignal(symbol=symbol, close=close)


def planned(
    entries: Sequence[EntrySignal] = (),
    exits: Sequence[ExitSignal] = (),
    *,
    managed: Mapping[str, int] | None = None,
    outside: frozenset[str] = frozenset(),
    sizing: SizingRule | None = None,
    managed_equity: int = 10_000_000,
    unable: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Plan:
    return build_plan(
        PlanInputs(
            frame=FRAME,
            entries=entries,
            exits=exits,
            managed=managed or {},
            outside=outside,
            managed_equity=managed_equity,
            max_positions=8,
            sizing=sizing or SizingRule(),
            names={"086520": "예제전자"},
            unable=unable or {},
            errors=errors or {},
        )
    )


def test_entries_are_ranked_by_score_and_then_by_symbol() -> None:
    plan = planned(
        [an_entry("247540", 5), an_entry("086520", 9), an_entry("005290", 5)]
    )

    ranks = [(line.rank, line.symbol) for line in plan.buys]
    assert ranks == [(1, "086520"), (2, "005290"), (3, "247540")]


def test_a_symbol_that_should_be_left_is_not_bought() -> None:
    plan = planned([an_entry("086520"), an_entry("247540")], [an_exit("086520")])

    assert [line.symbol for line in plan.buys] == ["247540"]
    assert [line.symbol for line in plan.sells] == ["086520"]


def test_what_is_held_is_ranked_last_whoever_holds_it() -> None:
    plan = planned(
        [an_entry(symbol, 9 - n) for n, symbol in enumerate(SYMBOLS)],
        managed={"0007C0": 3},
        outside=frozenset({"035900"}),
    )

    assert [line.symbol for line in plan.buys] == [
        *("005290", "086520", "247540", "319400"),
        *("0007C0", "035900"),
    ]
    assert [line.rank for line in plan.buys] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("managed", "exits", "free"),
    [
        ([], [], 8),
        (["086520", "247540"], [], 6),
        (["086520", "247540"], ["086520"], 7),
        (["086520", "247540"], ["086520", "247540"], 8),
        (["086520"], ["319400"], 7),
    ],
)
def test_free_slots_are_the_most_less_the_managed_holdings_that_stay(
    managed: list[str], exits: list[str], free: int
) -> None:
    plan = planned(
        exits=[an_exit(symbol) for symbol in exits], managed=dict.fromkeys(managed, 1)
    )

    assert plan.slots_free == free


def test_holdings_of_others_take_no_slot() -> None:
    assert planned(outside=frozenset(SYMBOLS)).slots_free == 8


def test_more_positions_than_allowed_leave_no_slot_and_no_debt() -> None:
    managed = {f"{number:05d}0": 1 for number in range(9)}

    assert planned(managed=managed).slots_free == 0


def test_every_exit_is_listed_with_the_managed_ones_first() -> None:
    plan = planned(
        exits=[an_exit("005290"), an_exit("247540"), an_exit("086520")],
        managed={"086520": 4, "247540": 1},
        outside=frozenset({"005290"}),
    )

    sells = [(line.symbol, line.held) for line in plan.sells]
    assert sells == [("086520", True), ("247540", True), ("005290", False)]


def test_a_line_carries_its_signal() -> None:
    entry = EntrySignal(
        symbol="086520",
        close=12_960,
        score=97.5,
        traded_value_20d=81_234,
        indicators={"volume_mean": 2.0, "ma": 12_110.5},
        reason="까닭",
    )

    line = planned([entry]).buys[0]

    assert (line.name, line.reference_price, line.score) == ("예제전자", 12_960, 97.5)
    assert (line.traded_value_20d, line.reason) == (81_234, "까닭")
    assert list(line.indicators.items()) == [("ma", 12_110.5), ("volume_mean", 2.0)]


@pytest.mark.parametrize(
    ("sizing", "quantity"),
    [
        (SizingRule(), 1),
        (SizingRule(quantity=7), 7),
        (SizingRule(sizing=Sizing.CASH_PER_TRADE, cash_per_trade=129_600), 10),
        (SizingRule(sizing=Sizing.CASH_PER_TRADE, cash_per_trade=129_599), 9),
        (SizingRule(sizing=Sizing.CASH_PER_TRADE, cash_per_trade=12_959), 0),
        (SizingRule(sizing=Sizing.EQUAL_SLOTS), 96),  # 1,250,000 won a slot
    ],
)
def test_a_buy_is_sized_by_the_rule(sizing: SizingRule, quantity: int) -> None:
    plan = planned([an_entry("086520", close=12_960)], sizing=sizing)

    assert plan.buys[0].quantity == quantity


def test_equal_slots_without_equity_buy_nothing() -> None:
    sizing = SizingRule(sizing=Sizing.EQUAL_SLOTS)

    plan = planned([an_entry("086520")], sizing=sizing, managed_equity=-5)

    assert plan.buys[0].quantity == 0


def test_what_gave_no_signal_is_named_with_its_reason() -> None:
    plan = planned(
        unable={"247540": "not_traded", "0007C0": "too_few_bars"},
        errors={"086520": "no_bars_for_holding"},
    )

    assert plan.skipped == (
        SkippedSymbol(symbol="0007C0", reason="too_few_bars"),
        SkippedSymbol(symbol="247540", reason="not_traded"),
    )
    assert plan.errors == {"086520": "no_bars_for_holding"}


def test_no_signal_at_all_is_a_plan_too() -> None:
    plan = planned()

    assert (plan.buys, plan.sells, plan.for_trading_day) == ((), (), SESSION)
    assert plan.bars is BarsState.PROVISIONAL


@given(
    scores=st.dictionaries(st.sampled_from(SYMBOLS), st.integers(0, 2)),
    exits=st.sets(st.sampled_from(SYMBOLS)),
    held=st.dictionaries(st.sampled_from(SYMBOLS), st.integers(1, 9)),
    unable=st.dictionaries(st.sampled_from(SYMBOLS), st.sampled_from(("a", "b"))),
    shuffle=st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_the_bytes_of_a_plan_know_no_order_of_symbols(
    scores: dict[str, int],
    exits: set[str],
    held: dict[str, int],
    unable: dict[str, str],
    shuffle: Random,
) -> None:
    def plan_of(order: Sequence[str]) -> str:
        plan = planned(
            [an_entry(symbol, scores[symbol]) for symbol in order if symbol in scores],
            [an_exit(symbol) for symbol in order if symbol in exits],
            managed={symbol: held[symbol] for symbol in order if symbol in held},
            unable={symbol: unable[symbol] for symbol in order if symbol in unable},
            errors={symbol: "x" for symbol in order if symbol in held},
        )
        return to_text(to_document(plan))

    shuffled = list(SYMBOLS)
    shuffle.shuffle(shuffled)

    assert plan_of(shuffled) == plan_of(SYMBOLS)


@given(
    scores=st.dictionaries(st.sampled_from(SYMBOLS), st.integers(0, 2)),
    held=st.sets(st.sampled_from(SYMBOLS)),
)
@settings(max_examples=60)
def test_no_held_symbol_ranks_before_one_that_can_be_bought(
    scores: dict[str, int], held: set[str]
) -> None:
    entries = [an_entry(symbol, score) for symbol, score in scores.items()]

    plan = planned(entries, managed=dict.fromkeys(sorted(held), 1))

    are_held = [line.symbol in held for line in plan.buys]
    assert are_held == sorted(are_held)
    assert {line.symbol for line in plan.buys} == set(scores)


def test_plans_made_at_another_moment_have_another_id() -> None:
    later = replace(FRAME, generated_at=at("20:10", ASOF))
    inputs = PlanInputs(
        frame=later,
        entries=(),
        exits=(),
        managed={},
        outside=frozenset(),
        managed_equity=0,
        max_positions=8,
        sizing=SizingRule(),
    )

    assert build_plan(inputs).plan_id != planned().plan_id
