"""Figures along the sessions: what they hold, and that a phone can show them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from dashboard.performances import SYMBOL, lived
from dashboard.rooms import ListedJournal, StillMarket
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.performance import Performance, performance_of
from khms_trader.dashboard.view.performance_figures import (
    equity_figure,
    rolling_figure,
    worth_figure,
)
from khms_trader.market.calendar import Calendar
from performance.accounts import FRI, MON, THU, TUE, TUE2, WED, held, looked

LOOK = look()


def spec(figure: Any) -> dict[str, Any]:  # noqa: ANN401 - plotly has no types
    drawn: dict[str, Any] = json.loads(figure.to_json())
    return drawn


def trace(figure: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - as above
    found: list[dict[str, Any]] = spec(figure)["data"]
    return next(each for each in found if each["name"] == name)


def of_prices(*prices: int) -> Performance:
    sessions = Calendar().sessions(TUE, TUE + timedelta(days=400))
    looks = [
        looked(session, 0, held(SYMBOL, 100, price))
        for session, price in zip(sessions, prices, strict=False)
    ]
    return performance_of(lived(journal=ListedJournal(happened=looks)))


def test_account_benchmark_and_drawdown_share_their_sessions() -> None:
    figure = equity_figure(performance_of(lived()), LOOK)

    account, benchmark = trace(figure, "계좌"), trace(figure, "229200")
    assert account["x"] == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
    assert account["y"] == pytest.approx([0.0, 1.0, 1.0, 1.834710])
    assert benchmark["y"] == pytest.approx([0.0, 1.0, 2.0, 3.0])
    assert trace(figure, "낙폭")["y"] == [0.0, 0.0, 0.0, 0.0]
    assert account["text"] == ["0.00%", "+1.00%", "+1.00%", "+1.83%"]


def test_a_hair_below_nothing_is_told_without_a_sign() -> None:
    # -0.002 % on the second session and back again.
    figure = equity_figure(of_prices(100_000, 99_998, 100_000), LOOK)

    assert trace(figure, "계좌")["text"] == ["0.00%", "0.00%", "0.00%"]
    assert trace(figure, "낙폭")["text"] == ["0.00%", "0.00%", "0.00%"]


def test_a_deposit_is_marked_where_it_came() -> None:
    figure = equity_figure(performance_of(lived()), LOOK)

    mark = trace(figure, "입출금·초기화")
    assert (mark["x"], mark["text"]) == (["2026-03-05"], ["입금 +2,000,000원"])
    assert [line["x0"] for line in spec(figure)["layout"]["shapes"]] == ["2026-03-05"]


def test_without_benchmark_and_flows_only_the_account_is_drawn() -> None:
    shown = performance_of(
        lived(
            journal=ListedJournal(happened=[looked(TUE, 5_000), looked(WED, 5_000)]),
            market=StillMarket(),
        )
    )

    names = [each["name"] for each in spec(equity_figure(shown, LOOK))["data"]]
    assert names == ["계좌", "낙폭"]


def test_what_the_account_is_worth_keeps_the_deposit() -> None:
    figure = worth_figure(performance_of(lived()), LOOK)

    assert trace(figure, "총자산")["y"] == [
        10_000_000,
        10_100_000,
        12_100_000,
        12_200_000,
    ]


def test_the_rolling_ratio_waits_for_sixty_returns() -> None:
    few = of_prices(*[10_000 + number % 3 for number in range(60)])
    enough = of_prices(*[10_000 + number % 3 for number in range(61)])

    assert rolling_figure(few, LOOK) is None
    figure = rolling_figure(enough, LOOK)
    assert figure is not None
    assert [value is not None for value in trace(figure, "샤프")["y"]] == [
        *[False] * 59,
        True,
    ]


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_figure_is_clear_and_leaves_the_fonts_to_the_page(
    *, is_dark: bool
) -> None:
    shown, seen = performance_of(lived()), look(is_dark=is_dark)

    for draw in (equity_figure, worth_figure):
        layout = spec(draw(shown, seen))["layout"]
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
        assert "font" not in layout


def test_flows_of_one_session_make_one_line() -> None:
    looks = [
        looked(TUE, 1_000_000),
        looked(WED, 2_100_000, clock="09:00"),
        looked(WED, 3_200_000),
        looked(THU, 3_200_000),
        looked(FRI, 3_200_000),
        looked(MON, 3_200_000),
        looked(TUE2, 3_200_000),
    ]
    shown = performance_of(lived(journal=ListedJournal(happened=looks)))

    figure = equity_figure(shown, LOOK)

    assert len(spec(figure)["layout"]["shapes"]) == 1
    assert trace(figure, "입출금·초기화")["text"] == [
        "입금 +1,100,000원<br>입금 +1,100,000원"
    ]
