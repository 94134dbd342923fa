"""Where the exchange stands, and which job comes next."""

from datetime import date, datetime, timedelta

import pytest

from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.market.hours import MarketPhase
from khms_trader.planning.state_market import Job, NextJob, market_now, next_job

CALENDAR = Calendar()
WINDOW = timedelta(minutes=30)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("text", "phase", "session", "next_session"),
    [
        ("2026-03-04T08:29", MarketPhase.CLOSED, 4, 4),
        ("2026-03-04T08:30", MarketPhase.OPENING_AUCTION, 4, 4),
        ("2026-03-04T09:00", MarketPhase.CONTINUOUS, 4, 5),
        ("2026-03-04T15:20", MarketPhase.CLOSING_AUCTION, 4, 5),
        ("2026-03-04T15:30", MarketPhase.AFTER_CLOSE, 4, 5),
        ("2026-03-07T12:00", MarketPhase.CLOSED, None, 9),
    ],
)
def test_the_phase_and_the_session_that_has_not_opened_yet(
    text: str, phase: MarketPhase, session: int | None, next_session: int
) -> None:
    found = market_now(CALENDAR, moment(text))

    assert found.phase is phase
    assert found.session == (None if session is None else date(2026, 3, session))
    assert found.next_session == date(2026, 3, next_session)


def test_the_hours_are_those_of_the_day() -> None:
    found = market_now(CALENDAR, moment("2026-11-18T17:00"))

    # The college entrance exam moves 2026-11-19 by an hour.
    assert found.next_opens_at == moment("2026-11-19T10:00")
    assert found.next_closes_at == moment("2026-11-19T16:30")


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("2026-03-04T08:59:59", False),
        ("2026-03-04T09:00:00", True),
        ("2026-03-04T15:29:59", True),
        ("2026-03-04T15:30:00", False),
        ("2026-03-07T12:00:00", False),
    ],
)
def test_the_market_is_open_from_the_open_up_to_the_close(
    text: str, *, is_open: bool
) -> None:
    now = moment(text)

    assert market_now(CALENDAR, now).is_open(now) is is_open


@pytest.mark.parametrize(
    ("text", "planned", "done", "next_planned", "expected"),
    [
        # Before the open: today's plan is executed, or still has to be made.
        ("2026-03-04T08:00", True, False, True, (Job.EXECUTE, "2026-03-04T09:01")),
        ("2026-03-04T08:00", False, False, False, (Job.PREPARE, "")),
        # Within the start window.
        ("2026-03-04T09:00", True, False, False, (Job.EXECUTE, "")),
        ("2026-03-04T09:30", True, False, False, (Job.EXECUTE, "")),
        # Too late, done or never planned: the evening is next.
        ("2026-03-04T09:31", True, False, False, (Job.PREPARE, "2026-03-04T15:40")),
        ("2026-03-04T09:10", True, True, False, (Job.PREPARE, "2026-03-04T15:40")),
        ("2026-03-04T09:10", False, False, False, (Job.PREPARE, "2026-03-04T15:40")),
        ("2026-03-04T15:35", True, True, False, (Job.PREPARE, "2026-03-04T15:40")),
        # After the close, and on days without a session.
        ("2026-03-04T15:36", True, True, False, (Job.PREPARE, "")),
        ("2026-03-04T16:00", True, True, True, (Job.EXECUTE, "2026-03-05T09:01")),
        ("2026-03-07T12:00", False, False, True, (Job.EXECUTE, "2026-03-09T09:01")),
        ("2026-03-07T12:00", False, False, False, (Job.PREPARE, "")),
    ],
)
def test_the_next_job_follows_from_the_hour_and_the_plans(
    text: str,
    expected: tuple[Job, str],
    *,
    planned: bool,
    done: bool,
    next_planned: bool,
) -> None:
    now = moment(text)
    job, when = expected

    found = next_job(
        now,
        market_now(CALENDAR, now),
        start_window=WINDOW,
        is_planned=planned,
        is_done=done,
        is_next_planned=next_planned,
    )

    assert found == NextJob(job=job, at=moment(when) if when else None)
