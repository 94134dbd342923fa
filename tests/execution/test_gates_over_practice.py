"""Gates, caps and early refusals over the practice server: what leaves and what not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from execution.practice_desk import PracticeDesk, a_practice_desk, swap_plan
from fakes import NEXT_SESSION, SESSION, a_plan, a_sell, at
from khms_trader.domain.events import LineWarned
from khms_trader.domain.order import OrderState, OrderType, Side
from khms_trader.domain.report import LineEnd
from khms_trader.errors import Refused
from khms_trader.execution.release import release_missing
from khms_trader.execution.sell_out import adopt, sell_out
from khms_trader.planning.executed import Execution, Outcome
from khms_trader.planning.line_gates import Limits
from khms_trader.planning.sell_out import Asked

ONE, TWO, THREE = "100000", "200000", "200001"
PLAN = swap_plan(sold=(ONE,), bought=(TWO, THREE))
NEXT_DAY = a_plan(sells=[a_sell(ONE)], session=NEXT_SESSION, asof=SESSION)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PracticeDesk]:
    with a_practice_desk(tmp_path, sold=(ONE,)) as desk:
        yield desk


def ends_of(execution: Execution) -> dict[str, tuple[LineEnd, str]]:
    assert execution.report is not None
    return {line.symbol: (line.end, line.reason) for line in execution.report.lines}


def orders_sent(desk: PracticeDesk) -> int:
    return desk.count("buy", "sell")


@pytest.mark.parametrize(("skew", "word"), [(8, "느립니다"), (-8, "빠릅니다")])
def test_a_clock_far_off_the_servers_sends_nothing(
    desk: PracticeDesk, skew: int, word: str
) -> None:
    desk.faults.add(f"any:*:skew:{skew}")

    with pytest.raises(Refused, match="clock_off") as raised:
        desk.execute(PLAN)

    assert word.startswith(str(raised.value.facts["direction"]))
    assert orders_sent(desk) == 0
    # Nothing was begun: the day is still to be executed.
    desk.faults.clear()
    assert desk.execute().outcome is Outcome.EXECUTED


@pytest.mark.parametrize("skew", [5, -5, 0])
def test_a_clock_a_little_off_trades(desk: PracticeDesk, skew: int) -> None:
    desk.faults.add(f"any:*:skew:{skew}")

    assert ends_of(desk.execute(PLAN))[TWO][0] is LineEnd.FILLED


def test_a_slow_answer_is_no_clock_that_is_off(desk: PracticeDesk) -> None:
    desk.faults.add("any:1-6:slow:9")

    assert ends_of(desk.execute(PLAN))[TWO][0] is LineEnd.FILLED


def test_orders_by_hand_use_up_no_cap_of_the_plan(tmp_path: Path) -> None:
    with a_practice_desk(tmp_path, sold=(ONE,), kept=("300000", "300001")) as desk:
        desk.rules = replace(desk.rules, limits=Limits(max_orders=2))
        sell_out(desk.desk(), Asked(is_all=True))
        by_hand = len(desk.taken())

        execution = desk.execute(PLAN)

    assert by_hand == 2
    assert ends_of(execution) == {
        ONE: (LineEnd.FILLED, ""),
        TWO: (LineEnd.FILLED, ""),
        THREE: (LineEnd.SKIPPED, "order_count"),
    }


def test_a_cap_that_is_used_up_still_lets_out_what_is_to_be_sold(
    desk: PracticeDesk,
) -> None:
    desk.rules = replace(desk.rules, limits=Limits(max_orders=1))

    execution = desk.execute(PLAN)

    assert ends_of(execution) == {
        ONE: (LineEnd.FILLED, ""),
        TWO: (LineEnd.SKIPPED, "order_count"),
        THREE: (LineEnd.SKIPPED, "order_count"),
    }


def test_a_day_used_up_by_a_run_that_was_held_up_is_closed_down(
    desk: PracticeDesk,
) -> None:
    desk.rules = replace(desk.rules, limits=Limits(max_orders=2))
    # The first price of a buy cannot be read, so that the run ends as one to go on.
    desk.faults.add("price:2-5:html")
    first = desk.execute(PLAN)

    second = desk.execute()

    assert ends_of(first)[TWO] == (LineEnd.SKIPPED, "no_open_price")
    assert second.outcome is Outcome.DONE_BEFORE
    assert [side for _, side in desk.taken()] == ["sell", "buy"]


def test_an_order_a_moment_too_early_is_tried_again_on_its_row(
    desk: PracticeDesk,
) -> None:
    desk.faults.add("sell:1:reject:40570000", "buy:1-2:reject:40570000")

    execution = desk.execute(PLAN)

    assert {end for end, _ in ends_of(execution).values()} == {LineEnd.FILLED}
    assert desk.record(ONE, Side.SELL).attempts == 2
    assert desk.record(TWO).attempts == 3
    assert desk.taken() == [(ONE, "sell"), (TWO, "buy"), (THREE, "buy")]


def test_three_times_too_early_is_a_no(desk: PracticeDesk) -> None:
    desk.faults.add("buy:1-3:reject:40570000")

    execution = desk.execute(PLAN)

    assert ends_of(execution)[TWO][0] is LineEnd.REJECTED
    assert desk.record(TWO).attempts == 3
    assert desk.record(TWO).detail.startswith("kis_before_open|40570000|")
    assert ends_of(execution)[THREE][0] is LineEnd.FILLED


@pytest.mark.parametrize("code", ["40580000", "40100000", "APBK0918"])
def test_any_other_closed_market_is_asked_once(desk: PracticeDesk, code: str) -> None:
    desk.faults.add(f"buy:1:reject:{code}")

    desk.execute(PLAN)

    assert desk.record(TWO).attempts == 1
    assert desk.record(TWO).state is OrderState.REJECTED


def test_a_limit_down_holding_is_sold_again_by_the_next_plan(
    desk: PracticeDesk,
) -> None:
    desk.rules = replace(desk.rules, sell_order=OrderType.LIMIT, collar_rate=30_000_000)
    desk.practice.market.opens[ONE] = 7_000

    first = desk.execute(swap_plan(sold=(ONE,), bought=()))
    (warned,) = desk.journal.events(kinds=(LineWarned,))
    desk.clock.move_to(at(15, 36))
    settled = desk.execute()
    desk.practice.market.opens.clear()
    desk.clock.move_to(at(9, 1, day=NEXT_SESSION))
    second = desk.execute(NEXT_DAY)

    assert isinstance(warned, LineWarned)
    assert warned.warning == "open_at_lower_limit"
    assert ends_of(first)[ONE][0] is LineEnd.OPEN
    assert ends_of(settled)[ONE][0] is LineEnd.EXPIRED
    assert ends_of(second)[ONE][0] is LineEnd.FILLED
    assert [
        record.state
        for record in desk.journal.order_records()
        if record.key.symbol == ONE
    ] == [OrderState.EXPIRED, OrderState.FILLED]
    assert desk.journal.managed() == {}


def test_a_split_overnight_freezes_the_sale_until_it_is_adopted(
    desk: PracticeDesk,
) -> None:
    desk.practice.market.splits[ONE, NEXT_SESSION] = 5
    desk.clock.move_to(at(9, 1, day=NEXT_SESSION))

    first = desk.execute(NEXT_DAY)
    adopt(desk.desk().office, desk.rules, Asked(symbols=(ONE,)))
    second = desk.execute()

    assert ends_of(first)[ONE] == (LineEnd.SKIPPED, "quantity_changed")
    assert ends_of(second)[ONE] == (LineEnd.FILLED, "")
    assert desk.record(ONE, Side.SELL).order.quantity == 50
    assert desk.journal.managed() == {}


def test_what_was_sold_in_the_app_is_sold_no_further_and_released_at_night(
    desk: PracticeDesk,
) -> None:
    desk.practice.sell(ONE, 4)
    desk.clock.sleep(2)

    execution = desk.execute(PLAN)
    desk.clock.move_to(at(15, 40))
    office = desk.desk().office
    released = release_missing(office, office.reader.account())

    assert ends_of(execution)[ONE] == (LineEnd.FILLED, "")
    assert desk.record(ONE, Side.SELL).order.quantity == 6
    (warned,) = desk.journal.events(kinds=(LineWarned,))
    assert isinstance(warned, LineWarned)
    assert (warned.warning, warned.detail) == ("held_less", "10->6")
    assert [(e.symbol, e.quantity) for e in released] == [(ONE, 4)]
    assert ONE not in desk.journal.managed()


def test_a_page_that_is_missing_at_night_releases_nothing(tmp_path: Path) -> None:
    kept = tuple(f"3{n:05d}" for n in range(21))
    with a_practice_desk(tmp_path, sold=(), kept=kept) as desk:
        desk.own(*kept)
        desk.clock.move_to(at(15, 40))
        office = desk.desk().office
        account = office.reader.account()
        first_page = replace(account, holdings=account.holdings[:20])

        assert release_missing(office, first_page) == ()
        assert release_missing(office, account) == ()
