"""The page 성과 as Streamlit runs it, over an account made of plain values."""

import pytest
from streamlit.testing.v1 import AppTest

PROGRAM = """
from dashboard import performances
from khms_trader.dashboard.pages.performance import draw
from khms_trader.dashboard.style import look

draw(performances.{room}(), look())
"""


def the_page_of(room: str) -> AppTest:
    return AppTest.from_string(PROGRAM.format(room=room)).run()


def opened(key: str, tab: str) -> AppTest:
    page = AppTest.from_string(PROGRAM.format(room="lived"))
    page.session_state[key] = tab
    return page.run()


def drawn_on(page: AppTest) -> str:
    return "".join(each.proto.body for each in page.get("html"))


def test_an_account_nobody_ever_read_says_what_to_do() -> None:
    page = the_page_of("never_seen")

    assert not page.exception
    assert "prepare 나 execute" in page.info[0].value
    assert not page.get("plotly_chart")


def test_one_look_is_no_curve() -> None:
    page = the_page_of("seen_once")

    assert not page.exception
    assert page.info[0].value.startswith("다음 거래일에 한 번 더")


def test_a_week_is_drawn_with_its_words() -> None:
    page = the_page_of("lived")

    assert not page.exception
    # The equity; what lies behind another tab is not drawn.
    assert len(page.get("plotly_chart")) == 1
    assert [tab.label for tab in page.tabs] == [
        *("수익률과 낙폭", "총자산(원)", "이동 샤프 지수"),
        *("이유와 종목", "보유 기간과 수익률"),
    ]
    assert "+200,000원" in drawn_on(page)
    assert "입금" in drawn_on(page)


def test_a_ratio_of_too_few_sessions_says_how_many_there_are() -> None:
    page = opened("performance-curve", "이동 샤프 지수")

    assert page.info[0].value == "표본 부족 (수익률 60거래일부터, 지금 3거래일)"
    assert not page.get("plotly_chart")


@pytest.mark.parametrize(
    ("key", "tab", "figures"),
    [
        ("performance-curve", "총자산(원)", 1),
        ("performance-trade", "보유 기간과 수익률", 2),
    ],
)
def test_a_figure_is_drawn_once_its_tab_is_open(
    key: str, tab: str, figures: int
) -> None:
    page = opened(key, tab)

    assert not page.exception
    assert len(page.get("plotly_chart")) == figures


def test_many_trades_are_folded_and_the_newest_are_seen() -> None:
    page = the_page_of("busy")

    assert not page.exception
    assert page.expander[0].label == "그 앞의 거래 5건"
    # Once in the table and, for the greatest, once as a bar of its symbol.
    assert (drawn_on(page).count("+6원"), drawn_on(page).count("+25원")) == (1, 2)
    assert "+5원<" not in drawn_on(page)


def test_a_shorter_period_can_be_chosen() -> None:
    page = the_page_of("lived")

    page.segmented_control[0].set_value("quarter").run()

    assert not page.exception
    assert "4거래일" in page.caption[0].value
