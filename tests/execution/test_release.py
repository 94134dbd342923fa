"""Managed shares the account lacks: released after the close, and never by a guess."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from execution.by_hand import adopted, named
from execution.planning_room import a_room
from fakes import (
    ASOF,
    NEXT_SESSION,
    SESSION,
    Answer,
    ScriptedBroker,
    Workbench,
    a_plan,
    a_quote,
    a_sell,
    a_workbench,
    at,
    plan_of,
)
from khms_trader.domain.account import Account
from khms_trader.domain.events import HoldingReleased, LineSkipped
from khms_trader.domain.order import OrderState, Side
from khms_trader.errors import BrokerUnavailable
from khms_trader.execution.execute import execute
from khms_trader.execution.prepare import prepare
from khms_trader.execution.release import release_missing
from khms_trader.execution.sell_out import look
from khms_trader.planning.gates import PAPER
from khms_trader.planning.sell_out import Whose

ONE, TWO = "100000", "200000"


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path, start_at=at(15, 35)) as bench:
        yield bench


def released(bench: Workbench) -> dict[str, int]:
    events = release_missing(bench.office, bench.broker.account())
    return {event.symbol: event.quantity for event in events}


def test_what_a_person_sold_leaves_the_books(evening: Workbench) -> None:
    evening.own(ONE)
    evening.own(TWO)
    evening.broker.shares |= {ONE: 7, TWO: 0}

    assert released(evening) == {ONE: 3, TWO: 10}
    assert evening.journal.managed() == {ONE: 7}
    assert released(evening) == {}


def test_the_event_belongs_to_the_session_that_closed(evening: Workbench) -> None:
    evening.own(ONE)
    evening.broker.shares[ONE] = 0
    evening.clock.move_to(at(7, day=NEXT_SESSION))

    released(evening)

    (event,) = evening.journal.events(SESSION, kinds=(HoldingReleased,))
    assert event.at == at(7, 0, 10, day=NEXT_SESSION)


@pytest.mark.parametrize(
    ("hour", "minute", "second", "is_released"),
    [
        (8, 59, 49, True),
        (8, 59, 50, False),
        (9, 0, 0, False),
        (12, 0, 0, False),
        (15, 34, 59, False),
        (15, 35, 0, True),
    ],
)
def test_nothing_is_released_while_the_session_runs(
    tmp_path: Path, hour: int, minute: int, second: int, *, is_released: bool
) -> None:
    start_at = at(hour, minute, second)
    with a_workbench(tmp_path, start_at=start_at) as bench:
        bench.own(ONE)
        bench.broker.shares[ONE] = 0

        assert bool(released(bench)) is is_released


@pytest.mark.parametrize("answer", [Answer.LOSE, Answer.LOSE_UNPLACED])
def test_nothing_is_released_while_an_order_of_it_is_unknown(
    bench: Workbench, answer: Answer
) -> None:
    bench.own(ONE)
    bench.broker.answers[ONE] = [answer]
    bench.broker.listed_from[ONE] = at(23)
    bench.broker.fills[ONE] = 0
    bench.execute(plan_of(sells=ONE))
    assert bench.state(ONE, Side.SELL) is OrderState.UNCONFIRMED
    bench.broker.shares[ONE] = 4
    bench.clock.move_to(at(15, 36))

    assert released(bench) == {}


def test_nothing_is_released_while_an_order_of_it_is_open(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.fills[ONE] = 0
    bench.execute(plan_of(sells=ONE))
    bench.broker.shares[ONE] = 4
    bench.clock.move_to(at(15, 36))

    assert bench.state(ONE, Side.SELL) is OrderState.ACCEPTED
    assert released(bench) == {}


def test_a_list_that_lacks_what_the_total_counts_releases_nothing(
    evening: Workbench,
) -> None:
    evening.own(ONE)
    whole = evening.broker.account()
    cut = replace(whole, holdings=())

    assert release_missing(evening.office, cut) == ()
    assert evening.journal.managed() == {ONE: 10}


def test_what_seems_to_be_missing_is_read_again_some_seconds_later(
    evening: Workbench,
) -> None:
    evening.own(ONE)
    first = evening.broker.account()
    evening.broker.shares[ONE] = 0
    reads = evening.broker.account_reads

    assert release_missing(evening.office, first) == ()
    assert evening.broker.account_reads == reads
    assert released(evening) == {ONE: 10}
    assert evening.broker.account_reads == reads + 2
    assert evening.clock.now() == at(15, 35, 10)


def test_two_readings_that_differ_release_nothing(evening: Workbench) -> None:
    evening.own(ONE)
    evening.own(TWO)
    evening.broker.shares[ONE] = 0
    cut = evening.broker.account()
    evening.broker.shares[ONE] = 10

    assert release_missing(evening.office, cut) == ()
    assert evening.journal.managed() == {ONE: 10, TWO: 10}


def test_without_a_second_reading_nothing_is_released_and_the_job_goes_on(
    evening: Workbench,
) -> None:
    class Gone(ScriptedBroker):
        def account(self) -> Account:
            raise BrokerUnavailable("no_answer")

    evening.own(ONE)
    evening.broker.shares[ONE] = 0
    account = evening.broker.account()
    evening.broker = Gone(clock=evening.clock, quotes=evening.quotes)

    assert release_missing(evening.office, account) == ()


def test_a_book_of_ours_never_releases(evening: Workbench) -> None:
    evening.own(ONE)
    evening.broker.shares[ONE] = 0
    evening.broker.account_id = PAPER

    assert released(evening) == {}


def test_prepare_releases_and_says_so(tmp_path: Path) -> None:
    with a_workbench(tmp_path, start_at=at(15, 36, day=ASOF)) as bench:
        bench.own(ONE)
        bench.broker.shares[ONE] = 6

        prepared = prepare(a_room(bench))

    assert [(e.symbol, e.quantity) for e in prepared.released] == [(ONE, 4)]
    assert prepared.managed == {ONE: 6}


def test_shares_that_a_person_buys_later_are_not_sold_as_ours(
    evening: Workbench,
) -> None:
    evening.own(ONE)
    evening.broker.shares[ONE] = 0
    released(evening)
    evening.broker.shares[ONE] = 10
    evening.clock.move_to(at(9, 1, day=NEXT_SESSION))

    plan = a_plan(sells=[a_sell(ONE)], session=NEXT_SESSION, asof=SESSION)
    evening.execute(plan)

    assert evening.broker.submitted == []


def test_a_split_freezes_the_sale_until_it_is_adopted(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.shares[ONE] = 50

    bench.execute(plan_of(sells=ONE))
    before = list(bench.broker.submitted)
    adopted(bench, named(ONE))
    bench.execute()

    assert before == []
    (skip,) = bench.journal.events(kinds=(LineSkipped,))
    assert isinstance(skip, LineSkipped)
    assert (skip.reason, skip.detail) == ("quantity_changed", "10->50")
    assert bench.journal.managed() == {}
    assert [order.quantity for order in bench.broker.submitted] == [50]


def test_an_adoption_after_a_split_manages_what_is_held(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.shares[ONE] = 50

    adopted(bench, named(ONE))

    assert bench.journal.managed() == {ONE: 50}


def test_a_moved_base_price_freezes_an_odd_surplus(bench: Workbench) -> None:
    bench.own(ONE)
    bench.broker.shares[ONE] = 13
    bench.quotes.quotes[ONE] = a_quote(ONE, base=9_000, open_price=9_000)

    bench.execute(plan_of(sells=ONE))

    assert bench.broker.submitted == []


def test_who_comes_from_an_older_bot_adopts_before_confirming(
    bench: Workbench,
) -> None:
    bench.needs_confirmation = True
    bench.broker.shares |= {ONE: 10, TWO: 5, "300000": 0}
    bench.clock.move_to(at(20))
    adopted(bench, named(ONE))

    execution = execute(bench.desk, confirm_first_run=True)

    assert execution.confirmed is not None
    assert execution.confirmed.legacy == {TWO}
    assert bench.journal.managed() == {ONE: 10}


def test_what_was_adopted_and_released_comes_back_as_a_persons_own(
    bench: Workbench,
) -> None:
    bench.needs_confirmation = True
    bench.broker.shares |= {ONE: 10, TWO: 5}
    bench.clock.move_to(at(20))
    execute(bench.desk, confirm_first_run=True)
    adopted(bench, named(ONE))
    bench.broker.shares[ONE] = 0
    assert released(bench) == {ONE: 10}
    bench.broker.shares[ONE] = 3

    standing = look(bench.office, bench.rules).standing

    assert {each.holding.symbol: each.whose for each in standing.found} == {
        ONE: Whose.OUTSIDE,
        TWO: Whose.LEGACY,
    }
