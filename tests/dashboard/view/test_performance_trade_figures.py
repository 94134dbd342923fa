"""Figures about trades: every name whole, every trade counted."""

import json
from dataclasses import replace
from typing import Any

from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance_trade_figures import (
    reasons_figure,
    scatter_figure,
    symbols_figure,
)
from khms_trader.performance.trade import ClosedTrade, ExitKind
from performance.accounts import FRI, WED

LOOK = look()
TRADE = ClosedTrade(
    symbol="086520",
    opened=WED,
    closed=FRI,
    sessions_held=2,
    quantity=100,
    buy_value=1_000_000,
    sell_value=1_050_000,
    fee=0,
    tax=0,
    kind=ExitKind.PLAN,
    reason="종가가 5일 전보다 낮음",
)
LOSS = replace(TRADE, sell_value=900_000, kind=ExitKind.MANUAL, reason="")


def spec(figure: Any) -> dict[str, Any]:  # noqa: ANN401 - plotly has no types
    drawn: dict[str, Any] = json.loads(figure.to_json())
    return drawn


def words(figure: Any) -> list[str]:  # noqa: ANN401 - as above
    return [note["text"] for note in spec(figure)["layout"]["annotations"]]


def test_a_trade_is_a_point_of_days_and_percent() -> None:
    (points,) = spec(scatter_figure([TRADE, LOSS], {"086520": "에코프로"}, LOOK))[
        "data"
    ]

    assert (points["x"], points["y"]) == ([2, 2], [5.0, -10.0])
    assert points["marker"]["color"] == [LOOK.up, LOOK.down]
    assert points["text"][0] == (
        "<b>에코프로 086520</b><br>26.03.04 → 26.03.06<br>+50,000원 (+5.00%)<br>"
        "종가가 5일 전보다 낮음"
    )


def test_trades_nobody_knows_the_days_of_are_no_points() -> None:
    unknown = replace(TRADE, opened=None, sessions_held=None)

    assert scatter_figure([unknown], {}, LOOK) is None


def test_reasons_come_with_their_sum_and_count() -> None:
    plan, manual = words(reasons_figure([TRADE, TRADE, LOSS], LOOK))

    assert plan == (
        "종가가 5일 전보다 낮음<br>"
        '<b><span style="color:#e0453f">+100,000원</span></b> · 2건 중 2건 이익'
    )
    assert manual == (
        "직접 매도(도구)<br>"
        '<b><span style="color:#3579e6">−100,000원</span></b> · 1건 중 0건 이익'
    )


def test_a_long_reason_is_wrapped_and_never_cut() -> None:
    long = replace(TRADE, reason="종가가 스무 날 평균보다 낮고 거래량이 마르고 " * 3)

    (text,) = words(reasons_figure([long], LOOK))

    assert text.count("<br>") == 3
    assert "".join(text.split("<b>")[0].split("<br>")).count("마르고") == 3


def test_mark_up_in_a_name_is_text() -> None:
    (text,) = words(symbols_figure([TRADE], {"086520": "<b>A&B"}, LOOK))

    assert text.startswith("&lt;b&gt;A&amp;B 086520<br>")


def test_many_symbols_are_the_ten_that_matter_and_the_rest_as_one() -> None:
    trades = [
        replace(TRADE, symbol=f"{number:05d}0", sell_value=1_000_000 + number * 1_000)
        for number in range(1, 21)
    ]

    found = words(symbols_figure(trades, {}, LOOK))

    assert len(found) == 10
    assert found[0].startswith("000200<br>")
    assert found[-1].startswith("그 밖의 11종목<br>")
    assert "+66,000원" in found[-1]
    assert "11건 중 11건 이익" in found[-1]


def test_without_trades_there_is_no_figure() -> None:
    assert scatter_figure([], {}, LOOK) is None
    assert reasons_figure([], LOOK) is None
    assert symbols_figure([], {}, LOOK) is None
