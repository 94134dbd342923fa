"""What a person does between the last reading ahead and the buys is seen in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from execution.practice_desk import BOUGHT, SOLD, PracticeDesk, swap_plan
from execution.test_foreign_over_practice import asked, ends_of, in_the_app
from fakes import at
from khms_trader.domain.events import ExecutionPaused
from khms_trader.domain.order import Side
from khms_trader.domain.report import LineEnd
from khms_trader.execution.execute import execute
from khms_trader.execution.warm_desk import WarmDesk
from khms_trader.planning.executed import Execution
from khms_trader.planning.schedule_times import WarmStage

TRIGGER = at(9, 1)
ONE, TWO, THREE = SOLD[0], *BOUGHT[:2]
FOREIGN = (LineEnd.SKIPPED, "foreign_order")
UNREAD = (LineEnd.SKIPPED, "account_unread")


class Morning:
    """A desk that was warmed up at the usual moments."""

    def __init__(self, folder: Path, *sold: str) -> None:
        held = dict.fromkeys(sold, 10)
        self.desk = PracticeDesk(folder, holdings=held, start_at=at(8, 50))
        self.desk.own(*sold)
        self.desk.plans.save(swap_plan(sold=sold, bought=(TWO, THREE)))
        self.warm = WarmDesk(self.desk.desk())
        self.warm.warm(WarmStage.EVERYTHING, TRIGGER)
        self.at_trigger = 0

    def read(self, stage: WarmStage, moment: datetime) -> None:
        self.desk.clock.move_to(moment)
        self.warm.warm(stage, TRIGGER)

    def read_usually(self) -> None:
        self.read(WarmStage.QUOTES, at(9, 0, 20))
        self.read(WarmStage.ACCOUNT, at(9, 0, 50))

    def person_buys(self, quantity: int = 10) -> None:
        in_the_app(self.desk, asked(TWO, Side.BUY, 10_000, quantity))

    def execute(self) -> Execution:
        self.desk.clock.move_to(TRIGGER)
        self.at_trigger = self.desk.count()
        return execute(self.warm.desk, began_at=TRIGGER)

    @property
    def calls(self) -> list[str]:
        """What was asked from the trigger on."""
        seen = self.desk.practice.server.log.seen[self.at_trigger :]
        return [one.call for one in seen]


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    morning = Morning(tmp_path)
    yield morning
    morning.desk.journal.close()


def test_a_buy_made_in_the_app_just_before_the_trigger_is_not_doubled(
    morning: Morning,
) -> None:
    morning.read_usually()
    morning.desk.clock.move_to(at(9, 0, 55))
    morning.person_buys()

    execution = morning.execute()

    assert ends_of(execution) == {TWO: FOREIGN, THREE: (LineEnd.FILLED, "")}
    assert morning.desk.taken().count((TWO, "buy")) == 1


def test_where_nothing_is_sold_one_list_is_read_before_the_buys(
    morning: Morning,
) -> None:
    morning.read_usually()

    morning.execute()

    assert morning.calls[:3] == ["orders", "buy", "buy"]


def test_sales_go_out_on_what_was_read_ahead(tmp_path: Path) -> None:
    morning = Morning(tmp_path, ONE)
    morning.read_usually()

    morning.execute()

    assert morning.calls[:4] == ["sell", "orders", "buying_power", "buy"]
    morning.desk.journal.close()


def test_after_refused_sales_the_list_is_read_before_the_buys(tmp_path: Path) -> None:
    morning = Morning(tmp_path, ONE)
    morning.desk.faults.add("sell:1:reject:40250000")
    morning.read_usually()
    morning.desk.clock.move_to(at(9, 0, 55))
    morning.person_buys()

    execution = morning.execute()

    assert ends_of(execution)[TWO] == FOREIGN
    morning.desk.journal.close()


def test_cash_that_a_person_spent_meanwhile_is_not_spent_again(
    morning: Morning,
) -> None:
    morning.read_usually()
    morning.desk.clock.move_to(at(9, 0, 55))
    morning.person_buys(quantity=9_990)

    execution = morning.execute()

    # 100,000,000 won less 9,990 shares at 10,000: a buy needs more than is left.
    assert ends_of(execution)[THREE] == (LineEnd.SKIPPED, "no_cash")
    assert morning.desk.count("buy") == 0


def test_a_reading_from_before_the_open_is_not_given_out_after_it(
    morning: Morning,
) -> None:
    morning.read(WarmStage.ACCOUNT, at(8, 59, 50))
    morning.read(WarmStage.QUOTES, at(9, 0, 20))
    morning.person_buys()

    execution = morning.execute()

    assert morning.calls[0] == "balance"
    assert ends_of(execution)[TWO] == (LineEnd.SKIPPED, "held_outside")


def test_buys_wait_where_the_list_is_old_and_cannot_be_read(morning: Morning) -> None:
    morning.read_usually()
    morning.desk.clock.move_to(at(9, 0, 55))
    morning.person_buys()
    morning.desk.faults.add("orders:1-4:timeout")

    execution = morning.execute()

    assert ends_of(execution) == {TWO: UNREAD, THREE: UNREAD}
    assert morning.desk.journal.events(kinds=(ExecutionPaused,))
    morning.desk.clock.sleep(timedelta(minutes=3).total_seconds())
    again = morning.desk.execute()
    assert ends_of(again)[THREE] == (LineEnd.FILLED, "")
    assert morning.desk.taken().count((TWO, "buy")) == 1
