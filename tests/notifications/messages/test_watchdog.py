"""An alarm as a message: a warning, told once a day."""

from builders import SESSION, at
from khms_trader.domain.message import Level
from khms_trader.notifications.messages.watchdog import alarm_message
from khms_trader.planning.watchdog import Alarm, AlarmKind

ALARM = Alarm(
    kind=AlarmKind.HALTED,
    session=SESSION,
    due_at=at("08:30"),
    told_on=SESSION,
    detail={"since": None, "reason": "<b>점검</b> & \n끝"},
)


def test_an_alarm_is_a_warning_that_keeps_its_key() -> None:
    message = alarm_message(ALARM, at("08:32"))

    assert message.level is Level.WARNING
    assert message.key == "watchdog:halted:2026-03-04:2026-03-04"
    assert message.key == alarm_message(ALARM, at("10:00")).key
    assert message.at == at("08:32")


def test_what_others_wrote_opens_no_tag_and_no_line() -> None:
    title, text = alarm_message(ALARM, at("08:32")).html.split("\n")

    assert title == "<b>경보: 정지(HALT)가 켜져 있음</b>"
    assert "까닭: &lt;b&gt;점검&lt;/b&gt; &amp; 끝." in text
