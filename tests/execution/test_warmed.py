"""What was read ahead is given out once, while it is young and true."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fakes import ASOF, CALENDAR, SESSION, Workbench, a_workbench, at
from khms_trader.clock import ManualClock
from khms_trader.domain.events import RunFailed
from khms_trader.domain.read_at import ReadAt
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.warmed import LONGEST, WarmedReader, listed_at
from khms_trader.ports import Clock

YESTERDAY = SESSION - timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path, start_at=at(9)) as bench:
        bench.broker.cash = 1_000
        yield bench


@pytest.fixture
def reader(bench: Workbench) -> WarmedReader:
    return reader_by(bench, bench.clock)


def reader_by(bench: Workbench, clock: Clock) -> WarmedReader:
    return WarmedReader(
        bench.broker, clock=clock, calendar=CALENDAR, journal=bench.journal
    )


def write(bench: Workbench, moment: datetime) -> None:
    """Let another process write an event of ``moment``."""
    bench.journal.append(
        RunFailed(
            at=moment,
            account=bench.broker.account_id,
            session=SESSION,
            job="prepare",
            code="disk_full",
        )
    )


class Machine(ManualClock):
    """The clock of a computer that sleeps, or whose time is set."""

    def suspend(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def test_account_and_orders_are_given_out_once(
    bench: Workbench, reader: WarmedReader
) -> None:
    account = reader.read_ahead(SESSION)
    bench.broker.cash = 2_000
    bench.broker.failed_reads = 1

    assert reader.account() is account
    assert reader.orders(SESSION) == ()
    assert bench.broker.account_reads == 1
    assert reader.account().cash == 2_000
    assert bench.broker.failed_reads == 1


def test_without_reading_ahead_everything_is_read(
    bench: Workbench, reader: WarmedReader
) -> None:
    assert reader.account().cash == 1_000
    assert reader.account_id == bench.broker.account_id
    assert reader.spendable() == 1_000


def test_the_cash_for_buys_is_never_old(bench: Workbench, reader: WarmedReader) -> None:
    reader.read_ahead(SESSION)
    bench.broker.cash = 2_000

    assert reader.spendable() == 2_000


def test_the_orders_of_another_session_are_read(
    bench: Workbench, reader: WarmedReader
) -> None:
    reader.read_ahead(SESSION)
    bench.broker.failed_reads = 1

    with pytest.raises(BrokerUnavailable):
        reader.orders(YESTERDAY)
    assert reader.orders(SESSION) == ()


@pytest.mark.parametrize(("age", "is_given"), [(LONGEST, True), (None, False)])
def test_what_is_too_old_is_read_again(
    bench: Workbench, reader: WarmedReader, age: timedelta | None, *, is_given: bool
) -> None:
    account = reader.read_ahead(SESSION)
    bench.clock.sleep((age or LONGEST).total_seconds() + (0 if age else 0.001))

    assert (reader.account() is account) is is_given


def test_what_the_journal_has_moved_on_from_is_read_again(
    bench: Workbench, reader: WarmedReader
) -> None:
    account = reader.read_ahead(SESSION)
    bench.clock.sleep(1)
    write(bench, bench.clock.now())

    assert reader.account() is not account


def test_a_row_with_an_earlier_time_moves_the_journal_on_as_well(
    bench: Workbench, reader: WarmedReader
) -> None:
    # A plan's event carries the time at which its prepare began.
    write(bench, at(15, 40, day=ASOF))
    account = reader.read_ahead(SESSION)
    bench.clock.sleep(1)
    write(bench, at(8, 30))

    assert reader.account() is not account


def test_rows_from_before_the_reading_change_nothing(
    bench: Workbench, reader: WarmedReader
) -> None:
    write(bench, at(8, 30))
    account = reader.read_ahead(SESSION)

    assert reader.account() is account


@pytest.mark.parametrize("seconds", [20 * 60, -1])
def test_a_machine_that_slept_or_whose_clock_was_set_back_reads_again(
    bench: Workbench, seconds: float
) -> None:
    clock = Machine(at(9, 0, 50))
    reader = reader_by(bench, clock)
    account = reader.read_ahead(SESSION)
    clock.suspend(seconds)

    assert reader.account() is not account


@pytest.mark.parametrize(
    ("asked_at", "is_given"), [(at(8, 59, 59), True), (at(9), False)]
)
def test_what_was_read_before_the_open_is_nothing_after_it(
    bench: Workbench, asked_at: datetime, *, is_given: bool
) -> None:
    clock = ManualClock(at(8, 59, 50))
    reader = reader_by(bench, clock)
    account = reader.read_ahead(SESSION)
    clock.move_to(asked_at)

    assert (reader.account() is account) is is_given


def test_a_list_says_when_it_was_read(bench: Workbench, reader: WarmedReader) -> None:
    reader.read_ahead(SESSION)
    bench.clock.sleep(10)

    reader.orders(SESSION)
    assert listed_at(reader, bench.clock) == ReadAt(wall=at(9), seconds=0)
    reader.orders(SESSION)
    assert listed_at(reader, bench.clock) == ReadAt(wall=at(9, 0, 10), seconds=10)
    assert listed_at(bench.broker, bench.clock).wall == at(9, 0, 10)


def test_a_failed_reading_leaves_nothing(
    bench: Workbench, reader: WarmedReader
) -> None:
    reader.read_ahead(SESSION)
    bench.broker.failed_reads = 1

    assert reader.read_ahead(SESSION) is None
    bench.broker.cash = 3_000
    assert reader.account().cash == 3_000
