"""The tiles of the page 성과: a label, a figure, and its convention below. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Final

from khms_trader.dashboard.ages import ago
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.performance import Performance
from khms_trader.dashboard.view.performance_words import (
    NO_BENCHMARK,
    NO_VARIATION,
    NOT_KNOWN,
    NOTHING,
    TOO_FEW,
    percent,
)
from khms_trader.dashboard.words import number, signed_won, won
from khms_trader.performance.ratios import FEWEST_SESSIONS
from khms_trader.performance.returns import deepest_drawdown, longest_under_water
from khms_trader.performance.summary import figures_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure.

    Attributes:
        note: the convention, in one Korean sentence.
        trend: above zero for a gain, below for a loss, 0 for neither.
        is_small: True when ``value`` is a phrase and no figure.
    """

    label: str
    value: str
    note: str
    trend: float = 0
    is_small: bool = False


def return_tiles(shown: Performance) -> tuple[Tile, ...]:
    """Return the tiles of the account's return and its risk."""
    ratios = shown.ratios
    lacking = TOO_FEW if ratios.sessions < FEWEST_SESSIONS else NO_VARIATION
    return (
        Tile(
            label="수익률",
            value=percent(ratios.total),
            note="거래일 수익률의 곱 - 1. 입출금 제외.",
            trend=ratios.total,
        ),
        _against(shown),
        _deepest(shown),
        _ratio(
            "연환산 수익률",
            ratios.yearly,
            note="(1 + 수익률)^(250 ÷ 지난 거래일 수) - 1.",
            lacking=lacking,
            is_percent=True,
        ),
        _ratio(
            "변동성(연)",
            ratios.volatility,
            note="거래일 수익률의 표본표준편차 × √250(1년을 250거래일로 봄).",
            lacking=lacking,
            is_percent=True,
            is_signed=False,
        ),
        _ratio(
            "샤프 지수",
            ratios.sharpe,
            note="평균 ÷ 표준편차 × √250, 무위험 수익률 0. "
            "1년을 250거래일로 봄(KRX 실제 242~248일).",
            lacking=lacking,
            is_signed=False,
        ),
    )


def trade_tiles(shown: Performance) -> tuple[Tile, ...]:
    """Return the tiles of closed trades, turnover and costs."""
    figures = figures_of(shown.trades.closed)
    rate, factor = figures.win_rate, figures.profit_factor
    turnover = shown.turnover
    return (
        Tile(
            label="끝난 거래 손익",
            value=signed_won(figures.profit),
            note=f"비용을 뺀 {figures.trades:,}건의 합, 선입선출.",
            trend=figures.profit,
        ),
        Tile(
            label="승률",
            value=NOTHING if rate is None else f"{rate * 100:.1f}%",
            note=f"이긴 {figures.winners:,}건 ÷ 끝난 {figures.trades:,}건.",
        ),
        Tile(
            label="총이익÷총손실",
            value=NOTHING if factor is None else f"{factor:.2f}",
            note="번 금액의 합 ÷ 잃은 금액의 합(profit factor).",
        ),
        _turnover(shown),
        Tile(
            label="수수료",
            value=won(turnover.fee),
            note="사고판 금액에 그날 설정의 요율을 곱한 추정값.",
        ),
        Tile(
            label="세금",
            value=won(turnover.tax),
            note="매도 금액에 증권거래세율을 곱한 추정값.",
        ),
    )


def _against(shown: Performance) -> Tile:
    found = shown.compared
    if found is None:
        return Tile(
            label="지수 대비", value=NOT_KNOWN, note=NO_BENCHMARK, is_small=True
        )
    return Tile(
        label="지수 대비",
        value=f"{percent(found.excess)}p",
        note=f"{_day(found.since)}~{_day(found.until)} 계좌 {percent(found.account)} - "
        f"229200 {percent(found.benchmark)}.",
        trend=found.excess,
    )


def _deepest(shown: Performance) -> Tile:
    found = deepest_drawdown(shown.sessions, shown.index)
    label = "최대 낙폭"
    if found is None:
        return Tile(label=label, value="0.00%", note="최고점 아래로 내려간 적이 없음.")
    until = _day(found.recovered) if found.recovered else "아직 회복 전"
    longest = longest_under_water(shown.index)
    return Tile(
        label=label,
        value=percent(found.depth),
        note=f"{_day(found.peak)} 최고 → {_day(found.lowest)} 최저 → {until}, "
        f"{found.length:,}거래일. 가장 긴 낙폭 {longest:,}거래일.",
        trend=found.depth,
    )


def _ratio(
    label: str,
    value: float | None,
    *,
    note: str,
    lacking: str,
    is_percent: bool = False,
    is_signed: bool = True,
) -> Tile:
    if value is None:
        return Tile(label=label, value=lacking, note=note, is_small=True)
    text = percent(value) if is_percent else number(value)
    return Tile(
        label=label,
        value=text if is_signed else text.removeprefix("+"),
        note=note,
        trend=value if is_signed else 0,
    )


def _turnover(shown: Performance) -> Tile:
    turnover = shown.turnover
    times = turnover.times([point.total for point in shown.curve.points])
    traded = f"매수 {won(turnover.bought)} + 매도 {won(turnover.sold)}"
    return Tile(
        label="회전율",
        value=NOTHING if times is None else f"{times:.2f}회",
        note=f"({traded}) ÷ 평균 총자산.",
    )


def _day(session: date) -> str:
    return f"{session:%y.%m.%d}"


def span_of(shown: Performance, now: datetime, last_closed: date) -> str:
    """Return the sentence under the page's title: what was seen, when, and what not.

    It is old once ``last_closed``, the newest session that is over, has no point.
    """
    sessions = shown.sessions
    if not sessions:
        return ""
    told = [
        f"{sessions[0]:%Y-%m-%d} ~ {sessions[-1]:%Y-%m-%d}, {len(sessions):,}거래일"
    ]
    if shown.seen_at:
        old = " · 오래된 값" if sessions[-1] < last_closed else ""
        seen = f"{shown.seen_at:%Y-%m-%d %H:%M}({ago(now - shown.seen_at)})"
        told.append(f"마지막 관측 {seen}{old}")
    if shown.unseen:
        told.append(f"관측이 없는 거래일 {shown.unseen:,}일은 다음 관측에 합쳐 셈")
    if shown.curve.left_out:
        told.append(f"가격을 모르는 종목이 있어 뺀 날 {len(shown.curve.left_out):,}일")
    if len(sessions) < FEWEST_SESSIONS:
        told.append(TOO_FEW)
    return " · ".join(told)


# As many in a row as fit, two on a phone; a long figure wraps rather than being cut.
_GRID: Final = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:0.6rem"
)
_TILE: Final = (
    "border:1px solid rgba(148,153,163,0.35);border-radius:0.6rem;"
    "padding:0.65rem 0.8rem;overflow-wrap:anywhere;word-break:keep-all"
)


def tiles_html(tiles: Sequence[Tile], look: Look) -> str:
    """Return ``tiles`` as a grid; all text is escaped, fonts are the page's."""
    return f'<div style="{_GRID}">{"".join(_html(tile, look) for tile in tiles)}</div>'


def _html(tile: Tile, look: Look) -> str:
    size = "1rem" if tile.is_small else "1.45rem"
    color = f";color:{look.of(tile.trend)}" if tile.trend else ""
    return (
        f'<div style="{_TILE}">'
        f'<div style="font-size:0.85rem;opacity:0.75">{escape(tile.label)}</div>'
        f'<div style="font-size:{size};font-weight:600;line-height:1.35{color}">'
        f"{escape(tile.value)}</div>"
        f'<div style="font-size:0.75rem;opacity:0.65;line-height:1.4">'
        f"{escape(tile.note)}</div></div>"
    )
