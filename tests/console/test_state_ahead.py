"""The state check outside trading hours, and which command it recommends."""

from dataclasses import replace
from datetime import datetime

import pytest

from builders import a_plan
from console.state_views import HALTED, a_view, line_with, shown
from khms_trader.console.next_step import command
from khms_trader.market.calendar import SEOUL, Calendar
from khms_trader.planning.refusals import Refusal
from khms_trader.planning.state_market import Job, NextJob, market_now
from khms_trader.planning.state_view import (
    Connection,
    Now,
    PlanView,
    StateView,
    Verdict,
)

EXECUTE = "python scripts/execute_next_open_plan.py"
MISSING = Refusal(
    code="plan_missing",
    facts={"session": "2026-03-04", "since": "2026-03-04 15:35", "planned": "x"},
)
EARLY = Refusal(
    code="before_open", facts={"session": "2026-03-04", "opens": "2026-03-04 09:00"}
)
BEHIND = Refusal(
    code="clock_behind",
    facts={"now": "a", "account": "paper", "last": "b", "folder": "c"},
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def at(text: str, now: Now, session: str = "", *refusals: Refusal) -> StateView:
    """Return the view of ``text`` with a plan for ``session`` on the screen."""
    when = moment(text)
    plan = None
    if session:
        plan = PlanView(
            plan=replace(a_plan(), for_trading_day=moment(session).date()),
            refusals=refusals,
        )
    return a_view(at=when, market=market_now(Calendar(), when), now=now, plan=plan)


DONE = Now(verdict=Verdict.DONE_BEFORE)
CLOSED = Now(verdict=Verdict.NOT_A_SESSION)


def refused(*refusals: Refusal) -> Now:
    return Now(verdict=Verdict.REFUSED, refusals=refusals)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (
            at("2026-03-04T16:00", DONE, "2026-03-05"),
            "장이 끝났습니다. 이 계획은 2026-03-05 (목) 09:01에 실행합니다.",
        ),
        (
            at("2026-03-04T16:00", refused(MISSING), "2026-03-05"),
            "장이 끝났습니다. 이 계획은 2026-03-05 (목) 09:01에 실행합니다.",
        ),
        (
            at("2026-03-04T08:10", refused(EARLY), "2026-03-04"),
            "아직 개장 전입니다. 이 계획은 2026-03-04 (수) 09:01에 실행합니다.",
        ),
        (
            at("2026-03-07T12:00", CLOSED, "2026-03-09"),
            "휴장일입니다. 이 계획은 2026-03-09 (월) 09:01에 실행합니다.",
        ),
        (
            at("2026-11-18T17:00", refused(MISSING), "2026-11-19"),
            "장이 끝났습니다. 이 계획은 2026-11-19 (목) 10:01에 실행합니다.",
        ),
        (
            at("2026-03-04T16:00", DONE, "2026-03-05", HALTED),
            (
                "장이 끝났습니다. 위에 적은 것을 풀어야 이 계획을 2026-03-05 (목) "
                "09:01에 실행합니다."
            ),
        ),
        (
            at("2026-03-04T16:00", refused(MISSING)),
            "장이 끝났습니다. 2026-03-05 (목) 거래일의 계획은 아직 없습니다.",
        ),
        (
            at("2026-03-04T16:00", DONE, "2026-03-04"),
            "지금 실행하면: 이미 실행한 계획이라 새로 보내지 않습니다.",
        ),
    ],
)
def test_a_plan_to_come_is_told_with_when_it_is_executed(
    view: StateView, expected: str
) -> None:
    lines = [line.strip() for line in shown(view).splitlines()]

    assert expected in lines
    assert sum("지금 실행하면" in line for line in lines) == ("지금" in expected)


def test_a_clock_behind_the_journal_is_told_at_any_hour() -> None:
    view = at("2026-03-04T16:00", refused(BEHIND), "2026-03-05")

    assert f"- {BEHIND.korean}" in shown(view)


def test_before_the_open_what_else_forbids_the_plan_is_told_with_it() -> None:
    view = at("2026-03-04T08:10", refused(EARLY, HALTED), "2026-03-04", HALTED)

    assert f"개장 뒤에도 막을 것: {HALTED.korean}" in shown(view)
    assert EARLY.korean not in shown(view)


def test_a_plan_of_another_day_does_not_speak_for_a_running_session() -> None:
    view = at("2026-03-04T10:00", refused(MISSING), "2026-03-05")

    assert f"- {MISSING.korean}" in shown(view)


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            NextJob(job=Job.EXECUTE, at=moment("2026-03-05T09:01")),
            f"2026-03-05 (목) 09:01 {EXECUTE} --at 2026-03-05T09:01",
        ),
        (NextJob(job=Job.EXECUTE), f"지금 {EXECUTE} --at 2026-03-04T09:06"),
        (
            NextJob(job=Job.PREPARE, at=moment("2026-03-04T15:40")),
            (
                "2026-03-04 (수) 15:40 python scripts/prepare_next_open_plan.py "
                "--at 2026-03-04T15:40"
            ),
        ),
    ],
)
def test_in_a_made_up_time_the_command_says_its_time(
    job: NextJob, expected: str
) -> None:
    view = a_view(next_job=job, is_shifted=True)

    assert line_with("다음 할 일", view) == f"다음 할 일: {expected}"


def test_who_practises_by_the_real_time_is_told_how_to_go_on_at_once() -> None:
    job = NextJob(job=Job.EXECUTE, at=moment("2026-03-05T09:01"))
    view = a_view(next_job=job, connection=Connection(kind="practice"))

    assert line_with("연습이라", view) == (
        f"연습이라 지금 해 보려면: {EXECUTE} --at 2026-03-05T09:01"
    )
    assert "연습이라" not in shown(replace(view, connection=Connection(kind="virtual")))
    assert "연습이라" not in shown(replace(view, next_job=NextJob(job=Job.EXECUTE)))


def test_an_account_nobody_confirmed_is_confirmed_first() -> None:
    job = NextJob(job=Job.EXECUTE, at=moment("2026-03-05T09:01"))
    view = a_view(next_job=job, is_confirmed=False, is_shifted=True)

    text = shown(view)

    first = f"{EXECUTE} --confirm-first-run --at 2026-03-04T09:06"
    assert f"다음 할 일: 지금 {first}" in text
    assert f"그다음: 2026-03-05 (목) 09:01 {EXECUTE} --at 2026-03-05T09:01" in text
    assert f"한 번 실행하세요: {first}" in text


def test_a_confirmation_in_the_start_window_executes_at_once() -> None:
    view = a_view(next_job=NextJob(job=Job.EXECUTE), is_confirmed=False)

    assert "그다음" not in shown(view)


def test_an_account_without_keys_is_told_how_to_get_some_or_to_practise() -> None:
    view = a_view(
        connection=Connection(kind="paper"),
        now=refused(MISSING),
        next_job=NextJob(job=Job.PREPARE),
    )

    text = shown(view, is_keyless=True)

    assert "prepare_next_open_plan.py" not in text
    assert (
        "다음 할 일: secrets.yaml 의 korea_invest.virtual 에 모의투자 키를 적으세요. "
        "키 없이 연습하려면: python scripts/tools/doctor.py --init --practice"
    ) in text
    assert (
        "지금 실행하면: settings.yaml 의 broker 는 korea_invest 인데 키가 없어 "
        "실행하지 못합니다."
    ) in text


@pytest.mark.parametrize(
    ("time", "written"),
    [
        ("2026-03-04T09:05:00", "2026-03-04T09:05"),
        ("2026-03-04T09:05:00.1", "2026-03-04T09:06"),
        ("2026-03-04T23:59:30", "2026-03-05T00:00"),
    ],
)
def test_a_minute_that_has_begun_is_over_when_a_command_may_start(
    time: str, written: str
) -> None:
    assert command("x.py", at=moment(time)) == f"python scripts/x.py --at {written}"
