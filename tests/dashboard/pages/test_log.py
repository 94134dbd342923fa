"""The page 로그 as Streamlit runs it, over rooms made of plain values."""

from streamlit.testing.v1 import AppTest

PROGRAM = """
from dashboard import logs
from khms_trader.dashboard.pages.log import draw
from khms_trader.dashboard.style import look

draw(logs.{room}(), look())
"""


def the_page_of(room: str, section: str = "lines") -> AppTest:
    page = AppTest.from_string(PROGRAM.format(room=room)).run()
    return page.segmented_control(key="log-section").set_value(section).run()


def drawn(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_an_empty_home_says_how_each_section_fills() -> None:
    lines, events = the_page_of("empty_room"), the_page_of("empty_room", "events")

    assert not lines.exception
    assert lines.info[0].value.startswith("로그가 아직 없습니다.")
    assert events.info[0].value.startswith("기록이 아직 없습니다.")


def test_the_newest_line_comes_first_and_is_escaped() -> None:
    html = drawn(the_page_of("lived_room"))

    assert html.index("터짐 &lt;script&gt;") < html.index("느림") < html.index("하나")


def test_levels_and_words_narrow_the_log() -> None:
    page = the_page_of("lived_room")

    page.segmented_control(key="log-level").set_value("오류").run()
    assert "터짐" in drawn(page)
    assert "느림" not in drawn(page)

    page.text_input(key="log-text").set_value("없는 말").run()
    assert page.info[0].value.startswith("찾는 로그가 없습니다.")


def test_more_lines_come_when_asked_for() -> None:
    page = the_page_of("crowded_room")
    assert page.caption[0].value == "최근 100건"
    assert "줄 299" in drawn(page)
    assert "줄 199<" not in drawn(page)

    page.button(key="log-more").click().run()

    assert not page.exception
    assert page.caption[0].value == "300건 모두"
    assert "줄 0<" in drawn(page)


def test_a_log_that_cannot_be_read_is_one_sentence() -> None:
    page = the_page_of("broken_room")

    assert not page.exception
    assert page.error[0].value == r"문제\: not\_readable"


def test_every_kind_of_event_is_shown() -> None:
    page = the_page_of("lived_room", "events")

    assert not page.exception
    assert page.caption[0].value == "22건 중 1번째부터, 최근 것이 먼저"
    html = drawn(page)
    assert html.index("작업 놓침") < html.index("첫 사용 확인")
    assert "에코프로 086520" in html


def test_ten_thousand_events_come_by_the_page() -> None:
    page = the_page_of("crowded_room", "events")
    assert page.caption[0].value == "10,000건 중 1번째부터, 최근 것이 먼저"
    assert "009999" in drawn(page)
    assert "009899" not in drawn(page)

    page.selectbox(key="log-session").select_index(2).run()

    assert not page.exception
    assert page.caption[0].value == "2,500건 중 1번째부터, 최근 것이 먼저"
    assert "002499" in drawn(page)


def test_kinds_can_be_chosen_and_may_be_none_of_a_session() -> None:
    page = the_page_of("crowded_room", "events")
    kinds = page.multiselect(key="log-kinds")
    assert "줄 건너뜀 10,000" in kinds.options

    kinds.select("체결 0").run()

    assert not page.exception
    assert page.info[0].value.startswith("찾는 기록이 없습니다.")


def test_settings_tell_what_differs() -> None:
    page = the_page_of("lived_room", "settings")

    assert page.markdown[0].value == "설정 3개 중 1개가 기본값과 다릅니다."
    assert "기본값: 8" in drawn(page)

    page.toggle(key="log-changed").set_value(True).run()

    assert "broker.provider" not in drawn(page)


def test_health_counts_what_is_to_be_looked_at() -> None:
    page = the_page_of("lived_room", "health")

    assert not page.exception
    assert page.warning[0].value == "확인할 것이 2가지 있습니다."
    assert "지금 비우세요" in drawn(page)
