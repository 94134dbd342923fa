"""The tables of the page 지금."""

from datetime import date, time

from dashboard.nows import a_big_room, a_full_room, a_troubled_room, shown
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.now_ahead import DayAhead
from khms_trader.dashboard.view.now_tables import (
    ahead_html,
    apart_html,
    differences_html,
    held_html,
    orders_html,
    unknown_html,
)
from khms_trader.dashboard.view.tile_html import ALARM

LOOK = look()


def test_a_holding_shows_everything_about_it() -> None:
    room = a_full_room()

    made = held_html(shown(room), room.calendar, LOOK)

    for text in ("에코프로", "086520", "+12,000원", "+10.00%", "13,200", "12,000"):
        assert text in made
    for text in ("10주", "132,000", "2.5%", "2일"):
        assert text in made
    assert made.count(LOOK.up) == 1


def test_a_holding_without_a_price_has_a_dash_for_a_profit() -> None:
    made = apart_html(shown(a_full_room()), LOOK)

    assert made.index("삼성전자") < made.index("에코프로비엠")
    assert "기존 보유" in made
    assert "외부" in made
    assert "–" in made
    assert LOOK.down in made


def test_200_holdings_are_all_there() -> None:
    room = a_big_room()

    assert held_html(shown(room), room.calendar, LOOK).count("<tr>") == 201


def test_open_orders_are_red() -> None:
    now = shown(a_troubled_room())

    made = orders_html(now.orders, LOOK)

    assert made.count(ALARM) == 2
    assert "대기" in made
    assert "확인 필요" in made


def test_an_unknown_order_says_what_was_asked() -> None:
    now = shown(a_troubled_room())

    made = unknown_html(now.unknown, now, LOOK)

    for text in ("247540", "03.04", "매수", "5주", "9,900", "확인 필요"):
        assert text in made


def test_a_difference_shows_both_sides() -> None:
    made = differences_html(shown(a_troubled_room()), LOOK)

    assert "10주" in made
    assert "12주" in made
    assert "주문이 진행 중" in made


def test_the_strip_marks_today_holidays_and_special_hours() -> None:
    days = (
        DayAhead(
            day=date(2025, 12, 30), opens=time(9), closes=time(15, 30), is_today=True
        ),
        DayAhead(day=date(2026, 1, 1)),
        DayAhead(
            day=date(2026, 1, 2), opens=time(10), closes=time(15, 30), is_special=True
        ),
    )

    made = ahead_html(days)

    assert "오늘 12.30 화" in made
    assert "09:00–15:30" in made
    assert "휴장" in made
    assert "10:00–15:30 시간이 다름" in made
