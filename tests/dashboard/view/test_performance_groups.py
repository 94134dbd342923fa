"""Profit by reason and by symbol: every name whole, and the sum is the total."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance_groups import (
    most_of,
    reasons_html,
    symbols_html,
)
from khms_trader.performance.summary import figures_of, grouped
from khms_trader.performance.trade import ClosedTrade
from performance.accounts import LOSS, TRADE

LOOK = look()


def told(html: str) -> list[tuple[str, str, str]]:
    """Return name, amount and count of each bar."""
    return re.findall(
        r"<div>([^<]*)</div><div><b[^>]*>([^<]*)</b> · ([^<]*)</div>", html
    )


def bars(html: str) -> list[tuple[str, str, str]]:
    return re.findall(r"left:([0-9.]+)%;width:([0-9.]+)%;background:(#[0-9a-f]+)", html)


def test_reasons_come_with_their_sum_and_count() -> None:
    html = reasons_html([TRADE, TRADE, LOSS], LOOK)

    assert told(html) == [
        ("종가가 5일 전보다 낮음", "+100,000원", "2건 중 2건 이익"),
        ("직접 매도(도구)", "−100,000원", "1건 중 0건 이익"),
    ]


def test_gains_go_right_of_zero_and_losses_left() -> None:
    # From -100,000 to +300,000 won zero lies at a quarter.
    gain = replace(TRADE, sell_value=1_300_000)

    assert bars(reasons_html([gain, LOSS], LOOK)) == [
        ("25.00", "75.00", LOOK.up),
        ("0.00", "25.00", LOOK.down),
    ]


def test_trades_that_earned_nothing_have_a_bar_of_no_width() -> None:
    flat = replace(TRADE, sell_value=1_000_000)

    assert told(reasons_html([flat], LOOK))[0][1] == "0원"
    assert bars(reasons_html([flat], LOOK)) == [("0.00", "0.00", LOOK.quiet)]


def test_mark_up_in_a_name_is_text() -> None:
    html = symbols_html([TRADE], {"086520": "<b>A&B"}, LOOK)

    assert told(html)[0][0] == "&lt;b&gt;A&amp;B 086520"


def test_a_trade_without_a_reason_says_so() -> None:
    assert told(reasons_html([replace(TRADE, reason="")], LOOK))[0][0] == (
        "이유 기록 없음"
    )


def test_many_symbols_are_the_ten_that_matter_and_the_rest_as_one() -> None:
    trades = [
        replace(TRADE, symbol=f"{number:05d}0", sell_value=1_000_000 + number * 1_000)
        for number in range(1, 21)
    ]

    found = told(symbols_html(trades, {}, LOOK))

    assert len(found) == 10
    assert found[0][0] == "000200"
    assert found[-1] == ("그 밖의 11종목", "+66,000원", "11건 중 11건 이익")


def test_without_trades_there_is_nothing() -> None:
    assert reasons_html([], LOOK) == symbols_html([], {}, LOOK) == ""


TRADES = st.lists(
    st.builds(
        lambda symbol, reason, profit: replace(
            TRADE, symbol=symbol, reason=reason, sell_value=1_000_000 + profit
        ),
        st.integers(0, 30).map(lambda number: f"{number:05d}0"),
        st.sampled_from(["", "가", "나"]),
        st.integers(-900_000, 900_000),
    ),
    max_size=60,
)


@settings(max_examples=50, deadline=None)
@given(TRADES)
def test_groups_add_up_to_the_whole(trades: list[ClosedTrade]) -> None:
    whole = figures_of(trades)
    by_reason = grouped(trades, lambda trade: trade.reason)
    by_symbol = most_of(grouped(trades, lambda trade: trade.symbol))

    for groups in (by_reason, by_symbol):
        assert sum(group.profit for group in groups) == whole.profit
        assert sum(group.trades for group in groups) == whole.trades
        assert sum(group.winners for group in groups) == whole.winners
