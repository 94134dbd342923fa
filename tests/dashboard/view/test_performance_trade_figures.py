"""The figure of trades: days held against return, every known trade a point."""

import json
from dataclasses import replace
from typing import Any

from dashboard.performances import lived
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance import Performance, performance_of
from khms_trader.dashboard.view.performance_trade_figures import scatter_figure
from khms_trader.performance.trade import ClosedTrade, Trades
from performance.accounts import LOSS, TRADE

LOOK = look()


def spec(figure: Any) -> dict[str, Any]:  # noqa: ANN401 - plotly has no types
    drawn: dict[str, Any] = json.loads(figure.to_json())
    return drawn


def closed(*trades: ClosedTrade, name: str = "에코프로") -> Performance:
    return replace(
        performance_of(lived()), trades=Trades(closed=trades), names={"086520": name}
    )


def test_a_trade_is_a_point_of_days_and_percent() -> None:
    (points,) = spec(scatter_figure(closed(TRADE, LOSS), LOOK))["data"]

    assert (points["x"], points["y"]) == ([2, 2], [5.0, -10.0])
    assert points["marker"]["color"] == [LOOK.up, LOOK.down]
    assert points["text"][0] == (
        "<b>에코프로 086520</b><br>26.03.04 → 26.03.06<br>+50,000원 (+5.00%)<br>"
        "종가가 5일 전보다 낮음"
    )


def test_mark_up_in_a_name_is_text() -> None:
    (points,) = spec(scatter_figure(closed(TRADE, name="<b>A&B"), LOOK))["data"]

    assert points["text"][0].startswith("<b>&lt;b&gt;A&amp;B 086520</b><br>")


def test_trades_nobody_knows_the_days_of_are_no_points() -> None:
    unknown = replace(TRADE, opened=None, sessions_held=None)

    assert scatter_figure(closed(unknown), LOOK) is None
    assert scatter_figure(closed(), LOOK) is None
