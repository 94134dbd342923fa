"""Log entries as they are shown: folded, escaped, loud where it matters."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from builders import at
from dashboard.logs import LINES, Line
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.log_lines import log_html

NOW = at("09:30")


def test_what_a_traceback_ends_with_is_folded_and_its_frames_stay_in_the_file() -> None:
    html = log_html(LINES[2:], look(), NOW)

    assert '<div class="kt-text">터짐 &lt;script&gt;</div>' in html
    assert "<details><summary>자세히 (1줄)</summary><pre>KeyError: 1</pre>" in html
    assert "자세한 기록은 logs/khms_trader.log 파일에 있습니다." in html
    assert "Traceback" not in html


def test_a_single_line_has_nothing_to_unfold() -> None:
    html = log_html(LINES[:1], look(), NOW)

    assert "<details>" not in html
    assert "자세한 기록은" not in html
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


def test_lines_that_belong_to_no_entry_are_shown_without_their_frames() -> None:
    cut = '    raise ValueError(1)\n  File "a.py", line 3, in f\n    f()\nValueError: 1'
    lost = Line(text=cut, level="", at=None, name="")

    html = log_html([lost], look(), NOW)

    assert "시각 모름" in html
    assert '<div class="kt-text">ValueError: 1</div>' in html
    assert "raise" not in html
    assert "a.py" not in html
    assert "kt-level" not in html


def test_lines_that_are_frames_alone_say_that_they_were_cut() -> None:
    lost = Line(text="    raise ValueError(1)", level="", at=None, name="")

    html = log_html([lost], look(), NOW)

    assert "앞이 잘린 기록입니다." in html
    assert "raise" not in html


CHAIN = """\
터짐
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    first()
    ^^^^^^^
  [Previous line repeated 99 more times]
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 2, in <module>
    second()
ValueError: two"""
GROUP = """\
터짐
  + Exception Group Traceback (most recent call last):
  |   File "c.py", line 3, in <module>
  |     third()
  | ExceptionGroup: many (1 sub-exception)
  +-+---------------- 1 ----------------
    | TypeError: inner
    +------------------------------------"""


def test_no_frame_of_a_chain_or_a_group_reaches_the_page() -> None:
    chain = log_html([Line(text=CHAIN, level="ERROR")], look(), NOW)
    group = log_html([Line(text=GROUP, level="ERROR")], look(), NOW)

    assert "<pre>KeyError: &#x27;a&#x27;\nValueError: two</pre>" in chain
    assert "During handling" not in chain
    for html in (chain, group):
        assert '<div class="kt-text">터짐</div>' in html
        assert "자세한 기록은 logs/khms_trader.log 파일에 있습니다." in html
        assert ".py" not in html
        assert "Traceback" not in html


@given(
    st.lists(
        st.sampled_from(
            ["Traceback (most recent call last):", '  File "z.py", line 9', "    go()"]
        ),
        min_size=1,
        max_size=6,
    ).map("\n".join),
    st.text(max_size=12),
)
def test_no_frame_is_ever_drawn(frames: str, message: str) -> None:
    lines = [Line(text=f"{message}\n{frames}"), Line(text=frames, level="")]

    html = log_html(lines, look(), NOW)

    assert "z.py" not in html
    assert "Traceback" not in html
