"""Which looks at the account a report shows: those around the execution only."""

from builders import SESSION, a_holding, a_plan, a_record, an_account, at
from khms_trader.domain.account import Account
from khms_trader.domain.events import (
    AccountObserved,
    Event,
    ExecutionFinished,
    ExecutionStarted,
    OrderIntended,
)
from khms_trader.domain.report import SessionReport
from khms_trader.execution.report import session_report
from khms_trader.market.rates import CostRates

PLAN_ID = "20260304-1f0c9a2e"
BEFORE = an_account(cash=1_000_000, read_at="09:01")
AFTER = an_account(a_holding(), cash=870_000, read_at="09:06")
EVENING = an_account(a_holding(), cash=5, read_at="15:40")


def started() -> Event:
    return ExecutionStarted(
        at=at("09:01"), account="paper", session=SESSION, plan_id=PLAN_ID
    )


def finished(account_error: str = "") -> Event:
    return ExecutionFinished(
        at=at("09:06"),
        account="paper",
        session=SESSION,
        plan_id=PLAN_ID,
        account_error=account_error,
    )


def observed(account: Account) -> Event:
    return AccountObserved(
        at=account.observed_at, account="paper", session=SESSION, observed=account
    )


def an_intent() -> Event:
    return OrderIntended(
        at=at("09:01"),
        account="paper",
        session=SESSION,
        key=a_record().key,
        quantity=10,
    )


def reported(*, events: tuple[Event, ...]) -> SessionReport:
    return session_report(
        a_plan(), records=(), events=events, costs=CostRates(fee_rate=0)
    )


def test_the_account_is_shown_as_read_around_the_execution() -> None:
    report = reported(
        events=(
            observed(EVENING),
            started(),
            observed(BEFORE),
            observed(AFTER),
            finished(),
        )
    )

    assert (report.before, report.after) == (BEFORE, AFTER)


def test_an_evenings_look_at_the_account_is_no_part_of_the_execution() -> None:
    report = reported(
        events=(
            started(),
            observed(BEFORE),
            observed(AFTER),
            finished(),
            observed(EVENING),
        )
    )

    assert (report.before, report.after) == (BEFORE, AFTER)


def test_a_run_that_was_cut_off_shows_its_one_look() -> None:
    report = reported(
        events=(started(), observed(BEFORE), an_intent(), observed(AFTER))
    )

    assert (report.before, report.after) == (BEFORE, BEFORE)


def test_a_second_run_keeps_the_first_look_of_the_first() -> None:
    second = an_account(cash=900_000, read_at="09:03")

    report = reported(
        events=(
            started(),
            observed(BEFORE),
            started(),
            observed(second),
            observed(AFTER),
            finished(),
        )
    )

    assert (report.before, report.after) == (BEFORE, AFTER)


def test_without_an_execution_no_account_is_shown() -> None:
    report = reported(events=(observed(EVENING),))

    assert (report.before, report.after) == (None, None)


def test_an_account_that_could_not_be_read_afterwards_is_not_the_one_before() -> None:
    report = reported(
        events=(started(), observed(BEFORE), an_intent(), finished("kis_no_answer"))
    )

    assert (report.before, report.after) == (BEFORE, None)
    assert report.account_error == "kis_no_answer"


def test_a_later_run_that_could_read_it_counts() -> None:
    report = reported(
        events=(
            started(),
            observed(BEFORE),
            finished("kis_no_answer"),
            started(),
            observed(BEFORE),
            observed(AFTER),
            finished(),
        )
    )

    assert (report.after, report.account_error) == (AFTER, "")
