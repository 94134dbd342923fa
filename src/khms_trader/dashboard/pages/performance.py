"""The page 성과: how the account did. Only st.* calls and view functions."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from khms_trader.dashboard.style import PLOT, Look
from khms_trader.dashboard.view import performance_words as words
from khms_trader.dashboard.view.performance import (
    Performance,
    PerformanceRoom,
    Period,
    performance_of,
)
from khms_trader.dashboard.view.performance_figures import (
    equity_figure,
    rolling_figure,
    worth_figure,
)
from khms_trader.dashboard.view.performance_groups import reasons_html, symbols_html
from khms_trader.dashboard.view.performance_histogram import histogram_html
from khms_trader.dashboard.view.performance_months import months_html
from khms_trader.dashboard.view.performance_tables import (
    FLOW_HEADINGS,
    TRADE_HEADINGS,
    TradeRow,
    flow_rows,
    trade_cells,
    trade_rows,
    trades_csv,
)
from khms_trader.dashboard.view.performance_tiles import (
    return_tiles,
    span_of,
    tiles_html,
    trade_tiles,
)
from khms_trader.dashboard.view.performance_trade_figures import scatter_figure
from khms_trader.dashboard.view.table_html import MOST_ROWS, table_html
from khms_trader.market.rates import CostRates
from khms_trader.performance.returns import histogram

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_NEWEST: Final = 20
_FIGURES: Final[Mapping[str, Callable[[Performance, Look], "Figure | None"]]] = {
    "equity": equity_figure,
    "worth": worth_figure,
    "rolling": rolling_figure,
    "scatter": scatter_figure,
}


def draw(room: PerformanceRoom, look: Look) -> None:
    """Draw the page; what it says of the journal is kept until the journal changes."""
    st.title("성과")
    chosen = st.segmented_control(
        "기간",
        list(Period),
        default=Period.ALL,
        format_func=words.PERIODS.__getitem__,
        label_visibility="collapsed",
        required=True,
        key="performance-period",
        persist_state="session",
    )
    source = (room.stamp(), room.costs, chosen or Period.ALL)
    shown = _performance(room, source)
    if not shown.sessions:
        st.info(words.NEVER_SEEN)
        return
    now = room.clock.now()
    st.caption(span_of(shown, now, room.calendar.last_closed(now)))
    st.html(tiles_html(return_tiles(shown), look))
    page = _Page(shown=shown, source=source, look=look)
    if shown.returns:
        _curves(page)
        _months(page)
    else:
        st.info(words.SEEN_ONCE)
    _trades(page)
    _flows(shown, look)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What is drawn, for whom, and ``source``: from what it was worked out."""

    shown: Performance
    source: Hashable
    look: Look


@st.cache_resource(show_spinner=False, max_entries=8)
def _performance(
    _room: PerformanceRoom, source: tuple[Hashable, CostRates, Period]
) -> Performance:
    """Return what the journal of ``source`` says; frozen, so shared by all readers."""
    return performance_of(_room, source[-1])


@st.cache_resource(show_spinner=False, max_entries=32)
def _figure(
    name: str, _shown: Performance, source: Hashable, look: Look
) -> "Figure | None":
    """Return a figure, made once for what ``source`` says; nobody changes it."""
    del source  # it is the key
    return _FIGURES[name](_shown, look)


def _curves(page: _Page) -> None:
    returned, worth, rolling = st.tabs(
        ["수익률과 낙폭", "총자산(원)", "이동 샤프 지수"],
        key="performance-curve",
        on_change="rerun",
    )
    # A figure takes the browser a tenth of a second: none is drawn behind another.
    if worth.open:
        with worth:
            _plot(page, "worth", words.WORTH_NOTE)
    elif rolling.open:
        with rolling:
            if not _plot(page, "rolling", words.ROLLING_NOTE):
                st.info(words.no_rolling(len(page.shown.returns)))
                st.caption(words.ROLLING_NOTE)
    else:
        with returned:
            _plot(page, "equity", words.EQUITY_NOTE)
            st.caption(words.DRAWDOWN_NOTE)
            if page.shown.compared is None:
                st.caption(words.NO_BENCHMARK)


def _months(page: _Page) -> None:
    left, right = st.columns([3, 2])
    with left:
        st.header("월별 수익률")
        st.html(months_html(page.shown, page.look))
        st.caption(words.MONTHLY_NOTE)
    with right:
        st.header("일간 수익률 분포")
        st.html(histogram_html(histogram(page.shown.returns), page.look))
        st.caption(words.HISTOGRAM_NOTE)


def _trades(page: _Page) -> None:
    shown, look = page.shown, page.look
    st.header("거래")
    st.html(tiles_html(trade_tiles(shown), look))
    trades = shown.trades.closed
    if shown.trades.unknown:
        st.caption(words.unknown_costs(shown.trades.unknown))
    if not trades:
        st.info(words.NO_TRADES)
        return
    grouped, scattered = st.tabs(
        ["이유와 종목", "보유 기간과 수익률"],
        key="performance-trade",
        on_change="rerun",
    )
    if scattered.open:
        with scattered:
            if not _plot(page, "scatter", words.SCATTER_NOTE):
                st.info(words.NO_PAIRS)
    else:
        with grouped:
            _groups(page)
    _table(trade_rows(trades, shown.names), look)


def _groups(page: _Page) -> None:
    trades, look = page.shown.trades.closed, page.look
    left, right = st.columns(2)
    with left:
        st.header("매도 이유별 손익")
        st.html(reasons_html(trades, look))
        st.caption(words.GROUPS_NOTE)
    with right:
        st.header("종목별 손익")
        st.html(symbols_html(trades, page.shown.names, look))
        st.caption(words.SYMBOLS_NOTE)


def _table(rows: tuple[TradeRow, ...], look: Look) -> None:
    st.header(f"끝난 거래 {len(rows):,}")
    st.html(table_html(TRADE_HEADINGS, trade_cells(rows[:_NEWEST], look), look))
    older = rows[_NEWEST:]
    if older:
        # A long table takes the browser longer than all figures together.
        label = f"그 앞의 거래 {len(older):,}건"
        folded = st.expander(label, key="performance-older", on_change="rerun")
        if folded.open:
            cells = trade_cells(older[:MOST_ROWS], look)
            folded.html(table_html(TRADE_HEADINGS, cells, look))
            if len(older) > MOST_ROWS:
                folded.caption(words.not_all(len(older), MOST_ROWS))
    st.caption(words.TRADES_NOTE)
    st.download_button(
        "CSV 내려받기",
        data=lambda: trades_csv(rows),
        file_name=f"trades_{rows[0].closed:%Y%m%d}.csv",
        mime="text/csv",
        on_click="ignore",
        key="performance-csv",
    )


def _flows(shown: Performance, look: Look) -> None:
    st.header("입출금·계좌 초기화")
    rows = flow_rows(shown.curve, look)
    if rows:
        st.html(table_html(FLOW_HEADINGS, rows, look))
    else:
        st.write(words.NO_FLOWS)
    st.caption(words.FLOW_NOTE)


def _plot(page: _Page, name: str, note: str) -> bool:
    """Draw the figure ``name`` with its convention; False when there is none."""
    drawn = _figure(name, page.shown, page.source, page.look)
    if drawn is None:
        return False
    st.plotly_chart(drawn, key=f"performance-{name}", config=PLOT)
    st.caption(note)
    return True
