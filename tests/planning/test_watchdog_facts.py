"""The journal's words on jobs, as a watchdog knows them."""

from typing import Any, Final

from builders import SESSION, at
from khms_trader.domain.events import (
    ExecutionFinished,
    ExecutionPaused,
    ExecutionStarted,
    JobMissed,
    PlanPrepared,
    RunFailed,
)
from khms_trader.planning.watchdog_facts import RunStep, runs_of

HEAD: Final[dict[str, Any]] = {
    "at": at("09:01"),
    "account": "paper",
    "session": SESSION,
}


def test_every_word_of_the_journal_on_a_job_is_known() -> None:
    runs = runs_of(
        [
            PlanPrepared(**HEAD, plan_id="p", buys=1, sells=0, slots_free=8),
            ExecutionStarted(**HEAD, plan_id="p"),
            ExecutionPaused(**HEAD, plan_id="p"),
            ExecutionFinished(**HEAD, plan_id="p"),
            RunFailed(**HEAD, job="prepare", code="disk_full"),
            JobMissed(**HEAD, job="execute", due_at=at("09:01"), reason="no_time"),
        ]
    )

    assert [(run.job, run.step, run.reason) for run in runs] == [
        ("execute", RunStep.STARTED, ""),
        ("execute", RunStep.DONE, ""),
        ("execute", RunStep.DONE, ""),
        ("prepare", RunStep.FAILED, "disk_full"),
        ("execute", RunStep.MISSED, "no_time"),
    ]
    assert {(run.at, run.session) for run in runs} == {(at("09:01"), SESSION)}
