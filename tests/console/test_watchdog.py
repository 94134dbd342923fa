"""The watchdog on the screen: one line when all is well, every alarm always."""

import io

import pytest
from rich.console import Console

from builders import SESSION, at
from khms_trader.console.screen import Screen
from khms_trader.console.watchdog import show_watch
from khms_trader.planning.watchdog import Alarm, AlarmKind

ALARM = Alarm(
    kind=AlarmKind.NO_HEARTBEAT, session=SESSION, due_at=at("09:07"), told_on=SESSION
)


def shown(*alarms: Alarm, quiet: bool = False) -> str:
    stream = io.StringIO()
    screen = Screen(Console(file=stream, width=60), quiet=quiet)
    show_watch(alarms, screen, account="paper", now=at("09:07"))
    return stream.getvalue()


def test_all_is_well_in_one_line() -> None:
    assert shown() == "이상 없음 · 2026-03-04 (수) 09:07 · 계좌 paper\n"


def test_an_alarm_is_told_with_what_to_do() -> None:
    title, text, end = shown(ALARM).splitlines()

    assert title == "경보: 스케줄러 신호가 없음"
    assert "run_virtual_next_open_forever.py" in text
    assert end == "경보 1건 · 2026-03-04 (수) 09:07 · 계좌 paper"


@pytest.mark.parametrize(("alarms", "lines"), [((), 0), ((ALARM,), 2)])
def test_quiet_hides_everything_but_alarms(
    alarms: tuple[Alarm, ...], lines: int
) -> None:
    assert len(shown(*alarms, quiet=True).splitlines()) == lines
