"""How a message is cut and what is said above it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khms_trader.domain.message import Claimed, Level, Message
from khms_trader.market.calendar import SEOUL
from khms_trader.notifications.markup import plain
from khms_trader.notifications.parts import parts_of, words_above

AT = datetime(2026, 11, 23, 9, 2, tzinfo=SEOUL)


def message(html: str, picture: bytes | None = None) -> Message:
    return Message(key="a", level=Level.INFO, html=html, at=AT, picture=picture)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(
    st.text("가🙂<&b\n ", max_size=40).map(lambda text: text * 150),
    st.none() | st.just(b"PNG"),
    st.timedeltas(timedelta(0), timedelta(days=9_000)),
)
@settings(max_examples=25, deadline=None)
def test_every_part_has_room_for_what_is_said_above_it(
    html: str, picture: bytes | None, age: timedelta
) -> None:
    parts = parts_of(message(html, picture))
    claimed = Claimed(message=message(html), lease="", is_repeat=True)

    above = words_above(claimed, AT + age)

    limits = [1_024 if part.picture else 4_096 for part in parts]
    lengths = [utf16(above + part.html) for part in parts]
    assert [n for n, most in zip(lengths, limits, strict=True) if n > most] == []
    assert [part.picture for part in parts[1:] if part.picture] == []
    shown = "".join(plain(part.html) for part in parts)
    assert shown.split() == plain(html).split()


def test_a_picture_without_words_is_a_part() -> None:
    assert [part.picture for part in parts_of(message("", b"PNG"))] == [b"PNG"]
    assert parts_of(message("")) == ()


@pytest.mark.parametrize(
    ("age", "is_repeat", "said"),
    [
        (timedelta(minutes=-3), False, ""),
        (timedelta(minutes=5), False, ""),
        (timedelta(minutes=5, seconds=1), False, "⏱ 5분 전 소식\n"),
        (timedelta(minutes=59), False, "⏱ 59분 전 소식\n"),
        (timedelta(hours=47), True, "⏱ 47시간 전 소식 (다시 보냄)\n"),
        (timedelta(hours=48), False, "⏱ 2일 전 소식\n"),
        (timedelta(0), True, "(다시 보냄)\n"),
    ],
)
def test_what_is_late_or_repeated_says_so(
    age: timedelta, said: str, *, is_repeat: bool
) -> None:
    claimed = Claimed(message=message("x"), lease="", is_repeat=is_repeat)

    assert words_above(claimed, AT + age) == said
