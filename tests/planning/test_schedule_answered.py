"""What a scheduler answers for although it promised nothing: a plan never executed."""

from datetime import date, datetime, timedelta

from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.schedule import Miss, ScheduleRules, Step, Wait, next_step
from khms_trader.planning.schedule_history import Busy, History
from khms_trader.planning.schedule_times import JobKind, classify, prepare_until

KRX = Calendar()
WINDOW = timedelta(minutes=30)
MON, TUE, WED, THU = (date(2026, 3, day) for day in (2, 3, 4, 5))


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def step(now: str, history: History, *texts: str) -> Step:
    return next_step(
        seoul(now),
        KRX,
        classify(texts or ("15:40", "09:01"), start_window=WINDOW),
        history=history,
        rules=ScheduleRules(start_window=WINDOW),
    )


def test_a_plan_that_other_times_should_have_executed_is_answered_for() -> None:
    known = History(
        begun_at=seoul("2026-03-04T09:40"), prepared={WED: seoul("2026-03-03T15:40")}
    )

    found = step("2026-03-04T09:40", known, "15:40", "09:05")

    assert isinstance(found, Miss)
    assert (found.slot.kind, found.slot.session) == (JobKind.EXECUTE, WED)
    assert found.reason == "not_running"
    # While it can still be executed, it is.
    assert not isinstance(step("2026-03-04T09:03", known, "15:40", "09:05"), Miss)


def test_only_the_latest_plan_that_was_not_executed_is_answered_for() -> None:
    begun_at = seoul("2026-03-05T12:00")
    prepared = {TUE: seoul("2026-02-27T15:40"), WED: seoul("2026-03-03T15:40")}
    known = History(begun_at=begun_at, prepared=prepared)
    recorded = History(
        begun_at=begun_at,
        prepared=prepared,
        missed={(JobKind.EXECUTE, WED): begun_at},
    )

    found = step("2026-03-05T12:00", known)

    assert isinstance(found, Miss)
    assert found.slot.session == WED
    assert isinstance(step("2026-03-05T12:00", recorded), Wait)


def test_a_plan_from_before_a_long_absence_is_answered_for() -> None:
    known = History(
        begun_at=seoul("2026-03-20T12:00"), prepared={WED: seoul("2026-03-03T15:40")}
    )
    done = History(
        begun_at=known.begun_at, prepared=known.prepared, finished=frozenset({WED})
    )

    found = step("2026-03-20T12:00", known)

    assert isinstance(found, Miss)
    assert (found.slot.session, found.reason) == (WED, "not_running")
    assert isinstance(step("2026-03-20T12:00", done), Wait)


def test_who_only_plans_misses_no_execution() -> None:
    known = History(
        begun_at=seoul("2026-03-04T12:00"), prepared={WED: seoul("2026-03-03T15:40")}
    )

    assert isinstance(step("2026-03-04T12:00", known, "15:40"), Wait)


def test_a_slot_in_the_middle_of_another_job_was_missed_for_that() -> None:
    def reason(since: str, until: str) -> str:
        busy = Busy(
            since=seoul(f"2026-03-04T{since}"), until=seoul(f"2026-03-04T{until}")
        )
        known = History(
            begun_at=seoul("2026-03-03T12:00"),
            prepared={WED: seoul("2026-03-03T15:40")},
            busy=(busy,),
        )
        found = step("2026-03-04T09:40", known)
        assert isinstance(found, Miss)
        return found.reason

    assert reason("07:50", "09:40") == "busy"
    assert reason("09:01", "09:32") == "busy"
    assert reason("07:50", "09:00") == "not_running"
    assert reason("09:02", "09:40") == "not_running"


def until(begins: str, minutes: int, *texts: str, session: date = WED) -> str:
    found = prepare_until(
        KRX,
        classify(texts, start_window=WINDOW),
        session,
        begins=seoul(begins),
        takes=timedelta(minutes=minutes),
    )
    return f"{found:%d %H:%M}"


def test_a_prepare_ends_when_the_warm_up_of_the_execution_begins() -> None:
    assert until("2026-03-03T15:40", 10, "15:40", "09:01") == "04 08:50"
    assert until("2026-03-04T07:50", 10, "07:50", "09:00", "09:20") == "04 08:49"
    # Nobody makes a plan once the session is open, whenever it is executed.
    assert until("2026-03-04T07:50", 10, "07:50", "09:25") == "04 08:50"
    assert until("2026-03-04T07:50", 10, "07:50") == "04 08:50"
    # An hour later on the first session of a year.
    first = date(2026, 1, 2)
    late = until("2026-01-02T07:50", 10, "07:50", "09:01", session=first)
    assert late == "02 09:50"


def test_a_prepare_that_is_wanted_just_before_the_open_may_go_on_until_it() -> None:
    assert until("2026-03-04T08:45", 4, "08:45", "09:01") == "04 08:50"
    assert until("2026-03-04T08:45", 6, "08:45", "09:01") == "04 09:00"
    assert until("2026-03-04T08:55", 2, "08:55", "09:01") == "04 09:00"
