"""What was read ahead is given out once, while it is young and true."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import SESSION, Workbench, a_workbench, at
from khms_trader.domain.events import RunFailed
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.warmed import LONGEST, WarmedReader

YESTERDAY = SESSION - timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path, start_at=at(9)) as bench:
        bench.broker.cash = 1_000
        yield bench


@pytest.fixture
def reader(bench: Workbench) -> WarmedReader:
    return WarmedReader(bench.broker, clock=bench.clock, journal=bench.journal)


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
    bench.journal.append(
        RunFailed(
            at=bench.clock.now(),
            account=bench.broker.account_id,
            session=SESSION,
            job="execute",
            code="disk_full",
        )
    )

    assert reader.account() is not account


def test_a_failed_reading_leaves_nothing(
    bench: Workbench, reader: WarmedReader
) -> None:
    reader.read_ahead(SESSION)
    bench.broker.failed_reads = 1

    assert reader.read_ahead(SESSION) is None
    bench.broker.cash = 3_000
    assert reader.account().cash == 3_000
