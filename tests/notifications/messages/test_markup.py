"""Whatever a name holds, Telegram reads it as text and a person reads it in order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.notifications.messages.markup import (
    bold,
    digest_of,
    first_of,
    named,
    percent,
    reason_text,
    safe,
    short_reason,
    span_text,
    text_of,
    written_moment,
)
from notifications.messages.stories import is_telegram_html, plain

ODD = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="<>&b/\n\r\u202e\u2066א🙂\ud800 ", max_size=20),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A<b>&Co", "A&lt;b&gt;&amp;Co"),
        ("두\n줄\t이름", "두 줄 이름"),
        ("뒤집기\u202e321", "뒤집기 321"),
        ("조각\ud800", "조각"),
        ("שם 12", "\u2068שם 12\u2069"),
        ("🙂", "🙂"),
        (7, "7"),
    ],
)
def test_a_text_from_outside_opens_no_tag_breaks_no_line_and_turns_nothing(
    text: object, shown: str
) -> None:
    assert safe(text) == shown


@settings(max_examples=150)
@given(text=ODD)
def test_any_text_is_one_line_of_html_that_can_be_sent(text: str) -> None:
    html = bold(safe(text))

    assert is_telegram_html(html)
    assert "\n" not in html
    assert html.encode()


@settings(max_examples=100)
@given(text=st.text(alphabet="<>&abc;lt", max_size=20))
def test_what_is_made_safe_reads_as_it_was(text: str) -> None:
    assert plain(safe(text)) == " ".join(text.split())


def test_a_name_is_followed_by_its_symbol_and_may_be_missing() -> None:
    assert named("A&B", "086520") == "A&amp;B 086520"
    assert named("", "086520") == "086520"


def test_a_reason_is_told_in_korean_and_in_short() -> None:
    assert reason_text("no_slot") == "빈 자리 없음(max_positions)"
    assert short_reason("no_slot") == "빈 자리 없음"
    assert reason_text("<odd>") == "&lt;odd&gt;"


def test_a_list_too_long_for_a_message_is_cut_and_counted() -> None:
    assert first_of(["가"] * 30) == ["가"] * 30
    assert first_of(["가"] * 35)[30:] == ["외 5건"]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-3, "0분"), (0, "0분"), (59, "59분"), (61, "1시간 1분"), (1_500, "1일 1시간")],
)
def test_a_span_is_told_in_its_largest_two_units(minutes: int, told: str) -> None:
    assert span_text(timedelta(minutes=minutes)) == told


def test_an_unknown_percentage_is_a_dash() -> None:
    assert (percent(None), percent(Decimal("1.2"))) == ("-", "+1.20%")


def test_a_written_moment_is_shown_as_one_if_it_is_one() -> None:
    assert written_moment("2026-03-04T10:00:00+09:00") == "2026-03-04 (수) 10:00"
    assert written_moment("<어제>") == "&lt;어제&gt;"


def test_empty_lines_are_left_out() -> None:
    assert text_of(["가", "", "나"]) == "가\n나"


def test_a_digest_takes_any_text() -> None:
    assert digest_of(["\ud800"]) != digest_of([""])
    assert len(digest_of(["가"])) == 12
