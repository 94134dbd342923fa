"""The page 계획: what a plan means to do, and everything known around it."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import streamlit as st

from khms_trader.dashboard.ages import age
from khms_trader.dashboard.notes import plain, show_notes
from khms_trader.dashboard.reader import chosen, symbol_wanted
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.sources import Checkup, PlanFile
from khms_trader.dashboard.style import Look
from khms_trader.dashboard.unread import without_journal
from khms_trader.dashboard.view import plan_words as words
from khms_trader.dashboard.view.finding import found_by
from khms_trader.dashboard.view.plan import PlanShown, Standing
from khms_trader.dashboard.view.plan_cards import cards_html
from khms_trader.dashboard.view.plan_change import CHANGE_HEADINGS, change_of
from khms_trader.dashboard.view.plan_funnel import funnel, funnel_html
from khms_trader.dashboard.view.plan_lines import (
    MOST_CARDS,
    REST_HEADINGS,
    cards,
    rest_counts,
    rest_rows,
    symbols_to_ask,
)
from khms_trader.dashboard.view.plan_reading import (
    first_choice,
    read_plan,
    standing_in,
)
from khms_trader.dashboard.view.plan_tables import change_cells, rest_cells
from khms_trader.dashboard.view.plan_tiles import (
    file_label,
    heading_notes,
    plan_tiles,
    span_of,
)
from khms_trader.dashboard.view.plan_trust import (
    Trust,
    read_trust,
    trust_notes,
)
from khms_trader.dashboard.view.table_html import MOST_ROWS, table_html
from khms_trader.dashboard.view.tile_html import tiles_html
from khms_trader.dashboard.words import not_all, quotes_give_way
from khms_trader.errors import KhmsTraderError, StorageError

_ASKED: Final = "plan-asked"
_PRICES_LAST: Final = timedelta(minutes=5)


def draw(room: Room, look: Look) -> None:
    """Draw the page; what files say is kept until one of them changes."""
    st.title("계획")
    files = room.plans.files()
    if not files:
        st.info(words.NO_PLANS)
        return
    stamp = room.stamp()
    newest = files[_first(room, stamp)]
    file, is_behind = chosen(
        "어느 계획", files, newest, named=file_label, key="plan-file"
    )
    if is_behind:
        st.info(words.newer(newest.session))
    try:
        shown, trust = _known(room, stamp, file)
    except KhmsTraderError as error:
        st.error(plain(room.say(error)))
        st.caption(words.BROKEN)
        return
    if not files.index(file):
        _say_what_is_missing(room, shown)
    _plan(room, look, shown, trust)


def _say_what_is_missing(room: Room, shown: PlanShown) -> None:
    """Say that the plan of the next session is not there although its bars are."""
    wanted = room.calendar.next_session(room.calendar.last_closed(room.clock.now()))
    if shown.plan.for_trading_day < wanted:
        st.info(words.not_yet(wanted))


def _known(room: Room, stamp: Hashable, file: PlanFile) -> tuple[PlanShown, Trust]:
    """Return what files say of the plan, and say so where the journal is silent."""
    try:
        return _read(room, stamp, file)
    except StorageError as error:
        st.error(plain(room.say(error)))
        alone = without_journal(room)
        shown, trust = _read(alone, alone.stamp(), file)
        return replace(shown, is_executed=None), trust


@st.cache_resource(show_spinner=False, max_entries=4)
def _first(_room: Room, stamp: Hashable) -> int:
    del stamp  # it is the key
    return first_choice(_room, _room.plans.files())


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(_room: Room, stamp: Hashable, file: PlanFile) -> tuple[PlanShown, Trust]:
    """Return what ``stamp`` of the files says; frozen, so shared by all readers."""
    del stamp  # it is the key
    shown = read_plan(_room, file)
    return shown, read_trust(_room, shown)


def _plan(room: Room, look: Look, shown: PlanShown, trust: Trust) -> None:
    now = room.clock.now()
    standing = standing_in(room, shown)
    made = age(shown.plan.generated_at, now, fresh_for=None)
    st.caption(plain(span_of(shown, standing)))
    for note in heading_notes(shown, standing, room.account_id):
        st.warning(plain(note))
    st.html(tiles_html(plan_tiles(shown, made.text), look))
    checkup = None
    if standing is Standing.AHEAD and shown.plan.account == room.account_id:
        checkup = _checkup(room, shown)
    _candidates(look, shown, standing, checkup)
    left, right = st.columns(2)
    with left:
        st.header("자료를 믿을 수 있나")
        show_notes(trust_notes(shown, trust))
    with right:
        st.header("유니버스에서 주문까지")
        st.html(funnel_html(funnel(shown, trust.chosen), look))
    _change(look, shown)
    _rest(look, shown)


def _checkup(room: Room, shown: PlanShown) -> Checkup | None:
    """Return what execute would say now; prices only once the reader asked for them.

    What would refuse the plan is never told from memory: prices are kept, a no is not.
    """
    found = _pressed(room, shown)
    priced = _priced(room, shown, found)
    is_halted = room.machine.halt() is not None
    fresh = _unpriced(room, shown.plan.plan_id, (room.stamp(), is_halted), shown)
    for problem in dict.fromkeys(each.problem for each in (found, fresh) if each):
        if problem:
            st.warning(plain(problem))
    for refusal in fresh.view.refusals if fresh and fresh.view else ():
        st.warning(plain(f"개장 뒤에도 막을 것: {refusal.korean}"))
    return priced or fresh


def _priced(room: Room, shown: PlanShown, found: Checkup | None) -> Checkup | None:
    """Return the prices the reader asked for, as long as they are young enough.

    What was ``found`` just now is kept, but not with a problem: that is said once.
    """
    if found is not None and not found.problem:
        st.session_state[_ASKED] = (shown.plan.plan_id, found)
    plan_id, kept = st.session_state.get(_ASKED, ("", None))
    if kept is None or plan_id != shown.plan.plan_id:
        return None
    told = age(kept.at, room.clock.now(), fresh_for=_PRICES_LAST)
    if told.is_stale:
        st.caption(words.too_old(kept.at))
        return None
    st.caption(f"시세 {len(kept.glances)}종목 확인: {kept.at:%H:%M:%S} ({told.text})")
    return kept if kept.view is not None else None


def _pressed(room: Room, shown: PlanShown) -> Checkup | None:
    """Draw the button; return what was found when it was just pressed."""
    symbols = symbols_to_ask(shown)
    job = room.machine.holder()
    if symbols and st.button(
        words.ASK_PRICES,
        help=words.ASK_HELP if job is None else quotes_give_way(job.purpose),
        key="plan-ask",
        icon=":material/refresh:",
        disabled=job is not None,
    ):
        with st.spinner("시세를 읽는 중입니다."):
            return _asked(room, shown, symbols)
    return None


@st.cache_resource(show_spinner=False, max_entries=4, ttl=60)
def _unpriced(
    _room: Room, plan_id: str, stamp: Hashable, _shown: PlanShown
) -> Checkup | None:
    """Return what execute would say without any price; it is not free to ask."""
    del plan_id, stamp  # they are the key, for a minute
    return _asked(_room, _shown, ())


def _asked(room: Room, shown: PlanShown, symbols: tuple[str, ...]) -> Checkup | None:
    try:
        return room.market.checkup(shown.plan, symbols)
    except KhmsTraderError as error:
        st.warning(plain(room.say(error)))
        return None


def _candidates(
    look: Look, shown: PlanShown, standing: Standing, checkup: Checkup | None
) -> None:
    found = cards(shown, standing, checkup)
    st.header(f"거래할 수 있는 줄 {len(found)}")
    if not found:
        st.info(words.NO_CANDIDATES)
        return
    st.html(cards_html(found[:MOST_CARDS], look))
    if len(found) > MOST_CARDS:
        with st.expander(f"나머지 후보 {len(found) - MOST_CARDS}"):
            st.html(cards_html(found[MOST_CARDS:], look))
    st.caption(words.COST_NOTE)


def _change(look: Look, shown: PlanShown) -> None:
    st.header("앞선 계획과 다른 점")
    found = change_of(shown)
    if found is None:
        st.caption(words.NO_BEFORE)
        return
    st.caption(f"{found.against}과 견줌")
    for note in found.notes:
        st.markdown(f"- {plain(note)}")
    if found.is_nothing:
        st.caption(words.NO_CHANGES)
    elif found.lines:
        st.html(table_html(CHANGE_HEADINGS, change_cells(found, look), look))


def _rest(look: Look, shown: PlanShown) -> None:
    rows = rest_rows(shown)
    st.header(f"나머지 신호 {len(rows):,}")
    for counted in rest_counts(shown):
        st.markdown(f"- {plain(counted)}")
    if not rows:
        return
    kept = found_by(rows, symbol_wanted("plan-search"))
    if not kept:
        st.caption(words.NOTHING_FOUND)
        return
    st.html(table_html(REST_HEADINGS, rest_cells(kept, look), look))
    if len(kept) > MOST_ROWS:
        st.caption(not_all(len(kept), MOST_ROWS))
