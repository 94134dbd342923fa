"""The page 실행: what became of a session's plan, order by order."""

from collections.abc import Hashable
from datetime import date

import streamlit as st

from khms_trader.dashboard.ages import age
from khms_trader.dashboard.faults import fenced
from khms_trader.dashboard.notes import plain, show_notes
from khms_trader.dashboard.reader import chosen, symbol_wanted
from khms_trader.dashboard.room import Room
from khms_trader.dashboard.style import PLOT, Look
from khms_trader.dashboard.view import execution_words as words
from khms_trader.dashboard.view.execution import (
    SENDERS,
    Executed,
    executed_sessions,
    open_questions,
    read_execution,
    while_at_work,
)
from khms_trader.dashboard.view.execution_figure import MOST_TRACKS, timeline_figure
from khms_trader.dashboard.view.execution_notes import notes_of, question_notes
from khms_trader.dashboard.view.execution_tables import (
    account_html,
    foreign_html,
    lines_html,
    records_html,
    rest_html,
    rest_words,
    runs_html,
    sent_lines,
    story_html,
)
from khms_trader.dashboard.view.execution_tiles import executed_at, execution_tiles
from khms_trader.dashboard.view.execution_track import runs
from khms_trader.dashboard.view.finding import found_by
from khms_trader.dashboard.view.table_html import MOST_ROWS
from khms_trader.dashboard.view.tile_html import tiles_html
from khms_trader.dashboard.words import long_day, not_all
from khms_trader.domain.report import SessionReport


def draw(room: Room, look: Look) -> None:
    """Draw the page; while orders are being sent it draws itself anew."""
    st.title("실행")
    is_executing = _is_executing(room)
    if is_executing:
        st.info(words.RUNNING)

    @st.fragment(run_every=3 if is_executing else None)
    def page() -> None:
        if is_executing and not _is_executing(room):
            st.rerun()
        with fenced(room):
            _page(room, look, is_executing=is_executing)

    page()


def _is_executing(room: Room) -> bool:
    return _at_work(room) in SENDERS


def _at_work(room: Room) -> str:
    holder = room.machine.holder()
    return "" if holder is None else holder.purpose


def _page(room: Room, look: Look, *, is_executing: bool) -> None:
    stamp = room.stamp()
    sessions = _sessions(room, stamp)
    asked = open_questions(room, is_executing=is_executing)
    names = dict(room.names())
    for record in asked:
        names |= _read(room, stamp, record.key.session).names
    show_notes(question_notes(asked, names))
    if not sessions:
        st.info(words.NO_EXECUTION)
        return
    session, is_behind = chosen(
        "어느 거래일",
        sessions,
        sessions[0],
        named=long_day,
        key="execution-session",
    )
    if is_behind:
        st.info(words.newer(sessions[0]))
    shown = while_at_work(
        _read(room, stamp, session),
        _at_work(room),
        room.clock.now().date(),
    )
    if shown.problem:
        st.error(plain(shown.problem))
    if shown.report is None:
        st.caption(words.WITHOUT_PLAN if shown.problem else words.NO_REPORT)
        _timeline(look, shown)
        if shown.records:
            st.html(
                records_html(
                    shown.records, shown.names, look, is_sending=shown.is_sending
                )
            )
        return
    _session(room, look, shown, shown.report)


@st.cache_resource(show_spinner=False, max_entries=4)
def _sessions(_room: Room, stamp: Hashable) -> tuple[date, ...]:
    del stamp  # it is the key
    return executed_sessions(_room)


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(_room: Room, stamp: Hashable, session: date) -> Executed:
    """Return what ``stamp`` of the files says; frozen, so shared by all readers."""
    del stamp  # it is the key
    return read_execution(_room, session)


def _session(room: Room, look: Look, shown: Executed, report: SessionReport) -> None:
    now = room.clock.now()
    began = report.runs[-1].began_at if report.runs else None
    st.caption(
        plain(
            f"{long_day(report.session)} · 실행 {executed_at(shown)} · 전략 "
            f"{report.strategy} · 계획 {report.plan_id}"
        )
    )
    told = age(began, now, fresh_for=None).text
    tiles = execution_tiles(
        report,
        told,
        on_their_way=shown.on_their_way,
        is_under_way=shown.is_under_way,
    )
    st.html(tiles_html(tiles, look))
    is_today = report.session == now.date()
    show_notes(notes_of(shown, is_today=is_today))
    _timeline(look, shown)
    _lines(look, shown)
    _story(look, shown, report)
    _others(look, shown, report)
    _account(look, shown, report)
    _rest(look, shown)


def _timeline(look: Look, shown: Executed) -> None:
    found = runs(shown.events, shown.names)
    if not found:
        st.info(words.NOTHING_SENT)
        return
    st.header("주문이 지나온 길")
    run = found[-1]
    if len(found) > 1:
        labels = [f"{n}차 {each.began_at:%H:%M:%S}" for n, each in enumerate(found, 1)]
        picked = st.segmented_control(
            "어느 실행",
            labels,
            default=labels[0],
            label_visibility="collapsed",
            key=f"execution-run-{shown.session}",
        )
        run = found[labels.index(picked or labels[0])]
    st.plotly_chart(timeline_figure(run, look), key="execution-timeline", config=PLOT)
    if len(run.tracks) > MOST_TRACKS:
        st.caption(f"주문 {len(run.tracks):,}건 중 먼저 낸 {MOST_TRACKS}건입니다.")
    st.caption(words.TIMELINE_NOTE)


def _lines(look: Look, shown: Executed) -> None:
    lines = sent_lines(shown)
    if not lines:
        return
    st.header("줄마다의 결과")
    st.html(lines_html(lines, look, shown))
    st.caption(words.LINES_NOTE)


def _story(look: Look, shown: Executed, report: SessionReport) -> None:
    st.header("계획과 무엇이 왜 달랐나")
    if shown.is_under_way:
        st.caption(words.STORY_LATER)
        return
    found = report.difference
    if found is None:
        st.caption(words.NO_DIFFERENCE)
        return
    if found.is_only_costs:
        st.caption(words.AS_PLANNED)
    st.html(story_html(found, look))
    st.caption(words.DIFFERENCE_NOTE)


def _others(look: Look, shown: Executed, report: SessionReport) -> None:
    if report.others:
        st.header("계획 밖의 우리 주문")
        st.html(lines_html(report.others, look, shown))
    if report.foreign:
        st.header("외부 주문")
        st.caption("우리가 내지 않은 주문입니다. 직접 낸 것이 맞는지 확인하세요.")
        st.html(foreign_html(report, look))


def _account(look: Look, shown: Executed, report: SessionReport) -> None:
    left, right = st.columns(2)
    with left:
        after = None if shown.is_under_way else report.after
        if report.before is not None and after is not None:
            st.header("계좌의 앞뒤")
            st.html(account_html(report.before, after, look))
    with right:
        if report.runs:
            st.header("걸린 시간")
            st.html(runs_html(report.runs, look))


def _rest(look: Look, shown: Executed) -> None:
    if not shown.rest:
        return
    st.header(f"보내지 않은 나머지 신호 {len(shown.rest):,}")
    for counted in rest_words(shown.rest):
        st.markdown(f"- {plain(counted)}")
    kept = found_by(shown.rest, symbol_wanted("execution-search"))
    if kept:
        st.html(rest_html(kept, look))
    if len(kept) > MOST_ROWS:
        st.caption(not_all(len(kept), MOST_ROWS))
