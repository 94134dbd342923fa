"""Making a plan: when it is refused, what must be there, and that it cannot trade."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import get_type_hints

import pytest

from execution.planning_room import (
    ONE,
    RULES,
    THREE,
    TWO,
    FakeBars,
    FakeListing,
    Steps,
    ToldStrategy,
    a_room,
)
from fakes import (
    ACCOUNT,
    ASOF,
    NEXT_SESSION,
    SESSION,
    Answer,
    Workbench,
    a_buy,
    a_key,
    a_plan,
    a_sell,
    a_workbench,
    an_order,
    at,
)
from khms_trader.domain.events import AccountObserved, ExecutionStarted, PlanPrepared
from khms_trader.domain.order import OrderState, Side
from khms_trader.domain.quality import BarProblem, QualityCode
from khms_trader.errors import (
    AlreadyRunning,
    BrokerUnavailable,
    DataError,
    Refused,
)
from khms_trader.execution.execute import execute
from khms_trader.execution.gather import PlanningRoom
from khms_trader.execution.office import Desk, Office
from khms_trader.execution.prepare import prepare
from khms_trader.planning.prepared import Prepared
from khms_trader.ports import AccountReader, Broker

EVENING = at(15, 40, day=ASOF)


def code_of(room: PlanningRoom, kind: type[Refused | DataError]) -> str:
    with pytest.raises(kind) as caught:
        prepare(room)
    return caught.value.code


def plans_in(bench: Workbench) -> list[str]:
    return sorted(path.name for path in (bench.folder / "plans").glob("**/*.json"))


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Workbench]:
    with a_workbench(tmp_path, start_at=EVENING) as bench:
        yield bench


def made(bench: Workbench, **changes: object) -> Prepared:
    return prepare(replace(a_room(bench), **changes))  # type: ignore[arg-type]


def test_the_evening_makes_the_plan_of_the_next_session(evening: Workbench) -> None:
    evening.own(THREE)

    prepared = made(evening)

    plan = prepared.plan
    assert (plan.data_asof, plan.for_trading_day) == (ASOF, SESSION)
    assert [line.symbol for line in plan.buys] == [ONE, TWO]
    assert [(line.symbol, line.held) for line in plan.sells] == [(THREE, True)]
    assert plan.slots_free == 8
    assert evening.plans.load(SESSION) == plan
    assert plans_in(evening) == ["next_open_plan_20260304.json"]


def test_what_was_planned_and_seen_is_written_down(evening: Workbench) -> None:
    prepared = made(evening)

    assert [type(event) for event in evening.published] == [
        AccountObserved,
        PlanPrepared,
    ]
    planned = evening.published[1]
    assert isinstance(planned, PlanPrepared)
    assert (planned.plan_id, planned.session) == (prepared.plan.plan_id, SESSION)
    assert list(planned.sorted_out) == [
        *("kind", "designated", "no_turnover", "excluded", "min_price"),
        *("min_traded_value", "limit"),
    ]


@pytest.mark.parametrize(
    ("moment", "asof", "session"),
    [
        (at(15, 35), SESSION, NEXT_SESSION),
        (at(20, 10), SESSION, NEXT_SESSION),
        (at(7, 50, day=NEXT_SESSION), SESSION, NEXT_SESSION),
        (at(8, 59, 59), ASOF, SESSION),
        (at(12, day=date(2026, 3, 7)), date(2026, 3, 6), date(2026, 3, 9)),
    ],
)
def test_outside_the_session_it_is_always_the_next_one_that_is_planned(
    tmp_path: Path, moment: datetime, asof: date, session: date
) -> None:
    bench = Workbench(tmp_path, start_at=moment)

    plan = made(bench, bars=FakeBars(newest=asof)).plan

    bench.close()
    assert (plan.data_asof, plan.for_trading_day) == (asof, session)


@pytest.mark.parametrize("moment", [at(9), at(12), at(15, 30), at(15, 34, 59)])
def test_while_the_session_runs_nothing_is_planned(
    tmp_path: Path, moment: datetime
) -> None:
    bench = Workbench(tmp_path, start_at=moment)

    with pytest.raises(Refused) as caught:
        made(bench)

    bench.close()
    assert caught.value.code == "session_running"
    assert caught.value.facts == {
        "opens": "09:00",
        "until": "15:35",
        "example": "2026-03-04T15:40",
    }


def test_a_session_that_opens_while_planning_gets_no_plan(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_at=at(8, 59))
    bars = FakeBars(on_read=lambda: bench.clock.sleep(61))

    code = code_of(replace(a_room(bench), bars=bars), Refused)

    bench.close()
    assert code == "session_opened"
    assert plans_in(bench) == []


def test_a_plan_whose_execution_began_is_never_replaced(evening: Workbench) -> None:
    made(evening)
    before = evening.plans.path(SESSION).read_bytes()
    started = ExecutionStarted(
        at=EVENING, account=ACCOUNT, session=SESSION, plan_id="20260304-00000000"
    )
    evening.journal.append(started)

    assert code_of(a_room(evening), Refused) == "plan_in_use"
    assert evening.plans.path(SESSION).read_bytes() == before


def test_one_intent_is_enough_to_keep_the_plan(evening: Workbench) -> None:
    made(evening)
    evening.journal.intend(a_key(ONE), an_order(ONE), plan_id="p", at=EVENING)

    assert code_of(a_room(evening), Refused) == "plan_in_use"


def test_a_plan_nobody_executed_is_archived_and_replaced(evening: Workbench) -> None:
    first = made(evening).plan
    evening.clock.sleep(3600)

    second = made(evening, strategy=ToldStrategy(entries=frozenset({TWO}))).plan

    assert evening.plans.load(SESSION) == second
    assert plans_in(evening) == [
        "next_open_plan_20260304.json",
        "next_open_plan_20260304_01.json",
    ]
    archived = evening.folder / "plans/archive/next_open_plan_20260304_01.json"
    assert first.plan_id in archived.read_text(encoding="utf-8")


def test_bars_that_end_before_the_as_of_session_are_refused(evening: Workbench) -> None:
    room = replace(a_room(evening), bars=FakeBars(newest=date(2026, 2, 28)))

    with pytest.raises(DataError) as caught:
        prepare(room)

    assert caught.value.code == "bars_not_up_to_date"
    assert caught.value.facts == {"asof": ASOF, "newest": date(2026, 2, 28)}
    assert plans_in(evening) == []


@pytest.mark.parametrize(("missing", "is_refused"), [(2, False), (3, True)])
def test_more_missing_bars_than_allowed_make_no_plan(
    evening: Workbench, missing: int, *, is_refused: bool
) -> None:
    symbols = [f"{number:05d}0" for number in range(20)]
    room = replace(
        a_room(evening),
        listing=FakeListing(symbols=symbols),
        bars=FakeBars(symbols=symbols, behind=frozenset(symbols[:missing])),
    )

    if is_refused:
        assert code_of(room, DataError) == "bars_too_many_missing"
    else:
        prepare(room)
    assert bool(plans_in(evening)) == (not is_refused)


def test_symbols_no_source_knows_count_as_missing(evening: Workbench) -> None:
    room = replace(a_room(evening), bars=FakeBars(symbols=(ONE, TWO)))

    assert code_of(room, DataError) == "bars_too_many_missing"


def test_a_held_symbol_without_bars_is_loud_and_keeps_its_slot(
    evening: Workbench,
) -> None:
    evening.own("999990")

    plan = made(evening).plan

    assert plan.errors == {"999990": "no_bars_for_holding"}
    assert plan.slots_free == 7
    assert [line.symbol for line in plan.sells] == [THREE]


def a_problem(
    symbol: str, code: QualityCode = QualityCode.JUMP, session: date = ASOF
) -> BarProblem:
    return BarProblem(symbol=symbol, code=code, session=session)


def test_quarantined_symbols_give_no_signal(evening: Workbench) -> None:
    spoilt = (a_problem(ONE), a_problem(THREE))

    plan = made(evening, bars=FakeBars(spoilt=spoilt)).plan

    assert [line.symbol for line in plan.buys] == [TWO]
    assert plan.sells == ()
    assert {(item.symbol, item.reason) for item in plan.skipped} == {
        (ONE, "quarantined"),
        (THREE, "quarantined"),
    }


def test_a_quarantined_holding_is_loud_and_keeps_its_slot(evening: Workbench) -> None:
    evening.own(THREE)

    plan = made(evening, bars=FakeBars(spoilt=(a_problem(THREE),))).plan

    assert plan.errors == {THREE: "holding_quarantined"}
    assert plan.slots_free == 7
    assert plan.sells == ()


def test_a_mere_warning_keeps_no_symbol_out(evening: Workbench) -> None:
    warned = (a_problem(ONE, QualityCode.MISSING_ROWS),)

    plan = made(evening, bars=FakeBars(spoilt=warned)).plan

    assert [line.symbol for line in plan.buys] == [ONE, TWO]


def test_a_problem_of_a_later_session_is_not_known_yet(evening: Workbench) -> None:
    later = (a_problem(ONE, session=SESSION),)

    plan = made(evening, bars=FakeBars(spoilt=later)).plan

    assert [line.symbol for line in plan.buys] == [ONE, TWO]


def test_without_the_gate_spoilt_bars_are_believed(evening: Workbench) -> None:
    rules = replace(RULES, has_quality_gate=False)

    plan = made(evening, bars=FakeBars(spoilt=(a_problem(ONE),)), rules=rules).plan

    assert [line.symbol for line in plan.buys] == [ONE, TWO]


def test_what_is_wrong_with_the_whole_session_is_told(evening: Workbench) -> None:
    partial = a_problem("", QualityCode.PARTIAL_LAST_DAY)
    long_ago = a_problem("", QualityCode.MARKET_GAP, date(2026, 2, 27))

    told = made(evening, bars=FakeBars(spoilt=(long_ago, partial))).quality

    assert told.market == (long_ago, partial)
    assert (told.ok, told.warn, told.quarantine) == (3, 0, 0)


def test_an_empty_universe_never_means_sell_all(evening: Workbench) -> None:
    evening.own(ONE)
    evening.own(TWO)

    plan = made(evening, listing=FakeListing(symbols=()), strategy=ToldStrategy()).plan

    assert (plan.buys, plan.sells) == ((), ())
    assert plan.slots_free == 6


def test_without_universe_and_holdings_the_plan_is_empty(evening: Workbench) -> None:
    plan = made(evening, listing=FakeListing(symbols=())).plan

    assert (plan.buys, plan.sells) == ((), ())


def test_holdings_outside_the_universe_get_exits_but_no_entries(
    evening: Workbench,
) -> None:
    evening.own(ONE)
    evening.own(THREE)

    plan = made(evening, listing=FakeListing(symbols=(TWO,))).plan

    assert [line.symbol for line in plan.buys] == [TWO]
    assert [(line.symbol, line.held) for line in plan.sells] == [(THREE, True)]


def test_an_account_that_cannot_be_read_makes_no_plan(evening: Workbench) -> None:
    class Unreadable(type(evening.broker)):  # type: ignore[misc]
        def account(self) -> None:
            raise BrokerUnavailable("no_answer")

    evening.broker = Unreadable(clock=evening.clock, quotes=evening.quotes)

    with pytest.raises(BrokerUnavailable):
        made(evening)

    assert plans_in(evening) == []


def test_planning_settles_orders_of_the_day(bench: Workbench) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    bench.execute(a_plan(buys=[a_buy(ONE)], sells=[a_sell(THREE)]))
    bench.clock.move_to(at(15, 40))

    made(bench, bars=FakeBars(newest=SESSION))

    assert bench.state(ONE) is OrderState.NOT_PLACED


def test_an_order_that_only_a_person_can_explain_stays_a_question(
    bench: Workbench,
) -> None:
    bench.broker.answers[ONE] = [Answer.LOSE_UNPLACED]
    bench.execute(a_plan(buys=[a_buy(ONE)], sells=[a_sell(THREE)]))
    # The holding moved as the order would have, and the list lacks it.
    bench.broker.shares[ONE] = 1
    bench.clock.move_to(at(15, 40))

    prepared = made(bench, bars=FakeBars(newest=SESSION))

    assert prepared.needs_a_person
    assert [record.key for record in prepared.open_questions] == [a_key(ONE)]
    assert prepared.open_questions[0].state is OrderState.UNCONFIRMED
    assert prepared.path.exists()
    assert bench.plans.load(NEXT_SESSION) == prepared.plan


def test_an_order_that_vanished_from_the_list_stays_a_question(
    bench: Workbench,
) -> None:
    bench.own(THREE)
    bench.broker.fills[THREE] = 0
    bench.execute(a_plan(buys=[], sells=[a_sell(THREE)]))
    bench.broker.rows.clear()
    bench.clock.move_to(at(15, 40))

    prepared = made(bench, bars=FakeBars(newest=SESSION))

    (question,) = prepared.open_questions
    assert (question.key, question.has_vanished) == (a_key(THREE, Side.SELL), True)


def test_orders_that_have_ended_leave_no_question(bench: Workbench) -> None:
    bench.execute(a_plan(buys=[a_buy(ONE)], sells=[a_sell(THREE)]))
    bench.clock.move_to(at(15, 40))

    assert made(bench, bars=FakeBars(newest=SESSION)).open_questions == ()


def test_shares_sold_by_hand_are_not_managed_any_more(evening: Workbench) -> None:
    evening.own(ONE)
    evening.broker.shares[ONE] = 0

    prepared = made(evening)

    assert prepared.managed == {}
    assert prepared.plan.slots_free == 8


def test_the_users_own_universe_is_taken_as_it_is(evening: Workbench) -> None:
    folder = evening.folder / "universe"
    folder.mkdir()
    (folder / "kosdaq_20260303.csv").write_text(f"ticker\n{TWO}\n", encoding="utf-8")

    prepared = made(evening)

    assert prepared.is_own_universe
    assert [line.symbol for line in prepared.plan.buys] == [TWO]


def test_nothing_is_planned_while_another_run_holds_the_account(
    evening: Workbench,
) -> None:
    with evening.office.lock.hold("execute"), pytest.raises(AlreadyRunning):
        made(evening)


def test_progress_is_shown_step_by_step(evening: Workbench) -> None:
    steps = Steps()

    made(evening, progress=steps)

    assert steps.seen == [
        "0/5 account",
        "1/5 universe",
        "2/5 bars",
        "3/5 signals",
        "4/5 save",
    ]


def test_the_plan_that_was_made_is_the_plan_that_is_executed(
    evening: Workbench,
) -> None:
    evening.own(THREE)
    made(evening)
    evening.clock.move_to(at(9, 1))

    execute(evening.desk)

    assert evening.broker.shares == {ONE: 1, TWO: 1, THREE: 0}


def test_planning_receives_no_way_to_trade() -> None:
    """Prove by type that prepare cannot trade; mypy holds everybody to the types."""
    room, office = get_type_hints(PlanningRoom), get_type_hints(Office)

    assert room["office"] is Office
    assert office["reader"] is AccountReader
    assert not {Broker, Desk} & {*room.values(), *office.values()}
    assert not {"submit", "cancel"} & set(dir(AccountReader))
    assert "quotes" not in {f.name for f in (*fields(PlanningRoom), *fields(Office))}


def test_a_symbol_the_settings_call_legacy_ranks_last_held_or_not(
    evening: Workbench,
) -> None:
    evening.legacy = frozenset({ONE})

    prepared = made(evening)

    assert [(line.symbol, line.rank) for line in prepared.plan.buys] == [
        (TWO, 1),
        (ONE, 2),
    ]
    assert prepared.holdings.legacy == {ONE}


def test_what_is_held_before_the_confirmation_ranks_last_and_is_named_as_outside(
    evening: Workbench,
) -> None:
    evening.needs_confirmation = True
    evening.broker.shares[ONE] = 7

    prepared = made(evening)

    assert [line.symbol for line in prepared.plan.buys] == [TWO, ONE]
    assert prepared.holdings.is_outside(ONE)
    assert not prepared.is_confirmed


def test_only_the_first_plan_of_an_account_is_its_first(evening: Workbench) -> None:
    first = made(evening)
    evening.clock.sleep(3600)

    assert (first.is_first, made(evening).is_first) == (True, False)
    assert first.is_confirmed
    assert first.is_shifted
