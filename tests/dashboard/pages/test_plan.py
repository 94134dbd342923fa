"""The page 계획 as Streamlit runs it, over plans made of plain values."""

from streamlit.testing.v1 import AppTest

PROGRAM = """
from dashboard import plans
from khms_trader.dashboard.pages.plan import draw
from khms_trader.dashboard.style import look

draw(plans.{room}(), look())
"""


def the_page_of(room: str) -> AppTest:
    return AppTest.from_string(PROGRAM.format(room=room)).run()


def drawn(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_without_plans_the_page_says_how_to_make_one() -> None:
    page = the_page_of("planless_room")

    assert not page.exception
    assert "prepare_next_open_plan.py" in page.info[0].value


def test_the_newest_plan_is_drawn_candidates_first() -> None:
    page = the_page_of("planned_room")

    assert not page.exception
    assert [each.value for each in page.header] == [
        "거래할 수 있는 줄 3",
        "자료를 믿을 수 있나",
        "유니버스에서 주문까지",
        "앞선 계획과 다른 점",
        "나머지 신호 4",
    ]
    body = drawn(page)
    assert body.index("매도 · 이름086520") < body.index("매수 1위 · 이름247540")
    assert "빈 자리 없음" in body


def test_a_past_plan_can_be_chosen() -> None:
    page = the_page_of("planned_room")

    page.selectbox[0].select_index(1).run()

    assert not page.exception
    assert page.caption[0].value.startswith("03.03 (화) 거래일")
    assert not page.button


def test_the_other_signals_can_be_searched() -> None:
    page = the_page_of("planned_room")

    page.text_input[0].set_value("없는 종목").run()

    assert not page.exception
    assert page.caption[-1].value == "찾는 종목이 없습니다."


def test_prices_are_asked_for_by_the_button_only() -> None:
    page = the_page_of("planned_room")
    before = [caption.value for caption in page.caption]

    page.button[0].click().run()

    assert not page.exception
    assert not any(text.startswith("시세 ") for text in before)
    assert any(caption.value.startswith("시세 0종목") for caption in page.caption)


def test_no_price_can_be_asked_for_while_a_job_is_at_work() -> None:
    button = the_page_of("busy_room").button[0]

    assert button.disabled
    assert button.help.startswith("계획 실행 중이라 시세를 묻지 않았습니다.")


def test_a_broken_plan_is_one_sentence_and_others_stay_selectable() -> None:
    page = the_page_of("broken_room")

    assert not page.exception
    assert [error.value for error in page.error] == ["문제\\: plan\\_not\\_json"]

    page.selectbox[0].select_index(1).run()

    assert not page.exception
    assert not page.error


def test_doubtful_data_is_said_in_boxes() -> None:
    page = the_page_of("provisional_room")

    assert not page.exception
    told = [warning.value for warning in page.warning]
    assert any("잠정치" in text for text in told)
    assert any("격리" in text for text in told)
