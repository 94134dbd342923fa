"""What the pages still tell when the journal cannot be read."""

from streamlit.testing.v1 import AppTest

from dashboard.unread import a_plan_room
from khms_trader.dashboard.unread import without_journal
from khms_trader.domain.events import AccountObserved

PROGRAM = """
from dashboard import unread
from khms_trader.dashboard.pages.{page} import draw
from khms_trader.dashboard.style import look

draw(unread.{room}(), look())
"""
SENTENCE = r"문제\: database\_damaged"


def the_page(page: str, room: str) -> AppTest:
    program = PROGRAM.format(page=page, room=room)
    return AppTest.from_string(program, default_timeout=20).run()


def drawn(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_the_plan_is_drawn_with_one_sentence_about_the_journal() -> None:
    page = the_page("plan", "a_plan_room")

    assert not page.exception
    assert [each.value for each in page.error] == [SENTENCE]
    assert "매도 · 이름086520" in drawn(page)
    assert "실행했는지 알 수 없음" in page.caption[0].value


def test_no_other_plan_of_a_damaged_journal_is_said_to_be_missed() -> None:
    page = the_page("plan", "a_plan_room")

    page.selectbox[0].select_index(1).run()

    assert not page.exception
    assert "실행했는지 알 수 없음" in page.caption[0].value
    assert not page.button


def test_the_candles_are_drawn_and_nothing_is_said_of_fills() -> None:
    page = the_page("symbol", "a_symbol_room")

    assert not page.exception
    assert page.error[0].value == SENTENCE
    assert len(page.get("plotly_chart")) == 1
    assert [each.value for each in page.subheader] == []


def test_the_page_now_says_it_once() -> None:
    page = the_page("now", "a_paper_room")

    assert not page.exception
    assert [each.value for each in page.error] == [SENTENCE]
    assert not page.expander[0].proto.expanded
    assert "다음 작업" in drawn(page)


def test_the_health_is_drawn_without_the_journals_age() -> None:
    page = the_page("log", "a_paper_room")
    page.segmented_control(key="log-section").set_value("health").run()

    assert not page.exception
    assert [each.value for each in page.error] == [SENTENCE]
    assert "디스크" in drawn(page)


def test_a_room_without_its_journal_knows_nothing_that_happened() -> None:
    room = without_journal(a_plan_room())

    assert room.events(()) == ()
    assert room.records() == ()
    assert room.report(room.clock.now().date()) is None
    journal = room.journal
    assert (journal.managed(), journal.counts(), journal.page()) == ({}, {}, ())
    assert journal.newest(AccountObserved) is None
    assert journal.last_event_at() is None
    assert not journal.is_stale
    assert len(room.plans.files()) == 2
