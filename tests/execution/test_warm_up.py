"""Before the trigger: everything is read, nothing is sent or written."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from fakes import Workbench, a_quote, a_workbench, at, plan_of
from khms_trader.errors import PlanError
from khms_trader.execution.warm_up import WarmUp, warm_up

ONE, TWO, OWNED = "100000", "200000", "300000"
SATURDAY = date(2026, 3, 7)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path, start_at=at(9)) as bench:
        yield bench


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(ONE,)) as desk:
        yield desk


def test_it_reads_the_candidates_sells_first_and_changes_nothing(
    bench: Workbench,
) -> None:
    bench.own(OWNED)
    plan = plan_of(buys=f"{ONE} {TWO}", sells=f"{OWNED} 400000")
    bench.plans.save(plan)
    before = bench.journal.events()

    ready = warm_up(bench.desk)

    assert ready == WarmUp(plan=plan, opened=(OWNED, ONE, TWO))
    assert bench.quotes.asked == [OWNED, ONE, TWO]
    assert bench.broker.submitted == []
    assert bench.journal.events() == before
    assert not (bench.folder / "reports").exists()


def test_what_has_not_opened_is_waited_for(bench: Workbench) -> None:
    bench.quotes.quotes = {ONE: a_quote(ONE, open_price=None), TWO: None}
    plan = plan_of(buys=f"{ONE} {TWO} 400000")
    bench.plans.save(plan)

    assert warm_up(bench.desk) == WarmUp(
        plan=plan, opened=("400000",), waiting=(ONE, TWO)
    )


def test_what_was_sent_already_is_not_read(bench: Workbench) -> None:
    bench.execute(plan_of(buys=ONE))
    bench.quotes.asked.clear()

    assert warm_up(bench.desk).opened == ()
    assert bench.quotes.asked == []


def test_without_a_plan_nothing_is_read(bench: Workbench) -> None:
    assert warm_up(bench.desk) == WarmUp()
    assert bench.broker.account_reads == 0


def test_on_a_day_without_trading_nothing_is_read(bench: Workbench) -> None:
    bench.clock.move_to(at(9, day=SATURDAY))

    assert warm_up(bench.desk) == WarmUp()


def test_a_plan_that_was_altered_is_found_before_the_open(bench: Workbench) -> None:
    path = bench.plans.save(plan_of(buys=ONE))
    path.write_text(path.read_text(encoding="utf-8").replace("오름세", "내림세"))

    with pytest.raises(PlanError):
        warm_up(bench.desk)


def test_an_account_that_cannot_be_read_is_said(desk: PracticeDesk) -> None:
    desk.plans.save(swap_plan(sold=(ONE,), bought=(TWO,)))
    desk.faults.add("balance:*:html")

    ready = warm_up(desk.desk())

    assert ready.plan is not None
    assert ready.problem
    assert desk.count("price") == 0


def test_a_server_in_trouble_is_left_alone_and_execute_asks_again(
    desk: PracticeDesk,
) -> None:
    desk.plans.save(swap_plan(sold=(ONE,), bought=(TWO,)))
    one = desk.desk()
    desk.faults.add("price:*:html")

    ready = warm_up(one)

    assert ready.opened == ()
    assert ready.waiting == (ONE, TWO)
    assert ready.problem
    # A read is asked for four times.
    assert desk.count("price") == 4
    desk.faults.clear()
    desk.execute()
    assert desk.taken() == [(ONE, "sell"), (TWO, "buy")]


def test_a_price_from_before_the_open_is_asked_for_again(tmp_path: Path) -> None:
    early = PracticeDesk(tmp_path, holdings={}, start_at=at(8, 55))
    early.plans.save(swap_plan(sold=(), bought=(TWO,)))
    one = early.desk()

    ready = warm_up(one)
    early.clock.move_to(at(9, 1))
    one.quotes.opening_quote(TWO, at(9, 1).date())

    assert ready.waiting == (TWO,)
    assert early.count("price") == 2
    early.journal.close()
