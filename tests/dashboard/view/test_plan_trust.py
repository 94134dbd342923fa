"""How far the data behind a plan may be trusted, and its universe."""

from dataclasses import replace
from datetime import date

import pytest

from builders import ASOF, SESSION
from dashboard import plans
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.view.notes import Level
from khms_trader.dashboard.view.plan import PlanShown
from khms_trader.dashboard.view.plan_reading import (
    read_plan,
)
from khms_trader.dashboard.view.plan_trust import read_trust, trust_notes, universe_day

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


@pytest.fixture
def shown() -> PlanShown:
    return read_plan(plans.planned_room(), FILE)


def test_doubts_about_the_data_come_first_and_plainly() -> None:
    room = plans.provisional_room()
    shown = read_plan(room, FILE)

    notes = trust_notes(shown, read_trust(room, shown))

    assert [(note.level, note.text) for note in notes[:4]] == [
        (
            Level.WARNING,
            (
                "보유 종목 이름196170 196170: 일봉을 믿을 수 없어(격리) 팔 때인지 "
                "알 수 없습니다."
            ),
        ),
        (
            Level.WARNING,
            (
                "기준일 03.03 (화)의 거래량은 계획을 만들 때 아직 잠정치였습니다"
                "(20:10 에 확정)."
            ),
        ),
        (
            Level.NOTE,
            "신호를 내지 않은 1종목: 기준일에 거래 없음 (이름263750 263750)",
        ),
        (
            Level.NOTE,
            "신호를 내지 않은 1종목: 일봉을 믿을 수 없어 격리됨 (솔브레인 357780)",
        ),
    ]


def test_good_data_is_said_to_be_good(shown: PlanShown) -> None:
    notes = trust_notes(shown, read_trust(plans.planned_room(), shown))

    assert [note.text for note in notes if note.level is Level.GOOD] == [
        "기준일 03.03 (화)의 일봉은 확정치입니다.",
        "유니버스 6종목의 일봉에 의심스러운 곳이 없습니다.",
    ]


def test_an_older_universe_is_read_under_its_own_day() -> None:
    plan = replace(plans.the_plan(), universe_file="kosdaq_20260226.csv")

    assert universe_day(plan) == date(2026, 2, 26)
    assert universe_day(replace(plan, universe_file="mine.csv")) == ASOF
