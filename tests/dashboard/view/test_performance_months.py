"""The months of the page 성과: the numbers, the colours, and no negative nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.performances import SYMBOL, lived
from dashboard.rooms import ListedJournal
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance import Performance, performance_of
from khms_trader.dashboard.view.performance_months import months_html, short
from performance.accounts import TUE, WED, held, looked

LOOK = look()


def of_prices(first: int, second: int) -> Performance:
    looks = [
        looked(TUE, 0, held(SYMBOL, 100, first)),
        looked(WED, 0, held(SYMBOL, 100, second)),
    ]
    return performance_of(lived(journal=ListedJournal(happened=looks)))


def cells(html: str) -> list[str]:
    return re.findall(r"<td[^>]*>([^<]*)</td>", html)


def test_months_have_a_row_a_year_and_a_cell_for_all_of_it() -> None:
    html = months_html(performance_of(lived()), LOOK)

    assert cells(html) == ["", "", "1.8", *[""] * 9, "1.8"]
    assert ">2026</th>" in html
    assert 'title="2026년 3월: +1.83%"' in html
    assert 'title="2026년 전체: +1.83%"' in html


def test_a_month_of_ten_percent_or_more_is_told_without_decimals() -> None:
    assert cells(months_html(of_prices(10_000, 12_340), LOOK))[2] == "23"


def test_a_month_that_lost_a_hair_is_zero_and_no_loss() -> None:
    html = months_html(of_prices(100_000, 99_997), LOOK)

    assert cells(html)[2] == "0.0"
    assert "+" not in html
    assert LOOK.down not in html


def test_a_loss_is_deeper_in_its_colour_the_greater_it_is() -> None:
    assert f"{LOOK.down} 72%" in months_html(of_prices(10_000, 9_000), LOOK)
    assert f"{LOOK.up} 41%" in months_html(of_prices(10_000, 10_050), LOOK)


@pytest.mark.parametrize(
    ("figure", "text"),
    [(-0.04, "0.0"), (-0.0, "0.0"), (-0.06, "−0.1"), (9.94, "9.9"), (-12.3, "−12")],
)
def test_a_cell_has_room_for_four_letters(figure: float, text: str) -> None:
    assert short(figure) == text


@given(st.floats(-99.9, 999.4))
def test_no_cell_is_ever_a_negative_nothing(figure: float) -> None:
    assert short(figure) not in {"-0.0", "−0.0", "-0", "−0"}
    assert len(short(figure)) <= 4
