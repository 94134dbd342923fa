"""The way from the chosen universe to what was bought, and where it begins."""

from dataclasses import replace

import pytest

from builders import SESSION
from dashboard import executions, plans
from khms_trader.dashboard.sources import PlanFile
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.plan import PlanShown
from khms_trader.dashboard.view.plan_funnel import funnel, funnel_html
from khms_trader.dashboard.view.plan_reading import read_plan

FILE = PlanFile(session=SESSION, name="next_open_plan_20260304.json")


@pytest.fixture
def shown() -> PlanShown:
    return read_plan(plans.planned_room(), FILE)


def test_the_universe_narrows_down_to_what_may_trade(shown: PlanShown) -> None:
    steps = funnel(shown, plans.CHOSEN)

    assert [(step.name, step.count) for step in steps] == [
        ("고른 종목(유니버스)", 6),
        ("판단한 종목", 4),
        ("매수 신호", 5),
        ("살 수 있는 줄", 2),
    ]
    assert steps[0].note == "kosdaq_20260303.csv"
    assert steps[1].note == "일봉이 온전한 종목, 2개 빠짐"
    assert funnel_html(steps, look()).count("width:") == 4


def test_after_the_open_it_ends_with_what_was_sent_and_filled(shown: PlanShown) -> None:
    lines = executions.the_report().lines
    reports = {(line.symbol, line.side): line for line in lines}

    steps = funnel(replace(shown, reports=reports, is_executed=True), plans.CHOSEN)

    assert [(step.name, step.count) for step in steps[-2:]] == [
        ("보낸 매수", 4),
        ("체결된 매수", 2),
    ]


def test_where_prepare_noted_it_the_way_begins_with_the_listing(
    shown: PlanShown,
) -> None:
    noted = {"kind": 40, "designated": 7, "no_turnover": 0, "limit": 1_147}

    steps = funnel(replace(shown, sorted_out=noted), plans.CHOSEN)

    assert [(step.name, step.count) for step in steps[:3]] == [
        ("상장 종목", 1_200),
        ("거르고 남은 종목", 1_153),
        ("고른 종목(유니버스)", 6),
    ]
    assert steps[1].note == ("뺀 종목: 종류(우선주·ETF·SPAC) 40 · 관리·경고 등 지정 7")
    assert "고른 종목부터 보입니다." not in funnel_html(steps, look())


def test_it_says_where_it_begins_when_nobody_noted_what_was_sorted_out(
    shown: PlanShown,
) -> None:
    html = funnel_html(funnel(shown, plans.CHOSEN), look())

    assert "고른 종목부터 보입니다." in html


def test_without_its_universe_file_it_begins_with_the_signals(
    shown: PlanShown,
) -> None:
    steps = funnel(shown, None)

    assert [step.name for step in steps] == ["매수 신호", "살 수 있는 줄"]
    assert "유니버스 파일이 없어" in funnel_html(steps, look())
