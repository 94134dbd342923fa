"""The day in one message."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, SESSION, a_holding, at
from khms_trader.domain.message import Level
from khms_trader.notifications.messages.equity import EquityPoint
from khms_trader.notifications.messages.summary import DayTold, daily_summary
from notifications.messages.stories import (
    NEXT,
    a_line,
    a_report,
    is_telegram_html,
    plain,
    plan_told,
    the_account,
    the_plan,
)

DAY = DayTold(
    session=SESSION,
    at=at("15:40"),
    account=the_account(),
    points=(
        EquityPoint(session=ASOF, total=1_000_000),
        EquityPoint(session=SESSION, total=7),
        EquityPoint(session=NEXT, total=9),
    ),
    report=a_report(a_line("sell 000009")),
    plan=plan_told(the_plan(for_trading_day=NEXT)),
)


def test_a_day_is_told_with_its_change_holdings_orders_and_next_plan() -> None:
    message = daily_summary(DAY, b"png")

    assert message.key == "summary:virtual-0a1b2c3d:20260304"
    assert (message.level, message.picture) == (Level.INFO, b"png")
    assert plain(message).split("\n") == [
        "하루 정리 2026-03-04 (수) · virtual-0a1b2c3d",
        "총평가 1,090,720원 (앞 거래일보다 +90,720원, +9.07%)",
        "예수금 1,000,000원 · D+2 1,000,000원",
        "보유 1종목",
        "· 이름000009 000009 · 7주 · +6,720원 (+8.00%)",
        "오늘 주문: 매도 체결 1건",
        "다음 계획: 2026-03-05 (목) 매수 2건(120,120원) · 매도 1건",
    ]


def test_a_first_day_has_no_change_and_may_have_nothing_else() -> None:
    account = replace(the_account(), holdings=(), total=5)
    day = replace(DAY, account=account, points=(), report=None, plan=None)

    assert plain(daily_summary(day)).split("\n")[1:] == [
        "총평가 5원",
        "예수금 1,000,000원 · D+2 1,000,000원",
        "보유 종목이 없습니다.",
        "오늘 주문: 실행 기록 없음",
    ]


def test_a_holding_without_a_price_says_so() -> None:
    holding = replace(a_holding("000009 x7"), price=0, average_price=Decimal(0))
    day = replace(DAY, account=replace(the_account(), holdings=(holding,)))

    assert "· 이름000009 000009 · 7주 · 현재가 모름" in plain(daily_summary(day))


def test_the_curve_ends_with_the_account_of_this_summary() -> None:
    assert DAY.curve == (
        EquityPoint(session=ASOF, total=1_000_000),
        EquityPoint(session=SESSION, total=1_090_720),
    )


@settings(max_examples=40)
@given(name=st.text(max_size=12))
def test_any_name_gives_html_that_can_be_sent(name: str) -> None:
    holding = replace(a_holding("000009 x7"), name=name)
    account = replace(the_account(), account=name, holdings=(holding,))

    assert is_telegram_html(daily_summary(replace(DAY, account=account)).html)
