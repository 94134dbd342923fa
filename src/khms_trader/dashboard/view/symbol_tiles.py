"""The tiles of the page 종목, its shades' legend and its table of fills. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

from khms_trader.dashboard.ages import age
from khms_trader.dashboard.live import LiveView
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.cells import side_cell
from khms_trader.dashboard.view.symbol import DayKind, Fill, SymbolBars
from khms_trader.dashboard.view.symbol_facts import SymbolFacts
from khms_trader.dashboard.view.symbol_figure import shade_of, shown_kinds
from khms_trader.dashboard.view.symbol_words import (
    DAYS,
    ENTRY,
    EXIT,
    SHADED,
    fill_reason,
    last_bar_note,
    price_text,
)
from khms_trader.dashboard.view.table_html import Cell
from khms_trader.dashboard.view.tile_html import Tile, Tone
from khms_trader.dashboard.words import long_day, signed_percent, won

_ACCOUNT_FRESH: Final = timedelta(minutes=10)
_HUNDRED_MILLION: Final = 100_000_000
_TEN_THOUSAND: Final = 10_000


def symbol_tiles(
    facts: SymbolFacts, bars: SymbolBars, seen: LiveView, now: datetime
) -> tuple[Tile, ...]:
    """Return close, last bar, signal, turnover and what is held of it."""
    tiles = [_close(bars), _last_bar(facts, bars)]
    if bars.has_signals:
        tiles.append(_signal(bars))
    tiles += [_turnover(bars), _held(facts.symbol, seen, now)]
    instrument = facts.instrument
    if instrument is not None and instrument.designations:
        marks = sorted(mark.korean for mark in instrument.designations)
        tiles.append(
            Tile(
                label="지정",
                value=", ".join(marks),
                sub="유니버스 목록 기준",
                tone=Tone.CAUTION,
            )
        )
    return tuple(tiles)


def short_won(amount: int) -> str:
    """Return ``123억원``, ``1.2억원``, ``4,500만원`` or ``900원``."""
    hundreds = amount / _HUNDRED_MILLION
    if hundreds >= 10:
        return f"{hundreds:,.0f}억원"
    if hundreds >= 1:
        return f"{hundreds:.1f}억원"
    if amount >= _TEN_THOUSAND:
        return f"{amount // _TEN_THOUSAND:,}만원"
    return won(amount)


def legend_html(bars: SymbolBars, look: Look) -> str:
    """Return what the shades of the figure mean, and the figure in one sentence.

    The sentence is for those who hear a page instead of seeing it.
    """
    shades = "".join(
        _shade(kind, bars.kinds.count(kind), look) for kind in shown_kinds(bars)
    )
    shown = (
        f'<div style="font-size:0.82rem;line-height:1.9">{SHADED}{shades}</div>'
        if shades
        else ""
    )
    return f'<p class="kt-unseen">{escape(_heard(bars))}</p>{shown}'


def _heard(bars: SymbolBars) -> str:
    known = [price for price in bars.close if price]
    return (
        f"그림: {long_day(bars.sessions[0])}부터 {long_day(bars.sessions[-1])}까지의 "
        f"일봉. 종가는 가장 낮을 때 {won(min(known, default=0))}, 가장 높을 때 "
        f"{won(max(known, default=0))}, 마지막에 {won(bars.close[-1])}입니다."
    )


def fill_cells(fills: Sequence[Fill], look: Look) -> list[list[Cell | str]]:
    """Return a row for each fill, the newest first."""
    return [
        [
            long_day(fill.session),
            side_cell(fill.side, look),
            f"{fill.quantity:,}",
            price_text(fill.price),
            f"{fill.value:,}",
            fill_reason(fill),
        ]
        for fill in reversed(fills)
    ]


def _close(bars: SymbolBars) -> Tile:
    row = len(bars.close) - 1
    change = bars.change(row)
    kind = bars.kinds[row]
    told = "첫 봉" if change is None else f"전 봉 대비 {signed_percent(change)}"
    return Tile(
        label="종가",
        value=won(bars.close[row]),
        sub=f"{told} · {DAYS[kind]}" if DAYS[kind] else told,
        trend=change or 0,
        tone=Tone.CAUTION if kind is DayKind.HALTED else Tone.PLAIN,
    )


def _last_bar(facts: SymbolFacts, bars: SymbolBars) -> Tile:
    note = last_bar_note(is_provisional=facts.is_provisional, missing=facts.missing)
    is_doubtful = bool(facts.missing) or facts.is_provisional
    return Tile(
        label="마지막 봉",
        value=long_day(bars.sessions[-1]),
        age=note,
        is_stale=is_doubtful,
        tone=Tone.CAUTION if facts.missing else Tone.PLAIN,
    )


def _signal(bars: SymbolBars) -> Tile:
    entry, leave = bars.entries[-1], bars.exits[-1]
    words = [word for word, holds in ((ENTRY, entry), (EXIT, leave)) if holds]
    return Tile(
        label="마지막 봉의 신호",
        value=" · ".join(words) or "없음",
        sub=leave or (bars.entry_reason if entry else ""),
    )


def _turnover(bars: SymbolBars) -> Tile:
    value = bars.close[-1] * bars.volume[-1]
    return Tile(
        label="거래대금(종가 × 거래량)",
        value=short_won(value),
        sub=f"거래량 {bars.volume[-1]:,}주",
    )


def _held(symbol: str, seen: LiveView, now: datetime) -> Tile:
    told = age(seen.read_at, now, fresh_for=_ACCOUNT_FRESH)
    if seen.account is None:
        return Tile(label="보유", value="알 수 없음", age="계좌를 아직 읽지 못함")
    holding = seen.account.holding(symbol)
    average = "" if holding is None else price_text(float(holding.average_price))
    return Tile(
        label="보유",
        value="없음" if holding is None else f"{holding.quantity:,}주",
        sub=f"평균 {average}원" if average else "",
        age=f"계좌 {told.caption}",
        is_stale=told.is_stale,
    )


def _shade(kind: DayKind, count: int, look: Look) -> str:
    color, opacity = shade_of(kind, look)
    return (
        '<span style="display:inline-flex;align-items:center;gap:0.35rem;'
        'margin-left:0.9rem;white-space:nowrap;vertical-align:middle">'
        f'<span style="width:0.9rem;height:0.9rem;border-radius:0.2rem;'
        f'border:1px solid {color};background:{color};opacity:{opacity + 0.35}">'
        f"</span>{escape(DAYS[kind])} {count:,}일</span>"
    )
