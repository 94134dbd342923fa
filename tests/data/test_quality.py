"""Every way bars can be wrong, and on which session it is told."""

import pytest

from data.markets import a_market, flat, spoilt, times, told, without_session

A = "000250"


def test_a_quiet_market_has_no_problems() -> None:
    assert told(a_market(60)) == []


def test_no_bars_have_no_problems() -> None:
    assert told(a_market(0)) == []


@pytest.mark.parametrize(
    ("bar", "figures"),
    [
        ({"close": 1_040}, "1,020 1,030 1,010 1,040"),
        ({"close": 990}, "1,020 1,030 1,010 990"),
        ({"open": 1_040}, "1,040 1,030 1,010 1,020"),
        ({"open": 990}, "990 1,030 1,010 1,020"),
        ({"low": 1_100, "high": 1_000}, "1,020 1,000 1,100 1,020"),
    ],
)
def test_a_price_outside_high_and_low_is_an_impossible_bar(
    bar: dict[str, int], figures: str
) -> None:
    panel = spoilt(a_market(40), 20, A, **bar)

    assert told(panel) == [("impossible_bar", A, 20, figures)]


def test_one_won_outside_is_rounding_of_adjusted_prices_but_not_of_raw_ones() -> None:
    panel = spoilt(a_market(40), 20, A, close=1_031)

    assert told(panel) == []
    assert [code for code, *_ in told(panel, "raw")] == ["impossible_bar"]


def test_an_untraded_bar_is_never_impossible() -> None:
    assert told(spoilt(a_market(40), 20, A, close=1_019, volume=0, high=1)) == []


def test_missing_sessions_are_one_problem_told_when_the_symbol_is_back() -> None:
    panel = a_market(40)
    for row in (20, 21, 22):
        panel = spoilt(panel, row, A, close=0)

    assert told(panel) == [("missing_rows", A, 23, "3")]


def test_sessions_before_the_first_and_after_the_last_bar_are_not_missing() -> None:
    panel = a_market(40)
    for row in (0, 1, 38, 39):
        panel = spoilt(panel, row, A, close=0)

    assert told(panel) == []


def test_a_session_that_all_symbols_lack_is_a_gap_of_the_market() -> None:
    assert told(without_session(a_market(40), 20)) == [("market_gap", "", 21, "1")]


def test_a_long_gap_of_the_market_is_one_problem_with_its_length() -> None:
    panel = a_market(240)
    for _ in range(200):
        panel = without_session(panel, 20)

    assert told(panel) == [("long_gap", "", 220, "200")]


@pytest.mark.parametrize(("length", "code"), [(5, "market_gap"), (6, "long_gap")])
def test_a_gap_of_the_market_is_long_beyond_five_sessions(
    length: int, code: str
) -> None:
    panel = a_market(40)
    for _ in range(length):
        panel = without_session(panel, 20)

    assert told(panel) == [(code, "", 20 + length, str(length))]


@pytest.mark.parametrize(("length", "code"), [(5, "missing_rows"), (6, "long_gap")])
def test_a_hole_of_a_symbol_is_long_beyond_five_sessions(
    length: int, code: str
) -> None:
    panel = a_market(40)
    for row in range(20, 20 + length):
        panel = spoilt(panel, row, A, close=0)

    assert told(panel) == [(code, A, 20 + length, str(length))]


def test_a_symbol_back_later_than_the_market_has_a_long_gap_of_its_own() -> None:
    panel = a_market(40)
    for _ in range(4):
        panel = without_session(panel, 20)
    for row in (20, 21):
        panel = spoilt(panel, row, A, close=0)

    assert told(panel) == [("market_gap", "", 24, "4"), ("long_gap", A, 26, "6")]


@pytest.mark.parametrize(("factor", "is_told"), [(4, False), (5, True), (50, True)])
def test_no_gap_excuses_more_than_six_days_at_the_limit(
    factor: int, *, is_told: bool
) -> None:
    # Six times 30.5 % are 4.94 times the price.
    panel = a_market(300)
    for _ in range(217):
        panel = without_session(panel, 20)
    panel = times(panel, factor, A, since=20)

    assert any(symbol == A for _, symbol, *_ in told(panel)) is is_told


def test_a_symbol_that_is_missing_longer_than_the_market_is_told_too() -> None:
    panel = without_session(a_market(40), 20)
    panel = spoilt(panel, 19, A, close=0)

    assert told(panel) == [("market_gap", "", 21, "1"), ("missing_rows", A, 21, "2")]


def test_a_gap_of_the_market_is_seen_though_one_in_ten_symbols_has_no_gap() -> None:
    panel = a_market(40, [f"0000{n}0" for n in range(10, 21)])
    for symbol in panel.symbols[:10]:
        panel = spoilt(panel, 20, symbol, close=0)

    assert told(panel) == [("market_gap", "", 21, "1")]


def test_two_symbols_are_no_market() -> None:
    panel = without_session(a_market(40, ["000250", "000440"]), 20)

    assert [code for code, *_ in told(panel)] == ["missing_rows", "missing_rows"]


@pytest.mark.parametrize(("price", "is_told"), [(1_330, True), (1_329, False)])
def test_more_than_the_days_limit_up_is_a_jump(price: int, *, is_told: bool) -> None:
    # 1,019 the session before: 30.5 % and one won of rounding are 1,330.8.
    panel = spoilt(a_market(21), 20, A, **flat(price + 1))

    assert bool(told(panel)) is is_told


def test_a_jump_tells_both_prices() -> None:
    panel = spoilt(a_market(21), 20, A, **flat(1_780))

    assert told(panel) == [("jump", A, 20, "1,019 → 1,780")]


def test_a_first_bar_is_no_jump() -> None:
    panel = spoilt(a_market(2), 0, A, close=0)

    assert told(spoilt(panel, 1, A, **flat(4_000))) == []


@pytest.mark.parametrize(
    ("factor", "figures"),
    [(2, "1,019 → 2,040"), (5, "1,019 → 5,100"), (10, "1,019 → 10,200")],
)
def test_a_jump_by_a_plain_ratio_is_a_suspicious_split(
    factor: int, figures: str
) -> None:
    panel = times(a_market(40), factor, A, since=20)

    assert told(panel) == [("suspicious_split", A, 20, figures)]


def test_a_price_cut_to_a_third_is_a_suspicious_split_of_raw_bars() -> None:
    # 476060 on 2025-10-10 fell by 67.6 %.
    panel = times(a_market(20), 3, A)
    panel = spoilt(panel, 19, A, **flat(1_020))

    assert told(panel, "raw") == [("suspicious_split", A, 19, "3,054 → 1,020")]


def test_a_jump_after_a_halt_is_a_suspicious_split() -> None:
    panel = a_market(40)
    for row in range(20, 31):
        panel = spoilt(panel, row, A, **flat(1_019, volume=0))
    panel = times(panel, 178, A, since=31)
    for row in range(31, 40):
        panel = spoilt(panel, row, A, **flat(1_780 + row))

    found = [one for one in told(panel) if one[0] != "zero_volume"]

    assert found == [("suspicious_split", A, 31, "1,019 → 1,811")]


def test_a_jump_over_a_hole_of_the_symbol_alone_is_a_suspicious_split() -> None:
    panel = spoilt(a_market(21), 19, A, close=0)

    assert told(spoilt(panel, 20, A, **flat(1_780))) == [
        ("missing_rows", A, 20, "1"),
        ("suspicious_split", A, 20, "1,018 → 1,780"),
    ]


def test_a_gap_of_the_market_may_hold_a_limit_move_a_session() -> None:
    # 2025-09-22 after the lost 2025-09-19: 258790 rose 50.7 % in two sessions.
    panel = spoilt(without_session(a_market(40), 20), 20, A, **flat(1_500))
    panel = times(panel, 2, A, since=21)

    codes = [(code, row) for code, symbol, row, _ in told(panel) if symbol]

    assert codes == [("jump", 22)]


def test_a_base_price_changed_while_nobody_traded_is_told_at_once() -> None:
    # 321370 on 2026-04-16: 14,700 to 2,940 without a trade, three weeks of halt.
    panel = a_market(30)
    for row in range(20, 30):
        panel = spoilt(panel, row, A, **flat(204, volume=0))

    assert told(panel)[0] == ("suspicious_split", A, 20, "1,019 → 204")


def test_a_price_that_leaps_and_returns_without_trades_is_a_stale_round_trip() -> None:
    panel = spoilt(a_market(40, close=480), 20, A, **flat(1_250, volume=0))

    assert told(panel) == [
        ("suspicious_split", A, 20, "499 → 1,250"),
        ("stale_round_trip", A, 21, "499 → 1,250 → 501"),
    ]


def test_a_small_round_trip_within_the_limit_is_told_when_it_is_back() -> None:
    panel = spoilt(a_market(40), 20, A, **flat(1_200, volume=0))

    assert told(panel) == [("stale_round_trip", A, 21, "1,019 → 1,200 → 1,021")]


def test_a_move_without_trades_that_stays_is_no_round_trip() -> None:
    panel = spoilt(a_market(40), 20, A, **flat(1_200, volume=0))
    for row in range(21, 40):
        panel = spoilt(panel, row, A, **flat(1_190))

    assert told(panel) == []


def test_more_than_half_of_twenty_rows_without_trades_is_told_once_a_window() -> None:
    panel = a_market(80)
    for row in range(20, 60):
        panel = spoilt(panel, row, A, **flat(1_019, volume=0))

    assert told(panel) == [
        ("zero_volume", A, 30, "11/20"),
        ("zero_volume", A, 50, "20/20"),
    ]


def test_half_of_twenty_rows_without_trades_is_fine() -> None:
    panel = a_market(40)
    for row in range(20, 30):
        panel = spoilt(panel, row, A, **flat(1_019, volume=0))

    assert told(panel) == []
