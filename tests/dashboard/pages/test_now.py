"""The page 지금 as Streamlit runs it, over rooms made of plain values."""

import pytest
from streamlit.testing.v1 import AppTest

PROGRAM = """
import streamlit as st
from dashboard.nows import ROOMS
from khms_trader.dashboard.pages.now import draw
from khms_trader.dashboard.style import look

if "room" not in st.session_state:
    st.session_state.room = ROOMS[{name!r}]()
draw(st.session_state.room, look())
"""


FIRST = """\
export KHMS_HOME=~/khms_practice
python scripts/tools/doctor.py --init --practice
python scripts/tools/run_kis_simulator.py"""
THEN = """\
export KHMS_HOME=~/khms_practice
streamlit run scripts/run_dashboard.py"""


def the_page_of(name: str) -> AppTest:
    return AppTest.from_string(PROGRAM.format(name=name), default_timeout=20).run()


def drawn(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize("name", ["full", "troubled", "empty", "big"])
def test_every_room_is_drawn_without_a_fault(name: str) -> None:
    page = the_page_of(name)

    assert not page.exception
    assert page.title[0].value == "지금"
    assert "다음 작업" in drawn(page)


def test_the_account_is_on_the_page() -> None:
    page = the_page_of("full")

    body = drawn(page)
    assert "5,339,000원" in body
    assert "에코프로" in body
    assert not page.error
    assert [each.value for each in page.header] == [
        "보유 종목 1",
        "전략 밖의 종목 2",
        "다음 거래일",
    ]


def test_trouble_is_told_before_any_figure() -> None:
    page = the_page_of("troubled")

    assert page.error[0].value.startswith("결과를 모르는 주문이 있습니다")
    assert page.code[0].value == "python scripts/tools/resolve_order.py"


def test_without_keys_the_page_says_how_to_get_them() -> None:
    page = the_page_of("empty")

    assert page.expander[0].label.startswith("한국투자증권 모의투자 키가 없어")
    assert page.expander[0].proto.expanded
    assert "korea_invest.virtual" in page.expander[0].markdown[0].value
    assert [each.value for each in page.expander[0].code] == [FIRST, THEN]
    assert "broker.provider" in page.expander[0].markdown[0].value
    assert "연습" in drawn(page)


def test_the_button_renews() -> None:
    page = the_page_of("full")

    page.button[0].click().run()

    assert page.session_state.room.live.hurried == 1


def test_200_holdings_are_one_table() -> None:
    page = the_page_of("big")

    assert page.header[0].value == "보유 종목 200"
    assert len(page.get("html")) < 12


def test_a_damaged_journal_leaves_one_list_of_holdings() -> None:
    page = the_page_of("damaged")

    assert not page.exception
    assert page.error[0].value == "문제\\: journal\\_damaged"
    assert [each.value for each in page.header] == ["보유 종목 3", "다음 거래일"]
    body = drawn(page)
    assert "에코프로" in body
    assert "구분" not in body
    assert "외부" not in body
    assert not [each for each in page.caption if "팔지 않습니다" in each.value]
