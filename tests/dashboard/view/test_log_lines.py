"""Log entries as they are shown: folded, escaped, loud where it matters."""

from datetime import date

from builders import at
from dashboard.logs import LINES, Line
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.log_lines import log_html

NOW = at("09:30")


def test_what_a_traceback_ends_with_is_folded_and_its_frames_stay_in_the_file() -> None:
    html = log_html(LINES[2:], look(), NOW)

    assert '<div class="kt-text">터짐 &lt;script&gt;</div>' in html
    assert "<details><summary>자세히 (1줄)</summary><pre>KeyError: 1</pre>" in html
    assert "Traceback" not in html


def test_a_single_line_has_nothing_to_unfold() -> None:
    html = log_html(LINES[:1], look(), NOW)

    assert "<details>" not in html
    assert "<span>09:01:02</span>" in html
    assert "정보" in html
    assert "<span>execution.send</span>" in html


def test_warnings_and_errors_are_loud() -> None:
    loud = [log_html([line], look(), NOW).count("kt-loud") for line in LINES]

    assert loud == [0, 1, 1]


def test_an_entry_of_another_day_says_its_day() -> None:
    old = Line(text="옛", at=at("09:01:02", date(2026, 3, 3)))
    older = Line(text="옛", at=at("09:01:02", date(2025, 12, 30)))

    assert "<span>03.03 09:01:02</span>" in log_html([old], look(), NOW)
    assert "<span>2025.12.30 09:01:02</span>" in log_html([older], look(), NOW)


def test_lines_that_belong_to_no_entry_are_shown_all_the_same() -> None:
    lost = Line(text="  File cut", level="", at=None, name="")

    html = log_html([lost], look(), NOW)

    assert "시각 모름" in html
    assert "  File cut" in html
    assert "kt-level" not in html
