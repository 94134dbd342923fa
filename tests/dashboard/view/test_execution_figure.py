"""The timeline as a figure: one line per order, everything labelled."""

import json

import pytest

from builders import at
from dashboard import executions
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.execution_figure import timeline_figure
from khms_trader.dashboard.view.execution_track import (
    Mark,
    MarkKind,
    Run,
    Track,
    runs,
)
from khms_trader.domain.order import Side


def the_run(name: str = "에코프로비엠") -> Run:
    (run,) = runs(executions.the_events(), {"247540": name})
    return run


def test_every_order_has_its_line_and_its_label() -> None:
    drawn = json.loads(timeline_figure(the_run(), look()).to_json())

    labels = [note["text"] for note in drawn["layout"]["annotations"]]
    assert len(labels) == 6
    assert labels[2].endswith("에코프로비엠 247540 10주 · 체결 10주")
    assert [trace["name"] for trace in drawn["data"] if "name" in trace] == [
        "주문 결정",
        "접수",
        "일부 체결",
        "체결",
        "취소·종료",
        "거부·접수 안 됨",
        "결과 모름",
    ]


def test_sides_are_drawn_in_the_colours_of_the_reader() -> None:
    korean = timeline_figure(the_run(), look()).to_json()
    western = timeline_figure(the_run(), look(is_western=True)).to_json()

    assert '"color":"#e0453f","width":3' in korean
    assert '"color":"#1f9d61","width":3' in western


def test_names_are_escaped() -> None:
    drawn = timeline_figure(the_run("<b>나쁜"), look()).to_json()

    assert "\\u003cb\\u003e나쁜" not in drawn
    assert "<b>나쁜" not in drawn


def test_a_run_of_no_length_still_has_an_axis() -> None:
    (run,) = runs(executions.the_events()[5:6], {})

    drawn = json.loads(timeline_figure(run, look()).to_json())

    assert drawn["layout"]["xaxis"]["range"] == [-0.03, 1.12]


def test_marks_of_the_same_moment_do_not_cover_each_other() -> None:
    moment = at("09:01:00")
    marks = tuple(
        Mark(kind=kind, at=moment, seconds=0.0, text="")
        for kind in (MarkKind.INTENDED, MarkKind.ACCEPTED, MarkKind.FILLED)
    )
    track = Track(
        key=executions.key("247540", Side.BUY), name="", quantity=1, marks=marks
    )

    run = Run(began_at=moment, tracks=(track,))
    drawn = json.loads(timeline_figure(run, look()).to_json())

    places = [trace["x"][0] for trace in drawn["data"] if "name" in trace]
    assert places == [0.0, pytest.approx(0.0486), pytest.approx(0.0972)]
    assert drawn["layout"]["xaxis"]["range"] == [-0.03, 1.12]
