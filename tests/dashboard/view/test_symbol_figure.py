"""The figure: every day once, halted and limit days shaded, our fills marked."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.symbols import (
    REASONS,
    SYMBOL,
    the_orders,
    the_panel,
    the_signals,
)
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.symbol import SymbolBars, bars_of, fills_of
from khms_trader.dashboard.view.symbol_figure import (
    counted,
    symbol_figure,
    ticks_of,
    volume_ticks,
)

KOREAN, WESTERN = look(), look(is_western=True)


def the_bars(*, has_signals: bool = True) -> SymbolBars:
    bars = bars_of(the_panel(), SYMBOL, the_signals() if has_signals else None)
    assert bars is not None
    return bars


def drawn(bars: SymbolBars | None = None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any option
    fills = fills_of(the_orders(), SYMBOL, REASONS)
    made: dict[str, Any] = symbol_figure(
        bars or the_bars(), fills, KOREAN, **changes
    ).to_plotly_json()
    return made


def traces(made: dict[str, Any]) -> dict[str, Any]:
    return {trace.get("name", trace["type"]): trace for trace in made["data"]}


def test_days_are_categories_so_that_holidays_leave_no_gap() -> None:
    axis = drawn()["layout"]["xaxis"]

    assert axis["type"] == "category"
    assert axis["categoryarray"] == [
        "2026-02-13",
        "2026-02-19",
        "2026-02-20",
        "2026-02-23",
        "2026-02-24",
        "2026-02-25",
        "2026-02-26",
        "2026-02-27",
        "2026-03-03",
    ]
    assert axis["ticktext"] == ["26.03"]


def test_a_day_without_a_row_has_no_candle() -> None:
    candles = traces(drawn())["candlestick"]

    assert candles["close"][3:6] == [9_100, None, 9_500]
    assert "일봉 없음" in candles["hovertext"][4]
    assert candles["hovertext"][1] == (
        "<b>2026.02.19 (목)</b><br><b>상한가 마감</b><br>시 12,900 · 고 13,000<br>"
        "저 12,900 · 종 13,000 (+30.00%)<br>거래량 300주<br>진입 신호"
    )


def test_candles_rise_in_the_colour_of_the_reader() -> None:
    korean = traces(drawn())["candlestick"]
    western = symbol_figure(the_bars(), (), WESTERN).to_plotly_json()["data"][0]

    assert korean["increasing"]["fillcolor"] == "#e0453f"
    assert korean["decreasing"]["fillcolor"] == "#3579e6"
    assert western["increasing"]["fillcolor"] == "#1f9d61"


def test_halted_and_limit_days_are_shaded_through_all_panes() -> None:
    shapes = drawn()["layout"]["shapes"]

    assert [(s["x0"], s["x1"], s["fillcolor"]) for s in shapes] == [
        (0.5, 1.5, "#e0453f"),
        (1.5, 2.5, "#7b818c"),
        (2.5, 3.5, "#3579e6"),
        (3.5, 4.5, "#7b818c"),
    ]
    assert {(s["yref"], s["y0"], s["y1"]) for s in shapes} == {("paper", 0, 1)}


def test_our_fills_stand_at_their_price_and_session() -> None:
    shown = traces(drawn())
    bought, sold = shown["우리 매수"], shown["우리 매도"]

    assert (bought["x"], bought["y"]) == (["2026-02-25"], [9_400.0])
    assert (sold["x"], sold["y"]) == (["2026-02-27"], [9_600.5])
    assert (bought["marker"]["symbol"], sold["marker"]["symbol"]) == (
        "triangle-up",
        "triangle-down",
    )
    assert sold["hovertext"] == [
        "2026.02.27 (금)<br>매도 4주 @9,600.5원<br>종가가 낮음"
    ]


def test_no_figure_is_strewn_over_the_candles() -> None:
    marks = [traces(drawn())[name] for name in ("우리 매수", "우리 매도")]

    assert [mark["mode"] for mark in marks] == ["markers", "markers"]
    assert [mark for mark in marks if "text" in mark] == []


def test_a_fill_of_today_is_shown_before_its_bar_is_there() -> None:
    fills = fills_of(the_orders(), SYMBOL, REASONS)
    today = replace(fills[0], session=date(2026, 3, 4))

    made = symbol_figure(the_bars(), (today,), KOREAN).to_plotly_json()

    assert made["layout"]["xaxis"]["categoryarray"][-1] == "2026-03-04"
    assert traces(made)["우리 매수"]["x"] == ["2026-03-04"]


def test_signals_are_bands_and_figures_lines() -> None:
    shown = traces(drawn(named={"ma": "20일 평균"}.__getitem__, average=9_333.3))

    assert shown["진입"]["y"] == [None, 0.8, *[None] * 6, 0.8]
    assert shown["이탈"]["y"][3] == 0.8
    assert shown["20일 평균"]["y"][:3] == [None, None, 12_000.0]
    assert shown["20일 평균"]["yaxis"] == "y"
    assert shown["평균 매수가"]["y"] == [9_333.3, 9_333.3]


def test_without_signals_there_is_no_band() -> None:
    made = drawn(the_bars(has_signals=False))

    assert "진입" not in traces(made)
    assert "yaxis3" not in made["layout"]


def test_figures_of_their_own_size_get_a_pane_each_up_to_three() -> None:
    odd: dict[str, tuple[float | None, ...]] = {
        f"own{number}": (-1.0,) * 9 for number in range(4)
    }

    made = drawn(replace(the_bars(), indicators=odd))

    assert [traces(made)[f"own{number}"]["yaxis"] for number in range(3)] == [
        "y4",
        "y5",
        "y6",
    ]
    assert "own3" not in traces(made)
    assert made["layout"]["xaxis"]["anchor"] == "y6"
    assert made["layout"]["yaxis6"]["domain"][0] == pytest.approx(0, abs=1e-9)


def test_ticks_are_few_first_days_of_months() -> None:
    days = [date(2025, 1, 2), *(date(2025, month, 3) for month in range(2, 13))]

    assert ticks_of(days) == (
        date(2025, 2, 3),
        date(2025, 5, 3),
        date(2025, 8, 3),
        date(2025, 11, 3),
    )
    assert ticks_of(days[:1]) == (date(2025, 1, 2),)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, (0,)),
        (1, (0, 1)),
        (12_345, (0, 10_000)),
        (45_000_000, (0, 20_000_000, 40_000_000)),
        (70_000_000, (0, 50_000_000)),
    ],
)
def test_volume_is_measured_in_round_numbers(most: int, ticks: tuple[int, ...]) -> None:
    assert volume_ticks(most) == ticks


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (900, "900"),
        (10_000, "1만"),
        (50_000_000, "5,000만"),
        (200_000_000, "2억"),
        (150_000_000, "1.5억"),
    ],
)
def test_shares_are_counted_as_koreans_do(number: int, text: str) -> None:
    assert counted(number) == text
