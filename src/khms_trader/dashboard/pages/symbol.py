"""The page 종목: what the bars, the strategy and our own fills say of one symbol."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from khms_trader.dashboard.notes import plain
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.style import PLOT, Look
from khms_trader.dashboard.unread import without_journal
from khms_trader.dashboard.view import symbol_words as words
from khms_trader.dashboard.view.plan_trust import universe_day
from khms_trader.dashboard.view.plan_words import indicator_word
from khms_trader.dashboard.view.symbol import Period, SymbolBars, within
from khms_trader.dashboard.view.symbol_choices import Choice, choices_of
from khms_trader.dashboard.view.symbol_facts import SymbolFacts, facts_of
from khms_trader.dashboard.view.symbol_figure import symbol_figure
from khms_trader.dashboard.view.symbol_tiles import (
    fill_cells,
    legend_html,
    symbol_tiles,
)
from khms_trader.dashboard.view.table_html import table_html
from khms_trader.dashboard.view.tile_html import tiles_html
from khms_trader.domain.instrument import Instrument
from khms_trader.domain.order import MAY_HAVE_FILLED
from khms_trader.domain.plan import Plan
from khms_trader.domain.quality import Verdict
from khms_trader.domain.quality_words import problem_words
from khms_trader.errors import KhmsTraderError, StorageError

_ASKED: Final = "symbol"
_MOST_PROBLEMS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the list of symbols is made of."""

    plan: Plan | None
    listed: tuple[Instrument, ...]
    traded: tuple[str, ...]
    names: Mapping[str, str]


def draw(room: Room, look: Look) -> None:
    """Draw the page; what files say is kept until one of them changes."""
    st.title("종목")
    told = _told(room)
    is_told = told is room
    stamp = told.stamp()
    known = _known(told, stamp)
    choice = _chosen(_choices(room, known))
    if choice is None:
        st.info(words.NO_SYMBOLS)
        return
    facts = _facts(told, stamp, choice.symbol)
    _doubts(facts)
    if facts.bars is None:
        st.info(words.NO_BARS)
        if facts.problem:
            st.caption(plain(facts.problem))
    else:
        _chart(room, look, facts, facts.bars)
    if is_told:
        _fills(look, facts)


def _told(room: Room) -> Room:
    """Return ``room``, without its journal and saying so where that is unreadable."""
    try:
        _known(room, room.stamp())
    except StorageError as error:
        st.error(plain(room.say(error)))
        return without_journal(room)
    return room


@st.cache_resource(show_spinner=False, max_entries=4)
def _known(_room: Room, stamp: Hashable) -> _Known:
    del stamp  # it is the key
    try:
        plan = _room.newest_plan()
    except KhmsTraderError:
        plan = None  # the page of plans says why
    records = _room.records(MAY_HAVE_FILLED)
    listed = _listed(_room, plan)
    names = {item.symbol: item.name for item in listed}
    return _Known(
        plan=plan,
        listed=listed,
        traded=tuple(
            record.key.symbol
            for record in sorted(records, key=lambda r: r.intended_at, reverse=True)
            if record.filled_quantity
        ),
        names={**_room.names(), **names, **(plan.names if plan else {})},
    )


def _listed(room: Room, plan: Plan | None) -> tuple[Instrument, ...]:
    if plan is None:
        return ()
    try:
        return room.market.universe(universe_day(plan)) or ()
    except KhmsTraderError:
        return ()


def _choices(room: Room, known: _Known) -> tuple[Choice, ...]:
    account = room.live.look().account
    holdings = () if account is None else account.holdings
    names = {holding.symbol: holding.name for holding in holdings if holding.name}
    return choices_of(
        held=[holding.symbol for holding in holdings],
        plan=known.plan,
        traded=known.traded,
        universe=[item.symbol for item in known.listed] or sorted(known.names),
        names={**known.names, **names},
    )


def _chosen(choices: Sequence[Choice]) -> Choice | None:
    """Return the symbol the reader chose; the address of the page names it too."""
    if not choices:
        return None
    by_symbol = {choice.symbol: choice for choice in choices}
    asked = st.query_params.get(_ASKED, "")
    symbols = list(by_symbol)
    chosen = st.selectbox(
        words.SEARCH,
        symbols,
        index=symbols.index(asked) if asked in by_symbol else 0,
        format_func=lambda symbol: words.label_of(by_symbol[symbol]),
        filter_mode="contains",
        help=words.SEARCH_HELP,
        key="symbol-chosen",
        persist_state="session",
    )
    st.query_params[_ASKED] = chosen
    return by_symbol[chosen]


@st.cache_resource(show_spinner="일봉을 읽는 중입니다.", max_entries=32)
def _facts(_room: Room, stamp: Hashable, symbol: str) -> SymbolFacts:
    """Return what ``stamp`` of the files says; frozen, so shared by all readers."""
    known = _known(_room, stamp)
    return facts_of(_room, symbol, known.plan, known.listed)


def _doubts(facts: SymbolFacts) -> None:
    doubts = facts.doubts
    if doubts is None:
        if facts.bars is not None:
            st.caption(words.NO_PROBLEMS)
        return
    if doubts.verdict is Verdict.QUARANTINE:
        st.error(words.VERDICTS[doubts.verdict])
    elif doubts.verdict is Verdict.WARN:
        st.warning(words.VERDICTS[doubts.verdict])
    if doubts.problems:
        is_open = doubts.verdict is Verdict.QUARANTINE
        count = len(doubts.problems)
        with st.expander(f"일봉 점검 기록 {count:,}건", expanded=is_open):
            for problem in doubts.problems[:_MOST_PROBLEMS]:
                whose = "" if problem.symbol else "시장 전체 · "
                st.markdown(f"- {plain(whose + problem_words(problem))}")
            if count > _MOST_PROBLEMS:
                st.caption(f"그 밖에 {count - _MOST_PROBLEMS:,}건")


def _chart(room: Room, look: Look, facts: SymbolFacts, bars: SymbolBars) -> None:
    seen = room.live.look()
    tiles = symbol_tiles(facts, bars, seen, room.clock.now())
    st.html(tiles_html(tiles, look))
    period = st.segmented_control(
        "기간",
        list(Period),
        default=Period.HALF,
        format_func=words.PERIODS.__getitem__,
        label_visibility="collapsed",
        required=True,
        key="symbol-period",
        persist_state="session",
    )
    shown = within(bars, period or Period.HALF)
    holding = None if seen.account is None else seen.account.holding(facts.symbol)
    st.plotly_chart(
        symbol_figure(
            shown,
            facts.fills,
            look,
            named=partial(_named, facts.params),
            average=None if holding is None else float(holding.average_price),
        ),
        key="symbol-figure",
        config=PLOT,
    )
    st.html(legend_html(shown, look))
    if facts.unsignalled:
        st.warning(plain(f"{words.NO_SIGNALS} {facts.unsignalled}"))
    else:
        st.caption(words.SIGNAL_NOTE)


def _named(params: Mapping[str, object], name: str) -> str:
    return indicator_word(name, params)


def _fills(look: Look, facts: SymbolFacts) -> None:
    st.header("우리의 체결")
    if not facts.fills:
        st.caption(words.NO_FILLS)
        return
    st.html(table_html(words.FILL_HEADINGS, fill_cells(facts.fills, look), look))
    st.caption(words.FILLS_NOTE)
