"""How the lines of a session end, while a run is at work on them and afterwards."""

from builders import SESSION
from dashboard import executions
from khms_trader.dashboard.view.execution import read_execution, while_at_work
from khms_trader.dashboard.view.execution_ends import end_cell, state_cell
from khms_trader.dashboard.view.tile_html import ALARM

SHOWN = read_execution(executions.halfway_room(), SESSION)


def test_a_run_at_work_has_lines_waiting_sent_and_not_yet_sent() -> None:
    shown = while_at_work(SHOWN, "execute", SESSION)

    cells = [end_cell(line, shown) for line in (*shown.sent, *shown.held_back)]

    assert [(cell.text, cell.note, cell.color) for cell in cells[:2]] == [
        ("대기 중", "", ""),
        ("보내는 중", "", ""),
    ]
    assert {cell.text for cell in cells[3:]} == {"아직 보내지 않음"}


def test_with_nobody_at_work_an_unanswered_order_is_alarming() -> None:
    cell = end_cell(SHOWN.sent[1], SHOWN)

    assert (cell.text, cell.color) == ("확인 필요", ALARM)


def test_the_journals_word_is_on_its_way_too() -> None:
    waiting = executions.halfway_records()[1]

    assert state_cell(waiting, is_sending=True).text == "보내는 중"
    assert state_cell(waiting, is_sending=False).text == "결과 모름"
