"""Asking for prices ends as soon as a job works on the account."""

import pytest

from khms_trader.bootstrap.dashboard_market import GivingWay, JobBegan


def test_a_round_of_prices_ends_before_the_next_when_a_job_begins() -> None:
    jobs = iter(["", "", "execute"])
    progress = GivingWay(lambda: next(jobs))

    progress.step(0, 3, "quotes")
    progress.step(1, 3, "quotes")
    with pytest.raises(JobBegan) as began:
        progress.step(2, 3, "quotes")

    assert began.value.purpose == "execute"
