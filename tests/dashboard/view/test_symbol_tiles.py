"""Tiles, legend and fills of a symbol, as a person reads them."""

from dataclasses import replace

import pytest

from builders import a_holding, an_account, at
from dashboard.symbols import (
    REASONS,
    SYMBOL,
    seen_room,
    the_orders,
    the_panel,
    the_signals,
)
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.style import look
from khms_trader.dashboard.view.symbol import SymbolBars, bars_of, fills_of
from khms_trader.dashboard.view.symbol_facts import SymbolFacts
from khms_trader.dashboard.view.symbol_tiles import (
    fill_cells,
    legend_html,
    short_won,
    symbol_tiles,
)
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.view.tile_html import Tile, Tone

NOW = at("09:30")


def the_bars() -> SymbolBars:
    bars = bars_of(the_panel(), SYMBOL, the_signals())
    assert bars is not None
    return bars


def tiles(
    facts: SymbolFacts, seen: LiveView, bars: SymbolBars | None = None
) -> dict[str, Tile]:
    shown = symbol_tiles(facts, bars or the_bars(), seen, NOW)
    return {tile.label: tile for tile in shown}


def test_the_newest_bar_is_told_with_its_age_and_what_is_held() -> None:
    holding = a_holding(f"{SYMBOL} x6")
    seen = LiveView(account=an_account(holding, read_at="09:29"))

    shown = tiles(SymbolFacts(symbol=SYMBOL), seen)

    assert (shown["종가"].value, shown["종가"].sub) == ("9,900원", "전 봉 대비 +3.12%")
    assert shown["마지막 봉"].value == "2026.03.03 (화)"
    assert (shown["마지막 봉"].age, shown["마지막 봉"].is_stale) == ("확정", False)
    assert shown["마지막 봉의 신호"].value == "진입"
    assert shown["마지막 봉의 신호"].sub == "종가가 높음"
    assert (shown["보유"].value, shown["보유"].sub) == ("6주", "평균 12,000원")
    assert (shown["보유"].age, shown["보유"].is_stale) == ("계좌 1분 전", False)
    assert "지정" not in shown


def test_what_is_doubtful_says_so() -> None:
    late = SymbolFacts(symbol=SYMBOL, missing=2)
    early = SymbolFacts(symbol=SYMBOL, is_provisional=True)

    missing = tiles(late, LiveView())["마지막 봉"]

    assert (missing.age, missing.tone) == ("그 뒤 2거래일의 일봉이 없음", Tone.CAUTION)
    assert missing.is_stale
    assert tiles(early, LiveView())["마지막 봉"].age == "거래량이 아직 잠정치"


def test_an_account_that_is_old_or_unread_says_so() -> None:
    old = LiveView(account=an_account(read_at="08:00"))

    assert tiles(SymbolFacts(symbol=SYMBOL), LiveView())["보유"].value == "알 수 없음"
    held = tiles(SymbolFacts(symbol=SYMBOL), old)["보유"]
    assert (held.value, held.age) == ("없음", "계좌 1시간 전 · 오래된 값")


def test_a_halted_last_day_is_told_beside_the_close() -> None:
    bars = bars_of(the_panel().last(9).until(the_panel().sessions[2]), SYMBOL, None)
    assert bars is not None

    shown = tiles(SymbolFacts(symbol=SYMBOL), LiveView(), bars)

    assert shown["종가"].sub == "전 봉 대비 0.00% · 거래 없음(정지)"
    assert shown["종가"].tone is Tone.CAUTION
    assert "마지막 봉의 신호" not in shown


def test_a_designation_is_a_tile_of_its_own() -> None:
    listed = seen_room().market.universe(the_panel().sessions[-1])
    assert listed is not None

    shown = tiles(SymbolFacts(symbol=SYMBOL, instrument=listed[0]), LiveView())

    assert shown["지정"].value == "투자경고"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (45_678_901, "4,567만원"),
        (123_456_789, "1.2억원"),
        (98_765_432_100, "988억원"),
        (999, "999원"),
        (0, "0원"),
    ],
)
def test_turnover_is_read_at_a_glance(amount: int, text: str) -> None:
    assert short_won(amount) == text


def test_the_legend_names_the_shades_that_are_there() -> None:
    html = legend_html(the_bars(), look())

    for words in (
        "바탕을 칠한 날",
        "거래 없음(정지) 1일",
        "일봉 없음 1일",
        "상한가 마감 1일",
        "하한가 마감 1일",
    ):
        assert words in html


def test_a_figure_can_be_heard() -> None:
    html = legend_html(the_bars(), look())

    assert (
        '<p class="kt-unseen">그림: 2026.02.13 (금)부터 2026.03.03 (화)까지의 일봉. '
        "종가는 가장 낮을 때 9,100원, 가장 높을 때 13,000원, 마지막에 9,900원입니다."
    ) in html


def test_fills_are_listed_newest_first_with_their_reason() -> None:
    fills = fills_of(the_orders(), SYMBOL, REASONS)
    by_hand = replace(fills[1], is_manual=True, reason="")

    rows = fill_cells((fills[0], fills[1], by_hand), look())

    sold = Cell(text="매도", color="#3579e6", is_strong=True)
    assert rows[1] == ["2026.02.27 (금)", sold, "4", "9,600.5", "38,402", "종가가 낮음"]
    assert [row[-1] for row in rows] == [
        "직접 실행한 도구",
        "종가가 낮음",
        "계획의 매수",
    ]
