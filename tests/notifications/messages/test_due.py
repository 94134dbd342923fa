"""Every message that should have been told: the same history tells the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ASOF, SESSION, a_record, a_row, at
from khms_trader.domain.events import (
    AccountConfirmed,
    Event,
    ForeignOrdersSeen,
    HoldingReleased,
    JobMissed,
    OrderAccepted,
    OrderNoted,
    OrderUnconfirmed,
    RunFailed,
)
from khms_trader.domain.message import Level
from khms_trader.domain.report import LineEnd
from khms_trader.notifications.messages.due import due
from khms_trader.notifications.messages.equity import EquityPoint
from khms_trader.notifications.messages.history import HaltSeen, History
from notifications.messages.stories import (
    ACCOUNT,
    NEXT,
    TENTH_PERCENT,
    a_key,
    a_line,
    a_report,
    evening,
    is_telegram_html,
    plain,
    the_plan,
)

FIRST = the_plan(plan_id="first")
SECOND = the_plan(
    plan_id="second",
    generated_at=at("15:40:12"),
    data_asof=SESSION,
    for_trading_day=NEXT,
    errors={"000009": "holding_quarantined"},
)
LOST = OrderUnconfirmed(
    at=at("09:01:31"),
    account=ACCOUNT,
    session=SESSION,
    key=a_key("000002"),
    detail="kis_no_answer",
)
FOUND = OrderAccepted(
    at=at("09:02"), account=ACCOUNT, session=SESSION, key=a_key("000002"), number="1"
)
HISTORY = History(
    account=ACCOUNT,
    now=at("15:45"),
    events=(*evening(FIRST, 1_000_000), LOST, *evening(SECOND, 1_100_000)),
    plans=(FIRST, SECOND),
    reports=(a_report(a_line("buy 000001"), a_line("buy 000002", LineEnd.OPEN)),),
    costs=TENTH_PERCENT,
)


def kinds(history: History) -> list[str]:
    return [message.key.partition(":")[0] for message in due(history)]


def test_two_days_are_told_in_their_order() -> None:
    assert kinds(HISTORY) == [
        "plan",
        "summary",
        "execution",
        "unconfirmed",
        "plan",
        "untrusted",
        "summary",
    ]


def test_a_plan_and_a_day_are_told_against_those_before() -> None:
    told = {message.key: plain(message) for message in due(HISTORY)}

    assert "바뀐 것(2026-03-04 (수) 계획과 견주어)" in told["plan:second"]
    assert "바뀐 것" not in told["plan:first"]
    summary = told["summary:virtual-0a1b2c3d:20260304"]
    assert "(앞 거래일보다 +100,000원, +10.00%)" in summary
    assert "오늘 주문: 매수 체결 1건 · 매수 대기 중 1건" in summary


def test_what_happened_before_its_time_or_was_told_is_left_out() -> None:
    since = replace(HISTORY, since=at("15:00"))

    assert kinds(since) == ["plan", "untrusted", "summary"]
    keys = {message.key for message in due(since)}
    assert [m.key for m in due(since, known=keys - {"plan:second"})] == ["plan:second"]


def test_a_superseded_plan_that_cannot_be_read_is_not_told_but_its_day_is() -> None:
    history = replace(HISTORY, plans=(SECOND,), events=HISTORY.events[:2])

    assert kinds(history) == ["summary", "execution"]


def test_only_the_newest_summary_that_is_not_told_is_drawn() -> None:
    drawn: list[Sequence[EquityPoint]] = []

    def draw(points: Sequence[EquityPoint]) -> bytes:
        drawn.append(points)
        return b"png"

    messages = due(HISTORY, draw=draw)

    assert [m.picture for m in messages if m.key.startswith("summary")] == [
        None,
        b"png",
    ]
    assert [[point.total for point in points] for points in drawn] == [
        [1_000_000, 1_100_000]
    ]
    due(HISTORY, draw=draw, known={"summary:virtual-0a1b2c3d:20260304"})
    assert len(drawn) == 1


def test_a_day_planned_twice_is_summed_up_once_as_it_was_seen_first() -> None:
    again = replace(SECOND, plan_id="third", generated_at=at("20:10:12"))
    history = replace(
        HISTORY,
        events=(*HISTORY.events, *evening(again, 9)),
        plans=(*HISTORY.plans, again),
    )

    summaries = [m for m in due(history) if m.key.endswith(":20260304")]

    assert len(summaries) == 1
    assert "총평가 1,100,000원" in plain(summaries[0])


def test_an_execution_that_may_go_on_has_no_result_yet() -> None:
    going_on = replace(HISTORY, under_way=frozenset({SESSION}))

    assert [kind for kind in kinds(HISTORY) if kind not in kinds(going_on)] == [
        "execution"
    ]


def test_an_order_that_was_found_is_no_warning_any_more() -> None:
    found = replace(HISTORY, events=(LOST, FOUND))
    listed = OrderNoted(
        at=at("15:41"),
        account=ACCOUNT,
        session=SESSION,
        key=a_key("000002"),
        detail="listed_again",
    )
    vanished = replace(listed, at=at("15:40"), detail="vanished")

    (lost,) = (m for m in due(replace(found, reports=())))
    gone = due(replace(HISTORY, events=(vanished,), reports=()))
    back = due(replace(HISTORY, events=(vanished, listed), reports=()))

    assert (lost.level, lost.html.count("접수됨")) == (Level.INFO, 1)
    assert [m.level for m in (*gone, *back)] == [Level.WARNING, Level.INFO]
    assert "이름000002 000002" in lost.html


def test_how_things_stand_is_told_too() -> None:
    history = History(
        account=ACCOUNT,
        now=at("08:00"),
        is_confirmed=False,
        halt=HaltSeen(since="2026-03-04T07:00:00+09:00"),
    )

    assert [m.key for m in due(history)] == [
        "confirm:virtual-0a1b2c3d:20260304",
        "halt:virtual-0a1b2c3d:2026-03-04T07:00:00+09:00",
    ]


def test_only_orders_lost_by_then_stand_in_a_plan() -> None:
    early = a_record("sell 000009 x3", intended_at=at("09:01"))
    history = replace(HISTORY, unknown=(early,))

    told = {message.key: plain(message) for message in due(history)}

    assert "resolve_order.py" in told["plan:second"]
    assert "resolve_order.py" not in told["plan:first"]


def test_a_failing_job_is_told_once_in_the_callers_words() -> None:
    failed = RunFailed(
        at=at("09:01"), account=ACCOUNT, session=SESSION, job="execute", code="kis_x"
    )
    again = replace(failed, at=at("09:03"))
    history = History(account=ACCOUNT, now=at("09:05"), events=(failed, again))

    (message,) = due(history, sentence=lambda code: f"{code} 입니다")

    assert (message.at, plain(message).endswith("kis_x 입니다")) == (at("09:01"), True)


NAME = st.text(max_size=8)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draw a history in which anything happens to things of any name."""
    name, moment = draw(NAME), at("08:00", ASOF)
    plans, events = [], list[Event]()
    for number in range(draw(st.integers(0, 6))):
        moment += timedelta(minutes=draw(st.integers(1, 600)))
        base: dict[str, Any] = {"at": moment, "account": ACCOUNT, "session": SESSION}
        order: dict[str, Any] = {
            **base,
            "key": a_key(draw(st.sampled_from(["000001", "000002"]))),
        }
        plan = the_plan(
            plan_id=f"{number}",
            generated_at=moment,
            errors={name: name},
            buys=(replace(FIRST.buys[0], name=name),),
        )
        plans.append(plan)
        kind = draw(st.integers(0, 7))
        made: tuple[Event, ...] = (
            evening(plan, draw(st.integers(0, 9))),
            (OrderUnconfirmed(**order, detail=name),),
            (OrderAccepted(**order, number=name),),
            (RunFailed(**base, job="prepare", code=name),),
            (ForeignOrdersSeen(**base, rows=(a_row(number=name),)),),
            (JobMissed(**base, job="execute", due_at=moment, reason=name),),
            (HoldingReleased(**base, symbol=name, quantity=1),),
            (AccountConfirmed(**base),),
        )[kind]
        events += made
    reports = [a_report(a_line("buy 000001", end)) for end in draw(ENDS)]
    return History(
        account=ACCOUNT,
        now=moment + timedelta(days=draw(st.integers(0, 90))),
        events=tuple(events),
        plans=tuple(plans),
        reports=tuple(reports),
        unknown=(a_record(),),
    )


ENDS = st.lists(st.sampled_from(LineEnd), max_size=2)


@settings(max_examples=60, deadline=None)
@given(history=histories())
def test_the_same_history_tells_the_same_each_key_once_oldest_first(
    history: History,
) -> None:
    messages = due(history)

    assert messages == due(replace(history))
    assert len({message.key for message in messages}) == len(messages)
    assert [m.at for m in messages] == sorted(m.at for m in messages)
    assert all(is_telegram_html(message.html) for message in messages)


@settings(max_examples=60, deadline=None)
@given(history=histories(), seen=st.integers(0, 8), reports=st.integers(0, 2))
def test_what_was_due_once_stays_due_whatever_happens_later(
    history: History, seen: int, reports: int
) -> None:
    earlier = replace(
        history, events=history.events[:seen], reports=history.reports[:reports]
    )

    assert {m.key for m in due(earlier)} <= {m.key for m in due(history)}
