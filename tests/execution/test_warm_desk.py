"""The minutes before the trigger: at the trigger itself an order leaves first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from execution.practice_desk import KEPT, SOLD, PracticeDesk, swap_plan
from fakes import SESSION, at
from khms_trader.domain.order import OrderState
from khms_trader.domain.report import RunParts
from khms_trader.execution.execute import execute
from khms_trader.execution.warm_desk import WarmDesk
from khms_trader.planning.schedule_times import (
    JobKind,
    Slot,
    WarmStage,
    warm_stages,
)

DAWN, OPEN, TRIGGER, DUSK = at(0), at(9), at(9, 1), at(23)
SLOT = Slot(kind=JobKind.EXECUTE, session=SESSION, due_at=TRIGGER)


@dataclass(slots=True, kw_only=True)
class Morning:
    """A desk, and every request with the moment it came."""

    desk: PracticeDesk
    began: datetime

    def live(self, *stages: WarmStage) -> RunParts:
        """Warm up as a scheduler does, or only by ``stages``, and execute."""
        warm = WarmDesk(self.desk.desk())
        for moment in warm_stages(SLOT, OPEN):
            if moment.until > self.desk.clock.now():
                self.wait_for(moment.at)
                if not stages or moment.stage in stages:
                    warm.warm(moment.stage, TRIGGER)
        self.wait_for(TRIGGER)
        execution = execute(warm.desk, began_at=TRIGGER)
        assert execution.report is not None
        assert set(self.desk.states().values()) == {OrderState.FILLED}
        (parts,) = execution.report.runs
        return parts

    def wait_for(self, moment: datetime) -> None:
        left = moment - self.desk.clock.now()
        self.desk.clock.sleep(max(left.total_seconds(), 0))

    def calls(self, since: datetime = DAWN, until: datetime = DUSK) -> list[str]:
        """Return what the server was asked between the two moments."""
        seen = self.desk.practice.server.log.seen
        first = seen[0].seconds
        moments = [self.began + timedelta(seconds=s.seconds - first) for s in seen]
        return [
            one.call
            for one, moment in zip(seen, moments, strict=True)
            if since <= moment < until
        ]


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    held = dict.fromkeys((*SOLD, *KEPT), 10)
    desk = PracticeDesk(
        tmp_path, holdings=held, lag=timedelta(seconds=3), start_at=at(8, 50)
    )
    desk.own(*SOLD)
    desk.plans.save(swap_plan())
    # Half a second of network for every request.
    desk.faults.add("any:*:slow:0.5")
    yield Morning(desk=desk, began=desk.clock.now())
    desk.journal.close()


def test_the_first_request_after_the_trigger_is_an_order(morning: Morning) -> None:
    parts = morning.live()

    calls = morning.calls(since=TRIGGER)
    assert calls[:8] == ["sell"] * 8
    assert calls[8:].count("buy") == 8
    assert not {"price", "token", "balance"} & set(calls[: calls.index("buy")])
    assert parts.began_at == TRIGGER
    assert parts.first_order is not None
    assert parts.first_order <= 1
    assert parts.last_order is not None
    assert parts.last_order <= 45


def test_nothing_of_a_warm_run_took_less_than_no_time(morning: Morning) -> None:
    parts = morning.live()

    seconds = [took for _, took in parts.steps if took is not None]
    assert min(seconds) >= 0


def test_the_minutes_before_are_spent_as_planned(morning: Morning) -> None:
    morning.live()

    reading = ["balance"] * 2 + ["buying_power", "orders"]
    assert morning.calls(until=at(8, 59)) == [
        *("token", "balance", "balance", "buying_power"),
        *["price"] * 16,
    ]
    assert morning.calls(at(8, 59), OPEN) == reading
    assert morning.calls(OPEN, at(9, 0, 49)) == ["price"] * 16
    assert morning.calls(at(9, 0, 49), TRIGGER) == reading
    assert morning.calls(TRIGGER - timedelta(seconds=2), TRIGGER) == []


def test_a_cold_desk_reads_everything_after_the_trigger(morning: Morning) -> None:
    morning.wait_for(TRIGGER)
    morning.began = TRIGGER

    morning.live()

    assert morning.calls()[0] == "token"
    assert morning.calls().index("sell") > 8


@pytest.mark.parametrize("call", ["balance", "orders", "price", "token"])
def test_what_fails_before_the_trigger_is_read_by_execute(
    morning: Morning, call: str
) -> None:
    morning.desk.faults.add(f"{call}:1-8:html")

    morning.live()

    assert len(morning.desk.taken()) == 16


def test_a_desk_warmed_up_late_reads_what_there_is_time_for(morning: Morning) -> None:
    morning.wait_for(at(9, 0, 33))
    morning.began = at(9, 0, 33)

    parts = morning.live()

    assert morning.calls()[:3] == ["token", "balance", "balance"]
    assert parts.first_order is not None
    assert parts.first_order < 20


def test_without_a_plan_nothing_is_read(tmp_path: Path) -> None:
    desk = PracticeDesk(tmp_path, holdings={}, start_at=at(8, 50))
    warm = WarmDesk(desk.desk())

    for stage in WarmStage:
        assert warm.warm(stage, TRIGGER).plan is None

    assert desk.count() == 0
    desk.journal.close()


def test_nothing_is_begun_that_might_keep_the_first_order_waiting(
    morning: Morning,
) -> None:
    warm = WarmDesk(morning.desk.desk())
    warm.warm(WarmStage.EVERYTHING, TRIGGER)
    morning.wait_for(at(9, 0, 56))
    before = morning.desk.count()

    warm.warm(WarmStage.ACCOUNT, TRIGGER)
    warm.warm(WarmStage.QUOTES, TRIGGER)

    assert morning.desk.count() == before
