"""What a reader must know of an execution, the most pressing first."""

from dataclasses import replace

from builders import SESSION, a_record
from dashboard import executions
from khms_trader.dashboard.view.execution import Executed
from khms_trader.dashboard.view.execution_notes import notes_of, question_notes
from khms_trader.dashboard.view.notes import Level
from khms_trader.domain.order import OrderState
from khms_trader.domain.report import LineEnd, LineWarning


def the_execution(*, orders_error: str = "", account_error: str = "") -> Executed:
    report = replace(
        executions.the_report(), orders_error=orders_error, account_error=account_error
    )
    return Executed(session=SESSION, report=report)


def test_an_unknown_order_says_what_to_do_and_how() -> None:
    lost = a_record("buy 068760 x7 @10300", OrderState.UNCONFIRMED)

    (note,) = question_notes([lost], {"068760": "셀트리온제약"})

    assert note.level is Level.ALARM
    assert note.text == (
        "확인 필요: 03.04 (수) 매수 셀트리온제약 068760 7주 주문이 접수되었는지 알 수 "
        "없습니다. 다시 보내지 않습니다. 증권사 앱에서 확인한 것을 아래 명령으로 알려 "
        "주세요."
    )
    assert note.command == "python scripts/tools/resolve_order.py --symbol 068760"


def test_stuck_money_and_a_resting_sale_are_told() -> None:
    notes = notes_of(the_execution(), is_today=False)

    assert [(note.level, note.text) for note in notes] == [
        (
            Level.WARNING,
            (
                "묶인 금액: 팔지 못한 2종목 324,000원 (이름035760 035760 20주, "
                "이름041510 041510 5주). 팔 신호가 남아 있으면 다음 계획이 다시 팝니다."
            ),
        ),
        (
            Level.NOTE,
            "매도 대기 1건: 장이 끝난 뒤 다음 실행이 정리합니다.",
        ),
    ]


def test_an_unread_list_is_an_alarm_and_an_unread_account_a_warning() -> None:
    shown = the_execution(orders_error="kis_no_answer", account_error="kis_no_answer")

    notes = notes_of(shown, is_today=False)

    assert notes[0].level is Level.ALARM
    assert notes[0].text.startswith("주문 목록을 읽지 못했습니다(답을 받지 못함).")
    assert notes[1].text == "실행 뒤 계좌를 읽지 못했습니다: 답을 받지 못함"


def test_a_buy_left_open_is_an_alarm() -> None:
    report = executions.the_report()
    lines = tuple(
        replace(line, end=LineEnd.OPEN) if line.symbol == "091990" else line
        for line in report.lines
    )
    shown = Executed(session=SESSION, report=replace(report, lines=lines))

    notes = notes_of(shown, is_today=False)

    assert notes[0].text.startswith("취소되지 않은 매수 1건이 열려 있습니다.")


def test_what_may_pass_is_worth_another_run_while_the_session_lasts() -> None:
    report = executions.the_report()
    lines = tuple(
        replace(line, reason="not_opened") if line.symbol == "041510" else line
        for line in report.lines
    )
    shown = Executed(session=SESSION, report=replace(report, lines=lines))

    today = [note.text for note in notes_of(shown, is_today=True)]
    later = [note.text for note in notes_of(shown, is_today=False)]

    assert [text for text in today if text not in later] == [
        (
            "시가나 현금을 알게 되거나, 정지가 풀리거나, 외부 주문이 없어진 뒤 시간 "
            "안에 다시 실행하면 그 줄만 다시 봅니다."
        )
    ]


def test_warnings_of_a_line_and_answers_found_later_are_told() -> None:
    report = executions.the_report()
    more = (LineWarning(warning="held_more", detail="10->15"),)
    first = replace(report.lines[0], warnings=more, lost="kis_no_answer")
    shown = Executed(session=SESSION, report=replace(report, lines=(first,), stuck=()))

    assert [note.text for note in notes_of(shown, is_today=False)] == [
        (
            "매도 이름086520 086520: 보유가 전략 수량보다 많음: 나머지는 외부 보유라 "
            "팔지 않음 (10→15주)"
        ),
        ("매도 이름086520 086520: 나중에 체결(으)로 확인됨 (처음에는 답을 받지 못함)"),
    ]


def test_what_is_left_over_is_not_told_before_the_run_has_ended() -> None:
    shown = replace(the_execution(orders_error="kis_no_answer"), is_under_way=True)

    (note,) = notes_of(shown, is_today=True)

    assert note.text.startswith("주문 목록을 읽지 못했습니다")


def test_without_a_report_there_is_nothing_to_tell() -> None:
    assert notes_of(Executed(session=SESSION), is_today=True) == ()
