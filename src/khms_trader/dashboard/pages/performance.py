"""The page 성과: how the account did. Only st.* calls and view functions."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Final

import streamlit as st

from khms_trader.dashboard.style import Look
from khms_trader.dashboard.view import performance_words as words
from khms_trader.dashboard.view.performance import (
    Performance,
    PerformanceRoom,
    Period,
    performance_of,
)
from khms_trader.dashboard.view.performance_figures import (
    equity_figure,
    histogram_figure,
    monthly_figure,
    rolling_figure,
    worth_figure,
)
from khms_trader.dashboard.view.performance_tables import (
    TradeRow,
    flow_rows,
    trade_rows,
    trades_csv,
)
from khms_trader.dashboard.view.performance_tiles import (
    return_tiles,
    span_of,
    tiles_html,
    trade_tiles,
)
from khms_trader.dashboard.view.performance_trade_figures import (
    reasons_figure,
    scatter_figure,
    symbols_figure,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_PLOT: Final = {"displayModeBar": False, "responsive": True}
_WON: Final = ("매수금액", "매도금액", "수수료", "세금", "손익", "금액")


def draw(room: PerformanceRoom, look: Look) -> None:
    """Draw the page; what it says of the journal is kept until the journal changes."""
    st.title("성과")
    period = st.segmented_control(
        "기간",
        list(Period),
        default=Period.ALL,
        format_func=words.PERIODS.__getitem__,
        label_visibility="collapsed",
    )
    shown = _performance(room, room.account_id, room.stamp(), period or Period.ALL)
    if not shown.sessions:
        st.info(words.NEVER_SEEN)
        return
    now = room.clock.now()
    st.caption(span_of(shown, now, room.calendar.last_closed(now)))
    st.html(tiles_html(return_tiles(shown), look))
    if shown.returns:
        _curves(shown, look)
        _months(shown, look)
    else:
        st.info(words.SEEN_ONCE)
    _trades(shown, look)
    _flows(shown)


@st.cache_resource(show_spinner=False, max_entries=8)
def _performance(
    _room: PerformanceRoom, account: str, stamp: Hashable, period: Period
) -> Performance:
    """Return what ``stamp`` of the journal says; frozen, so shared by all readers."""
    del account, stamp  # they are the key
    return performance_of(_room, period)


def _curves(shown: Performance, look: Look) -> None:
    tabs = st.tabs(
        ["수익률과 낙폭", "총자산(원)"], key="performance-curve", on_change="rerun"
    )
    returned, worth = tabs
    # A figure takes the browser a tenth of a second: none is drawn behind another.
    if worth.open:
        with worth:
            _plot(worth_figure(shown, look), "worth", words.WORTH_NOTE)
        return
    with returned:
        _plot(equity_figure(shown, look), "equity", words.EQUITY_NOTE)
        st.caption(words.DRAWDOWN_NOTE)
        if shown.compared is None:
            st.caption(words.NO_BENCHMARK)


def _months(shown: Performance, look: Look) -> None:
    st.subheader("월별 수익률")
    _plot(monthly_figure(shown, look), "monthly", words.MONTHLY_NOTE)
    left, right = st.columns(2)
    with left:
        st.subheader("이동 샤프 지수")
        rolling = rolling_figure(shown, look)
        if rolling is None:
            st.info(words.TOO_FEW_ROLLING)
            st.caption(words.ROLLING_NOTE)
        else:
            _plot(rolling, "rolling", words.ROLLING_NOTE)
    with right:
        st.subheader("일간 수익률 분포")
        _plot(histogram_figure(shown, look), "histogram", words.HISTOGRAM_NOTE)


def _trades(shown: Performance, look: Look) -> None:
    st.subheader("거래")
    st.html(tiles_html(trade_tiles(shown), look))
    trades = shown.trades.closed
    if shown.trades.unknown:
        st.caption(words.unknown_costs(shown.trades.unknown))
    if not trades:
        st.info(words.NO_TRADES)
        return
    scatter = scatter_figure(trades, shown.names, look)
    if scatter is not None:
        st.subheader("보유 기간과 수익률")
        _plot(scatter, "scatter", words.SCATTER_NOTE)
    left, right = st.columns(2)
    with left:
        st.subheader("매도 이유별 손익")
        _plot(reasons_figure(trades, look), "reasons", words.GROUPS_NOTE)
    with right:
        st.subheader("종목별 손익")
        _plot(symbols_figure(trades, shown.names, look), "symbols", words.SYMBOLS_NOTE)
    _table(trade_rows(trades, shown.names))


def _table(rows: tuple[TradeRow, ...]) -> None:
    st.subheader("끝난 거래")
    st.dataframe(
        [row.cells() for row in rows],
        hide_index=True,
        key="performance-trades",
        column_config={
            **{
                name: st.column_config.NumberColumn(format="localized") for name in _WON
            },
            "수익률(%)": st.column_config.NumberColumn(format="%+.2f"),
        },
    )
    st.caption(words.TRADES_NOTE)
    st.download_button(
        "CSV 내려받기",
        data=lambda: trades_csv(rows),
        file_name=f"trades_{rows[0].closed:%Y%m%d}.csv",
        mime="text/csv",
        on_click="ignore",
        key="performance-csv",
    )


def _flows(shown: Performance) -> None:
    st.subheader("입출금·계좌 초기화")
    rows = flow_rows(shown.curve)
    if rows:
        st.dataframe(
            list(rows),
            hide_index=True,
            key="performance-flows",
            column_config={"금액": st.column_config.NumberColumn(format="localized")},
        )
    else:
        st.write(words.NO_FLOWS)
    st.caption(words.FLOW_NOTE)


def _plot(figure: "Figure | None", key: str, note: str) -> None:
    if figure is not None:
        st.plotly_chart(figure, key=f"performance-{key}", config=_PLOT)
        st.caption(note)
