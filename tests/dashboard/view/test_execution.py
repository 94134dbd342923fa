"""Reading an executed session, and which orders only a person can tell."""

from dataclasses import replace
from datetime import date

import pytest

from builders import SESSION, a_record
from dashboard import executions
from dashboard.rooms import ListedJournal
from khms_trader.dashboard.view.execution import (
    executed_sessions,
    open_questions,
    read_execution,
    while_at_work,
)
from khms_trader.domain.order import OrderState


def test_sessions_are_those_of_runs_and_of_orders_newest_first() -> None:
    by_hand = a_record("sell 263750 x4", OrderState.FILLED)
    later = replace(by_hand, key=replace(by_hand.key, session=date(2026, 3, 5)))
    room = replace(
        executions.executed_room(),
        journal=ListedJournal(happened=executions.the_events(), orders=(later,)),
    )

    assert executed_sessions(room) == (date(2026, 3, 5), SESSION)


def test_lines_are_those_sent_those_held_back_and_the_rest() -> None:
    shown = read_execution(executions.executed_room(), SESSION)

    assert [line.symbol for line in shown.sent] == [
        "086520",
        "035760",
        "247540",
        "091990",
        "066970",
        "068760",
    ]
    assert [line.symbol for line in shown.held_back] == ["041510"]
    assert [line.symbol for line in shown.rest] == ["112040", "196170"]


def test_without_a_usable_plan_the_orders_are_still_there() -> None:
    shown = read_execution(executions.planless_room(), SESSION)

    assert shown.report is None
    assert shown.problem == "문제: plan_not_json"
    assert len(shown.records) == 6


def test_an_order_of_unknown_end_is_asked_about() -> None:
    found = open_questions(executions.executed_room(), is_executing=False)

    assert [record.key.symbol for record in found] == ["068760"]


def test_an_order_on_its_way_is_not_lost_while_orders_are_sent() -> None:
    sending = a_record("buy 247540 x10", OrderState.INTENDED)
    room = replace(executions.executed_room(), journal=ListedJournal(orders=(sending,)))

    assert open_questions(room, is_executing=True) == ()
    assert open_questions(room, is_executing=False) == (sending,)


@pytest.mark.parametrize(
    ("purpose", "today", "on_their_way", "is_under_way"),
    [
        ("execute", SESSION, 1, True),
        ("sell_out_legacy", SESSION, 1, False),
        ("prepare", SESSION, 0, False),
        ("", SESSION, 0, False),
        ("execute", date(2026, 3, 5), 0, False),
    ],
)
def test_orders_are_on_their_way_while_a_sender_is_at_work(
    purpose: str, today: date, on_their_way: int, *, is_under_way: bool
) -> None:
    shown = read_execution(executions.halfway_room(), SESSION)

    found = while_at_work(shown, purpose, today)

    assert found.on_their_way == on_their_way
    assert found.is_under_way is is_under_way


def test_a_lost_order_of_an_ended_run_is_not_on_its_way() -> None:
    shown = read_execution(executions.executed_room(), SESSION)

    found = while_at_work(shown, "execute", SESSION)

    assert (found.on_their_way, found.is_under_way) == (0, False)
