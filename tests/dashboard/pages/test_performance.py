"""The page 성과 as Streamlit runs it, over an account made of plain values."""

from streamlit.testing.v1 import AppTest

PROGRAM = """
from dashboard import performances
from khms_trader.dashboard.pages.performance import draw
from khms_trader.dashboard.style import look

draw(performances.{room}(), look())
"""


def the_page_of(room: str) -> AppTest:
    return AppTest.from_string(PROGRAM.format(room=room)).run()


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
    # Equity, months, histogram, scatter, reasons, symbols; no rolling ratio yet.
    assert len(page.get("plotly_chart")) == 6
    assert page.info[0].value == "표본 부족 (61거래일부터)"
    assert list(page.dataframe[0].value["손익"]) == [200_000]
    assert list(page.dataframe[1].value["종류"]) == ["입금"]


def test_a_shorter_period_can_be_chosen() -> None:
    page = the_page_of("lived")

    page.segmented_control[0].set_value("quarter").run()

    assert not page.exception
    assert "4거래일" in page.caption[0].value
