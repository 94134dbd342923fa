"""The page 종목 as Streamlit runs it, over bars made of plain values."""

from streamlit.testing.v1 import AppTest

PROGRAM = """
from dashboard import symbols
from khms_trader.dashboard.pages.symbol import draw
from khms_trader.dashboard.style import look

draw(symbols.{room}(), look())
"""


def the_page_of(room: str, asked: str = "") -> AppTest:
    page = AppTest.from_string(PROGRAM.format(room=room))
    if asked:
        page.query_params["symbol"] = asked
    return page.run()


def drawn(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_a_home_in_which_nothing_happened_says_what_to_do() -> None:
    page = the_page_of("empty_room")

    assert not page.exception
    assert "prepare_next_open_plan.py" in page.info[0].value


def test_what_is_held_is_drawn_first_with_all_that_is_known() -> None:
    page = the_page_of("seen_room")

    assert not page.exception
    assert page.selectbox[0].options == [
        "보유 · 이름086520 086520",
        "후보 · 이름247540 247540",
        "먼 나라 900300",
    ]
    assert page.selectbox[0].value == "086520"
    assert len(page.get("plotly_chart")) == 1
    assert "격리" in page.error[0].value
    assert "거래량이 아직 잠정치" in drawn(page)
    assert "38,402" in drawn(page)
    assert page.query_params["symbol"] == "086520"


def test_the_address_names_the_symbol() -> None:
    page = the_page_of("seen_room", "900300")

    assert page.selectbox[0].value == "900300"
    assert page.info[0].value.startswith("이 종목의 일봉이 아직 없습니다.")


def test_a_symbol_nobody_knows_in_the_address_is_forgiven() -> None:
    page = the_page_of("seen_room", "<script>")

    assert not page.exception
    assert page.selectbox[0].value == "086520"


def test_another_symbol_and_period_can_be_chosen() -> None:
    page = the_page_of("seen_room")

    page.segmented_control[0].set_value("all").run()
    assert not page.exception

    page.selectbox[0].set_value("900300").run()
    assert not page.exception
    assert not page.get("plotly_chart")


def test_without_bars_the_page_says_why() -> None:
    page = the_page_of("barless_room")

    assert not page.exception
    assert "일봉이 아직 없습니다" in page.info[0].value
    assert "bars" in page.caption[0].value
    assert not page.get("plotly_chart")


def test_a_strategy_that_fails_leaves_the_candles() -> None:
    page = the_page_of("silent_room")

    assert not page.exception
    assert len(page.get("plotly_chart")) == 1
    assert "봉만 보입니다" in page.warning[0].value
