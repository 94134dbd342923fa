"""The page 실행 as Streamlit runs it, over a session made of plain values."""

from streamlit.testing.v1 import AppTest

PROGRAM = """
from dashboard import executions
from khms_trader.dashboard.pages.execution import draw
from khms_trader.dashboard.style import look

draw(executions.{room}(), look())
"""


def the_page_of(room: str) -> AppTest:
    return AppTest.from_string(PROGRAM.format(room=room)).run()


def test_before_any_execution_the_page_says_how_one_begins() -> None:
    page = the_page_of("nothing_room")

    assert not page.exception
    assert "execute_next_open_plan.py" in page.info[0].value
    assert not page.get("plotly_chart")


def test_a_session_is_drawn_from_its_orders_to_its_account() -> None:
    page = the_page_of("executed_room")

    assert not page.exception
    assert [each.value for each in page.header] == [
        "주문이 지나온 길",
        "줄마다의 결과",
        "계획과 무엇이 왜 달랐나",
        "외부 주문",
        "계좌의 앞뒤",
        "걸린 시간",
        "보내지 않은 나머지 신호 2",
    ]
    assert len(page.get("plotly_chart")) == 1


def test_an_unknown_order_comes_first_with_the_command_for_it() -> None:
    page = the_page_of("executed_room")

    assert page.error[0].value.startswith("확인 필요\\: 03.04 (수) 매수 이름068760")
    assert page.code[0].value == (
        "python scripts/tools/resolve_order.py --symbol 068760"
    )


def test_a_broken_plan_leaves_the_recorded_orders() -> None:
    page = the_page_of("planless_room")

    assert not page.exception
    assert [error.value for error in page.error][1:] == ["문제\\: plan\\_not\\_json"]
    body = "".join(element.proto.body for element in page.get("html"))
    assert "0000000003" in body
    assert len(page.get("plotly_chart")) == 1


def test_orders_on_their_way_raise_no_alarm() -> None:
    page = the_page_of("halfway_room")

    body = "".join(element.proto.body for element in page.get("html"))
    assert not page.exception
    assert not page.error
    assert not page.warning
    assert "체결 0건 · 보내는 중 1건" in body
    assert "확인 필요" not in body
    assert "실행 전 총평가" in body
    assert "실행 뒤" not in body


def test_the_page_says_while_orders_are_being_sent() -> None:
    page = the_page_of("executing_room")

    assert not page.exception
    assert page.info[0].value.startswith("지금 실행 중입니다.")
