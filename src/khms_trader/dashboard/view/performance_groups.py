"""Profit by why a trade ended and by symbol: a bar below each name. Pure.

It is HTML and no figure: a name of any length wraps, and nothing is ever cut.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view.performance_words import NO_REASON, exit_of, named
from khms_trader.dashboard.words import signed_won
from khms_trader.performance.summary import Group, grouped
from khms_trader.performance.trade import ClosedTrade

MOST_SYMBOLS: Final = 10
_BOX: Final = "display:flex;flex-direction:column;gap:0.8rem"
_GROUP: Final = "font-size:0.86rem;line-height:1.5;word-break:keep-all"
_TRACK: Final = "position:relative;height:0.85rem;margin-top:0.15rem"


def reasons_html(trades: Sequence[ClosedTrade], look: Look) -> str:
    """Return the profit by why a trade ended; empty without trades."""
    return _bars(grouped(trades, lambda trade: exit_of(trade) or NO_REASON), look)


def symbols_html(
    trades: Sequence[ClosedTrade], names: Mapping[str, str], look: Look
) -> str:
    """Return the profit of the symbols that moved most, the others as one."""
    groups = grouped(trades, lambda trade: named(trade.symbol, names))
    return _bars(most_of(groups), look)


def most_of(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return ``groups``, those beyond the ``MOST_SYMBOLS`` as one: the sum stays."""
    if len(groups) <= MOST_SYMBOLS:
        return tuple(groups)
    ranked = sorted(groups, key=lambda group: -abs(group.profit))
    shown, others = ranked[: MOST_SYMBOLS - 1], ranked[MOST_SYMBOLS - 1 :]
    rest = Group(
        name=f"그 밖의 {len(others):,}종목",
        trades=sum(group.trades for group in others),
        winners=sum(group.winners for group in others),
        profit=sum(group.profit for group in others),
    )
    return (*(group for group in groups if group in shown), rest)


def _bars(groups: Sequence[Group], look: Look) -> str:
    if not groups:
        return ""
    low = min(0, *(group.profit for group in groups))
    high = max(0, *(group.profit for group in groups))
    shown = "".join(_bar(group, low, high, look) for group in groups)
    return f'<div style="{_BOX}">{shown}</div>'


def _bar(group: Group, low: int, high: int, look: Look) -> str:
    color, span = look.of(group.profit), (high - low) or 1
    zero, width = -low / span * 100, abs(group.profit) / span * 100
    begin = zero if group.profit > 0 else zero - width
    return (
        f'<div style="{_GROUP}"><div>{escape(group.name)}</div>'
        f'<div><b style="color:{color}">{signed_won(group.profit)}</b>'
        f" · {group.trades:,}건 중 {group.winners:,}건 이익</div>"
        f'<div style="{_TRACK}"><div style="position:absolute;top:0;bottom:0;'
        f'left:{begin:.2f}%;width:{width:.2f}%;background:{color}"></div>'
        f'<div style="position:absolute;top:-2px;bottom:-2px;left:{zero:.2f}%;'
        f'width:1px;background:{look.quiet}"></div></div></div>'
    )
