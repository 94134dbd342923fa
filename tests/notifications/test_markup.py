"""Telegram's HTML: nothing is lost by cutting, and nothing is left open."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from khms_trader.notifications.markup import escaped, plain, split, units

TAGS = ["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<pre>", "</pre>"]
LETTERS = ["\n", " ", "가", "𝄞", "🙂", "x" * 50, "&amp;", "&lt;", "&#128578;"]
MISTAKES = ["<", "&", ">", "<a href='x'>", "</b", "&nbsp;", "&#x1F642;"]
PIECES = st.sampled_from([*TAGS, *LETTERS, *MISTAKES])
SOURCES = st.lists(PIECES, max_size=120).map("".join) | st.text(max_size=300)
LIMITS = st.integers(64, 200)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_balanced(part: str) -> bool:
    """Return whether only the four tags are there, each closed in its order."""
    open_tags: list[str] = []
    for close, tag in re.findall(r"<(/?)([^>]*)>?", part):
        if tag not in {"b", "i", "code", "pre"}:
            return False
        if not close:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            return False
    return not open_tags


@given(SOURCES, LIMITS, LIMITS)
@settings(max_examples=150)
@example("<b>" * 500 + "가" * 500, 64, 64)
@example("<b><i></b>x</i>" * 20, 64, 64)
def test_parts_show_what_the_whole_shows_and_fit(
    source: str, first: int, rest: int
) -> None:
    parts = split(source, first=first, rest=rest)

    assert "".join(map(plain, parts)) == plain(source)
    assert [part for part in parts[:1] if utf16(part) > first] == []
    assert [part for part in parts[1:] if utf16(part) > rest] == []
    assert all(is_balanced(part) for part in parts)
    assert all(re.search(r"&(?!\w+;|#\w+;)", part) is None for part in parts)
    assert all(plain(part) for part in parts)


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_escaped_text_shows_itself(text: str) -> None:
    assert plain(escaped(text)) == text
    assert is_balanced(escaped(text))


@given(st.text(max_size=100))
@settings(max_examples=50)
def test_length_is_counted_as_telegram_does(text: str) -> None:
    assert units(text) == utf16(text)


def test_a_short_text_stays_whole() -> None:
    assert split("<b>한</b> 줄", first=64, rest=64) == ("<b>한</b> 줄",)
    assert split("", first=64, rest=64) == ()


def test_a_part_ends_at_a_line() -> None:
    source = "".join(f"{number:02} " + "x" * 26 + "\n" for number in range(4))

    parts = split(source, first=64, rest=64)

    assert [part.count("\n") for part in parts] == [2, 2]
    assert all(part.endswith("\n") for part in parts)


def test_without_lines_a_part_ends_at_a_blank() -> None:
    parts = split("x" * 40 + " " + "y" * 40, first=64, rest=64)

    assert parts == ("x" * 40 + " ", "y" * 40)


def test_tags_are_closed_and_opened_again_around_a_cut() -> None:
    parts = split("<b>" + "x" * 80 + "</b>", first=64, rest=64)

    assert parts == (f"<b>{'x' * 57}</b>", f"<b>{'x' * 23}</b>")


def test_no_letter_of_two_units_is_cut() -> None:
    parts = split("🙂" * 40, first=65, rest=65)

    assert parts == ("🙂" * 32, "🙂" * 8)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<b>3 &lt; 4 &amp;amp;</b>", "3 < 4 &amp;"),
        ("<a href='x'>&nbsp;", "<a href='x'>&nbsp;"),
        ("half \ud83d", "half \ud83d"),
    ],
)
def test_what_a_text_shows(source: str, said: str) -> None:
    assert plain(source) == said


def test_half_a_letter_is_written_as_a_question_mark() -> None:
    assert escaped("half \ud83d & <b>") == "half ? &amp; &lt;b&gt;"
