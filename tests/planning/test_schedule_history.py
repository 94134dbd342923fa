"""Events as what was done of the schedule."""

from datetime import date, datetime, timedelta

import pytest

from khms_trader.domain.events import (
    Event,
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.market.calendar import SEOUL
from khms_trader.planning.schedule_history import (
    HISTORY_EVENTS,
    History,
    MissReason,
    Try,
    history_of,
)
from khms_trader.planning.schedule_times import JobKind

WED = date(2026, 3, 4)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-04T{text}").replace(tzinfo=SEOUL)


def common(text: str) -> dict[str, object]:
    return {"at": at(text), "account": "paper", "session": WED}


def an_event(kind: type[Event], text: str, **facts: object) -> Event:
    return kind(**common(text), **facts)  # type: ignore[arg-type]


def a_plan(text: str) -> Event:
    return an_event(PlanPrepared, text, plan_id="p", buys=1, sells=0, slots_free=5)


DAY = [
    a_plan("07:50"),
    a_plan("08:10"),
    an_event(RunFailed, "09:01", job="execute", code="kis_unreachable"),
    an_event(ExecutionStarted, "09:02", plan_id="p"),
    an_event(ExecutionPaused, "09:12", plan_id="p"),
    an_event(ExecutionFinished, "09:16", plan_id="p"),
    an_event(RunFailed, "15:40", job="prepare", code="bars_missing"),
    an_event(RunFailed, "15:41", job="sell_out", code="halted"),
    an_event(
        JobMissed, "20:00", job="prepare", due_at=at("15:40"), reason="bars_missing"
    ),
]


def test_a_day_reads_as_what_was_done() -> None:
    assert history_of(DAY, prepare_took=timedelta(minutes=4)) == History(
        begun_at=at("07:50"),
        prepared={WED: at("08:10")},
        started=frozenset({WED}),
        finished=frozenset({WED}),
        missed={(JobKind.PREPARE, WED): at("20:00")},
        tries=(
            Try(
                kind=JobKind.EXECUTE,
                session=WED,
                at=at("09:01"),
                code="kis_unreachable",
            ),
            Try(kind=JobKind.EXECUTE, session=WED, at=at("09:12")),
            Try(kind=JobKind.PREPARE, session=WED, at=at("15:40"), code="bars_missing"),
        ),
        prepare_took=timedelta(minutes=4),
    )


def test_when_the_scheduler_began_is_taken_as_told() -> None:
    assert history_of(DAY, begun_at=at("09:00")).begun_at == at("09:00")
    assert history_of([]) == History()


def test_every_kind_that_is_read_is_asked_for() -> None:
    assert {type(event) for event in DAY} == set(HISTORY_EVENTS)


@pytest.mark.parametrize("reason", MissReason)
def test_a_reason_is_told_in_korean(reason: MissReason) -> None:
    assert any("가" <= letter <= "힣" for letter in reason.korean)
