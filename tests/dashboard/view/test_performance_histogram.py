"""Bars of returns: how many, of which colour, between which edges."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance_histogram import histogram_html
from khms_trader.performance.returns import Bin, histogram

LOOK = look()
BINS = (
    Bin(low=-50, high=-25, count=1),
    Bin(low=-25, high=0, count=0),
    Bin(low=0, high=25, count=4),
)


def test_each_bar_says_its_edges_and_its_sessions() -> None:
    html = histogram_html(BINS, LOOK)

    assert re.findall('title="([^"]*)"', html) == [
        "−0.50% ~ −0.25%: 1일",
        "−0.25% ~ 0%: 0일",
        "0% ~ +0.25%: 4일",
    ]
    assert re.findall("<span>([^<]*)</span>", html) == ["1", "", "4"]
    assert 'aria-label="5일 가운데 0% 이상 4일, 0% 미만 1일"' in html


def test_the_tallest_bar_is_the_most_sessions_and_losses_have_their_colour() -> None:
    html = histogram_html(BINS, LOOK)

    bars = re.findall("height:([0-9.]+)%;background:(#[0-9a-f]+)", html)
    assert bars == [("22.0", LOOK.down), ("0.0", LOOK.down), ("88.0", LOOK.up)]


def test_the_outer_edges_and_zero_stand_below() -> None:
    html = histogram_html(BINS, LOOK)

    below = re.findall("<span style=[^>]*>([^<]*)</span>", html)
    assert below == ["−0.50%", "+0.25%", "0%"]


def test_zero_stands_alone_where_it_is_an_outer_edge() -> None:
    html = histogram_html(BINS[2:], LOOK)

    assert re.findall("<span style=[^>]*>([^<]*)</span>", html) == ["0%", "+0.25%"]


def test_nothing_is_no_bar() -> None:
    assert histogram_html((), LOOK) == ""


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=80))
def test_the_counts_add_up_to_the_sessions(returns: list[float]) -> None:
    html = histogram_html(histogram(returns), LOOK)

    told = re.findall("<span>([0-9]+)</span>", html)
    assert sum(map(int, told)) == len(returns)
